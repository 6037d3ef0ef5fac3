//! What must hold of every page, whatever stands in its view.

mod appearance;
mod challenges;

use std::time::Duration;

use http::StatusCode;

use super::texts::fill;
use super::*;
use crate::challenge::{Puzzle, Subject};
use crate::language::Language;

/// What somebody might smuggle into any field that reaches a page.
const HOSTILE: [&str; 9] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "{{ nonce }}{% include 'error.html' %}",
    "\" autofocus onfocus=alert(1) x=\"",
    "\0\r\nSet-Cookie: a=b\r\n\r\n<script>",
];

const ADDRESS: &str = "data:image/png;base64,iVBORw0KGgo+/=";

struct Fixture {
    pages: PageRenderer,
    nonce: Nonce,
}

impl Fixture {
    fn new() -> Fixture {
        Fixture::of_site(None)
    }

    fn of_site(name: Option<&str>) -> Fixture {
        Fixture {
            pages: PageRenderer::new(
                &name.map_or(Appearance::new(), |name| Appearance::new().name(name)),
            )
            .unwrap(),
            nonce: Nonce::new([0xab; 16]),
        }
    }

    /// Every page, with `text` wherever a view takes one.
    fn all(&self, language: Language, text: &str) -> Vec<(String, Page)> {
        let context = Context {
            nonce: &self.nonce,
            language,
            reference: Some(text),
            host: Some(text),
            home: text,
            now: 0,
        };
        let tiles = vec![text.to_owned(); 9];
        let thing = Subject::Thing(text.to_owned());
        let cookies = Cookies {
            return_to: Some(text),
        };
        let denied = Denied {
            return_to: Some(text),
        };
        let blocked = Blocked {
            status: StatusCode::FORBIDDEN,
            retry_after: Duration::from_secs(3600),
            return_to: Some(text),
        };
        let waiting = Waiting {
            retry_after: Duration::from_millis(1500),
            return_to: Some(text),
        };
        let pages = &self.pages;
        let mut all = vec![
            ("blocked".to_owned(), pages.blocked(&context, &blocked)),
            ("denied".to_owned(), pages.denied(&context, &denied)),
            ("limited".to_owned(), pages.rate_limited(&context, &waiting)),
            ("busy".to_owned(), pages.busy(&context, &waiting)),
            ("cookies".to_owned(), pages.cookies(&context, &cookies)),
        ];
        for message in messages() {
            let view = WaitView {
                left: Duration::from_secs(5),
                way: "/humanify/challenge?next=a&at=b",
                mark: "/humanify/mark.svg?of=a",
                own_check: Some("/prove?ticket=a"),
                form: None,
                message,
                loopback: None,
            };
            all.push((format!("wait {message:?}"), pages.wait(&context, &view)));
        }
        for message in messages() {
            let preview = ChallengeBody::Pictures {
                subject: &Subject::Animal("cat"),
                preview: Some(text),
                tiles: &tiles,
            };
            let named = ChallengeBody::Grid {
                subject: &thing,
                tiles: &tiles,
            };
            let recording = ChallengeBody::Sound {
                recording: text,
                characters: 6,
                longest_answer: 12,
            };
            for (name, view) in [
                ("pictures", view(preview)),
                ("grid", view(named)),
                ("work", work()),
                ("sound", view(recording)),
            ] {
                let view = ChallengeView {
                    token: text,
                    next: text,
                    form: None,
                    message,
                    ..view
                };
                let page = pages.challenge(&context, &view);
                all.push((format!("{name} {message:?}"), page));
            }
        }
        for code in [400, 404, 405, 413, 418, 451, 499, 500, 503, 599] {
            let status = StatusCode::from_u16(code).unwrap();
            let page = ErrorPages::default()
                .compile()
                .unwrap()
                .render(pages, &context, status, true);
            all.push((format!("error {code}"), page));
        }
        all
    }
}

