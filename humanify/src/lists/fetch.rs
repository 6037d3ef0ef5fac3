//! Asks a server for a list: over TLS, only for what changed, bounded in time and in bytes.

use std::io::Read;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION, USER_AGENT,
};
use http::uri::Scheme;
use http::{HeaderMap, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::sources::Source;
use crate::error_chain::with_causes;
use crate::http::{Connector, connector};

/// How long one list may take from the first byte of the question to the last of the answer.
const LONGEST: Duration = Duration::from_secs(120);

/// How often a server may send the question elsewhere.
const MOST_REDIRECTS: usize = 3;

/// The longest tag or date that is sent back, in bytes: it is kept on disk, too.
const LONGEST_VALIDATOR: usize = 1024;

const AGENT: &str = concat!(
    "humanify/",
    env!("CARGO_PKG_VERSION"),
    " (+",
    env!("CARGO_PKG_REPOSITORY"),
    ")"
);

/// What a server says of when its list changed, to be sent back the next time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Validators {
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) last_modified: Option<HeaderValue>,
}

/// What a server answers.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The list is as it was when it gave these validators.
    Unchanged,
    /// The list, unpacked.
    Changed {
        body: Vec<u8>,
        validators: Validators,
    },
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("the client cannot be set up: {0}")]
    Setup(String),
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    #[error("the server took longer than {} seconds", LONGEST.as_secs())]
    TimedOut,
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the server answered with more than {0} bytes")]
    TooLong(usize),
    #[error("the answer is not whole: {0}")]
    Cut(String),
    #[error("the server sends elsewhere, and not by HTTPS or too often")]
    Redirected,
}

/// The client for all lists.
#[derive(Clone)]
pub(crate) struct Fetcher {
    client: Client<Connector, Full<Bytes>>,
    mirror: Option<Mirror>,
}

/// A server that has copies of all lists, each under `/host/path` of where it really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mirror(Arc<str>);

impl Mirror {
    /// The mirror at this address, `None` unless it is of HTTPS or on this machine.
    pub(crate) fn new(address: &str) -> Option<Mirror> {
        let uri: Uri = address.parse().ok()?;
        let is_secure = match uri.scheme_str()? {
            "https" => uri.host().is_some_and(|host| !host.is_empty()),
            "http" => uri.host().is_some_and(is_this_machine),
            _ => false,
        };
        let is_bare = uri.query().is_none() && !uri.authority()?.as_str().contains('@');
        (is_secure && is_bare).then(|| Mirror(address.trim_end_matches('/').into()))
    }

    fn address(&self, original: &str) -> String {
        let path = original
            .split_once("://")
            .map_or(original, |(_, path)| path);
        format!("{}/{path}", self.0)
    }
}

impl Fetcher {
    pub(crate) fn new(mirror: Option<Mirror>) -> Result<Fetcher, FetchError> {
        let connector = connector().map_err(FetchError::Setup)?;
        // The next question to a server is hours away.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Ok(Fetcher { client, mirror })
    }

    /// Asks for a list, unless it is still what it was.
    pub(crate) async fn fetch(
        &self,
        source: &Source,
        known: &Validators,
    ) -> Result<Fetched, FetchError> {
        tokio::time::timeout(LONGEST, self.exchange(source, known))
            .await
            .unwrap_or(Err(FetchError::TimedOut))
    }

    async fn exchange(&self, source: &Source, known: &Validators) -> Result<Fetched, FetchError> {
        let address = match &self.mirror {
            None => source.address.to_owned(),
            Some(mirror) => mirror.address(source.address),
        };
        let mut uri: Uri = address.parse().map_err(|_| FetchError::Redirected)?;
        let mut redirects = 0;
        let response = loop {
            let asked = self.client.request(question(&uri, known)).await;
            let response = asked.map_err(|error| FetchError::Connection(with_causes(&error)))?;
            let status = response.status();
            if !status.is_redirection() || status == StatusCode::NOT_MODIFIED {
                break response;
            }
            redirects += 1;
            uri = next_place(&uri, response.headers())
                .filter(|_| redirects <= MOST_REDIRECTS)
                .ok_or(FetchError::Redirected)?;
        };
        let has_asked = *known != Validators::default();
        match response.status() {
            StatusCode::NOT_MODIFIED if has_asked => return Ok(Fetched::Unchanged),
            StatusCode::OK => {}
            status => return Err(FetchError::Status(status.as_u16())),
        }
        let (head, body) = response.into_parts();
        let body = Limited::new(body, source.longest)
            .collect()
            .await
            .map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => FetchError::TooLong(source.longest),
                None => FetchError::Cut(with_causes(error.as_ref())),
            })?
            .to_bytes();
        let body = match source.gzip {
            true => unpack(&body, source.longest)?,
            false => body.into(),
        };
        let header = |name: HeaderName| {
            let value = head.headers.get(name);
            value
                .filter(|value| value.len() <= LONGEST_VALIDATOR)
                .cloned()
        };
        let validators = Validators {
            etag: header(ETAG),
            last_modified: header(LAST_MODIFIED),
        };
        Ok(Fetched::Changed { body, validators })
    }
}

