//! `Limit`: the rates and settings of a limit.

use crate::{Field, METHODS, Rate};

/// A `limit` statement or a `#[rate_limit]`: its rates, all of which apply, and its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The rates, at least one.
    pub rates: &'static [Rate],
    /// How many units of each rate a request takes.
    pub cost: u32,
    /// A field of the request whose values have buckets of their own, beside the client's. All
    /// clients that send the same value share its bucket.
    pub key: Option<Field>,
    /// The name of a bucket that all routes with the same scope share.
    pub scope: Option<&'static str>,
    /// Which requests count.
    pub counts: Counts,
    /// The methods that are limited; empty for all.
    pub methods: &'static [&'static str],
}

impl Limit {
    /// The limit of a `limit` statement without a rate: 10 requests in 10 seconds.
    pub const DEFAULT: Limit = Limit::of(&[Rate::DEFAULT]);

    /// A limit with these rates and default settings.
    #[must_use]
    pub const fn of(rates: &'static [Rate]) -> Limit {
        Limit {
            rates,
            cost: 1,
            key: None,
            scope: None,
            counts: Counts::Requests,
            methods: &[],
        }
    }

    /// Whether the limit applies to a method. HEAD counts as GET.
    #[must_use]
    pub fn is_about(&self, method: &str) -> bool {
        let same = |known: &str| match (known, method) {
            ("GET" | "HEAD", "GET" | "HEAD") => true,
            (known, method) => known == method,
        };
        self.methods.is_empty() || self.methods.iter().any(|known| same(known))
    }

    /// Whether the limit replaces a default limit for the requests that it counts: both count
    /// requests, or the same failures, and a default limit for some methods has the same methods.
    #[must_use]
    pub fn replaces(&self, default: &Limit) -> bool {
        let mut methods = METHODS.iter();
        let has_methods = !self.methods.is_empty();
        self.counts == default.counts
            && (default.methods.is_empty()
                || has_methods
                    && methods.all(|method| self.is_about(method) == default.is_about(method)))
    }
}

/// Which requests a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Counts {
    /// All requests.
    #[default]
    Requests,
    /// Requests that the application answers with one of these statuses, in ascending order, or
    /// marks as failed.
    Failures(&'static [u16]),
}

impl Counts {
    /// The statuses that count as failures by default.
    pub const FAILURES: &'static [u16] = &[401, 403, 404];

    /// All values, with their names in rules.
    pub const NAMES: &[(&str, Counts)] = &[
        ("requests", Counts::Requests),
        ("failures", Counts::Failures(Counts::FAILURES)),
    ];
}
