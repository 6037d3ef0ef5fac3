//! Helpers for an application's own tests: clearances, solved and failed challenges, and clients
//! with a given detection. Feature `testing`, which is not for programs in production.
//!
//! [`ManualClock`](crate::ManualClock) sets the time.
//!
//! ```
//! # use humanify::{Group, prelude::*, testing::{self, DetectionStub}};
//! # use axum::{Router, body::Body, extract::connect_info::MockConnectInfo, routing::get};
//! # use http::{Request, StatusCode, header};
//! # use std::net::SocketAddr;
//! # use tower::ServiceExt;
//! #[always_challenge]
//! async fn login() -> &'static str {
//!     "Log in"
//! }
//!
//! #[block_bots]
//! async fn shop() -> &'static str {
//!     "Buy"
//! }
//!
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let humanify = Humanify::builder().build()?;
//! let app = Router::new().route("/login", get(login)).route("/shop", get(shop));
//! let peer = SocketAddr::from(([203, 0, 113, 7], 40_000));
//! let app = humanify.protect(app)?.layer(MockConnectInfo(peer));
//!
//! // A visitor who has solved the challenge.
//! let cookie = testing::clearance(&humanify, peer.ip(), "Firefox").expect("randomness");
//! let request = Request::get("/login")
//!     .header(header::USER_AGENT, "Firefox")
//!     .header(header::COOKIE, cookie)
//!     .body(Body::empty())?;
//! assert_eq!(app.clone().oneshot(request).await?.status(), StatusCode::OK);
//!
//! // A client in a datacenter, whatever its address.
//! let mut request = Request::get("/shop").body(Body::empty())?;
//! request.extensions_mut().insert(DetectionStub::human().in_group(Group::Datacenter));
//! assert_eq!(app.oneshot(request).await?.status(), StatusCode::FORBIDDEN);
//! # Ok(()) }
//! ```

use std::net::IpAddr;

use http::HeaderValue;
use humanify_syntax::{ChallengeType, Hardness};
use ipnet::IpNet;

pub use crate::detect::DetectionStub;

use crate::addresses::{AddressSets, DataDate, Group};
use crate::app::Humanify;
use crate::challenge::{ClearanceTerms, Modality, NewClearance, Task};
use crate::client::{Client, Origin, Peer};

/// The filled-in form of a challenge page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledForm {
    /// The address to which the form is sent.
    pub action: String,
    /// Its body, `application/x-www-form-urlencoded`.
    pub body: String,
}

/// Sets of addresses without an application, for benchmarks.
#[derive(Debug, Clone)]
pub struct Addresses(AddressSets);

impl Addresses {
    /// Compiles networks, which may overlap.
    #[must_use]
    pub fn compile(networks: impl IntoIterator<Item = (Group, IpNet)>) -> Self {
        Addresses(AddressSets::compile(networks, DataDate::from_days(0)))
    }

    /// Whether an address is in any group.
    #[must_use]
    #[inline]
    pub fn contain(&self, address: IpAddr) -> bool {
        !self.0.lookup(address).is_empty()
    }

    /// The sets as bytes, as the cache stores them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes(0)
    }

    /// Reads the bytes of a cache; `None` if they are damaged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        AddressSets::from_bytes(bytes, 0).ok().map(Addresses)
    }
}

/// The `Cookie` header with a clearance for a client with this address and user agent, which
/// counts as the hardest challenge. `None` if the operating system gives no randomness.
///
/// Behind a proxy that reports HTTPS the cookie has another name; such a test solves a challenge
/// instead.
#[must_use]
pub fn clearance(humanify: &Humanify, ip: IpAddr, user_agent: &str) -> Option<String> {
    let instance = &humanify.instance;
    let origin = Origin {
        https: instance.settings.https,
        ..Origin::of_peer(Some(ip))
    };
    let user_agent = HeaderValue::from_bytes(user_agent.as_bytes()).ok();
    let client = Client::new(Peer::Address(ip), origin, None, user_agent);
    let task = Task {
        challenge_type: ChallengeType::Grid,
        hardness: Hardness::HARDEST,
    };
    let id = crate::crypto::random_bytes().ok()?;
    let made = instance.clock.milliseconds();
    let clearances = &instance.judge.clearances;
    let grant = NewClearance {
        task,
        id,
        created_at: made,
        terms: ClearanceTerms::FULL,
    };
    let cookie = clearances.cookie(&client, grant).ok()?;
    cookie.split(';').next().map(str::to_owned)
}

