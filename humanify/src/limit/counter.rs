//! `Counter`: the keys under which requests are counted.

use http::Method;
use humanify_syntax::{Counts, Field, Limit, Rate};

use crate::client::{ClientKey, CounterKey};
use crate::store::BucketOwner;

/// The requests or events that a bucket counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counter<'a> {
    /// Requests to a route. The same limit on the same route is one bucket, whichever statement or
    /// attribute states it.
    Route {
        /// The router's template; all requests without one share a bucket.
        template: Option<&'a str>,
        method: &'a str,
    },
    /// Requests to all routes of a scope.
    Scope { name: &'a str },
    /// Requests to a handler that the layer could not discover.
    Hidden { handler: &'a str, method: &'a str },
    /// Requests that an observed statement would have counted: to a route, or to all of its routes if
    /// it has a scope.
    Observed {
        statement: usize,
        template: Option<&'a str>,
        method: &'a str,
    },
    /// New client ids.
    NewIds,
    /// Wrong answers of a browser to challenges.
    Attempts,
    /// Wrong answers of all browsers at an address to challenges.
    AddressAttempts,
    /// Browsers at an address that get the easiest challenges.
    FirstBrowsers,
    /// Clearances that were given in a network of this many bits, or to a browser.
    Clearances { bits: u32 },
    /// Requests of a browser for expensive pages of humanify: challenges, and answers to them.
    EndpointRequests,
    /// Requests for expensive pages of all browsers at an address.
    EndpointRequestsOfAddress,
    /// Requests for expensive pages of the browsers at an address that have no cookie yet.
    EndpointRequestsWithoutCookie,
    /// Managed checks that a browser has opened and not answered.
    OpenChallenges,
    /// Browsers without scripts that got a managed challenge, in a network of this many bits.
    Scriptless { bits: u32 },
    /// Marks that browsers without scripts loaded, in a network of this many bits.
    Marks { bits: u32 },
    /// Requests that a clearance lets pass.
    ClearanceRequests,
    /// Offences that lead to a ban.
    Offences { offence: &'a str, seconds: u32 },
}

impl<'a> Counter<'a> {
    /// Requests to a route.
    pub(crate) fn route(template: Option<&'a str>, method: &'a Method) -> Self {
        Counter::Route {
            template,
            method: method_of_route(template, method),
        }
    }

    /// Requests that an observed limit would have counted.
    pub(crate) fn observed(
        statement: usize,
        limit: &Limit,
        (template, method): (Option<&'a str>, &'a Method),
    ) -> Self {
        let template = template.filter(|_| limit.scope.is_none());
        Counter::Observed {
            statement,
            template,
            method: method_of_route(template, method),
        }
    }

    /// The name in statistics.
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

    /// The key of a counter that has one rate and belongs to no limit.
    pub(crate) fn key(self, who: ClientKey) -> CounterKey {
        self.key_under(Rate::DEFAULT, who)
    }

    /// The key of a counter under one of its rates.
    pub(crate) fn key_under(self, rate: Rate, who: ClientKey) -> CounterKey {
        CounterKey {
            client: who,
            counter: self.number(rate, &Limit::DEFAULT, BucketOwner::Client),
        }
    }

    /// The number of this counter under one rate of a limit. It is the same in every process and
    /// every build, so that processes which share a store use the same buckets. A client has one
    /// bucket of its own for a scope and a rate, whatever the other settings of the limits with
    /// this scope are.
    pub(super) fn number(self, rate: Rate, limit: &Limit, part: BucketOwner) -> u64 {
        // Only texts of the developer are hashed, so clients cannot search for collisions.
        let mut digest = Fnv::default();
        self.write(&mut digest);
        digest.number(rate.count().into());
        digest.number(rate.seconds().into());
        match limit.counts {
            Counts::Requests => digest.number(0),
            Counts::Failures(Counts::FAILURES) => digest.number(1),
            Counts::Failures(statuses) => {
                digest.number(2);
                digest.length(statuses.len());
                for status in statuses {
                    digest.number((*status).into());
                }
            }
        }
        let is_shared = matches!(self, Counter::Scope { .. });
        if !is_shared {
            digest.number(limit.cost.into());
            digest.length(limit.methods.len());
            for method in limit.methods {
                digest.text(method);
            }
        }
        let key = limit.key.filter(|_| !is_shared || part == BucketOwner::Key);
        let (kind, name) = match key {
            None => (0, ""),
            Some(Field::Arg(name)) => (1, name),
            Some(Field::Header(name)) => (2, name),
            Some(Field::Cookie(name)) => (3, name),
            Some(Field::Method) => (4, ""),
            Some(Field::Path) => (5, ""),
            Some(Field::Host) => (6, ""),
            Some(Field::Scheme) => (7, ""),
            Some(Field::Ip) => (8, ""),
            Some(Field::Crawler) => (9, ""),
            Some(Field::CrawlerKind) => (10, ""),
            Some(Field::VpnProvider) => (11, ""),
            Some(Field::ContentType) => (12, ""),
        };
        digest.number(kind);
        digest.text(name);
        if rate.burst() != rate.count() {
            digest.number(rate.burst().into());
        }
        digest.0
    }

    /// Writes the counter. The numbers never change, since shared stores contain them.
    fn write(self, digest: &mut Fnv) {
        let (kind, texts, number): (u64, [&str; 2], u64) = match self {
            Counter::Route {
                template: None,
                method,
            } => (0, ["", method], 0),
            Counter::Route {
                template: Some(template),
                method,
            } => (1, [template, method], 0),
            Counter::Scope { name } => (2, [name, ""], 0),
            Counter::Hidden { handler, method } => (3, [handler, method], 0),
            Counter::Observed {
                statement,
                template,
                method,
            } => (
                4,
                [template.unwrap_or_default(), method],
                u64::try_from(statement).unwrap_or(u64::MAX),
            ),
            Counter::NewIds => (5, ["", ""], 0),
            Counter::Attempts => (6, ["", ""], 0),
            Counter::AddressAttempts => (7, ["", ""], 0),
            Counter::EndpointRequests => (8, ["", ""], 0),
            Counter::Offences { offence, seconds } => (9, [offence, ""], seconds.into()),
            Counter::FirstBrowsers => (10, ["", ""], 0),
            Counter::EndpointRequestsOfAddress => (11, ["", ""], 0),
            Counter::EndpointRequestsWithoutCookie => (12, ["", ""], 0),
            Counter::Clearances { bits } => (13, ["", ""], bits.into()),
            Counter::OpenChallenges => (14, ["", ""], 0),
            Counter::Scriptless { bits } => (15, ["", ""], bits.into()),
            Counter::ClearanceRequests => (16, ["", ""], 0),
            Counter::Marks { bits } => (17, ["", ""], bits.into()),
        };
        digest.number(kind);
        texts.into_iter().for_each(|text| digest.text(text));
        digest.number(number);
    }
}

/// FNV-1a (draft-eastlake-fnv), which needs no key that would differ between processes. Texts are
/// preceded by their lengths, so that different lists of fields never give the same bytes.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    const PRIME: u64 = 0x0100_0000_01b3;

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(Fnv::PRIME);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.byte(*byte));
    }

    /// The eight bytes of a number, in little-endian order.
    fn number(&mut self, number: u64) {
        const SEVEN: u64 = Fnv::PRIME.wrapping_pow(7);
        // A zero byte only multiplies, and most numbers have seven of them.
        if let Ok(byte) = u8::try_from(number) {
            self.byte(byte);
            self.0 = self.0.wrapping_mul(SEVEN);
        } else {
            self.bytes(&number.to_le_bytes());
        }
    }

    fn length(&mut self, length: usize) {
        self.number(u64::try_from(length).unwrap_or(u64::MAX));
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.bytes(text.as_bytes());
    }
}

