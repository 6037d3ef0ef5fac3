//! `DeferredCharges`: charges of limits that count failures, made once the response is known.

use axum::response::Response;
use smallvec::SmallVec;

use crate::http::CountAsFailure;
use crate::sampler::EventSampler;
use crate::store::{Bucket, BucketList, Count, CountMode, CountOutcome, Store};

/// The buckets of limits that count failures.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeferredCharges {
    /// Boxed, since few limits count failures and every request carries this value.
    charges: Vec<DeferredCharge>,
}

#[derive(Debug, Clone, Copy)]
struct DeferredCharge {
    bucket: Bucket,
    /// The index in the list of counts; `None` for a limit that only observes, which is not in it.
    index: Option<usize>,
}

/// The outcome of a request, for limits that count failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseOutcome {
    /// The application responded with this status.
    With(u16),
    /// The application marked its response with [`CountAsFailure`].
    Failed,
    /// The application did not get the request.
    NotAtAll,
}

impl ResponseOutcome {
    /// The outcome that a response of the application stands for.
    pub(crate) fn by(response: &Response) -> ResponseOutcome {
        match response.extensions().get::<CountAsFailure>() {
            Some(CountAsFailure) => ResponseOutcome::Failed,
            None => ResponseOutcome::With(response.status().as_u16()),
        }
    }

    /// Whether the outcome is a failure for a limit that counts these statuses.
    fn is_failure(self, statuses: &[u16]) -> bool {
        match self {
            ResponseOutcome::With(status) => statuses.contains(&status),
            ResponseOutcome::Failed => true,
            ResponseOutcome::NotAtAll => false,
        }
    }
}

impl DeferredCharges {
    /// Whether there are no charges.
    pub(crate) fn is_nothing(&self) -> bool {
        self.charges.is_empty()
    }

    /// Whether a request that was counted in these buckets has charges.
    #[inline]
    pub(crate) fn are_due(buckets: &[Bucket]) -> bool {
        buckets.iter().any(|bucket| bucket.label.failures.is_some())
    }

    /// The charges of a request that was counted in these buckets. Empty if the store failed, so
    /// that nothing was counted.
    pub(crate) fn of(buckets: &[Bucket], counts: &[Count]) -> DeferredCharges {
        if !DeferredCharges::are_due(buckets) {
            return DeferredCharges::default();
        }
        let counted = buckets.iter().zip(counts).enumerate();
        let failure_limits = counted.filter(|(_, (bucket, _))| bucket.label.failures.is_some());
        let charges = failure_limits.map(|(index, (bucket, count))| DeferredCharge {
            bucket: Bucket {
                taken: count.arrival,
                ..*bucket
            },
            index: Some(index),
        });
        DeferredCharges {
            charges: charges.collect(),
        }
    }

    /// Adds the charges of a request that a limit which only observes has counted in these buckets.
    pub(crate) fn add_observed(&mut self, buckets: &[Bucket], counts: &[Count]) {
        let observed = DeferredCharges::of(buckets, counts).charges.into_iter();
        self.charges.extend(observed.map(|charge| DeferredCharge {
            index: None,
            ..charge
        }));
    }

    /// These charges and others.
    pub(crate) fn and(mut self, others: DeferredCharges) -> DeferredCharges {
        self.charges.extend(others.charges);
        self
    }

    /// Makes the charges by the outcome of the request, and updates `counts`. A failure charges the
    /// buckets that were only peeked at; any other outcome refunds the buckets that were charged in
    /// advance.
    pub(crate) async fn settle(
        self,
        store: &dyn Store,
        answered: ResponseOutcome,
        counts: &mut [Count],
    ) {
        for (failed, mode) in [(true, CountMode::Charge), (false, CountMode::Refund)] {
            let due = self.charges.iter().filter(|DeferredCharge { bucket, .. }| {
                let statuses = bucket.label.failures.unwrap_or_default();
                bucket.peek == failed && answered.is_failure(statuses) == failed
            });
            let (indices, buckets): (SmallVec<[Option<usize>; 1]>, BucketList) =
                due.map(|charge| (charge.index, charge.bucket)).unzip();
            if buckets.is_empty() {
                continue;
            }
            match store.count(&buckets, mode).wait().await {
                Ok(
                    CountOutcome::Within(settled)
                    | CountOutcome::Over {
                        counts: settled, ..
                    },
                ) => {
                    for (index, count) in indices.into_iter().zip(settled) {
                        if let Some(known) = index.and_then(|index| counts.get_mut(index)) {
                            *known = count;
                        }
                    }
                }
                Err(error) => {
                    static SAMPLER: EventSampler = EventSampler::new();
                    SAMPLER.log(|left_out| {
                        tracing::warn!(%error, left_out, "a failed request could not be counted in its limits");
                    });
                }
            }
        }
    }
}
