//! `UsedBuckets`: the buckets that requests have used, for statistics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use super::counter::Counter;
use crate::store::{Bucket, BucketOwner};

/// The maximum number of buckets that are remembered. Routes and limits are in the application's
/// source, so it has far fewer.
const MAX_ROUTES: usize = 16_384;

/// The number of places for buckets that were noted lately.
const RECENT: usize = 64;

/// The buckets of clients, by their keys.
pub(crate) struct UsedBuckets {
    known: RwLock<BTreeMap<u64, ClientBucket>>,
    /// Keys that are known, each in the place that its lowest bits name. Almost every request whose
    /// buckets are not kept finds its own there and takes no lock. Zero stands for none.
    recent: [AtomicU64; RECENT],
}

impl Default for UsedBuckets {
    fn default() -> Self {
        UsedBuckets {
            known: RwLock::default(),
            recent: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }
}

/// A bucket that each client has.
#[derive(Debug, Clone)]
pub(crate) struct ClientBucket {
    /// `route:METHOD`.
    pub(crate) route: String,
    /// The bucket of the first client; the buckets of other clients differ only in the client.
    pub(crate) bucket: Bucket,
}

impl UsedBuckets {
    /// Records the buckets in which a request to a route counts.
    #[inline]
    pub(crate) fn note(&self, counter: Counter<'_>, buckets: &[Bucket]) {
        if buckets.iter().all(|bucket| self.is_recent(bucket)) {
            return;
        }
        let new = |known: &BTreeMap<u64, ClientBucket>| {
            buckets
                .iter()
                .any(|bucket| is_clients(bucket) && !known.contains_key(&bucket.key.counter))
        };
        if !new(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            self.remember(buckets);
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for bucket in buckets.iter().filter(|bucket| is_clients(bucket)) {
            if known.len() < MAX_ROUTES {
                known
                    .entry(bucket.key.counter)
                    .or_insert_with(|| ClientBucket {
                        route: bucket
                            .label
                            .scope
                            .map_or_else(|| counter.name(), str::to_owned),
                        bucket: *bucket,
                    });
            }
        }
    }

    /// Whether a bucket belongs to no client, or is certainly known.
    #[inline]
    fn is_recent(&self, bucket: &Bucket) -> bool {
        let what = bucket.key.counter;
        let recent = self.place(what).map(|place| place.load(Ordering::Relaxed));
        !is_clients(bucket) || (what != 0 && recent == Some(what))
    }

    /// Remembers buckets that are known.
    fn remember(&self, buckets: &[Bucket]) {
        for bucket in buckets.iter().filter(|bucket| is_clients(bucket)) {
            let what = bucket.key.counter;
            if let Some(place) = self.place(what) {
                place.store(what, Ordering::Relaxed);
            }
        }
    }

    fn place(&self, what: u64) -> Option<&AtomicU64> {
        self.recent.get(what as usize % RECENT)
    }

    /// The buckets of all routes, or of one: `/items/{id}`, or `/items/{id}:GET`.
    pub(crate) fn of(&self, route: Option<&str>) -> Vec<ClientBucket> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<ClientBucket> = known
            .values()
            .filter(|known| {
                route.is_none_or(|route| {
                    known.route == route
                        || known
                            .route
                            .strip_prefix(route)
                            .is_some_and(|method| method.starts_with(':'))
                })
            })
            .cloned()
            .collect();
        found.sort_by(|a, b| a.route.cmp(&b.route));
        found
    }
}

/// Whether a bucket belongs to a client, and not to a value of a key.
fn is_clients(bucket: &Bucket) -> bool {
    bucket.label.part != BucketOwner::Key
}
