//! Which buckets a request counts in, and what the answer says of them.

mod headers;

use std::hash::{DefaultHasher, Hash, Hasher};

use http::Method;
use humanify_syntax::Rate;

pub(crate) use headers::set_headers;

use crate::client::Client;
use crate::store::{Bucket, Key, Who};

/// Limits also hold for an address, at this many times the rate of one client id.
pub(crate) const IDS_PER_ADDRESS: u32 = 16;

/// How many new client ids an address gets.
pub(crate) const NEW_IDS: Rate = Rate::new(IDS_PER_ADDRESS, 3_600);

/// How often a client may ask for one of humanify's own pages.
pub(crate) const OWN_PAGES: Rate = Rate::new(60, 60);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counter<'a> {
    /// Requests to a route. The same limit on the same route is one bucket, whoever says it.
    Route {
        /// The router's template; everything that has none counts together.
        template: Option<&'a str>,
        method: &'a str,
    },
    /// Requests to a handler that the layer did not know of.
    Hidden { handler: &'a str, method: &'a str },
    /// What an observed statement would have counted.
    Observed { statement: usize },
    /// New client ids.
    NewIds,
    /// Wrong answers to challenges, of a client.
    Attempts,
    /// Wrong answers to challenges, of all clients with an id at an address.
    AddressAttempts,
    /// Humanify's own pages that cost something: challenges, and answers to them.
    OwnPages,
}

impl<'a> Counter<'a> {
    /// Requests to a route. HEAD counts as GET, and what is no method of the router is one.
    pub(crate) fn route(template: Option<&'a str>, method: &'a Method) -> Self {
        Counter::Route {
            template,
            method: match template {
                None => "",
                Some(_) => method_name(method),
            },
        }
    }

    /// The buckets of a client under a rate: its own and, if it has an id, its address's.
    pub(crate) fn buckets(self, client: &Client, rate: Rate) -> impl Iterator<Item = Bucket> {
        let what = self.number(rate);
        let own = Key {
            who: client.who(),
            what,
        };
        let shared = client.has_id().then(|| {
            let rate = rate.times(IDS_PER_ADDRESS);
            let key = Key {
                who: client.address(),
                what: self.number(rate) ^ ADDRESS,
            };
            Bucket::new(key, rate)
        });
        std::iter::once(Bucket::new(own, rate)).chain(shared)
    }

    /// The key of something that is counted without a rate of its own.
    pub(crate) fn key(self, who: Who) -> Key {
        Key {
            who,
            what: self.number(Rate::DEFAULT),
        }
    }

    fn number(self, rate: Rate) -> u64 {
        // Only what the developer wrote goes in, so nobody can look for collisions.
        let mut hasher = DefaultHasher::new();
        (self, rate).hash(&mut hasher);
        hasher.finish()
    }
}

/// Tells the buckets that all clients of an address share from those of one client.
const ADDRESS: u64 = 0x5bd1_e995_9d1b_58a7;

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "",
    }
}
