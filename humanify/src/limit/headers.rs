//! The header fields `RateLimit` and `RateLimit-Policy` of [draft-ietf-httpapi-ratelimit-headers-11].
//!
//! [draft-ietf-httpapi-ratelimit-headers-11]: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::http::whole_seconds;
use crate::store::{Count, push_number};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Adds the fields, unless the application has set `RateLimit` itself.
pub(crate) fn set_headers(headers: &mut HeaderMap, counts: &[Count]) {
    if counts.is_empty() || headers.contains_key(RATE_LIMIT) {
        return;
    }
    let room = counts.len() * 64;
    let (mut limits, mut policies) = (String::with_capacity(room), String::with_capacity(room));
    for count in counts {
        let rate = count.rate;
        for text in [&mut limits, &mut policies] {
            text.push_str(if text.is_empty() { "\"" } else { ", \"" });
            count.push_name(text);
            text.push('"');
        }
        let parameter = |text: &mut String, name: &str, value: u64| {
            text.push_str(name);
            push_number(text, value);
        };
        parameter(&mut limits, ";r=", count.remaining().into());
        parameter(&mut limits, ";t=", whole_seconds(count.next_in()));
        parameter(&mut policies, ";q=", rate.count().into());
        parameter(&mut policies, ";w=", rate.seconds().into());
        if rate.burst() != rate.count() {
            parameter(&mut policies, ";humanify-burst=", rate.burst().into());
        }
    }
    for (name, text) in [(RATE_LIMIT, limits), (RATE_LIMIT_POLICY, policies)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientKey;
    use crate::client::CounterKey;
    use crate::store::Bucket;
    use crate::store::Label;
    use crate::store::Part;
    use humanify_syntax::Rate;

    const NOW: u64 = 1_767_225_600_000_000;

    #[test]
    fn a_client_learns_how_it_stands() {
        let mut headers = HeaderMap::new();
        let keyed = Label {
            scope: Some("api"),
            failures: true,
            part: Part::Key,
        };
        let count = |rate, label, used_ms: u64| {
            let who = ClientKey::Unknown;
            let bucket = Bucket {
                label,
                ..Bucket::new(CounterKey { who, what: 0 }, rate)
            };
            Count::new(&bucket, NOW + used_ms * 1_000, NOW, false)
        };
        set_headers(
            &mut headers,
            &[
                count(Rate::new(10, 60), Label::default(), 17_001),
                count(Rate::new(100, 7_200), Label::default(), 7_200_000),
                count(Rate::new(5, 1).with_burst(20), keyed, 0),
            ],
        );
        assert_eq!(
            headers["ratelimit"],
            "\"10/minute\";r=7;t=6, \"100/2 hours\";r=0;t=72, \
             \"5/second in api failures per key\";r=20;t=0"
        );
        assert_eq!(
            headers["ratelimit-policy"],
            "\"10/minute\";q=10;w=60, \"100/2 hours\";q=100;w=7200, \
             \"5/second in api failures per key\";q=5;w=1;humanify-burst=20"
        );
    }
}
