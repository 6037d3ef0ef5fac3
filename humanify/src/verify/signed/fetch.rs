//! `DirectoryFetcher`: fetches directories of agents' keys.

use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::Full;
use serde::Deserialize;

use super::key::AgentKey;
use crate::http::{ClientBounds, ClientError, HttpClient, TlsError};

/// The path of a directory on its host.
const PATH: &str = "/.well-known/http-message-signatures-directory";

const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";

/// The time-out of a response, and its longest body in bytes. A key has about 200 bytes.
const TIME_OUT: Duration = Duration::from_secs(10);

const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// The maximum number of keys of a directory.
const MAX_KEYS: usize = 100;

const AGENT: &str = concat!("humanify/", env!("CARGO_PKG_VERSION"));

/// The client for all directories.
#[derive(Clone, Debug)]
pub(super) struct DirectoryFetcher {
    client: HttpClient,
}

/// Why a directory has no usable keys.
#[derive(Debug, thiserror::Error)]
pub(super) enum DirectoryFetchError {
    #[error("the address cannot be read")]
    Address,
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the answer is not of the type {MEDIA_TYPE}")]
    MediaType,
    #[error("the answer is not a set of keys")]
    Json(#[source] serde_json::Error),
    #[error("the answer has more than {MAX_KEYS} keys")]
    TooMany,
}

/// A JSON Web Key Set (RFC 7517, section 5).
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl DirectoryFetcher {
    pub(super) fn new() -> Result<DirectoryFetcher, TlsError> {
        let client = HttpClient::new(ClientBounds {
            time_out: TIME_OUT,
            redirects: 0,
            // The next request to the same server is an hour later.
            keeps_connections: false,
        })?;
        Ok(DirectoryFetcher { client })
    }

    /// Fetches the Ed25519 keys in an origin's directory.
    pub(super) async fn fetch(&self, origin: &str) -> Result<Vec<AgentKey>, DirectoryFetchError> {
        let request = Request::get(format!("{origin}{PATH}"))
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, MEDIA_TYPE)
            .header(ACCEPT_ENCODING, "identity")
            .body(Full::default())
            .map_err(|_| DirectoryFetchError::Address)?;
        let response = self.client.send(request, MAX_RESPONSE_BYTES).await?;
        if response.status() != StatusCode::OK {
            return Err(DirectoryFetchError::Status(response.status().as_u16()));
        }
        if !(response.headers().get(CONTENT_TYPE)).is_some_and(is_directory) {
            return Err(DirectoryFetchError::MediaType);
        }
        keys(response.body())
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

/// Parses the keys of a directory. Unusable keys are skipped, since a directory may have keys of
/// other kinds.
fn keys(body: &[u8]) -> Result<Vec<AgentKey>, DirectoryFetchError> {
    let set: KeySet = serde_json::from_slice(body).map_err(DirectoryFetchError::Json)?;
    if set.keys.len() > MAX_KEYS {
        return Err(DirectoryFetchError::TooMany);
    }
    let keys = set
        .keys
        .into_iter()
        .filter_map(|jwk| AgentKey::of_jwk(jwk).ok());
    Ok(keys.collect())
}
