//! A login of the application's own that stands in for the work of managed challenges.
//!
//! Run with `cargo run --example own_check`, open the address that it prints with JavaScript switched
//! off, or press "Confirm in another way" while it works, and log in as `ada` with `correct horse`.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Router};
use humanify::prelude::*;
use humanify::{ChallengeType, OwnCheck};
use serde::Deserialize;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt::init();
    let humanify = Humanify::builder()
        .challenge_type(ChallengeType::Managed)
        .hardness(3)
        .own_check(OwnCheck::at("/login"))
        .build()?;
    let app = Router::new()
        .route("/", get(home))
        .route("/login", get(ask).post(log_in))
        .with_state(humanify.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}", listener.local_addr()?);
    humanify.serve(listener, app).await?;
    Ok(())
}

#[always_challenge]
async fn home() -> &'static str {
    "Hello, human!"
}

#[derive(Deserialize)]
struct TicketQuery {
    #[serde(default)]
    ticket: String,
}

/// Asks for the password.
#[exempt]
async fn ask(
    State(humanify): State<Humanify>,
    client: Client,
    Query(asked): Query<TicketQuery>,
) -> Response {
    login_page(&humanify, &client, &asked.ticket, "")
}

/// The form, with the error of the last attempt. It carries the ticket along, and links to the
/// other challenges.
fn login_page(humanify: &Humanify, client: &Client, ticket: &str, error: &str) -> Response {
    match humanify.other_ways(client, ticket) {
        Some(others) => Html(format!(
            "<!doctype html><html lang=en><meta name=viewport content=\"width=device-width\">\
             <title>Log in</title><h1>Log in</h1><p role=alert>{error}</p><form method=post>\
             <input type=hidden name=ticket value=\"{}\"><p><label>Name <input name=name></label>\
             <p><label>Password <input name=password type=password></label><p><button>Log in</button>\
             </form><p><a href=\"{}\">Let the browser do the check</a>",
            escape(ticket),
            escape(&others),
        ))
        .into_response(),
        // The ticket is forged, expired or another client's. The protected page gives a new one.
        None => Redirect::to("/").into_response(),
    }
}

#[derive(Deserialize)]
struct Login {
    ticket: String,
    name: String,
    password: String,
}

/// Gives a client that knows the password its clearance, and redirects to the requested page.
#[rate_limit("5/minute", count = "failures")]
async fn log_in(
    State(humanify): State<Humanify>,
    client: Client,
    Form(login): Form<Login>,
) -> Response {
    if (login.name.as_str(), login.password.as_str()) != ("ada", "correct horse") {
        let error = "The name or the password is not right.";
        let mut page = login_page(&humanify, &client, &login.ticket, error);
        // A redirect is returned unchanged.
        if page.status().is_success() {
            *page.status_mut() = StatusCode::UNAUTHORIZED;
        }
        return page;
    }
    match humanify.own_check_passed(&client, &login.ticket).await {
        Ok(passed) => passed.into_response(),
        Err(error) => (StatusCode::FORBIDDEN, error.to_string()).into_response(),
    }
}

/// Escapes text for an HTML attribute.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