#[test]
fn nothing_that_a_view_holds_becomes_markup() {
    for hostile in HOSTILE {
        for (name, page) in Fixture::of_site(Some(hostile)).all(Language::English, hostile) {
            let body = page.body.to_ascii_lowercase();
            for mark in [
                "<script>",
                "<img src=x",
                "<svg onload",
                "href=\"javascript",
                "href=\"data:text",
                "action=\"javascript",
                "src=\"javascript",
                "src=\"data:text",
                "\" autofocus",
                "\" onfocus",
            ] {
                assert!(!body.contains(mark), "{name} with {hostile:?}: {mark}");
            }
            let scripts = usize::from(runs_a_script(&name));
            assert_eq!(body.matches("<script").count(), scripts, "{name}");
            assert_eq!(body.matches("</script").count(), scripts, "{name}");
            // Without a script, the page of proof of work hides what then makes no sense.
            let styles = 1 + usize::from(name.starts_with("work"));
            assert_eq!(
                body.matches("</style").count(),
                styles,
                "{name} {hostile:?}"
            );
            assert_eq!(body.matches("</title").count(), 1, "{name} {hostile:?}");
            assert!(page.headers.get("set-cookie").is_none());
        }
    }
}

#[test]
fn every_page_in_every_language_is_complete() {
    let fixture = Fixture::new();
    for language in Language::ALL {
        for (name, page) in fixture.all(language, "/next?a=1&b=2") {
            let body = &page.body;
            let start = format!(
                "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">",
                language.tag(),
                language.direction().as_str()
            );
            assert!(body.starts_with(&start), "{name}: {body}");
            assert!(body.ends_with("</html>"), "{name}");
            for part in [
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
                "<meta name=\"robots\" content=\"noindex\">",
                "<title>",
                "<h1",
            ] {
                assert!(body.contains(part), "{name} lacks {part}");
            }
            let scripts = usize::from(runs_a_script(&name));
            assert_eq!(body.matches("<script").count(), scripts, "{name}");
            for foreign in ["http://", "https://", " style=\"", "{count}", "{{"] {
                assert!(!body.contains(foreign), "{name} holds {foreign}");
            }
        }
    }
}

/// Whether a page runs a script: that of its work, or the one that shows the visitor's own time.
fn runs_a_script(name: &str) -> bool {
    name.starts_with("work") || matches!(name, "blocked" | "limited" | "busy")
}

