//! A login form with each captcha that has keys, and error pages. Run it with
//! `cargo run --example captchas --features captchas`. ALTCHA needs no keys and no third party, so
//! it works at once. The others work once their keys are in the environment:
//!
//!     TURNSTILE_SITE_KEY=1x00000000000000000000AA \
//!     TURNSTILE_SECRET=1x0000000000000000000000000000000AA \
//!     cargo run --example captchas --features captchas
//!
//! Likewise RECAPTCHA_…, RECAPTCHA_V3_…, HCAPTCHA_… and FRIENDLY_…. The same form is rendered by
//! minijinja (`/login/altcha`), askama (`/askama`) and maud (`/maud`).

use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use humanify::captcha::{
    Altcha, CaptchaError, Captchas, Friendly, Hcaptcha, Provider, Recaptcha, Turnstile, Verified,
};
use humanify::{ErrorPages, Humanify};
use minijinja::{Environment, context};
use serde::Deserialize;

#[derive(Clone, FromRef)]
struct App {
    captchas: Captchas,
    templates: Arc<Environment<'static>>,
}

#[derive(Deserialize)]
struct Login {
    name: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let humanify = Humanify::builder()
        .error_pages(ErrorPages::all().catch_panics(true))
        .build()?;

    let secret = std::env::var("ALTCHA_SECRET");
    let mut builder = Captchas::builder()
        .store_of(&humanify)
        .altcha(secret.unwrap_or_else(|_| "for this example only, and for nothing else".into()))
        .altcha_hardness(2);
    if let Some((site_key, secret)) = keys("RECAPTCHA") {
        builder = builder.recaptcha(site_key, secret);
    }
    if let Some((site_key, secret)) = keys("RECAPTCHA_V3") {
        builder = builder.recaptcha_v3(site_key, secret, "login", 0.5);
    }
    if let Some((site_key, secret)) = keys("HCAPTCHA") {
        builder = builder.hcaptcha(site_key, secret);
    }
    if let Some((site_key, secret)) = keys("TURNSTILE") {
        builder = builder.turnstile(site_key, secret);
    }
    if let Some((site_key, secret)) = keys("FRIENDLY") {
        builder = builder.friendly(site_key, secret);
    }
    let captchas = builder.build()?;

    let mut templates = Environment::new();
    captchas.register(&mut templates);
    templates.add_template("index.html", include_str!("templates/captchas.html"))?;
    templates.add_template("login.html", include_str!("templates/login.html"))?;

    let app = Router::new()
        .route("/", get(index))
        .route("/login/{provider}", get(with_minijinja))
        .route("/askama", get(with_askama))
        .route("/maud", get(with_maud))
        .route("/altcha", post(altcha))
        .route("/recaptcha", post(recaptcha))
        .route("/hcaptcha", post(hcaptcha))
        .route("/turnstile", post(turnstile))
        .route("/friendly", post(friendly))
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/panic", get(panics))
        .merge(captchas.router())
        .with_state(App {
            captchas,
            templates: Arc::new(templates),
        });

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".into());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    // ALTCHA works only over HTTPS or on `localhost`, so the host is not printed as an IP address.
    println!("http://localhost:{}", listener.local_addr()?.port());
    humanify.serve(listener, app).await?;
    Ok(())
}

/// Links to all forms, and to a route that fails.
async fn index(State(app): State<App>) -> Result<Response, Failure> {
    let there: Vec<&str> = Provider::ALL
        .into_iter()
        .filter(|provider| app.captchas.widget(*provider).is_ok())
        .map(Provider::name)
        .collect();
    let template = app.templates.get_template("index.html")?;
    page(&app, template.render(context! { providers => there })?)
}

/// minijinja: `{{ turnstile|safe }}` in the template.
async fn with_minijinja(
    State(app): State<App>,
    Path(provider): Path<String>,
) -> Result<Response, Failure> {
    let known = Provider::ALL
        .map(Provider::name)
        .contains(&provider.as_str());
    if !known {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let template = app.templates.get_template("login.html")?;
    page(&app, template.render(context! { provider })?)
}

/// askama: a widget is a value that prints itself.
#[derive(Template)]
#[template(
    ext = "html",
    source = "<!doctype html><title>askama</title><form method=post action=/altcha>\
              <p><label>Name <input name=name required></label></p>{{ widget|safe }}\
              <p><button>Log in</button></p></form>"
)]
struct LoginPage<'a> {
    widget: humanify::captcha::Widget<'a>,
}

async fn with_askama(State(app): State<App>) -> Result<Response, Failure> {
    let widget = app.captchas.altcha()?;
    page(&app, LoginPage { widget }.render()?)
}

/// maud: a widget is text that is already markup.
async fn with_maud(State(app): State<App>) -> Result<Response, Failure> {
    let widget = app.captchas.altcha()?.to_string();
    let markup = maud::html! {
        (maud::DOCTYPE)
        title { "maud" }
        form method="post" action="/altcha" {
            p { label { "Name " input name="name" required; } }
            (maud::PreEscaped(widget))
            p { button { "Log in" } }
        }
    };
    page(&app, markup.into_string())
}

async fn altcha(Verified(Form(login), _): Verified<Altcha, Form<Login>>) -> String {
    format!("Hello, {}!", login.name)
}

async fn recaptcha(Verified(Form(login), _): Verified<Recaptcha, Form<Login>>) -> String {
    format!("Hello, {}!", login.name)
}

async fn hcaptcha(Verified(Form(login), _): Verified<Hcaptcha, Form<Login>>) -> String {
    format!("Hello, {}!", login.name)
}

async fn turnstile(Verified(Form(login), proof): Verified<Turnstile, Form<Login>>) -> String {
    format!("Hello, {} on {:?}!", login.name, proof.hostname)
}

async fn friendly(Verified(Form(login), _): Verified<Friendly, Form<Login>>) -> String {
    format!("Hello, {}!", login.name)
}

/// A mistake of the program. It becomes an error page and a line in the log.
#[allow(clippy::unwrap_used, reason = "it is what this route is for")]
async fn panics() -> String {
    "not a number".parse::<u8>().unwrap().to_string()
}

/// A page whose Content Security Policy allows only the sources of the captchas.
fn page(app: &App, html: String) -> Result<Response, Failure> {
    let policy = format!(
        "default-src 'none'; form-action 'self'; base-uri 'none'; {}",
        app.captchas.content_security_policy()
    );
    Ok(([(CONTENT_SECURITY_POLICY, policy)], Html(html)).into_response())
}

fn keys(name: &str) -> Option<(String, String)> {
    let site_key = std::env::var(format!("{name}_SITE_KEY")).ok()?;
    Some((site_key, std::env::var(format!("{name}_SECRET")).ok()?))
}

/// A page that could not be rendered: 500, which humanify answers with an error page.
struct Failure(Box<dyn std::error::Error>);

impl From<minijinja::Error> for Failure {
    fn from(error: minijinja::Error) -> Self {
        Failure(error.into())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Failure(error.into())
    }
}

impl From<CaptchaError> for Failure {
    fn from(error: CaptchaError) -> Self {
        Failure(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::error!("{}", self.0);
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
