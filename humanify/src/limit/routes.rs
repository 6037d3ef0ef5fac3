//! `Routes`: the buckets that requests have used, for statistics.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::counter::Counter;
use crate::store::{Bucket, BucketOwner};

/// The most buckets that are remembered. Routes and limits are in the application's source, so it
/// has far fewer.
const MOST: usize = 16_384;

/// The buckets of clients, by their keys.
#[derive(Default)]
pub(crate) struct Routes {
    known: RwLock<BTreeMap<u64, ClientBucket>>,
}

/// A bucket that each client has.
#[derive(Debug, Clone)]
pub(crate) struct ClientBucket {
    /// `route:METHOD`.
    pub(crate) route: String,
    /// The bucket of the first client; the buckets of other clients differ only in the client.
    pub(crate) bucket: Bucket,
}

impl Routes {
    /// Records the buckets in which a request to a route counts.
    pub(crate) fn note(&self, counter: Counter<'_>, buckets: &[Bucket]) {
        let new = |known: &BTreeMap<u64, ClientBucket>| {
            buckets
                .iter()
                .any(|bucket| is_clients(bucket) && !known.contains_key(&bucket.key.what))
        };
        if !new(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for bucket in buckets.iter().filter(|bucket| is_clients(bucket)) {
            if known.len() < MOST {
                known
                    .entry(bucket.key.what)
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
