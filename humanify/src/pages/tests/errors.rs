//! Pages for the errors of an application.

use http::StatusCode;

use super::*;
use crate::language::Language;

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
fn an_error_page_is_in_the_visitors_language() {
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

#[test]
fn an_error_page_has_a_link_and_the_reference() {
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
        // A link cannot repeat a request that sent data.
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
