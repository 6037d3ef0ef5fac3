//! `ManagedClearances` and `ClearanceTerms`: for how long and for how many requests clearances hold.

use std::time::Duration;

use humanify_syntax::{ChallengeType, Hardness, Rate};

use super::task::Task;
use crate::client::ClientKey;
use crate::limit::Counter;
use crate::store::Bucket;

/// How long a clearance holds, in seconds.
const CLEARANCE_SECONDS: u32 = 4 * 3_600;

/// How long a clearance for a managed challenge without scripts holds, in seconds.
pub(super) const SCRIPTLESS_SECONDS: u32 = 1_800;

/// How long, and for how many requests, clearances of
/// [`ChallengeType::Managed`](crate::ChallengeType::Managed) hold, by hardness. The more signs of a
/// bot a client has, the less its clearance is worth.
///
/// | hardness | holds for | requests |
/// |---|---|---|
/// | 1, 2 | 4 hours | any number |
/// | 3 | 2 hours | 3,000 |
/// | 4 | 1 hour | 2,000 |
/// | 5 | 1 hour | 1,000 |
///
/// Only requests that pass because of the clearance are counted. When the budget is used up, the
/// client gets the next challenge.
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
pub struct ManagedClearances([ClearanceTerms; 5]);

/// How long a clearance holds, and its budget of requests; zero stands for no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClearanceTerms {
    pub(crate) seconds: u32,
    pub(crate) requests: u32,
}

impl ClearanceTerms {
    /// The terms of an unrestricted clearance.
    pub(crate) const FULL: ClearanceTerms = ClearanceTerms {
        seconds: CLEARANCE_SECONDS,
        requests: 0,
    };
}

impl Default for ManagedClearances {
    fn default() -> Self {
        let of = |seconds, requests| ClearanceTerms { seconds, requests };
        ManagedClearances([
            ClearanceTerms::FULL,
            ClearanceTerms::FULL,
            of(7_200, 3_000),
            of(3_600, 2_000),
            of(3_600, 1_000),
        ])
    }
}

impl ManagedClearances {
    /// Sets the terms of one hardness: how long clearances hold, from one minute to four hours, and
    /// for how many requests; `None` for any number.
    pub fn at(
        mut self,
        hardness: Hardness,
        life: Duration,
        requests: impl Into<Option<u32>>,
    ) -> Self {
        let seconds = u32::try_from(life.as_secs()).unwrap_or(u32::MAX);
        let terms = ClearanceTerms {
            seconds: seconds.clamp(60, CLEARANCE_SECONDS),
            requests: requests.into().map_or(0, |requests| requests.max(1)),
        };
        if let Some(own) = self.0.get_mut(index(hardness)) {
            *own = terms;
        }
        self
    }

    /// The terms of a clearance for a demanded task.
    pub(super) fn of(&self, task: Task) -> ClearanceTerms {
        let is_managed = task.challenge_type == ChallengeType::Managed;
        let own = self.0.get(index(task.hardness)).filter(|_| is_managed);
        own.copied().unwrap_or(ClearanceTerms::FULL)
    }
}

fn index(hardness: Hardness) -> usize {
    usize::from(hardness.level().saturating_sub(1))
}

/// The bucket of a clearance's request budget, if it has one. Units flow back so slowly that few
/// return during the clearance's life.
pub(super) fn requests_of(id: [u8; 16], terms: ClearanceTerms) -> Option<Bucket> {
    let ClearanceTerms { seconds, requests } = terms;
    let key = Counter::ClearanceRequests.key(ClientKey::Value(id));
    let rate = Rate::new(requests, seconds.saturating_mul(REFILL_FACTOR));
    (requests > 0).then(|| Bucket::new(key, rate))
}

/// The time in which a whole budget flows back, as a multiple of the clearance's life.
const REFILL_FACTOR: u32 = 16;
