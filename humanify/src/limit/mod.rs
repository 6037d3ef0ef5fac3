//! Which buckets a request counts in, and what the answer says of them.

mod counter;
mod headers;
mod network_shares;
mod routes;

pub(crate) use counter::{Counter, counted_method};
pub(crate) use headers::set_headers;
pub(crate) use network_shares::NetworkShares;
pub(crate) use routes::{ClientBucket, Routes};

use http::Method;
use http::header::AUTHORIZATION;
use humanify_syntax::{Counts, Limit, Rate};

use crate::client::{Client, ClientKey, CounterKey};
use crate::crypto::short_digest;
use crate::rules::MatchContext;
use crate::store::{Bucket, BucketList, Label, Part};

/// Limits also hold for an address, at this many times the rate of one client id.
pub(crate) const IDS_PER_ADDRESS: u32 = 16;

/// How many new client ids an address gets.
pub(crate) const NEW_IDS: Rate = Rate::new(IDS_PER_ADDRESS, 3_600);

/// How often a browser may ask for one of humanify's own pages, all browsers of an address
/// together, and those among them that show no cookie yet.
pub(crate) const OWN_PAGES: Rate = Rate::new(60, 60);

pub(crate) const ADDRESS_PAGES: Rate = OWN_PAGES.times(16);

pub(crate) const NEW_BROWSERS: Rate = OWN_PAGES.times(4);

/// How many clearances a network gets before more is asked there: bits of IPv4 and of IPv6, and
/// the rate. A browser that was cleared before is spared as often as the last one says.
pub(crate) const CLEARANCES_V4: [(u32, Rate); 1] = [(24, Rate::new(512, 3_600))];

pub(crate) const CLEARANCES_V6: [(u32, Rate); 3] = [
    (56, Rate::new(64, 3_600)),
    (48, Rate::new(512, 3_600)),
    (32, Rate::new(16_384, 3_600)),
];

pub(crate) const CLEARANCES_OF_BROWSER: Rate = Rate::new(8, 86_400);

/// How many browsers without a script get a clearance for a managed challenge: bits of IPv4 and
/// of IPv6, and the rate. It costs them no work, so there are few.
pub(crate) const SCRIPTLESS_V4: [(u32, Rate); 2] =
    [(32, Rate::new(8, 3_600)), (24, Rate::new(64, 3_600))];

pub(crate) const SCRIPTLESS_V6: [(u32, Rate); 4] = [
    (64, Rate::new(8, 3_600)),
    (56, Rate::new(16, 3_600)),
    (48, Rate::new(64, 3_600)),
    (32, Rate::new(2_048, 3_600)),
];

/// How many managed checks a browser may leave open before they are a sign: so many, of which one
/// is forgotten each three minutes, and all of them after an hour.
pub(crate) const OPEN_CHECKS: Rate = Rate::new(20, 3_600);

/// How often an address gets the easiest challenges for another one of its browsers.
pub(crate) const EARLY_BROWSERS: Rate = Rate::new(1, 600);

/// So many values of a key are counted; of a request that shows more of them the first ones
/// and the last, since applications take the one or the other.
const MOST_VALUES: usize = 16;

/// The buckets of a request under a limit: for each rate the client's own, that of its address
/// where ids count, and one for each value of the key that it shows.
pub(crate) fn buckets(counter: Counter<'_>, asked: &MatchContext<'_>, limit: &Limit) -> BucketList {
    let counter = match limit.scope {
        Some(name) => Counter::Scope { name },
        None => counter,
    };
    let failures = match limit.counts {
        Counts::Requests => None,
        Counts::Failures(statuses) => Some(statuses),
    };
    // What fails may be a login, of which no two are to be tried at once; what only asks is
    // looked at, and charged when it has failed.
    let look = failures.is_some()
        && matches!(*asked.method, Method::GET | Method::HEAD | Method::OPTIONS)
        && !asked.headers.contains_key(AUTHORIZATION);
    let label = |part| Label {
        scope: limit.scope,
        failures,
        part,
    };
    let mut buckets = BucketList::new();
    for rate in limit.rates {
        let what = counter.number(*rate, limit, Part::Client);
        for (part, who, rate) in held(asked.client, *rate) {
            let what = match part {
                Part::Address => what ^ ADDRESS,
                _ => what,
            };
            buckets.push(Bucket {
                key: CounterKey { who, what },
                rate,
                cost: limit.cost,
                look,
                taken: 0,
                label: label(part),
            });
        }
        if limit.key.is_none() {
            continue;
        }
        let what = counter.number(*rate, limit, Part::Key);
        for value in values(asked, limit) {
            let key = CounterKey {
                who: ClientKey::Value(value),
                what,
            };
            // Values of which one is sent twice are one bucket.
            if !buckets.iter().any(|known| known.key == key) {
                buckets.push(Bucket {
                    key,
                    rate: *rate,
                    cost: limit.cost,
                    look,
                    taken: 0,
                    label: label(Part::Key),
                });
            }
        }
    }
    buckets
}

/// By what a client is counted, and at which rate: by itself and, where ids count, by its
/// address, with those at the address that have an id.
fn held(client: &Client, rate: Rate) -> impl Iterator<Item = (Part, ClientKey, Rate)> {
    let shared = client
        .shares_its_address()
        .then(|| (Part::Address, client.address(), rate.times(IDS_PER_ADDRESS)));
    std::iter::once((Part::Client, client.limited_as(), rate)).chain(shared)
}

/// The values of a limit's key that a request shows, each as the start of its SHA-256, which
/// is the same in every process and tells nobody who reads the store what was sent.
fn values(asked: &MatchContext<'_>, limit: &Limit) -> Vec<[u8; 16]> {
    use sha2::{Digest, Sha256};

    let mut values = Vec::new();
    if let Some(field) = limit.key {
        asked.each_key(field, &mut |value| {
            values.truncate(MOST_VALUES - 1);
            values.push(short_digest(Sha256::new().chain_update(value)));
        });
    }
    values
}

/// Tells the buckets that all clients of an address share from those of one client.
const ADDRESS: u64 = 0x5bd1_e995_9d1b_58a7;
