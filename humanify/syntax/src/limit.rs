//! What a limit says beside its rates.

use crate::{Field, Rate};

/// One `limit` statement or one `#[rate_limit]`: the rates, all of which hold, and what is
/// counted in which buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The rates, at least one.
    pub rates: &'static [Rate],
    /// How many units of a rate a request takes.
    pub cost: u32,
    /// A value of the request that has a bucket of its own, beside the client's: everybody
    /// who shows the same value shares it.
    pub key: Option<Field>,
    /// The name of the bucket that all routes with that name share.
    pub scope: Option<&'static str>,
    /// Which requests count.
    pub counts: Counts,
    /// The methods that are limited; all, if empty.
    pub methods: &'static [&'static str],
}

impl Limit {
    /// The limit of a `limit` that says nothing: 10 requests in 10 seconds.
    pub const DEFAULT: Limit = Limit::of(&[Rate::DEFAULT]);

    /// A limit that says nothing but its rates.
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

    /// Whether it is about requests with this method; HEAD is GET.
    #[must_use]
    pub fn is_about(&self, method: &str) -> bool {
        let same = |known: &str| match (known, method) {
            ("GET" | "HEAD", "GET" | "HEAD") => true,
            (known, method) => known == method,
        };
        self.methods.is_empty() || self.methods.iter().any(|known| same(known))
    }
}

/// Which requests a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Counts {
    /// All of them.
    #[default]
    Requests,
    /// Those that the application answers with 401, 403 or 404.
    Failures,
}

impl Counts {
    /// All of them, with the names that limits use.
    pub const NAMES: &[(&str, Counts)] = &[
        ("requests", Counts::Requests),
        ("failures", Counts::Failures),
    ];
}
