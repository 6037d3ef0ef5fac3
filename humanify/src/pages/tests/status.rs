//! The status of each page, and the wait that it states.

use std::time::Duration;

use super::*;
use crate::language::Language;

#[test]
fn each_page_has_its_status_and_says_when_to_come_back() {
    let table = [
        ("locked out", 403, Some("3600")),
        ("denied", 403, None),
        ("limited", 429, Some("2")),
        ("busy", 503, Some("2")),
        ("error 404", 404, None),
        ("error 405", 405, None),
        ("error 500", 500, None),
        ("error 599", 599, None),
        ("cookies", 403, None),
        ("pictures None", 200, None),
        ("grid None", 200, None),
        ("work None", 200, None),
        ("sound None", 200, None),
        ("wait None", 200, None),
    ];
    let all = Fixture::new().all(Language::English, "/");
    for (wanted, status, wait) in table {
        let (_, page) = all.iter().find(|(name, _)| name == wanted).unwrap();
        assert_eq!(page.status.as_u16(), status, "{wanted}");
        let header = page.headers.get("retry-after");
        assert_eq!(header.map(|value| value.to_str().unwrap()), wait);
    }
}

#[test]
fn a_wait_is_written_in_words_and_rounded_up() {
    let table = [
        (0, "in 1\u{a0}s."),
        (400, "in 1\u{a0}s."),
        (45_000, "in 45\u{a0}s."),
        (59_001, "in 1\u{a0}min. (00:01 UTC)"),
        (61_000, "in 2\u{a0}min. (00:01 UTC)"),
        (3_599_000, "in 1\u{a0}h. (00:59 UTC)"),
        (3_600_000, "in 1\u{a0}h. (01:00 UTC)"),
        (3_900_000, "in 1\u{a0}h\u{a0}5\u{a0}min. (01:05 UTC)"),
        (86_400_000, "in 24\u{a0}h. (1970-01-02 00:00 UTC)"),
        (u64::MAX, "\u{a0}h\u{a0}"),
    ];
    let fixture = Fixture::new();
    for (milliseconds, words) in table {
        let view = Waiting {
            retry_after: Duration::from_millis(milliseconds),
            return_to: None,
        };
        let page = fixture.pages.rate_limited(&context(&fixture.nonce), &view);
        let plain = without_tags(&page.body);
        assert!(plain.contains(words), "{milliseconds}: {plain}");
        // The countdown in CSS, for a page without scripts.
        let seconds = milliseconds.div_ceil(1_000).max(1);
        let countdown = format!(":root{{--wait:{seconds}s;--from:{seconds}}}");
        assert!(page.body.contains(&countdown), "{milliseconds}");
    }
}

/// The text of a page, without its tags.
fn without_tags(page: &str) -> String {
    let parts = page.split('<').filter_map(|part| part.split_once('>'));
    parts.map(|(_, text)| text).collect()
}
