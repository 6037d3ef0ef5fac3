//! Charges that depend on the response: limits that count failures.

use http::StatusCode;
use smallvec::SmallVec;

use crate::store::{Bucket, BucketList, Count, CountMode, Counted, Store};

/// The buckets of limits that count failures only, each with its place among the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeferredCharges {
    buckets: SmallVec<[(usize, Bucket); 1]>,
}

impl DeferredCharges {
    /// Whether there is nothing to settle.
    pub(crate) fn is_nothing(&self) -> bool {
        self.buckets.is_empty()
    }

    /// What a request owes that counted so in these buckets. It owes nothing where it was not
    /// counted, since the store failed.
    pub(crate) fn of(buckets: &[Bucket], counts: &[Count]) -> DeferredCharges {
        let counted = buckets.iter().zip(counts).enumerate();
        let owed = counted.filter(|(_, (bucket, _))| bucket.label.failures);
        let owed = owed.map(|(place, (bucket, count))| {
            let taken = count.arrival;
            (place, Bucket { taken, ..*bucket })
        });
        DeferredCharges {
            buckets: owed.collect(),
        }
    }

    /// Settles once the answer is known: what was looked at is charged for a failure, and
    /// what was taken is given back for anything else. The counts then say how the client
    /// stands.
    pub(crate) async fn settle(self, store: &dyn Store, status: StatusCode, counts: &mut [Count]) {
        let failed = matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
        );
        let (counting, look) = match failed {
            true => (CountMode::Charge, true),
            false => (CountMode::Refund, false),
        };
        let open = self.buckets.into_iter();
        let (places, buckets): (SmallVec<[usize; 1]>, BucketList) =
            open.filter(|(_, bucket)| bucket.look == look).unzip();
        if buckets.is_empty() {
            return;
        }
        match store.count(&buckets, counting).wait().await {
            Ok(
                Counted::Within(settled)
                | Counted::Over {
                    counts: settled, ..
                },
            ) => {
                for (place, count) in places.into_iter().zip(settled) {
                    if let Some(known) = counts.get_mut(place) {
                        *known = count;
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a failure was not counted as it should be");
            }
        }
    }
}