/// The method under which requests to a route are counted.
fn method_of_route<'a>(template: Option<&str>, method: &'a Method) -> &'a str {
    match template {
        None => "",
        Some(_) => counted_method(method),
    }
}

/// The name under which requests with a method are counted: HEAD counts as GET, and all methods
/// that the router does not know share one name.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Processes of different builds share a store, so these numbers never change.
    #[test]
    fn the_number_of_a_counter_never_changes() {
        const METHODS: &[&str] = &["POST", "PUT"];
        let route = Counter::Route {
            template: Some("/items/{id}"),
            method: "GET",
        };
        let scope = Counter::Scope { name: "login" };
        let keyed = Limit {
            key: Some(Field::Header("x-api-key")),
            methods: METHODS,
            ..Limit::DEFAULT
        };
        let failures = Limit {
            counts: Counts::Failures(Counts::FAILURES),
            ..Limit::DEFAULT
        };
        let redirects = Limit {
            counts: Counts::Failures(&[303, 401]),
            ..Limit::DEFAULT
        };
        let numbers = [
            route.number(Rate::DEFAULT, &Limit::DEFAULT, BucketOwner::Client),
            route.number(Rate::DEFAULT, &keyed, BucketOwner::Key),
            scope.number(Rate::DEFAULT, &keyed, BucketOwner::Client),
            Counter::EndpointRequests.number(
                Rate::new(60, 60),
                &Limit::DEFAULT,
                BucketOwner::Client,
            ),
            route.number(Rate::DEFAULT, &failures, BucketOwner::Client),
            route.number(Rate::DEFAULT, &redirects, BucketOwner::Client),
        ];
        assert_eq!(
            numbers,
            [
                0x95eb_8553_74ba_59ea,
                0x193d_181e_02a7_75ac,
                0xada2_3a0c_9ad9_1e87,
                0x9daa_69ee_d84e_16cc,
                0x0200_e256_47d4_404b,
                0x1f2b_142b_57c5_7488,
            ]
        );
        // A client has one bucket for a scope, whatever the keys of its limits.
        let other = scope.number(Rate::DEFAULT, &Limit::DEFAULT, BucketOwner::Client);
        assert_eq!(numbers[2], other);
    }
}
