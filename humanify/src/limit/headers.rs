//! The header fields `RateLimit` and `RateLimit-Policy` of
//! [draft-ietf-httpapi-ratelimit-headers-11].
//!
//! [draft-ietf-httpapi-ratelimit-headers-11]:
//! https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11

use std::cell::RefCell;

use http::{HeaderMap, HeaderName, HeaderValue};
use humanify_syntax::Rate;

use crate::http::set_unless_present;
use crate::store::{Count, LimitLabel};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The maximum number of limits whose texts each thread keeps. An application has fewer.
const MAX_TEXTS: usize = 64;

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
    label: &'static LimitLabel,
    /// The item of `RateLimit` up to the number of requests that are left.
    start: Box<[u8]>,
    /// The item of `RateLimit-Policy`.
    policy: HeaderValue,
    /// The value of `RateLimit` for the client that had the most requests left. A client that comes
    /// after a while has as many, so most responses share it.
    cached_value: Option<(LimitState, HeaderValue)>,
}

/// How many requests are left to a client, and after how many seconds there is one more.
type LimitState = (u32, u64);

/// Adds the fields, unless the application has set `RateLimit` itself. The policies of its own
/// `RateLimit-Policy` stay, as items of the same list.
#[inline]
pub(crate) fn set_headers(headers: &mut HeaderMap, counts: &[Count]) {
    if !counts.is_empty() {
        set_headers_of(headers, counts);
    }
}

fn set_headers_of(headers: &mut HeaderMap, counts: &[Count]) {
    let written = WRITER.with_borrow_mut(|writer| writer.write(counts));
    if let Some((limits, policy)) = written
        && set_unless_present(headers, &RATE_LIMIT, limits)
    {
        headers.append(RATE_LIMIT_POLICY, policy);
    }
}

impl Writer {
    /// The values of the two fields.
    #[inline]
    fn write(&mut self, counts: &[Count]) -> Option<(HeaderValue, HeaderValue)> {
        self.line.clear();
        if let [count] = counts {
            let text = text_of(&mut self.texts, count)?;
            return Some((text.only(&mut self.line, count)?, text.policy.clone()));
        }
        let mut policies = Vec::new();
        for count in counts {
            let text = text_of(&mut self.texts, count)?;
            if !policies.is_empty() {
                self.line.extend_from_slice(b", ");
                policies.extend_from_slice(b", ");
            }
            text.append(&mut self.line, limit_state(count));
            policies.extend_from_slice(text.policy.as_bytes());
        }
        let limits = HeaderValue::from_bytes(&self.line).ok()?;
        Some((limits, HeaderValue::try_from(policies).ok()?))
    }
}

/// The text of the limit that a request was counted in.
#[inline]
fn text_of<'a>(texts: &'a mut Vec<LimitText>, count: &Count) -> Option<&'a mut LimitText> {
    let known = texts.iter().position(|text| text.is_of(count));
    let index = known.unwrap_or_else(|| {
        // Limits beyond the most replace each other in the last place.
        texts.truncate(MAX_TEXTS - 1);
        texts.push(LimitText::of(count));
        texts.len() - 1
    });
    texts.get_mut(index)
}

