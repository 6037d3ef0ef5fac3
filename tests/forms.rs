//! A form that a challenge interrupts is kept, and a button sends it after the challenge.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::OriginalUri;
use axum::routing::{any, get};
use http::header::{CONTENT_TYPE, HeaderName, ORIGIN};
use http::{HeaderMap, Method, StatusCode};
use humanify::{ChallengeType, HumanifyBuilder, Pages, prelude::*, testing};

use crate::support::{HOME, Reply, Site, Visitor};

const TYPED: &str = "name=Annabella&comment=a+secret+%26+more%0D%0A";

const SAME_ORIGIN: (HeaderName, &str) = (HeaderName::from_static("sec-fetch-site"), "same-origin");

fn with(builder: HumanifyBuilder) -> Site {
    /// Responds with the received request.
    #[always_challenge]
    async fn comment(
        method: Method,
        OriginalUri(uri): OriginalUri,
        headers: HeaderMap,
        body: Bytes,
    ) -> String {
        let header = |name| {
            headers
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
        };
        format!(
            "{method} {uri} {} {} {}",
            header("content-type"),
            header("content-length"),
            String::from_utf8_lossy(&body)
        )
    }
    async fn open(body: Bytes) -> Bytes {
        body
    }
    let app = Router::new()
        .route("/comment", any(comment))
        .route("/other", any(comment))
        .route("/open", get(open).post(open));
    Site::new(builder, app)
}

fn site() -> Site {
    with(Humanify::builder())
}

/// A visitor whose browser marks its forms as same-origin.
fn browser(site: &Site) -> Visitor {
    let (name, value) = SAME_ORIGIN;
    site.browser(HOME).with(name, value)
}

/// The target and the body that the button of a page sends.
pub(crate) fn button(page: &Reply) -> Option<(String, String)> {
    button_of("humanify_form", page)
}

/// The same of an instance whose field is called so.
fn button_of(field: &str, page: &Reply) -> Option<(String, String)> {
    let plain = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let (_, form) = plain.split_once("enctype=\"text/plain\"")?;
    let (before, _) = plain.split_once("\" enctype=\"text/plain\"")?;
    let (_, target) = before.rsplit_once("action=\"")?;
    let (_, value) = form.split_once(&format!("name=\"{field}\" value=\""))?;
    let (value, _) = value.split_once('"')?;
    Some((target.to_owned(), value.to_owned()))
}

pub(crate) async fn press(visitor: &Visitor, target: &str, sealed: &str) -> Reply {
    press_of("humanify_form", visitor, target, sealed).await
}

/// The same of an instance whose field is called so.
async fn press_of(field: &str, visitor: &Visitor, target: &str, sealed: &str) -> Reply {
    let body = format!("{field}={sealed}\r\n");
    let visitor = visitor
        .clone()
        .with(CONTENT_TYPE, "text/plain")
        .with(http::header::CONTENT_LENGTH, &body.len().to_string());
    visitor.send(Method::POST, target, &body).await
}

