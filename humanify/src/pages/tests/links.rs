//! Which addresses a page links to or embeds.

use super::*;
use crate::pages::links;

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
        let view = CookiesView {
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
