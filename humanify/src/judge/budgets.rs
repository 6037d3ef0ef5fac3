//! Counts requests against the request budget of their clearance.

use super::Judge;
use super::clearances::PresentedClearances;
use super::verdict::{RuleDecision, Verdict};
use crate::store::{Bucket, BucketList, CountMode, CountOutcome, OnStoreFailure, StoreError};

impl Judge {
    /// Counts a request against the budget of the clearance that let it pass, once. Returns whether
    /// the budget is used up; if so, the clearance is forgotten.
    pub(super) async fn is_spent(
        &self,
        ruled: &RuleDecision,
        shown: &mut PresentedClearances,
    ) -> bool {
        let used = shown.take_used().filter(|_| ruled.verdict == Verdict::Pass);
        let Some(bucket) = used.filter(|used| shown.charged() != Some(used.key)) else {
            return false;
        };
        let counted = self.store.count(&[bucket], CountMode::Acquire).wait().await;
        let is_spent = match counted {
            Ok(CountOutcome::Within(_)) => false,
            Ok(CountOutcome::Over { .. }) => true,
            Err(_) => self.on_store_failure != OnStoreFailure::Allow,
        };
        match is_spent {
            true => shown.forget(&bucket),
            false => shown.note_charged(&bucket),
        }
        is_spent
    }

    /// Counts a request in its limits and against the budget of its clearance, atomically. Returns
    /// the result of the limits alone, and whether the budget is used up.
    pub(super) async fn count_with(
        &self,
        buckets: &[Bucket],
        budget: Bucket,
    ) -> (Result<CountOutcome, StoreError>, bool) {
        let all: BucketList = buckets.iter().copied().chain([budget]).collect();
        match self.store.count(&all, CountMode::Acquire).wait().await {
            Ok(CountOutcome::Within(mut counts)) => {
                counts.pop();
                (Ok(CountOutcome::Within(counts)), false)
            }
            Ok(CountOutcome::Over { wait, mut counts }) => {
                let is_spent = counts.pop().is_some_and(|count| count.over);
                if !is_spent {
                    return (Ok(CountOutcome::Over { wait, counts }), false);
                }
                let counted = match buckets {
                    [] => Ok(CountOutcome::Within(counts)),
                    _ => self.store.count(buckets, CountMode::Acquire).wait().await,
                };
                (counted, true)
            }
            Err(error) => (Err(error), false),
        }
    }
}
