//! `RateLimit` and `RateLimit-Policy`, as [draft-ietf-httpapi-ratelimit-headers-11] has them.
//!
//! [draft-ietf-httpapi-ratelimit-headers-11]: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11

use std::fmt::Write;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::store::Count;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Tells a client how it stands. What the application says itself is left alone.
pub(crate) fn set_headers(headers: &mut HeaderMap, counts: &[Count]) {
    if counts.is_empty() || headers.contains_key(RATE_LIMIT) {
        return;
    }
    let (mut limits, mut policies) = (String::new(), String::new());
    for count in counts {
        let separator = if limits.is_empty() { "" } else { ", " };
        let rate = count.rate;
        let name = count.name();
        // Writing to a string cannot fail.
        let _ = write!(
            limits,
            "{separator}\"{name}\";r={};t={}",
            count.remaining,
            whole_seconds(count.next_in)
        );
        let _ = write!(
            policies,
            "{separator}\"{name}\";q={};w={}",
            rate.count(),
            rate.seconds()
        );
        if rate.burst() != rate.count() {
            let _ = write!(policies, ";humanify-burst={}", rate.burst());
        }
    }
    for (name, text) in [(RATE_LIMIT, limits), (RATE_LIMIT_POLICY, policies)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}

/// In whole seconds, rounded up.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs()
        .saturating_add(u64::from(time.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Label, Part};
    use humanify_syntax::Rate;

    #[test]
    fn a_client_learns_how_it_stands() {
        let mut headers = HeaderMap::new();
        let keyed = Label {
            scope: Some("api"),
            failures: true,
            part: Part::Key,
        };
        let count = |rate, remaining, milliseconds| Count {
            rate,
            label: Label::default(),
            remaining,
            next_in: Duration::from_millis(milliseconds),
            over: false,
        };
        set_headers(
            &mut headers,
            &[
                count(Rate::new(10, 60), 7, 17_001),
                count(Rate::new(100, 7_200), 0, 7_200_000),
                Count {
                    label: keyed,
                    ..count(Rate::new(5, 1).with_burst(20), 20, 0)
                },
            ],
        );
        assert_eq!(
            headers["ratelimit"],
            "\"10/minute\";r=7;t=18, \"100/2 hours\";r=0;t=7200, \
             \"5/second in api failures per key\";r=20;t=0"
        );
        assert_eq!(
            headers["ratelimit-policy"],
            "\"10/minute\";q=10;w=60, \"100/2 hours\";q=100;w=7200, \
             \"5/second in api failures per key\";q=5;w=1;humanify-burst=20"
        );
    }
}
