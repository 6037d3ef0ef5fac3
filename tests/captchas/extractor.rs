//! `Verified`: forms that come with a solved captcha.

use axum::body::{Body, to_bytes};
use axum::extract::FromRef;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Form, Json, Router};
use http::{Request, StatusCode};
use humanify::captcha::{
    CaptchaRejection, Captchas, Check, Friendly, Provider, Turnstile, Verified, VerifyError,
};
use serde::Deserialize;
use tower::ServiceExt;

use crate::support::captcha_provider::Stage;

#[derive(Deserialize)]
struct Login {
    name: String,
}

/// An application whose state holds more than the captchas.
#[derive(Clone)]
struct Shop {
    captchas: Captchas,
}

impl FromRef<Shop> for Captchas {
    fn from_ref(shop: &Shop) -> Captchas {
        shop.captchas.clone()
    }
}

struct LoginForm;

impl Check for LoginForm {
    const PROVIDER: Provider = Provider::Turnstile;
    const ACTION: Option<&'static str> = Some("login");
}

async fn login(Verified(Form(login), proof): Verified<Turnstile, Form<Login>>) -> String {
    format!("{} from {:?}", login.name, proof.hostname)
}

async fn strict(Verified(Form(login), _): Verified<LoginForm, Form<Login>>) -> String {
    login.name
}

async fn json(Verified(Json(login), _): Verified<Turnstile, Json<Login>>) -> String {
    login.name
}

async fn missing(Verified(Form(login), _): Verified<Friendly, Form<Login>>) -> String {
    login.name
}

async fn own(
    form: Result<Verified<Turnstile, Form<Login>>, CaptchaRejection>,
) -> impl IntoResponse {
    match form {
        Ok(_) => (StatusCode::OK, "in"),
        Err(CaptchaRejection::Captcha {
            error: VerifyError::Missing,
            ..
        }) => (StatusCode::OK, "the form again, with a word about the box"),
        Err(_) => (StatusCode::IM_A_TEAPOT, "something else"),
    }
}

struct Site {
    stage: Stage,
    app: Router,
}

impl Site {
    async fn new() -> Site {
        let stage = Stage::new().await;
        let captchas = stage.captchas(
            Captchas::builder().turnstile("site", "s3cret"),
            Provider::Turnstile,
        );
        let app = Router::new()
            .route("/login", post(login))
            .route("/strict", post(strict))
            .route("/json", post(json))
            .route("/missing", post(missing))
            .route("/own", post(own))
            .with_state(Shop { captchas });
        stage.respond_with(
            200,
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"shop.example"}"#,
        );
        Site { stage, app }
    }

    /// Sends a body. Returns status, type and text of the response.
    async fn send(
        &self,
        path: &str,
        kind: &str,
        accept: &str,
        body: &str,
    ) -> (u16, String, String) {
        let request = Request::post(path)
            .header("content-type", kind)
            .header("accept", accept)
            .body(Body::from(body.to_owned()))
            .unwrap();
        let (head, body) = self
            .app
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let kind = head.headers["content-type"].to_str().unwrap().to_owned();
        (
            head.status.as_u16(),
            kind,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const HTML: &str = "text/html,*/*;q=0.8";

#[tokio::test]
async fn a_form_with_a_right_token_gets_in() {
    let site = Site::new().await;
    let form = "name=Ada&cf-turnstile-response=t0ken";
    let (status, _, text) = site.send("/login", FORM, HTML, form).await;
    assert_eq!(
        (status, text.as_str()),
        (200, r#"Ada from Some("shop.example")"#)
    );
    let body = r#"{"name":"Ada","cf-turnstile-response":"0ther"}"#;
    let (status, _, text) = site
        .send("/json", "application/json; charset=utf-8", "*/*", body)
        .await;
    assert_eq!((status, text.as_str()), (200, "Ada"));
}

#[tokio::test]
async fn a_form_without_an_answer_gets_an_error() {
    let site = Site::new().await;
    site.send("/login", FORM, HTML, "name=Ada&cf-turnstile-response=used")
        .await;
    site.stage.questions();
    let table = [
        ("/login", FORM, "name=Ada", 422, false),
        (
            "/login",
            FORM,
            "name=Ada&cf-turnstile-response=",
            422,
            false,
        ),
        (
            "/login",
            FORM,
            "name=Ada&cf-turnstile-response=a&cf-turnstile-response=b",
            422,
            false,
        ),
        (
            "/login",
            FORM,
            "name=Ada&cf-turnstile-response=used",
            422,
            true,
        ),
        (
            "/strict",
            FORM,
            "name=Ada&cf-turnstile-response=no-action",
            422,
            true,
        ),
        (
            "/json",
            "application/json",
            r#"{"name":"Ada","cf-turnstile-response":7}"#,
            422,
            false,
        ),
        (
            "/missing",
            FORM,
            "name=Ada&frc-captcha-response=t0ken",
            500,
            false,
        ),
        // A form with another mistake does not spend the token.
        ("/login", FORM, "cf-turnstile-response=t0ken", 422, false),
        (
            "/json",
            "application/json",
            r#"{"cf-turnstile-response":"t0ken"}"#,
            422,
            false,
        ),
    ];
    for (path, kind, body, expected, asks) in table {
        let (status, kind, text) = site.send(path, kind, HTML, body).await;
        assert_eq!(status, expected, "{path} {body}: {text}");
        assert!(kind.starts_with("text/plain"), "{path} {body}: {kind}");
        assert_eq!(site.stage.questions().len() == 1, asks, "{path} {body}");
        assert!(!text.contains("<") && !text.contains("s3cret"), "{text}");
    }
    let multipart = "multipart/form-data; boundary=x";
    let request = Request::post("/login").header("content-type", multipart);
    let reply = site
        .app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_program_gets_a_problem_document() {
    let site = Site::new().await;
    for (accept, says, status) in [
        ("application/json", "captcha-required", 422),
        ("application/json", "captcha-unavailable", 503),
    ] {
        if status == 503 {
            site.stage.respond_with(500, "");
        }
        let form = if status == 503 {
            "name=Ada&cf-turnstile-response=x"
        } else {
            "name=Ada"
        };
        let (code, kind, text) = site.send("/login", FORM, accept, form).await;
        assert_eq!((code, kind.as_str()), (status, "application/problem+json"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["type"], format!("urn:humanify:problem:{says}"));
        assert_eq!(value["status"], status);
    }
}

#[tokio::test]
async fn the_application_can_answer_itself() {
    let site = Site::new().await;
    let (status, _, text) = site.send("/own", FORM, HTML, "name=Ada").await;
    assert_eq!(
        (status, text.as_str()),
        (200, "the form again, with a word about the box")
    );
    let form = "name=Ada&cf-turnstile-response=t0ken";
    assert_eq!(site.send("/own", FORM, HTML, form).await.2, "in");
}

#[tokio::test]
async fn a_body_is_bounded_as_the_application_says() {
    let site = Site::new().await;
    let huge = format!("name={}", "a".repeat(3_000_000));
    let (status, _, _) = site.send("/login", FORM, HTML, &huge).await;
    assert_eq!(status, 413);
}
