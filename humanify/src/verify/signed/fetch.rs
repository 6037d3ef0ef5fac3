//! Asks for the directory of an agent's keys: over TLS, bounded in time, in bytes and in keys,
//! and following no redirect.

use std::fmt;
use std::time::Duration;

use axum::body::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;

use super::key::Key;
use crate::error_chain::with_causes;
use crate::http::{Connector, connector};

/// Where a directory is, on its host.
const PATH: &str = "/.well-known/http-message-signatures-directory";

const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";

/// How long an answer may take, and be, in bytes. A key has 200.
const TIME_OUT: Duration = Duration::from_secs(10);

const LONGEST_ANSWER: usize = 64 * 1024;

/// How many keys a directory may have.
const MOST_KEYS: usize = 100;

const AGENT: &str = concat!("humanify/", env!("CARGO_PKG_VERSION"));

/// The client for all directories.
#[derive(Clone)]
pub(super) struct Fetcher {
    client: Client<Connector, Full<Bytes>>,
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    #[error("the server took longer than {} seconds", TIME_OUT.as_secs())]
    TimedOut,
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the answer is not of the type {MEDIA_TYPE}")]
    MediaType,
    #[error("the answer has more than {LONGEST_ANSWER} bytes")]
    TooLong,
    #[error("the answer is no set of keys: {0}")]
    Json(String),
    #[error("the answer has more than {MOST_KEYS} keys")]
    TooMany,
}

/// A JSON Web Key Set (RFC 7517, section 5).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl Fetcher {
    pub(super) fn new() -> Result<Fetcher, String> {
        // The next question to a server is an hour away.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector()?);
        Ok(Fetcher { client })
    }

    /// The keys that an origin has in its directory, as far as they are of Ed25519.
    pub(super) async fn fetch(&self, origin: &str) -> Result<Vec<Key>, FetchError> {
        tokio::time::timeout(TIME_OUT, self.exchange(origin))
            .await
            .unwrap_or(Err(FetchError::TimedOut))
    }

    async fn exchange(&self, origin: &str) -> Result<Vec<Key>, FetchError> {
        let question = Request::get(format!("{origin}{PATH}"))
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, MEDIA_TYPE)
            .header(ACCEPT_ENCODING, "identity")
            .body(Full::default())
            .map_err(|error| FetchError::Connection(error.to_string()))?;
        let asked = self.client.request(question).await;
        let response = asked.map_err(|error| FetchError::Connection(with_causes(&error)))?;
        let (head, body) = response.into_parts();
        if head.status != StatusCode::OK {
            return Err(FetchError::Status(head.status.as_u16()));
        }
        if !head.headers.get(CONTENT_TYPE).is_some_and(is_directory) {
            return Err(FetchError::MediaType);
        }
        let body = Limited::new(body, LONGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => FetchError::TooLong,
                None => FetchError::Connection(with_causes(error.as_ref())),
            })?;
        keys(&body.to_bytes())
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetcher")
    }
}

fn is_directory(media_type: &HeaderValue) -> bool {
    let essence = media_type.as_bytes().split(|byte| *byte == b';').next();
    essence.is_some_and(|essence| {
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(MEDIA_TYPE.as_bytes())
    })
}

/// The keys of a directory. Those that cannot be used are left out: a directory may have some
/// of other kinds.
fn keys(body: &[u8]) -> Result<Vec<Key>, FetchError> {
    let set: KeySet =
        serde_json::from_slice(body).map_err(|error| FetchError::Json(error.to_string()))?;
    if set.keys.len() > MOST_KEYS {
        return Err(FetchError::TooMany);
    }
    let keys = set.keys.into_iter().filter_map(|jwk| Key::of_jwk(jwk).ok());
    Ok(keys.collect())
}
