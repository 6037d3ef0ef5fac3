//! The header fields `RateLimit` and `RateLimit-Policy` of [draft-ietf-httpapi-ratelimit-headers-11].
//!
//! [draft-ietf-httpapi-ratelimit-headers-11]: https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11

use std::cell::RefCell;

use http::header::Entry;
use http::{HeaderMap, HeaderName, HeaderValue};
use humanify_syntax::Rate;

use crate::http::whole_seconds;
use crate::store::{Count, LimitLabel};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The most limits whose texts each thread keeps. An application has fewer.
const MOST_TEXTS: usize = 64;

thread_local! {
    static WRITER: RefCell<Writer> = const {
        RefCell::new(Writer {
            texts: Vec::new(),
            line: Vec::new(),
        })
    };
}

/// Writes the fields. Every response to a limited request has them, so the parts that do not depend
/// on the client are cached.
struct Writer {
    /// The texts of limits that requests were counted in.
    texts: Vec<LimitText>,
    /// The value of `RateLimit` that is being written.
    line: Vec<u8>,
}

/// The parts of the fields that depend on the limit and not on the client.
struct LimitText {
    rate: Rate,
    label: LimitLabel,
    /// The name, in quotes.
    name: Box<[u8]>,
    /// The item of `RateLimit-Policy`.
    policy: HeaderValue,
}

/// Adds the fields, unless the application has set `RateLimit` itself.
pub(crate) fn set_headers(headers: &mut HeaderMap, counts: &[Count]) {
    if counts.is_empty() {
        return;
    }
    let Entry::Vacant(vacant) = headers.entry(RATE_LIMIT) else {
        return;
    };
    if let Some((limits, policy)) = WRITER.with_borrow_mut(|writer| writer.write(counts)) {
        vacant.insert(limits);
        headers.insert(RATE_LIMIT_POLICY, policy);
    }
}

impl Writer {
    /// The values of the two fields.
    fn write(&mut self, counts: &[Count]) -> Option<(HeaderValue, HeaderValue)> {
        self.line.clear();
        let mut policy: Option<HeaderValue> = None;
        for count in counts {
            let known = self.texts.iter().position(|text| text.is_of(count));
            let index = known.unwrap_or_else(|| {
                // Limits beyond the maximum replace each other in the last place.
                self.texts.truncate(MOST_TEXTS - 1);
                self.texts.push(LimitText::of(count));
                self.texts.len() - 1
            });
            let text = self.texts.get(index)?;
            if !self.line.is_empty() {
                self.line.extend_from_slice(b", ");
            }
            self.line.extend_from_slice(&text.name);
            let mut parameter = |name: &[u8], value: u64| {
                self.line.extend_from_slice(name);
                let mut digits = itoa::Buffer::new();
                self.line.extend_from_slice(digits.format(value).as_bytes());
            };
            parameter(b";r=", count.remaining().into());
            parameter(b";t=", whole_seconds(count.next_in()));
            policy = Some(match policy {
                None => text.policy.clone(),
                Some(before) => {
                    let both = [before.as_bytes(), b", ", text.policy.as_bytes()].concat();
                    HeaderValue::try_from(both).ok()?
                }
            });
        }
        HeaderValue::from_bytes(&self.line).ok().zip(policy)
    }
}

impl LimitText {
    fn of(count: &Count) -> LimitText {
        let rate = count.rate;
        let name = format!("\"{}\"", count.name());
        let mut policy = format!("{name};q={};w={}", rate.count(), rate.seconds());
        if rate.burst() != rate.count() {
            policy.push_str(&format!(";humanify-burst={}", rate.burst()));
        }
        LimitText {
            rate,
            label: count.label,
            name: name.into_bytes().into(),
            // A name consists of letters, digits and a few signs.
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
        }
    }

    fn is_of(&self, count: &Count) -> bool {
        self.rate == count.rate && self.label == count.label
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientKey;
    use crate::client::CounterKey;
    use crate::store::Bucket;
    use crate::store::BucketOwner;
    use crate::store::LimitLabel;
    use humanify_syntax::{Counts, Rate};

    const NOW: u64 = 1_767_225_600_000_000;

    #[test]
    fn a_client_learns_how_it_stands() {
        let mut headers = HeaderMap::new();
        let keyed = LimitLabel {
            scope: Some("api"),
            failures: Some(Counts::FAILURES),
            part: BucketOwner::Key,
        };
        let redirects = LimitLabel {
            failures: Some(&[303, 401]),
            ..LimitLabel::default()
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
                count(Rate::new(10, 60), LimitLabel::default(), 17_001),
                count(Rate::new(100, 7_200), LimitLabel::default(), 7_200_000),
                count(Rate::new(5, 1).with_burst(20), keyed, 0),
                count(Rate::new(5, 1), redirects, 0),
            ],
        );
        assert_eq!(
            headers["ratelimit"],
            "\"10/minute\";r=7;t=6, \"100/2 hours\";r=0;t=72, \
             \"5/second in api failures per key\";r=20;t=0, \"5/second failures 303 401\";r=5;t=0"
        );
        assert_eq!(
            headers["ratelimit-policy"],
            "\"10/minute\";q=10;w=60, \"100/2 hours\";q=100;w=7200, \
             \"5/second in api failures per key\";q=5;w=1;humanify-burst=20, \
             \"5/second failures 303 401\";q=5;w=1"
        );
    }
}
