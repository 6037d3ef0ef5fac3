//! `DeferredCharges`: charges of limits that count failures, made once the response is known.

use http::StatusCode;
use smallvec::SmallVec;

use crate::store::{Bucket, BucketList, Count, CountMode, Counted, Store};

/// The buckets of limits that count failures, each with its index in the list of counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeferredCharges {
    /// On the heap, since few limits count failures and every request carries this along.
    buckets: Vec<(usize, Bucket)>,
}

impl DeferredCharges {
    /// Whether there is nothing to settle.
    pub(crate) fn is_nothing(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The charges of a request that was counted in these buckets. Empty if it was not counted,
    /// since the store failed.
    pub(crate) fn of(buckets: &[Bucket], counts: &[Count]) -> DeferredCharges {
        if !buckets.iter().any(|bucket| bucket.label.failures) {
            return DeferredCharges::default();
        }
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

    /// Makes the charges for a response with this status, and updates `counts`. A failure (401, 403
    /// or 404) charges the buckets that were only peeked at; any other status refunds the buckets
    /// that were charged in advance.
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