/// The sealed form in a page of a challenge.
fn sealed(page: &Reply) -> Option<String> {
    let (_, rest) = page.body.split_once("name=\"form\" value=\"")?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

#[tokio::test]
async fn a_form_arrives_after_the_challenge_as_it_was_sent() {
    for challenge_type in [
        ChallengeType::OneClick,
        ChallengeType::Grid,
        ChallengeType::ProofOfWork,
    ] {
        let site = with(Humanify::builder().challenge_type(challenge_type));
        let visitor = browser(&site);
        let page = visitor.post("/comment?to=1&x=%2F", TYPED).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(
            page.body.contains("What you typed is kept"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("secret") && !page.body.contains("Annabella"));
        let ready = visitor.solve(page).await;
        assert_eq!(ready.status, StatusCode::OK, "{challenge_type:?}");
        assert!(ready.clears() && !ready.body.contains("secret"));
        let (target, sealed) = button(&ready).expect("a button");
        assert_eq!(target, "/comment?to=1&x=%2F");
        let sent = press(&visitor, &target, &sealed).await;
        let length = TYPED.len();
        assert_eq!(
            sent.body,
            format!("POST /comment?to=1&x=%2F application/x-www-form-urlencoded {length} {TYPED}")
        );
        // A second click, or a stored copy of the request.
        for _ in 0..2 {
            let again = press(&visitor, &target, &sealed).await;
            assert_eq!(again.status, StatusCode::CONFLICT);
            assert!(again.body.contains("sent already"), "{}", again.body);
        }
    }
}

#[tokio::test]
async fn a_form_is_kept_through_errors_other_pictures_and_the_recording() {
    let site = site();
    let visitor = browser(&site);
    let first = visitor.post("/comment", TYPED).await;
    let wrong = visitor.err(&first).await;
    assert!(wrong.body.contains("Tries left: 2"), "{}", wrong.body);
    assert!(wrong.body.contains("What you typed is kept"));
    assert!(sealed(&wrong).is_some());
    let fields = |page: &Reply| {
        let answer = testing::solve(&site.humanify, &page.body).unwrap();
        answer.body
    };
    let way = |page: &Reply, start: &str| {
        let plain = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
        let start = format!("formaction=\"{start}?");
        let (_, rest) = plain.split_once(&start).expect("a button");
        let query = rest.split('"').next().unwrap().to_owned();
        format!("{}{query}", &start["formaction=\"".len()..])
    };
    let other = way(&wrong, "/humanify/challenge");
    let other = visitor.post(&other, &fields(&wrong)).await;
    assert_eq!(other.status, StatusCode::OK);
    let sound = way(&other, "/humanify/audio_challenge");
    let sound = visitor.post(&sound, &fields(&other)).await;
    assert!(sound.body.contains("<audio"), "{}", sound.body);
    let ready = visitor.solve(sound).await;
    let (target, sealed) = button(&ready).expect("a button");
    let sent = press(&visitor, &target, &sealed).await;
    assert!(sent.body.ends_with(TYPED), "{}", sent.body);
}

#[tokio::test]
async fn a_sealed_form_is_refused_for_other_clients_and_pages() {
    let site = site();
    let visitor = browser(&site);
    let page = visitor.post("/comment?a=1", TYPED).await;
    let ready = visitor.solve(page).await;
    let (target, form) = button(&ready).unwrap();

    // Another browser, with its own clearance.
    let other = site
        .browser("84.140.1.9")
        .with(SAME_ORIGIN.0, SAME_ORIGIN.1);
    other.get_in("/comment").await;
    let lost = |reply: &Reply| {
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(reply.body.contains("could not be sent"), "{}", reply.body);
    };
    lost(&press(&other, &target, &form).await);
    // Another path, another query.
    for elsewhere in ["/other?a=1", "/comment?a=2", "/comment", "/open"] {
        lost(&press(&visitor, elsewhere, &form).await);
    }
    // A changed form, or a missing cookie.
    let last = if form.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &form[..form.len() - 1]);
    lost(&press(&visitor, &target, &changed).await);
    lost(&press(&visitor, &target, "").await);
    lost(&press(&visitor.clone().forgetful(), &target, &form).await);
    // Sent from a page of another site, or from an unknown origin.
    let foreign = visitor.clone().with(SAME_ORIGIN.0, "cross-site");
    lost(&press(&foreign, &target, &form).await);
    // None of these attempts has spent the form.
    let sent = press(&visitor, &target, &form).await;
    assert_eq!(sent.status, StatusCode::OK);

    // After its expiry.
    let late = browser(&site);
    let page = late.post("/comment", TYPED).await;
    let ready = late.solve(page).await;
    let (target, form) = button(&ready).unwrap();
    site.clock.advance(Duration::from_secs(671));
    lost(&press(&late, &target, &form).await);
}

#[tokio::test]
async fn the_form_is_judged_again_when_it_is_sent() {
    let site = site();
    let visitor = browser(&site);
    let page = visitor.post("/comment", TYPED).await;
    let ready = visitor.solve(page).await;
    let (target, form) = button(&ready).unwrap();
    // Without the clearance, the same browser gets another challenge, which keeps the form.
    visitor.set_cookie("humanify_clearance", "none");
    let again = press(&visitor, &target, &form).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(
        again.body.contains("What you typed is kept"),
        "{}",
        again.body
    );
    let ready = visitor.solve(again).await;
    let (target, second) = button(&ready).unwrap();
    let sent = press(&visitor, &target, &second).await;
    assert!(sent.body.ends_with(TYPED), "{}", sent.body);
    // Both sealed values are the same form.
    let first = press(&visitor, &target, &form).await;
    assert_eq!(first.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_form_that_is_not_kept_leads_back_to_its_page() {
    let site = site();
    let long = format!("text={}", "x".repeat(8 * 1024));
    let to_long = format!("/comment?{}", "x".repeat(2_100));
    for (headers, path, body) in [
        // A form of another site: our button would send it in the visitor's name.
        (vec![(SAME_ORIGIN.0, "cross-site")], "/comment", TYPED),
        (vec![(SAME_ORIGIN.0, "same-site")], "/comment", TYPED),
        (
            vec![(ORIGIN, "https://elsewhere.example")],
            "/comment",
            TYPED,
        ),
        (vec![], "/comment", TYPED),
        (vec![SAME_ORIGIN], "/comment", long.as_str()),
        (vec![SAME_ORIGIN], to_long.as_str(), TYPED),
    ] {
        let mut visitor = site.browser(HOME).without(SAME_ORIGIN.0);
        for (name, value) in &headers {
            visitor = visitor.with(name.clone(), value);
        }
        let page = visitor.post(path, body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(
            page.body.contains("Your form was not sent"),
            "{headers:?} {}",
            page.body
        );
        assert_eq!(sealed(&page), None, "{headers:?}");
    }
    let visitor = browser(&site).with(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let page = visitor.send(Method::POST, "/comment", "--x--").await;
    assert!(page.body.contains("Your form was not sent"));
    // Another scheme is another origin.
    let visitor = site.browser(HOME).without(SAME_ORIGIN.0);
    let visitor = visitor.with(ORIGIN, "https://site.example");
    let visitor = visitor.with(http::header::HOST, "site.example");
    let page = visitor.post("/comment", TYPED).await;
    assert!(page.body.contains("Your form was not sent"));
    // An older browser reports the origin of its form only by `Origin`.
    let visitor = site.browser(HOME).without(SAME_ORIGIN.0);
    let visitor = visitor.with(ORIGIN, "http://site.example");
    let visitor = visitor.with(http::header::HOST, "site.example");
    let page = visitor.post("/comment", TYPED).await;
    assert!(
        page.body.contains("What you typed is kept"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn other_bodies_pass_unchanged() {
    let site = site();
    let visitor = browser(&site);
    for body in [
        "hello, this is text",
        "humanify_formula=1",
        "",
        "humanify_form",
    ] {
        let length = body.len().to_string();
        let visitor = visitor
            .clone()
            .with(CONTENT_TYPE, "text/plain;charset=utf-8")
            .with(http::header::CONTENT_LENGTH, &length);
        let reply = visitor.send(Method::POST, "/open", body).await;
        assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, body));
    }
}

#[tokio::test]
async fn nested_instances_open_their_own_forms_and_each_challenges_once() {
    #[always_challenge]
    async fn comment(headers: HeaderMap, body: String) -> String {
        format!("{} {body}", headers[CONTENT_TYPE].to_str().unwrap())
    }
    let (mount, field) = ("/shop-check", "shop-check_form");
    let inner = Site::new(
        Humanify::builder().pages(Pages::at(mount)),
        Router::new().route("/comment", any(comment)),
    );
    let outer = Site::new(
        Humanify::builder().rules(protect! { always_challenge on "/shop/*"; }),
        Router::new().nest("/shop", inner.app.clone()),
    );
    let inner = Site {
        app: outer.app.clone(),
        ..inner
    };
    let visitor = browser(&outer);
    let page = visitor.post("/shop/comment?a=1", TYPED).await;
    let ready = visitor.solve(page).await;
    let (target, form) = button(&ready).expect("the button of the outer");
    // The outer instance passes the form on, and the inner one keeps it.
    let at_inner = visitor.clone().at_site(&inner);
    let page = press(&visitor, &target, &form).await;
    assert!(
        page.body.contains("What you typed is kept"),
        "{}",
        page.body
    );
    let ready = at_inner.solve(page).await;
    assert_eq!(button(&ready), None);
    let (target, kept) = button_of(field, &ready).expect("the button of the inner");
    assert_eq!(target, "/shop/comment?a=1");
    // No instance accepts a form under the field name of the other.
    let swapped = press(&visitor, &target, &kept).await;
    assert!(swapped.body.contains("could not be sent"));
    let swapped = press_of(field, &visitor, &target, &form).await;
    assert!(swapped.body.contains("could not be sent"));
    let sent = press_of(field, &visitor, &target, &kept).await;
    assert_eq!(
        sent.body,
        format!("application/x-www-form-urlencoded {TYPED}")
    );
    let again = press_of(field, &visitor, &target, &kept).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    // With a clearance of both, a visitor is challenged by neither.
    let next = visitor.post("/shop/comment", TYPED).await;
    assert!(next.body.ends_with(TYPED), "{}", next.body);
}

#[tokio::test]
async fn one_of_many_concurrent_clicks_sends_the_form() {
    let site = site();
    let visitor = browser(&site);
    let page = visitor.post("/comment", TYPED).await;
    let ready = visitor.solve(page).await;
    let (target, form) = button(&ready).unwrap();
    let clicks = (0..20).map(|_| {
        let (visitor, target, form) = (visitor.clone(), target.clone(), form.clone());
        tokio::spawn(async move { press(&visitor, &target, &form).await.status })
    });
    let clicks: Vec<_> = clicks.collect();
    let mut sent = 0;
    for click in clicks {
        match click.await.unwrap() {
            StatusCode::OK => sent += 1,
            status => assert_eq!(status, StatusCode::CONFLICT),
        }
    }
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_second_click_does_not_count_as_a_failure() {
    #[always_challenge]
    #[rate_limit("2/hour", count = "failures")]
    async fn comment(body: Bytes) -> Bytes {
        body
    }
    let app = Router::new().route("/comment", any(comment));
    let site = Site::new(Humanify::builder(), app);
    let visitor = browser(&site);
    let page = visitor.post("/comment", TYPED).await;
    let ready = visitor.solve(page).await;
    let (target, form) = button(&ready).unwrap();
    assert_eq!(press(&visitor, &target, &form).await.body, TYPED);
    for _ in 0..5 {
        let again = press(&visitor, &target, &form).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
    }
    assert_eq!(visitor.post("/comment", TYPED).await.body, TYPED);
}
