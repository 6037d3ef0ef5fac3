//! What is counted.

use std::hash::{Hash, Hasher};

use http::Method;
use humanify_syntax::{Field, Limit, Rate};

use super::{ADDRESS, held};
use crate::client::{Client, ClientKey, CounterKey};
use crate::store::{Bucket, Label, Part};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Counter<'a> {
    /// Requests to a route. The same limit on the same route is one bucket, whoever says it.
    Route {
        /// The router's template; everything that has none counts together.
        template: Option<&'a str>,
        method: &'a str,
    },
    /// Requests to all routes of a scope.
    Scope { name: &'a str },
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
    /// What gets a client banned.
    Offences { offence: &'a str, seconds: u32 },
}

impl<'a> Counter<'a> {
    /// Requests to a route.
    pub(crate) fn route(template: Option<&'a str>, method: &'a Method) -> Self {
        Counter::Route {
            template,
            method: match template {
                None => "",
                Some(_) => counted_method(method),
            },
        }
    }

    /// As statistics name it.
    pub(super) fn name(self) -> String {
        match self {
            Counter::Route { template: None, .. } => "*:*".to_owned(),
            Counter::Route {
                template: Some(template),
                method,
            } => format!(
                "{template}:{}",
                if method.is_empty() { "*" } else { method }
            ),
            Counter::Hidden { handler, method } => format!("{handler}:{method}"),
            counter => format!("{counter:?}"),
        }
    }

    /// The buckets of a client under a rate: its own and, where ids count, its address's.
    pub(crate) fn buckets(self, client: &Client, rate: Rate) -> impl Iterator<Item = Bucket> {
        let what = self.number(rate, &Limit::DEFAULT, Part::Client);
        held(client, rate).map(move |(part, who, rate)| {
            let what = match part {
                Part::Address => what ^ ADDRESS,
                _ => what,
            };
            Bucket {
                label: Label {
                    part,
                    ..Label::default()
                },
                ..Bucket::new(CounterKey { who, what }, rate)
            }
        })
    }

    /// The key of something that is counted without a limit.
    pub(crate) fn key(self, who: ClientKey) -> CounterKey {
        CounterKey {
            who,
            what: self.number(Rate::DEFAULT, &Limit::DEFAULT, Part::Client),
        }
    }

    /// A number for what is counted under one rate of a limit, the same in every process of a
    /// build. The client's own bucket of a scope is one, whatever else the limits with this
    /// scope say.
    pub(super) fn number(self, rate: Rate, limit: &Limit, part: Part) -> u64 {
        // Only what the developer wrote goes in, so nobody can look for collisions.
        let mut hasher = Fnv::default();
        (self, rate, limit.counts).hash(&mut hasher);
        let is_shared = matches!(self, Counter::Scope { .. });
        if !is_shared {
            (limit.cost, limit.methods).hash(&mut hasher);
        }
        match limit.key.filter(|_| !is_shared || part == Part::CounterKey) {
            None => {}
            Some(Field::Arg(name)) => ("arg", name).hash(&mut hasher),
            Some(Field::Header(name)) => ("header", name).hash(&mut hasher),
            Some(Field::Cookie(name)) => ("cookie", name).hash(&mut hasher),
            Some(field) => field.hash(&mut hasher),
        }
        hasher.finish()
    }
}

/// FNV-1a (draft-eastlake-fnv), which has no key that would be another in each process.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The name that requests with a method are counted under: HEAD counts as GET, and what is no
/// method of the router is one.
pub(crate) fn counted_method(method: &Method) -> &'static str {
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
