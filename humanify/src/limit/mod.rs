//! Limits: the buckets that a request counts in, and their state in header fields.

mod counter;
mod fair_slots;
mod headers;
mod route_buckets;
mod used_buckets;

pub(crate) use counter::{Counter, counted_method};
pub(crate) use fair_slots::{Displaced, FairSlots, Job, SlotGuard, SlotUse};
pub(crate) use headers::set_headers;
pub(crate) use route_buckets::{RequestBuckets, RouteBuckets, RouteKey};
pub(crate) use used_buckets::{ClientBucket, UsedBuckets};

use http::Method;
use http::header::AUTHORIZATION;
use humanify_syntax::{Counts, Limit, Rate};

use crate::client::{ClientKey, CounterKey};
use crate::crypto::Sha256;
use crate::rules::MatchContext;
use crate::store::{Bucket, BucketList, BucketOwner, LimitLabel};

/// Limits also apply to an address, at this many times the rate of one client id.
pub(crate) const IDS_PER_ADDRESS: u32 = 16;

/// The rate of new client ids for an address.
pub(crate) const NEW_IDS: Rate = Rate::new(IDS_PER_ADDRESS, 3_600);

/// The rates of humanify's own pages: for one browser, for all browsers at an address, and for the
/// browsers at an address that have no cookie yet.
pub(crate) const ENDPOINT_RATE: Rate = Rate::new(60, 60);

pub(crate) const ENDPOINT_RATE_OF_ADDRESS: Rate = ENDPOINT_RATE.times(16);

pub(crate) const ENDPOINT_RATE_WITHOUT_COOKIE: Rate = ENDPOINT_RATE.times(4);

/// The rates of clearances for a network, by prefix lengths of IPv4 and IPv6. Beyond them,
/// challenges there are harder. A browser with an earlier clearance is exempt, as often as the last
/// rate allows.
pub(crate) const CLEARANCES_V4: [(u32, Rate); 1] = [(24, Rate::new(512, 3_600))];

pub(crate) const CLEARANCES_V6: [(u32, Rate); 3] = [
    (56, Rate::new(64, 3_600)),
    (48, Rate::new(512, 3_600)),
    (32, Rate::new(16_384, 3_600)),
];

pub(crate) const CLEARANCES_OF_BROWSER: Rate = Rate::new(8, 86_400);

/// The rates of clearances for managed challenges without scripts, by prefix lengths of IPv4 and
/// IPv6. They are low, since such a challenge costs no work.
pub(crate) const SCRIPTLESS_V4: [(u32, Rate); 2] =
    [(32, Rate::new(8, 3_600)), (24, Rate::new(64, 3_600))];

pub(crate) const SCRIPTLESS_V6: [(u32, Rate); 4] = [
    (64, Rate::new(8, 3_600)),
    (56, Rate::new(16, 3_600)),
    (48, Rate::new(64, 3_600)),
    (32, Rate::new(2_048, 3_600)),
];

/// How many managed challenges a browser may leave open before they count as a sign. One is forgotten
/// every three minutes, all of them after an hour.
pub(crate) const OPEN_MANAGED_CHALLENGES: Rate = Rate::new(20, 3_600);

/// How often another browser of an address may become early and get the easiest challenges.
pub(crate) const FIRST_BROWSERS: Rate = Rate::new(1, 600);

/// The maximum number of values of a key that are counted. If a request has more, the first ones
/// and the last one count, since applications read the first or the last value.
const MAX_VALUES: usize = 16;

/// The buckets of a request under a limit. For each rate: the client's own bucket, the bucket of
/// its address if clients are counted by id, and one for each value of the key in the request.
pub(crate) fn buckets(
    counter: Counter<'_>,
    context: &MatchContext<'_>,
    limit: &Limit,
) -> BucketList {
    let mut buckets = BucketList::new();
    add_buckets(&mut buckets, counter, context, limit);
    buckets
}

/// Adds the buckets of a request under a limit: for each rate the client's own, that of its address
/// if ids count, and one for each value of the key in the request. Two equal limits share one
/// bucket, and so do two equal values; a request counts once in it, at the higher cost.
pub(crate) fn add_buckets(
    buckets: &mut BucketList,
    counter: Counter<'_>,
    context: &MatchContext<'_>,
    limit: &Limit,
) {
    let counter = match limit.scope {
        Some(name) => Counter::Scope { name },
        None => counter,
    };
    let failures = match limit.counts {
        Counts::Requests => None,
        Counts::Failures(statuses) => Some(statuses),
    };
    // A request that may be a login is counted in advance, so that concurrent attempts cannot
    // exceed the limit. A request that only reads is peeked at, and charged after it has failed.
    let peek = failures.is_some()
        && matches!(
            *context.method,
            Method::GET | Method::HEAD | Method::OPTIONS
        )
        && !context.headers.contains_key(AUTHORIZATION);
    let mut add = |key: CounterKey, rate: Rate, part| {
        // The first bucket has none to share with, and most requests have no other.
        match buckets.iter_mut().find(|known| known.key == key) {
            Some(known) => known.cost = known.cost.max(limit.cost),
            None => buckets.push(Bucket {
                cost: limit.cost,
                peek,
                label: LimitLabel {
                    scope: limit.scope,
                    failures,
                    part,
                }
                .kept(),
                ..Bucket::new(key, rate)
            }),
        }
    };
    let client = context.client;
    for rate in limit.rates {
        let what = counter.number(*rate, limit, BucketOwner::Client);
        let who = client.limited_as();
        add(
            CounterKey {
                client: who,
                counter: what,
            },
            *rate,
            BucketOwner::Client,
        );
        // All ids at an address share its bucket, if ids count.
        if client.shares_its_address() {
            let key = CounterKey {
                client: client.address(),
                counter: what ^ ADDRESS,
            };
            add(key, rate.times(IDS_PER_ADDRESS), BucketOwner::Address);
        }
        if limit.key.is_none() {
            continue;
        }
        let what = counter.number(*rate, limit, BucketOwner::Key);
        for value in values(context, limit) {
            let who = ClientKey::Value(value);
            add(
                CounterKey {
                    client: who,
                    counter: what,
                },
                *rate,
                BucketOwner::Key,
            );
        }
    }
}

/// The values of a limit's key in a request, each as the start of its SHA-256, which is the same in
/// every process and hides the value from readers of the store.
fn values(context: &MatchContext<'_>, limit: &Limit) -> Vec<[u8; 16]> {
    let mut values = Vec::new();
    if let Some(field) = limit.key {
        context.each_key(field, &mut |value| {
            values.truncate(MAX_VALUES - 1);
            values.push(Sha256::new().with(value).finish_short());
        });
    }
    values
}

/// Separates the buckets that all clients of an address share from those of one client.
const ADDRESS: u64 = 0x5bd1_e995_9d1b_58a7;