/// The id of the clearance in the value of a cookie. Two cookies with one id are one clearance.
/// `None` if the value is not a clearance of this `Humanify`.
#[must_use]
pub fn clearance_id(humanify: &Humanify, cookie: &str) -> Option<String> {
    let instance = &humanify.instance;
    let id = instance.judge.clearances.id(cookie.as_bytes())?;
    Some(format!("{:032x}", u128::from_be_bytes(id)))
}

/// Fills in the challenge page of a `Humanify` with the right answer.
///
/// `None` if the page is not a challenge of this `Humanify`. The server accepts the form
/// only together with the cookies of the page.
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
/// let page = Request::get("/humanify/audio_challenge").body(Body::empty())?;
/// let page = app.clone().oneshot(page).await?;
/// let cookie = page.headers()[header::SET_COOKIE].clone();
/// let html = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await?.into())?;
///
/// let answer = testing::solve(&humanify, &html).expect("a challenge");
/// let request = Request::post(answer.action)
///     .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
///     .header(header::COOKIE, cookie)
///     .body(Body::from(answer.body))?;
/// let solved = app.oneshot(request).await?;
/// assert!(solved.headers().contains_key(header::SET_COOKIE));
/// # Ok(()) }
/// ```
#[must_use]
pub fn solve(humanify: &Humanify, page: &str) -> Option<FilledForm> {
    let right = right_answer(humanify, page)?;
    fill(humanify, page, &right)
}

/// Fills in the challenge page of a `Humanify` with a wrong answer; `None` as for [`solve`].
#[must_use]
pub fn fail(humanify: &Humanify, page: &str) -> Option<FilledForm> {
    let right = right_answer(humanify, page)?;
    let wrong = if right == ["0"] { "1" } else { "0" };
    // An answer with too few characters would count as incomplete, not as wrong.
    let length = right.first().map_or(1, String::len);
    let is_work = page.contains("id=\"work\"");
    fill(
        humanify,
        page,
        &[wrong.repeat(if is_work { 1 } else { length })],
    )
}

/// Counts the networks of a published list, by the name that
/// [`ListSettings::without`](crate::ListSettings::without) takes. Feature `lists`.
///
/// # Errors
/// If there is no such list, or the body cannot be that list.
#[cfg(feature = "lists")]
pub fn read_list(name: &str, body: &[u8]) -> Result<usize, String> {
    crate::lists::read(name, body)
}

/// Fetches every list that is due by the clock of a `Humanify` that was built with
/// `Lists::ByHand`, and puts the new sets in place. Returns the name of each list, with the
/// reason if its last good version stays. Feature `lists`.
#[cfg(feature = "lists")]
pub async fn refresh_lists(humanify: &Humanify) -> Vec<(&'static str, Result<(), String>)> {
    let Some(background) = humanify.instance.lists.background() else {
        return Vec::new();
    };
    let outcomes = background.refresher().lock().await.pass().await;
    let shown = outcomes.into_iter().map(|outcome| {
        let result = outcome
            .result
            .map(|_| ())
            .map_err(|refusal| refusal.to_string());
        (outcome.source.name, result)
    });
    shown.collect()
}

fn right_answer(humanify: &Humanify, page: &str) -> Option<Vec<String>> {
    let (token, next) = (field(page, "token")?, field(page, "next")?);
    Modality::ALL
        .into_iter()
        .find_map(|modality| humanify.instance.challenges.reveal(modality, &token, &next))
}

fn fill(humanify: &Humanify, page: &str, answers: &[String]) -> Option<FilledForm> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    for name in ["token", "next", "for"] {
        body.append_pair(name, &field(page, name)?);
    }
    if let Some(form) = field(page, "form") {
        body.append_pair("form", &form);
    }
    for answer in answers {
        body.append_pair("answer", answer);
    }
    let challenges = &humanify.instance.challenges;
    if let Some(work) = challenges.reveal_work(&field(page, "token")?, &field(page, "next")?) {
        body.append_pair("work", &work);
    }
    Some(FilledForm {
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

/// Reverts the escaping of the template engine.
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
