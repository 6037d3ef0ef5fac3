//! `ManagedClearances`: for how long and for how many requests clearances of managed challenges
//! hold.

use std::time::Duration;

use humanify_syntax::{ChallengeType, Hardness, Rate};

use super::task::Task;
use super::token::CLEARANCE_SECONDS;
use crate::client::ClientKey;
use crate::limit::Counter;
use crate::store::Bucket;

/// For how long, and for how many requests, a clearance holds that was earned by a
/// [`ChallengeType::Managed`](crate::ChallengeType::Managed) of each hardness: the more signs speak
/// against a client, the less it gets for its work.
///
/// | hardness | holds for | requests |
/// |---|---|---|
/// | 1, 2 | 4 hours | any number |
/// | 3 | 2 hours | 3,000 |
/// | 4 | 1 hour | 2,000 |
/// | 5 | 1 hour | 1,000 |
///
/// Only requests count that a statement or an attribute lets pass because of the clearance. When
/// they are used up, the next challenge comes.
///
/// ```
/// use std::time::Duration;
/// use humanify::{Hardness, Humanify, ManagedClearances};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let clearances = ManagedClearances::default()
///     .at(Hardness::EASIEST, Duration::from_secs(3 * 3_600), None)
///     .at(Hardness::HARDEST, Duration::from_secs(900), 200);
/// let humanify = Humanify::builder().managed_clearances(clearances).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "clearances do nothing before they are given to a builder"]
pub struct ManagedClearances([Terms; 5]);

/// For how long a clearance holds, and for how many requests; zero stands for any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) seconds: u32,
    pub(crate) requests: u32,
}

impl Terms {
    /// What every clearance has that nothing speaks against.
    pub(crate) const FULL: Terms = Terms {
        seconds: CLEARANCE_SECONDS,
        requests: 0,
    };
}

impl Default for ManagedClearances {
    fn default() -> Self {
        let of = |seconds, requests| Terms { seconds, requests };
        ManagedClearances([
            Terms::FULL,
            Terms::FULL,
            of(7_200, 3_000),
            of(3_600, 2_000),
            of(3_600, 1_000),
        ])
    }
}

impl ManagedClearances {
    /// The clearances of one hardness: for how long they hold, one minute at least and four hours
    /// at most, and for how many requests; `None` for any number.
    pub fn at(
        mut self,
        hardness: Hardness,
        life: Duration,
        requests: impl Into<Option<u32>>,
    ) -> Self {
        let seconds = u32::try_from(life.as_secs()).unwrap_or(u32::MAX);
        let terms = Terms {
            seconds: seconds.clamp(60, CLEARANCE_SECONDS),
            requests: requests.into().map_or(0, |requests| requests.max(1)),
        };
        if let Some(own) = self.0.get_mut(index(hardness)) {
            *own = terms;
        }
        self
    }

    /// The terms of a clearance for a challenge that was demanded so.
    pub(super) fn of(&self, task: Task) -> Terms {
        let is_managed = task.challenge_type == ChallengeType::Managed;
        let own = self.0.get(index(task.hardness)).filter(|_| is_managed);
        own.copied().unwrap_or(Terms::FULL)
    }
}

fn index(hardness: Hardness) -> usize {
    usize::from(hardness.level().saturating_sub(1))
}

/// The bucket that the requests of a clearance are taken out of, if they are counted. One flows
/// back so slowly that the clearance does not live to see many.
pub(super) fn requests_of(id: [u8; 16], terms: Terms) -> Option<Bucket> {
    let Terms { seconds, requests } = terms;
    let key = Counter::ClearanceRequests.key(ClientKey::Value(id));
    let rate = Rate::new(requests, seconds.saturating_mul(SLOWNESS));
    (requests > 0).then(|| Bucket::new(key, rate))
}

/// So many times the life of a clearance its requests take to flow back.
const SLOWNESS: u32 = 16;