/// Asks for what is at an address, if it changed.
fn question(uri: &Uri, known: &Validators) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::default());
    *request.uri_mut() = uri.clone();
    let headers = request.headers_mut();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(etag) = &known.etag {
        headers.insert(IF_NONE_MATCH, etag.clone());
    }
    if let Some(date) = &known.last_modified {
        headers.insert(IF_MODIFIED_SINCE, date.clone());
    }
    request
}

/// Where a server sends the question: by HTTPS to a host with a full name, which those inside
/// of a network seldom have, or to another path of itself.
fn next_place(asked: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    if location.starts_with('/') && !location.starts_with("//") {
        let mut parts = asked.clone().into_parts();
        parts.path_and_query = Some(location.parse().ok()?);
        return Uri::from_parts(parts).ok();
    }
    let uri: Uri = location.parse().ok()?;
    let host = uri.host()?.trim_end_matches('.');
    // What ends with a number is an address, however it is written (`127.1`, `0x7f.1`).
    let last = host.rsplit_once('.').map(|(_, last)| last);
    let is_named = last.is_some_and(|last| last.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_public = is_named && !host.ends_with(".localhost");
    (uri.scheme() == Some(&Scheme::HTTPS) && is_public).then_some(uri)
}

fn unpack(packed: &[u8], longest: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let most = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    GzDecoder::new(packed)
        .take(most)
        .read_to_end(&mut body)
        .map_err(|error| FetchError::Cut(error.to_string()))?;
    if body.len() > longest {
        return Err(FetchError::TooLong(longest));
    }
    Ok(body)
}

fn is_this_machine(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn a_mirror_is_reached_by_tls_or_is_this_machine() {
        for (address, is_one) in [
            ("https://lists.example", true),
            ("https://lists.example/copies/", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost/", true),
            ("http://lists.example", false),
            ("http://127.0.0.1.example", false),
            ("https://somebody@lists.example", false),
            ("https://lists.example/?list=", false),
            ("file:///etc/passwd", false),
            ("lists.example", false),
            ("", false),
        ] {
            assert_eq!(Mirror::new(address).is_some(), is_one, "{address}");
        }
        let mirror = Mirror::new("https://lists.example/copies/").unwrap();
        assert_eq!(
            mirror.address("https://geoip.linode.com/"),
            "https://lists.example/copies/geoip.linode.com/"
        );
    }

    #[test]
    fn redirects_never_leave_tls() {
        for (location, expected) in [
            ("https://b.example/x", Some("https://b.example/x")),
            ("/x?y=1", Some("https://a.example/x?y=1")),
            ("http://b.example/", None),
            ("//b.example/", None),
            ("https://127.0.0.1/", None),
            ("https://169.254.169.254/latest", None),
            ("https://[::1]/", None),
            ("https://localhost:8443/", None),
            ("https://127.1/", None),
            ("https://2130706433/", None),
            ("https://0x7f.0x1/", None),
            ("https://database/", None),
            ("ftp://b.example/", None),
            ("x", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_static(location));
            let asked = Uri::from_static("https://a.example/list");
            let next = next_place(&asked, &headers).map(|uri| uri.to_string());
            assert_eq!(next.as_deref(), expected, "{location}");
        }
    }

    #[test]
    fn a_small_answer_that_unpacks_to_a_huge_one_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'8'; 1_000_000]).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(packed.len() < 2000);
        assert!(matches!(
            unpack(&packed, 999_999),
            Err(FetchError::TooLong(999_999))
        ));
        assert_eq!(unpack(&packed, 1_000_000).unwrap().len(), 1_000_000);
        assert!(matches!(
            unpack(&packed[..500], 1_000_000),
            Err(FetchError::Cut(_))
        ));
    }
}
