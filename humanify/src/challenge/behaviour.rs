//! Signs in the behaviour of a browser at managed challenges: answers that come too quickly, and
//! checks that are left open.

use humanify_syntax::ChallengeType;

use super::task::Task;
use super::token::ChallengeToken;
use super::{Challenges, Modality, Visitor};
use crate::limit::{Counter, OPEN_CHECKS};
use crate::store::{Answered, Bucket, CountMode, Counted};

/// A picture or a recording that is answered sooner than this, in milliseconds, was not looked at
/// by a person.
const QUICK: u64 = 1_500;

/// How many steps each of these makes a managed challenge harder; none, if it does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BehaviourSteps {
    /// Of an answer that comes too quickly.
    pub(crate) quick_answer: u8,
    /// Of a browser that left more checks open within the hour than people do.
    pub(crate) open_checks: u8,
}

impl Challenges {
    /// Counts a managed check that a browser has opened. Returns the task of the browser, which is
    /// harder if it left too many open, and until when this one counts, by which it is taken back
    /// once it is answered: zero, if it does not count.
    pub(super) async fn open_check(&self, visitor: Visitor<'_>, task: Task) -> (Task, u64) {
        let steps = self.behaviour.open_checks;
        if task.challenge_type != ChallengeType::Managed || steps == 0 {
            return (task, 0);
        }
        let bucket = [open_checks(visitor)];
        match self.store.count(&bucket, CountMode::Acquire).wait().await {
            Ok(Counted::Within(counts)) => {
                let taken = counts.first().map_or(0, |count| count.arrival);
                (task, taken)
            }
            // What cannot be known is taken for too many.
            Ok(Counted::Over { .. }) | Err(_) => (task.harder(steps), 0),
        }
    }

    /// Takes back a check that was counted as open, since it has its answer.
    pub(super) async fn close_check(&self, visitor: Visitor<'_>, opened: &ChallengeToken) {
        if opened.taken == 0 {
            return;
        }
        let bucket = Bucket {
            taken: opened.taken,
            ..open_checks(visitor)
        };
        // If the store fails, the check counts for an hour as one that was left open.
        let _ = self.store.count(&[bucket], CountMode::Refund).wait().await;
    }

    /// By how many steps a right answer makes its managed challenge harder because it came too
    /// quickly. A row of answers becomes harder once.
    pub(super) fn haste(
        &self,
        modality: Modality,
        opened: &ChallengeToken,
        answered: Answered,
    ) -> Option<u8> {
        let steps = self.behaviour.quick_answer;
        let is_quick = answered.at.saturating_sub(opened.made) < QUICK;
        let counts = opened.task.challenge_type == ChallengeType::Managed
            && modality.is_guessable()
            && !opened.raised
            && steps > 0;
        (is_quick && counts).then_some(steps)
    }
}

fn open_checks(visitor: Visitor<'_>) -> Bucket {
    Bucket::new(Counter::OpenChecks.key(visitor.browser.key()), OPEN_CHECKS)
}
