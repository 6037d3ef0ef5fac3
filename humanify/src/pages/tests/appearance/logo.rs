//! The name and the logo of a site.

use super::*;
use crate::language::Language;

const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M0 0h8v8z\"/></svg>";

#[test]
fn every_page_has_the_name_and_the_logo() {
    let appearance = Appearance::new().name(" Shop & Sons ").logo(SVG);
    for (name, page) in fixture(&appearance).all(Language::German, "/") {
        let line = "\" alt=\"\"><bdi>Shop &amp; Sons</bdi></p>";
        assert!(page.body.contains(line), "{name}");
        assert!(
            page.body
                .contains("<img src=\"data:image/svg+xml;base64,PHN2Z")
        );
        assert!(page.body.contains(" – Shop &amp; Sons</title>"), "{name}");
        assert!(!page.body.contains("<svg xmlns"), "{name}");
    }
    assert!(!body(&Appearance::new()).contains("class=\"site\""));
    assert!(body(&Appearance::new().logo(SVG)).contains("class=\"site\""));
}

#[test]
fn the_type_of_a_logo_is_recognised_by_its_bytes() {
    let large = [b"\x89PNG\r\n\x1a\n".to_vec(), vec![0; 32 * 1024 - 8]].concat();
    let with = |before: &str| format!("{before}{SVG}").into_bytes();
    let table: [(Vec<u8>, Option<&str>); 21] = [
        (b"\x89PNG\r\n\x1a\n....".to_vec(), Some("png")),
        (b"\xff\xd8\xff\xe0....".to_vec(), Some("jpeg")),
        (b"RIFF....WEBPVP8 ".to_vec(), Some("webp")),
        (SVG.into(), Some("svg+xml")),
        (with("\u{feff}\n"), Some("svg+xml")),
        (
            with("<?xml version=\"1.0\"?>\n<!-- Logo -->\n"),
            Some("svg+xml"),
        ),
        (
            with("<?xml version=\"1.0\"?><!DOCTYPE svg><!-- > -->"),
            Some("svg+xml"),
        ),
        (large.clone(), Some("png")),
        ([large, vec![0]].concat(), None),
        (Vec::new(), None),
        (b"\x89PNG".to_vec(), None),
        (b"RIFF....WAVEfmt ".to_vec(), None),
        (b"GIF89a".to_vec(), None),
        (b"<svg></svg>".to_vec(), None),
        (b"<svg viewBox=\"0 0 8 8\"></svg>".to_vec(), None),
        (
            b"<svgx xmlns=\"http://www.w3.org/2000/svg\">".to_vec(),
            None,
        ),
        (with("<html>"), None),
        (with("<script>alert(1)</script>"), None),
        (with("<!-- "), None),
        (b"data:image/png;base64,AAAA".to_vec(), None),
        (b"\xff\xfe<\0s\0v\0g\0".to_vec(), None),
    ];
    for (bytes, kind) in table {
        let shown = String::from_utf8_lossy(&bytes)
            .chars()
            .take(40)
            .collect::<String>();
        let appearance = Appearance::new().logo(bytes);
        match kind {
            Some(kind) => {
                let start = format!("<img src=\"data:image/{kind};base64,");
                assert!(body(&appearance).contains(&start), "{shown:?}");
            }
            None => assert!(refused(&appearance).contains("logo"), "{shown:?}"),
        }
    }
}