#[inline]
fn limit_state(count: &Count) -> LimitState {
    // Rounded up, so that no client comes back too early.
    (count.remaining, count.next_in.div_ceil(1_000_000))
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
            start: format!("{name};r=").into_bytes().into(),
            // A name consists of letters, digits and a few signs.
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
            cached_value: None,
        }
    }

    #[inline]
    fn is_of(&self, count: &Count) -> bool {
        self.rate == count.rate && std::ptr::eq(self.label, count.label)
    }

    /// Appends the item of `RateLimit`.
    fn append(&self, line: &mut Vec<u8>, (remaining, seconds): LimitState) {
        let mut digits = itoa::Buffer::new();
        line.extend_from_slice(&self.start);
        line.extend_from_slice(digits.format(remaining).as_bytes());
        line.extend_from_slice(b";t=");
        line.extend_from_slice(digits.format(seconds).as_bytes());
    }

    /// The value of `RateLimit` for a request that no other limit counts.
    #[inline]
    fn only(&mut self, line: &mut Vec<u8>, count: &Count) -> Option<HeaderValue> {
        let limit_state = limit_state(count);
        let most = match &self.cached_value {
            Some((known, value)) if *known == limit_state => return Some(value.clone()),
            Some(((most, _), _)) => Some(*most),
            None => None,
        };
        self.append(line, limit_state);
        let value = HeaderValue::from_bytes(line).ok()?;
        if most < Some(limit_state.0) {
            self.cached_value = Some((limit_state, value.clone()));
        }
        Some(value)
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

    /// The state of a client in a bucket that is full again after so many milliseconds.
    fn count(rate: Rate, label: LimitLabel, used_ms: u64) -> Count {
        let who = ClientKey::Unknown;
        let bucket = Bucket {
            label: label.kept(),
            ..Bucket::new(
                CounterKey {
                    client: who,
                    counter: 0,
                },
                rate,
            )
        };
        Count::new(&bucket, NOW + used_ms * 1_000, NOW, false)
    }

    #[test]
    fn each_client_gets_the_headers_of_its_own_state() {
        let rate = Rate::new(60, 60);
        for (used_ms, field) in [
            (59_000, "\"60/minute\";r=1;t=1"),
            (1_000, "\"60/minute\";r=59;t=1"),
            (0, "\"60/minute\";r=60;t=0"),
            (1_000, "\"60/minute\";r=59;t=1"),
            (0, "\"60/minute\";r=60;t=0"),
            (90_000, "\"60/minute\";r=0;t=31"),
        ] {
            let mut headers = HeaderMap::new();
            set_headers(&mut headers, &[count(rate, LimitLabel::PLAIN, used_ms)]);
            assert_eq!(headers["ratelimit"], field);
            assert_eq!(headers["ratelimit-policy"], "\"60/minute\";q=60;w=60");
        }
        // A bucket that is filling has as many left, and the next one sooner.
        for (used_ms, field) in [(1_000, "r=19;t=1"), (2_500, "r=19;t=3"), (400, "r=19;t=1")] {
            let mut headers = HeaderMap::new();
            let rate = Rate::new(20, 60);
            set_headers(&mut headers, &[count(rate, LimitLabel::PLAIN, used_ms)]);
            assert_eq!(headers["ratelimit"], format!("\"20/minute\";{field}"));
        }
    }

    #[test]
    fn what_the_application_says_of_its_own_limits_stays() {
        let (own, other) = ("\"own\";q=9;w=60", "\"other\";q=5;w=1");
        let (state, policy) = ("\"60/minute\";r=59;t=1", "\"60/minute\";q=60;w=60");
        let (limit, policies) = ("ratelimit", "ratelimit-policy");
        for (set, limits, all) in [
            (&[][..], &[state][..], &[policy][..]),
            (&[(policies, own)], &[state], &[own, policy]),
            (
                &[(policies, own), (policies, other)],
                &[state],
                &[own, other, policy],
            ),
            // `RateLimit` of one side would not fit the policies of the other.
            (&[(limit, "\"own\";r=1")], &["\"own\";r=1"], &[]),
            (
                &[(limit, "\"own\";r=1"), (policies, own)],
                &["\"own\";r=1"],
                &[own],
            ),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in set {
                headers.append(*name, HeaderValue::from_static(value));
            }
            let rate = Rate::new(60, 60);
            set_headers(&mut headers, &[count(rate, LimitLabel::PLAIN, 1_000)]);
            let lines = |name| headers.get_all(name).iter().collect::<Vec<_>>();
            assert_eq!(lines(limit), limits, "{set:?}");
            assert_eq!(lines(policies), all, "{set:?}");
        }
    }

    #[test]
    fn the_headers_report_the_state_of_the_client() {
        let mut headers = HeaderMap::new();
        let keyed = LimitLabel {
            scope: Some("api"),
            failures: Some(Counts::FAILURES),
            part: BucketOwner::Key,
        };
        let redirects = LimitLabel {
            failures: Some(&[303, 401]),
            ..LimitLabel::PLAIN
        };
        set_headers(
            &mut headers,
            &[
                count(Rate::new(10, 60), LimitLabel::PLAIN, 17_001),
                count(Rate::new(100, 7_200), LimitLabel::PLAIN, 7_200_000),
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
