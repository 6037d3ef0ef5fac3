//! For an application's own tests: solving the challenges of a `Humanify` that the test
//! itself has made. Feature `testing`; it has no place in a program that is deployed.
//!
//! [`ManualClock`](crate::ManualClock) sets the time, and
//! [`Builder::add_network`](crate::Builder::add_network) what addresses are.

use crate::challenge::Sense;
use crate::humanify::Humanify;

/// The form of a challenge page, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where the form is sent.
    pub action: String,
    /// Its body, `application/x-www-form-urlencoded`.
    pub body: String,
}

/// Fills in the challenge page of a `Humanify` as a person would who solves it.
///
/// `None` if the page is no challenge, or one of another `Humanify`.
///
/// ```
/// # use humanify::{prelude::*, testing};
/// # use axum::{Router, body::{Body, to_bytes}, extract::connect_info::MockConnectInfo};
/// # use http::{Request, header};
/// # use std::net::SocketAddr;
/// # use tower::ServiceExt;
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let humanify = Humanify::builder().build()?;
/// let app = humanify.protect(Router::new())?
///     .layer(MockConnectInfo(SocketAddr::from(([203, 0, 113, 7], 80))));
///
/// let mut page = app
///     .clone()
///     .oneshot(Request::get("/humanify/challenge").body(Body::empty())?)
///     .await?;
/// // Two rounds of pictures, then the clearance.
/// while page.headers().get(header::SET_COOKIE).is_none() {
///     let html = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await?.into())?;
///     let answer = testing::solve(&humanify, &html).expect("a challenge");
///     let request = Request::post(answer.action)
///         .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
///         .body(Body::from(answer.body))?;
///     page = app.clone().oneshot(request).await?;
/// }
/// # Ok(()) }
/// ```
#[must_use]
pub fn solve(humanify: &Humanify, page: &str) -> Option<Answer> {
    let right = right_answer(humanify, page)?;
    fill(page, &right)
}

/// Fills in the challenge page as somebody would who errs.
#[must_use]
pub fn fail(humanify: &Humanify, page: &str) -> Option<Answer> {
    let right = right_answer(humanify, page)?;
    fill(page, if right == "0" { "1" } else { "0" })
}

fn right_answer(humanify: &Humanify, page: &str) -> Option<String> {
    let (token, next) = (field(page, "token")?, field(page, "next")?);
    [Sense::Sight, Sense::Hearing]
        .into_iter()
        .find_map(|sense| humanify.instance.challenges.reveal(sense, &token, &next))
}

fn fill(page: &str, answer: &str) -> Option<Answer> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    for name in ["token", "next", "for"] {
        body.append_pair(name, &field(page, name)?);
    }
    body.append_pair("answer", answer);
    Some(Answer {
        action: unescape(between(page, "action=\"", "\"")?),
        body: body.finish(),
    })
}

/// The value of a hidden field.
fn field(page: &str, name: &str) -> Option<String> {
    let (_, after) = page.split_once(&format!("name=\"{name}\""))?;
    between(after, "value=\"", "\"").map(unescape)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?
        .1
        .split_once(end)
        .map(|(part, _)| part)
}

/// Undoes what the template engine escapes.
fn unescape(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escaped, plain)| {
        text.replace(escaped, plain)
    })
}
