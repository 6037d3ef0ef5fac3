//! Signs in the behaviour of a browser at managed challenges: answers that come too quickly, and
//! checks that are left open.

use humanify_syntax::ChallengeType;

use super::task::Task;
use super::token::ChallengeToken;
use super::{Challenges, Modality, Visitor};
use crate::limit::{Counter, OPEN_MANAGED_CHALLENGES};
use crate::store::{Bucket, CountMode, CountOutcome, FirstAnswer};

/// A picture or a recording that is answered sooner than this, in milliseconds, was not looked at
/// by a person.
const QUICK_MILLISECONDS: u64 = 1_500;

/// The steps by which behaviour makes a managed challenge harder; zero for behaviour that does not
/// count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BehaviourSteps {
    /// The steps for an answer that comes too quickly.
    pub(crate) quick_answer: u8,
    /// The steps for a browser that left too many checks open within the hour.
    pub(crate) open_checks: u8,
}

impl Challenges {
    /// Counts a managed challenge that a browser opened. Returns the task, which is harder if the
    /// browser left too many checks open, and the arrival in the bucket, for the refund once the
    /// check is answered; zero if the check was not counted.
    pub(super) async fn open_check(&self, visitor: Visitor<'_>, task: Task) -> (Task, u64) {
        let steps = self.behaviour.open_checks;
        if task.challenge_type != ChallengeType::Managed || steps == 0 {
            return (task, 0);
        }
        let bucket = [open_challenges(visitor)];
        match self.store.count(&bucket, CountMode::Acquire).wait().await {
            Ok(CountOutcome::Within(counts)) => {
                let taken = counts.first().map_or(0, |count| count.arrival);
                (task, taken)
            }
            // If the store fails, the browser is treated like one with too many open checks.
            Ok(CountOutcome::Over { .. }) | Err(_) => (task.harder(steps), 0),
        }
    }

    /// Refunds an open check, since it was answered.
    pub(super) async fn close_check(&self, visitor: Visitor<'_>, opened: &ChallengeToken) {
        if opened.open_challenge_arrival == 0 {
            return;
        }
        let bucket = Bucket {
            taken: opened.open_challenge_arrival,
            ..open_challenges(visitor)
        };
        // If the store fails, the check counts as left open for an hour.
        let _ = self.store.count(&[bucket], CountMode::Refund).wait().await;
    }

    /// The steps by which a right answer that came too quickly makes its managed challenge harder.
    /// A series of answers becomes harder only once.
    pub(super) fn quick_answer_steps(
        &self,
        modality: Modality,
        opened: &ChallengeToken,
        answered: FirstAnswer,
    ) -> Option<u8> {
        let steps = self.behaviour.quick_answer;
        let is_quick = answered.at.saturating_sub(opened.created_at) < QUICK_MILLISECONDS;
        let counts = opened.task.challenge_type == ChallengeType::Managed
            && modality.is_guessable()
            && !opened.is_hardened
            && steps > 0;
        (is_quick && counts).then_some(steps)
    }
}

fn open_challenges(visitor: Visitor<'_>) -> Bucket {
    Bucket::new(
        Counter::OpenChallenges.key(visitor.browser.key()),
        OPEN_MANAGED_CHALLENGES,
    )
}
