//! Which buckets there are, as far as requests have shown: what statistics can tell of.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::counter::Counter;
use crate::store::{Bucket, Part};

/// The most buckets that are remembered. Routes and limits are what the developer wrote, so
/// that an application has far fewer.
const MOST: usize = 16_384;

/// The buckets that clients have, by their route.
#[derive(Default)]
pub(crate) struct Routes {
    known: RwLock<BTreeMap<u64, ClientBucket>>,
}

/// One bucket that each client has.
#[derive(Debug, Clone)]
pub(crate) struct ClientBucket {
    /// `route:METHOD`.
    pub(crate) route: String,
    /// The bucket of whoever asked first; the others have the same, but for the client.
    pub(crate) bucket: Bucket,
}

impl Routes {
    /// Notes the buckets that a request to a route counts in.
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

    /// All of them, or those of one route: `/items/{id}`, or `/items/{id}:GET`.
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

/// Values of keys are nobody's own.
fn is_clients(bucket: &Bucket) -> bool {
    bucket.label.part != Part::CounterKey
}
