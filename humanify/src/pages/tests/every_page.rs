//! Tests of every page: escaping, completeness, headers and the nonce.

use super::*;
use crate::language::Language;

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
            // Without scripts, the page of proof of work hides elements that need them.
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

/// Whether a page runs a script: for its proof of work, or to show the visitor's local time.
fn runs_a_script(name: &str) -> bool {
    name.starts_with("work") || matches!(name, "locked out" | "limited" | "no place" | "busy")
}

#[test]
fn every_page_carries_the_security_headers() {
    let fixture = Fixture::new();
    let policy = "default-src 'none'; style-src 'nonce-abababababababababababababababab'; \
                  img-src data:; media-src data:; form-action 'self' https: http:; \
                  base-uri 'none'; frame-ancestors 'none'";
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
                    true => "worker-src 'self'; child-src 'self'; ",
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
fn no_browser_restores_an_old_answer_into_a_new_challenge() {
    let fixture = Fixture::new();
    let mut forms = 0;
    for (name, page) in fixture.all(Language::English, "/") {
        for form in page.body.split("<form ").skip(1) {
            let (tag, fields) = form.split_once('>').unwrap();
            if fields.contains("name=\"token\"") {
                assert!(tag.contains(" autocomplete=\"off\""), "{name}: {tag}");
                forms += 1;
            }
        }
    }
    assert!(forms >= 4, "{forms}");
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
