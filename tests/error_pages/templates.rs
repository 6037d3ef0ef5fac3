//! Templates of the application for its errors.

use std::fs;

use http::StatusCode;
use http::header::ACCEPT_LANGUAGE;
use humanify::{ConfigError, ErrorTemplate, prelude::*};

use super::{registered, site};
use crate::support::HOME;
use crate::support::folder::Folder;

#[tokio::test]
async fn templates_are_the_applications_own() {
    let folder = Folder::new();
    let plain = "<title>EXCEPTION_TITLE</title>EXCEPTION_CODE EXCEPTION_CODE: EXCEPTION_MESSAGE!";
    let jinja = "<html lang={{ lang }} dir={{ dir }}>{{ EXCEPTION_CODE }} {{ EXCEPTION_TITLE }} \
                 {% if EXCEPTION_CODE >= 500 %}ours{% else %}yours{% endif %}: {{ EXCEPTION_MESSAGE }}";
    fs::write(folder.file("plain.html"), plain).unwrap();
    fs::write(folder.file("error.jinja"), jinja).unwrap();
    const GERMAN: &str = "Diese Teekanne kocht keinen Kaffee.";
    let plain_page = format!("<title>Ich bin eine Teekanne</title>418 418: {GERMAN}!");
    let jinja_page = format!("<html lang=de dir=ltr>418 Ich bin eine Teekanne yours: {GERMAN}");
    for (template, page) in [
        (ErrorTemplate::plain(plain), &plain_page),
        (
            ErrorTemplate::plain_file(folder.file("plain.html")),
            &plain_page,
        ),
        (ErrorTemplate::minijinja(jinja), &jinja_page),
        (
            ErrorTemplate::minijinja_file(folder.file("error.jinja")),
            &jinja_page,
        ),
    ] {
        let for_all = site(ErrorPages::all().template(template.clone()));
        let visitor = for_all.browser(HOME).with(ACCEPT_LANGUAGE, "de");
        let reply = visitor.get("/code/418").await;
        assert_eq!(&reply.body, page);
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert_eq!(reply.header("content-language"), Some("de"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("content-security-policy"), None);
        // The application sets the policy for pages with its own markup.
        let policy = visitor.get("/headers").await;
        assert_eq!(
            policy.header("content-security-policy"),
            Some("default-src 'self'")
        );

        let status = StatusCode::IM_A_TEAPOT;
        let for_one = site(ErrorPages::default().template_for(status, template));
        let visitor = for_one.browser(HOME).with(ACCEPT_LANGUAGE, "de");
        assert_eq!(&visitor.get("/code/418").await.body, page);
        assert!(
            visitor
                .get("/nowhere")
                .await
                .body
                .contains("class=\"code\"")
        );
    }
}

#[tokio::test]
async fn every_inserted_value_is_escaped() {
    // The French text for 404 has an apostrophe.
    for template in [
        ErrorTemplate::plain("<p title='EXCEPTION_MESSAGE'>EXCEPTION_TITLE"),
        ErrorTemplate::minijinja("<p title='{{ EXCEPTION_MESSAGE }}'>{{ EXCEPTION_TITLE }}"),
    ] {
        let site = site(ErrorPages::all().template(template));
        for language in [
            "ar", "zh", "en", "fr", "de", "hi", "it", "ja", "ko", "pt", "ru", "es",
        ] {
            let visitor = site.browser(HOME).with(ACCEPT_LANGUAGE, language);
            for code in registered() {
                let path = format!("/code/{code}?%3Cscript%3E='%22%3Cb%3E");
                let page = visitor.get(&path).await.body;
                assert_eq!(page.matches('\'').count(), 2, "{page}");
                assert_eq!(page.matches('<').count(), 1, "{page}");
                assert!(!page.contains('"') && !page.contains("script"), "{page}");
            }
        }
    }
}

const MISSING: &str = "humanify-no-such-template.html";

#[test]
fn a_broken_template_is_refused_by_build_by_its_name() {
    let folder = Folder::new();
    let missing = folder.file(MISSING);
    let (wrong, empty) = (folder.file("wrong.html"), folder.file("empty.html"));
    std::fs::write(&wrong, "{{ EXCEPTION_TITEL }}").unwrap();
    std::fs::write(&empty, " ").unwrap();
    for (template, says, file) in [
        (
            ErrorTemplate::minijinja_file(&wrong),
            "undefined value",
            "wrong.html",
        ),
        (ErrorTemplate::minijinja_file(&empty), "empty", "empty.html"),
        (ErrorTemplate::plain_file(&empty), "empty", "empty.html"),
        (
            ErrorTemplate::minijinja("{{ EXCEPTION_TITEL }}"),
            "undefined value",
            "",
        ),
        (
            ErrorTemplate::minijinja("{% if EXCEPTION_CODE %}"),
            "syntax error",
            "",
        ),
        (
            ErrorTemplate::minijinja("{% include 'head.html' %}"),
            "head.html",
            "",
        ),
        (
            // Only some errors reach the mistake in the template.
            ErrorTemplate::minijinja(
                "{% if EXCEPTION_CODE == 451 %}{{ nothing.at.all }}{% endif %}",
            ),
            "undefined value",
            "",
        ),
        (
            ErrorTemplate::minijinja("{{ EXCEPTION_TITLE|nofilter }}"),
            "nofilter",
            "",
        ),
        (ErrorTemplate::plain("  "), "empty", ""),
        (ErrorTemplate::plain_file(&missing), MISSING, MISSING),
        (ErrorTemplate::minijinja_file(&missing), MISSING, MISSING),
    ] {
        for (pages, name) in [
            (
                ErrorPages::default().template(template.clone()),
                "the template of the error pages",
            ),
            (
                ErrorPages::default().template_for(StatusCode::GONE, template),
                "the template of the error page for 410",
            ),
        ] {
            match Humanify::builder().error_pages(pages).build() {
                Err(ConfigError::ErrorPages(error)) => {
                    let error = ConfigError::ErrorPages(error);
                    // Its `Debug` has the causes.
                    let told = format!("{error:?}");
                    assert!(told.contains(says), "{told}");
                    assert!(told.contains(name) || says == MISSING, "{told}");
                    assert!(told.contains(file), "{told}");
                }
                other => panic!("{says}: {other:?}"),
            }
        }
    }
}