#[test]
fn every_page_carries_the_security_headers() {
    let fixture = Fixture::new();
    let policy = "default-src 'none'; style-src 'nonce-abababababababababababababababab'; \
                  img-src data:; media-src data:; form-action 'self'; base-uri 'none'; \
                  frame-ancestors 'none'";
    let expected = [
        ("content-security-policy", policy),
        ("content-type", "text/html; charset=utf-8"),
        ("content-language", "en"),
        ("cache-control", "no-store"),
        ("vary", "Accept, Accept-Language, Cookie, Sec-Fetch-Mode"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("x-robots-tag", "noindex"),
    ];
    for (name, page) in fixture.all(Language::English, "/") {
        for (header, value) in expected {
            let mut value = value.to_owned();
            if runs_a_script(&name) && value == policy {
                let worker = match name.starts_with("work") {
                    true => "worker-src 'self'; ",
                    false => "",
                };
                let script = format!(
                    "'none'; script-src 'nonce-abababababababababababababababab'; {worker}style-src"
                );
                value = value.replace("'none'; style-src", &script);
            }
            if name.starts_with("wait") {
                value = value.replace("img-src data:", "img-src 'self' data:");
            }
            assert_eq!(page.headers.get(header).unwrap(), &value, "{name}");
        }
    }
}

#[test]
fn the_nonce_of_the_policy_is_the_nonce_of_the_page() {
    for random in [[0; 16], [255; 16], [0x3c; 16]] {
        let fixture = Fixture {
            nonce: Nonce::new(random),
            ..Fixture::new()
        };
        for (name, page) in fixture.all(Language::English, "/") {
            let (_, rest) = page.body.split_once("<style nonce=\"").unwrap();
            let (nonce, _) = rest.split_once('"').unwrap();
            assert_eq!(nonce.len(), 32);
            let policy = page.headers.get("content-security-policy").unwrap();
            let source = format!("style-src 'nonce-{nonce}';");
            assert!(policy.to_str().unwrap().contains(&source), "{name}");
        }
    }
}

#[test]
fn each_page_has_its_status_and_says_when_to_come_back() {
    let table = [
        ("blocked", 403, Some("3600")),
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
fn a_wait_is_said_in_words_and_never_too_short() {
    let table = [
        (0, "in 1 s."),
        (400, "in 1 s."),
        (45_000, "in 45 s."),
        (59_001, "in 1 min. (00:01 UTC)"),
        (61_000, "in 2 min. (00:01 UTC)"),
        (3_599_000, "in 1 h. (00:59 UTC)"),
        (3_600_000, "in 1 h. (01:00 UTC)"),
        (3_900_000, "in 1 h 5 min. (01:05 UTC)"),
        (86_400_000, "in 24 h. (1970-01-02 00:00 UTC)"),
        (u64::MAX, " h "),
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
        // What the page counts down by, which has no script.
        let seconds = milliseconds.div_ceil(1_000).max(1);
        let countdown = format!(":root{{--wait:{seconds}s;--from:{seconds}}}");
        assert!(page.body.contains(&countdown), "{milliseconds}");
    }
}

#[test]
fn pictures_are_answered_without_a_script_by_the_tile_that_is_clicked() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    let page = fixture
        .pages
        .challenge(&context(&fixture.nonce), &pictures(&tiles));
    for position in 0..6 {
        let tile = format!(
            "<button name=\"answer\" value=\"{position}\"><img src=\"{ADDRESS}\" alt=\"Picture {} of 6\"",
            position + 1
        );
        assert!(page.body.contains(&tile), "{}", page.body);
    }
    for part in [
        "method=\"post\" action=\"&#x2f;app&#x2f;humanify&#x2f;verify\"",
        "name=\"token\" value=\"sealed-token\"",
        "name=\"next\" value=\"a b&amp;c\"",
        "href=\"&#x2f;app&#x2f;humanify&#x2f;challenge?next=a+b%26c&amp;for=ticket\"",
        "href=\"&#x2f;app&#x2f;humanify&#x2f;audio_challenge?next=a+b%26c&amp;for=ticket\"",
        "Round 1 of 2",
        "shows this animal",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn sound_is_answered_by_typing() {
    let fixture = Fixture::new();
    let page = fixture.pages.challenge(&context(&fixture.nonce), &sound());
    for part in [
        "action=\"&#x2f;humanify&#x2f;verify_audio\"",
        "<audio controls",
        "maxlength=\"12\"",
        "autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"",
        "challenge?next=sealed-next",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
}

#[test]
fn a_way_that_does_not_exist_is_not_offered() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    let view = ChallengeView {
        sound: None,
        rounds: 1,
        ..pictures(&tiles)
    };
    let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
    assert!(!page.body.contains("audio_challenge"));
    assert!(!page.body.contains("Round "));
}

#[test]
fn a_message_says_what_happened_and_only_a_mistake_is_an_alert() {
    let table = [
        (
            Message::WrongAnswer {
                tries_left: Some(2),
            },
            "not the right answer. <strong>Tries left: 2",
        ),
        (
            Message::WrongAnswer { tries_left: None },
            "not the right answer.</p>",
        ),
        (Message::Expired, "ran out of time"),
        (Message::Incomplete, "not complete"),
        (Message::Right, "Right, one more."),
        (Message::FormNotSent, "form was not sent"),
    ];
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    for (message, words) in table {
        let view = ChallengeView {
            message: Some(message),
            ..pictures(&tiles)
        };
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        let role = match message {
            Message::WrongAnswer { .. } => "class=\"alert\" role=\"alert\"",
            _ => "class=\"alert note\" role=\"status\"",
        };
        let (_, alert) = page.body.split_once(role).unwrap();
        assert!(alert.contains(words), "{message:?}");
    }
}

#[test]
fn a_developer_on_loopback_learns_why_they_are_asked() {
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    for address in ["127.0.0.1", "::1"] {
        let view = ChallengeView {
            loopback: Some(address.parse().unwrap()),
            ..pictures(&tiles)
        };
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        let sentence = format!("{address} is not a routable address");
        assert!(page.body.contains(&sentence));
    }
}

#[test]
fn links_lead_to_a_path_of_this_site_or_nowhere() {
    let long = format!("/{}", "x".repeat(2_100));
    let table = [
        ("/", true),
        ("/orders/7?sort=%2F%2F&to=http://x#top", true),
        ("/ümlaut", false),
        ("/%C3%BCmlaut", true),
        ("/%2f%2fevil.example", false),
        ("/%252f/evil.example", false),
        ("/a%0d%0ab", false),
        ("/%252525252561", false),
        ("", false),
        ("orders", false),
        ("//evil.example", false),
        ("////evil.example", false),
        ("/\\evil.example", false),
        ("\\\\evil.example", false),
        ("/..//evil.example", false),
        ("/a\\b", true),
        ("/p/https://example.org/x", true),
        ("/p/a%2F%2Fb", true),
        ("/p?back=a\\b", true),
        (&long, true),
        ("/a/..//evil.example", false),
        ("/a/%2e%2e//evil.example", false),
        ("/.//evil.example", false),
        ("/a//..//evil.example", false),
        ("/a/..\\/evil.example", false),
        ("/%2e%2e%5c%5cevil.example", false),
        ("/\t/evil.example", false),
        ("/\u{0}", false),
        (" /a", false),
        ("https://evil.example/", false),
        ("javascript:alert(1)", false),
        ("JaVaScRiPt:alert(1)", false),
        ("data:text/html,x", false),
    ];
    let fixture = Fixture::new();
    for (address, is_local) in table {
        assert_eq!(links::local(address).is_some(), is_local, "{address:?}");
        let view = Cookies {
            return_to: Some(address),
        };
        let page = fixture.pages.cookies(&context(&fixture.nonce), &view);
        assert_eq!(
            page.body.contains("<a class=\"button\""),
            is_local,
            "{address:?}"
        );
        assert!(page.body.contains("<a href=\"&#x2f;\">Go to the home page"));
    }
}

#[test]
fn only_pictures_and_sounds_get_into_an_address_of_data() {
    let table = [
        (ADDRESS, true),
        ("data:image/webp;base64,AA==", true),
        ("data:audio/wav;base64,AA==", true),
        ("data:text/html;base64,AA==", false),
        ("data:image/svg+xml,<svg>", false),
        ("data:image/png;base64,\"", false),
        ("https://evil.example/x.png", false),
        ("", false),
    ];
    for (address, is_plain) in table {
        assert_eq!(links::is_plain_data(address), is_plain, "{address}");
    }
}

#[test]
fn the_language_is_the_one_that_the_client_likes_best() {
    let long = [b"de;q=0.5,".repeat(200), b"fr".to_vec()].concat();
    let one_long_entry = b"x".repeat(100_000);
    let table: [(&[u8], &str); 58] = [
        (b"", "en"),
        (b"en", "en"),
        (b"de", "de"),
        (b"DE-at", "de"),
        (b"es-419,es;q=0.9", "es"),
        (b"pt-BR", "pt"),
        (b"zh", "zh-CN"),
        (b"zh-Hans-SG", "zh-CN"),
        (b"zh-TW", "zh-Hant"),
        (b"ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (b"ja,en;q=0.9", "ja"),
        (b"hi-IN", "hi"),
        (b"it;q=1.0", "it"),
        (b"ru;q=1.000", "ru"),
        (b"ar-EG", "ar"),
        (b"fr-CA", "fr"),
        (b"da, en-GB;q=0.8, en;q=0.7", "en"),
        (b"nl, sv;q=0.9", "en"),
        (b"nl, fr;q=0.1", "fr"),
        (b"en;q=0.3, fr;q=0.7, de;q=0.7", "fr"),
        (b"en;q=0.3,de;Q=0.31", "de"),
        (b"de ; q = 0.2 , it ; q=0.4", "it"),
        (b"de;q=0", "en"),
        (b"zh", "zh-CN"),
        (b"zh-Hans-TW, en;q=0.5", "zh-CN"),
        (b"zh-SG", "zh-CN"),
        (b"zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        (b"ZH-hk", "zh-Hant"),
        (b"zh-Hant", "zh-Hant"),
        (b"zh-Hant-CN", "zh-Hant"),
        (b"en;q=0.4, zh-MO;q=0.5", "zh-Hant"),
        (b"pt", "pt"),
        (b"pt-BR, pt-PT;q=0.9", "pt"),
        (b"pt-PT, pt;q=0.9", "pt-PT"),
        (b"pt-ao", "pt-PT"),
        (b"de-TW", "de"),
        (b"de;q=0.000, fr;q=0.001", "fr"),
        (b"*", "en"),
        (b"*;q=0.5, de;q=0.4", "en"),
        (b"de, *;q=0.5", "de"),
        (b"und", "en"),
        (b"und, de;q=0.5", "de"),
        (b"i-klingon", "en"),
        (b"d", "en"),
        (b"deu", "en"),
        (b"de_DE", "en"),
        (b"de;q=1.5, fr;q=0.1", "fr"),
        (b"de;q=-1", "en"),
        (b"de;q=0.1234", "en"),
        (b"de;q=", "en"),
        (b"de;q", "en"),
        (b"de;", "en"),
        (b"de;level=1", "en"),
        (b",,;;,=,q=,-,--,;q=1,de", "de"),
        (b"\xff\xfe\x00,\xf0\x9f\x92\xa9;q=1,fr;q=0.2", "fr"),
        (b"\xd1\x80\xd1\x83", "en"),
        (&long, "de"),
        (&one_long_entry, "en"),
    ];
    for (header, tag) in table {
        let shown = String::from_utf8_lossy(header);
        assert_eq!(Language::choose(Some(header)).tag(), tag, "{shown:.80}");
    }
    assert_eq!(Language::choose(None), Language::English);
}

#[test]
fn the_thirty_third_language_is_not_read() {
    let after = |count: usize| [b"x,".repeat(count), b"de".to_vec()].concat();
    assert_eq!(Language::choose(Some(&after(31))), Language::German);
    assert_eq!(Language::choose(Some(&after(32))), Language::English);
}

#[test]
fn every_language_has_its_own_column_and_the_same_places() {
    let names = |text: &str| {
        let mut names: Vec<_> = text
            .split('{')
            .skip(1)
            .map(|rest| rest.split_once('}').unwrap().0.to_owned())
            .collect();
        names.sort();
        names
    };
    let table_of = |language: Language| {
        let value = serde_json::to_value(language.texts()).unwrap();
        value.as_object().unwrap().clone()
    };
    let english = table_of(Language::English);
    for (position, language) in Language::ALL.into_iter().enumerate() {
        assert_eq!(language as usize, position);
        for (key, text) in table_of(language) {
            let text = text.as_str().unwrap();
            let tag = language.tag();
            assert!(!text.trim().is_empty(), "{tag} {key}");
            let original = english[&key].as_str().unwrap();
            assert_eq!(names(text), names(original), "{tag} {key}");
            // Units are the same in several languages; no sentence is.
            let is_sentence = original.contains(' ') && !original.contains('{');
            let is_translated = language == Language::English || text != original;
            assert!(is_translated || !is_sentence, "{tag} {key}");
        }
    }
}

#[test]
fn a_value_is_not_looked_through_for_places() {
    assert_eq!(fill("{a} {b}", &[("a", "{b}"), ("b", "2")]), "{b} 2");
    assert_eq!(fill("{a} {unknown}x{", &[("a", "1")]), "1 x{");
    assert_eq!(fill("plain", &[]), "plain");
}

#[test]
fn problem_documents_say_the_same_as_the_pages() {
    let table = [
        (
            ProblemKind::ChallengeRequired,
            403,
            "urn:humanify:problem:challenge-required",
        ),
        (
            ProblemKind::AccessDenied,
            403,
            "urn:humanify:problem:access-denied",
        ),
        (
            ProblemKind::RateLimited,
            429,
            "https://iana.org/assignments/http-problem-types#quota-exceeded",
        ),
        (ProblemKind::Busy, 503, "urn:humanify:problem:busy"),
    ];
    for (kind, status, name) in table {
        for hostile in HOSTILE {
            let page = Problem::new(kind)
                .challenge(hostile)
                .retry_after(Duration::from_millis(1500))
                .page();
            let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
            let expected = serde_json::json!({
                "type": name,
                "title": document["title"],
                "status": status,
                "detail": document["detail"],
                "challenge": hostile,
                "retry_after": 2,
            });
            assert_eq!(document, expected);
            assert_eq!(page.status.as_u16(), status);
            let header = |name| page.headers.get(name).unwrap().to_str().unwrap();
            assert_eq!(header("content-type"), "application/problem+json");
            assert_eq!(header("cache-control"), "no-store");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("retry-after"), "2");
            assert!(header("content-security-policy").starts_with("default-src 'none'"));
        }
    }
}

#[test]
fn a_problem_says_nothing_that_it_does_not_know() {
    let page = Problem::new(ProblemKind::Status(StatusCode::NOT_FOUND)).page();
    let document: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    let expected = serde_json::json!({"type": "about:blank", "title": "Not Found", "status": 404});
    assert_eq!(document, expected);
    assert!(page.headers.get("retry-after").is_none());
}

#[test]
fn error_pages_cover_errors_only() {
    let default = ErrorPages::default();
    let chosen = ErrorPages::default().codes([
        StatusCode::GONE,
        StatusCode::OK,
        StatusCode::SEE_OTHER,
        StatusCode::BAD_GATEWAY,
    ]);
    let table = [
        (200, false, false),
        (303, false, false),
        (404, true, false),
        (405, true, false),
        (410, false, true),
        (500, true, false),
        (502, false, true),
    ];
    for (code, by_default, by_choice) in table {
        let status = StatusCode::from_u16(code).unwrap();
        assert_eq!(default.covers(status), by_default, "{code}");
        assert_eq!(chosen.covers(status), by_choice, "{code}");
    }
}

#[test]
fn an_error_is_spoken_of_in_the_visitors_language() {
    let fixture = Fixture::new();
    let context = Context {
        language: Language::German,
        ..context(&fixture.nonce)
    };
    let table = [
        (404, "<h1>Seite nicht gefunden</h1>"),
        (410, "<h1>Nicht mehr vorhanden</h1>"),
        (418, "<h1>Ich bin eine Teekanne</h1>"),
        (499, "<h1>Ungültige Anfrage</h1>"),
        (599, "<h1>Etwas ist schiefgegangen</h1>"),
    ];
    for (code, heading) in table {
        let status = StatusCode::from_u16(code).unwrap();
        let page = fixture.pages.error(&context, status, false);
        assert!(page.body.contains(heading), "{}", page.body);
        assert!(page.body.contains(&format!(">{code}</p>")));
    }
}

fn context(nonce: &Nonce) -> Context<'_> {
    Context {
        nonce,
        language: Language::English,
        reference: None,
        host: None,
        home: "/",
        now: 0,
    }
}

/// What is left of a page without its tags.
fn without_tags(page: &str) -> String {
    let parts = page.split('<').filter_map(|part| part.split_once('>'));
    parts.map(|(_, text)| text).collect()
}

#[test]
fn an_error_has_a_way_on_and_its_reference() {
    let fixture = Fixture::new();
    let context = Context {
        reference: Some("4711"),
        home: "/shop/",
        host: Some("shop.example"),
        ..context(&fixture.nonce)
    };
    for (code, can_reload, again) in [
        (403, true, false),
        (404, true, false),
        (429, true, true),
        (500, true, true),
        (503, true, true),
        // What was sent is not sent again by a link.
        (500, false, false),
    ] {
        let status = StatusCode::from_u16(code).unwrap();
        let page = fixture.pages.error(&context, status, can_reload).body;
        assert_eq!(page.contains("href=\"\">Try again"), again, "{code} {page}");
        for part in [
            "href=\"&#x2f;shop&#x2f;\">Go to the home page",
            "4711",
            "<bdi>shop.example</bdi>",
            " – shop.example</title>",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
}

#[test]
fn a_site_without_a_name_is_called_by_its_host() {
    for (name, expected) in [(None, "host.example"), (Some("Shop"), "Shop")] {
        let fixture = Fixture::of_site(name);
        let context = Context {
            host: Some("host.example"),
            ..context(&fixture.nonce)
        };
        let page = fixture.pages.challenge(&context, &work()).body;
        let title = format!("<title>One moment, please – {expected}</title>");
        assert!(page.contains(&title), "{page}");
        assert!(page.contains("away from this site"), "{page}");
    }
}

fn messages() -> [Option<Message>; 6] {
    let tries_left = Some(2);
    [
        None,
        Some(Message::WrongAnswer { tries_left }),
        Some(Message::Expired),
        Some(Message::Incomplete),
        Some(Message::Right),
        Some(Message::FormNotSent),
    ]
}

fn view(body: ChallengeBody<'_>) -> ChallengeView<'_> {
    ChallengeView {
        action: "/app/humanify/verify",
        another: "/app/humanify/challenge?next=a+b%26c&for=ticket",
        pictures: Some("/app/humanify/challenge?next=a+b%26c&for=ticket"),
        sound: Some("/app/humanify/audio_challenge?next=a+b%26c&for=ticket"),
        own_check: None,
        scriptless: ScriptlessWays::default(),
        beside: None,
        sealed_demand: "ticket",
        token: "sealed-token",
        next: "a b&c",
        form: None,
        round: 1,
        rounds: 2,
        message: None,
        loopback: None,
        body,
    }
}

fn pictures(tiles: &[String]) -> ChallengeView<'_> {
    view(ChallengeBody::Pictures {
        subject: &Subject::Animal("cat"),
        preview: Some(ADDRESS),
        tiles,
    })
}

fn work() -> ChallengeView<'static> {
    ChallengeView {
        action: "/humanify/verify_work",
        another: "/humanify/work_challenge?next=sealed-next&for=ticket",
        pictures: Some("/humanify/challenge?next=sealed-next&for=ticket"),
        sound: Some("/humanify/audio_challenge?next=sealed-next&for=ticket"),
        own_check: None,
        scriptless: ScriptlessWays::default(),
        beside: None,
        next: "sealed-next",
        form: None,
        rounds: 1,
        ..view(ChallengeBody::Work {
            script: "/humanify/work.0123456789abcdef.js",
            puzzle: &PUZZLE,
        })
    }
}

static PUZZLE: std::sync::LazyLock<Puzzle> = std::sync::LazyLock::new(|| Puzzle {
    key: "00".to_owned(),
    tags: "01.02".to_owned(),
    range: 20_480,
});

fn sound() -> ChallengeView<'static> {
    ChallengeView {
        action: "/humanify/verify_audio",
        another: "/humanify/audio_challenge?next=sealed-next&for=ticket",
        pictures: Some("/humanify/challenge?next=sealed-next&for=ticket"),
        next: "sealed-next",
        form: None,
        rounds: 1,
        ..view(ChallengeBody::Sound {
            recording: "data:audio/wav;base64,UklGRg==",
            characters: 6,
            longest_answer: 12,
        })
    }
}
