//! `ListFetcher`: fetches a list from its server or a mirror, if it has changed.

use std::io::{self, Read};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use flate2::read::MultiGzDecoder;
use http::header::{
    ACCEPT_ENCODING, ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, USER_AGENT,
};
use http::{Request, StatusCode, Uri};
use http_body_util::Full;

use super::sources::Source;
use crate::http::{ClientBounds, ClientError, HttpClient, TlsError};

/// The time-out for fetching one list.
const TIME_OUT: Duration = Duration::from_secs(120);

/// How many redirects a request for a list follows.
const MAX_REDIRECTS: usize = 3;

/// The longest validator (`ETag`, `Last-Modified`) that is kept, in bytes.
const MAX_VALIDATOR_LENGTH: usize = 1024;

const AGENT: &str = concat!(
    "humanify/",
    env!("CARGO_PKG_VERSION"),
    " (+",
    env!("CARGO_PKG_REPOSITORY"),
    ")"
);

/// The validators of a list (`ETag`, `Last-Modified`), which make the next request conditional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Validators {
    pub(crate) etag: Option<HeaderValue>,
    pub(crate) last_modified: Option<HeaderValue>,
}

/// The answer of a server.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The list has not changed since the server sent the validators.
    Unchanged,
    /// A new list, unpacked.
    Changed {
        body: Vec<u8>,
        validators: Validators,
    },
}

/// Why a list could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListFetchError {
    #[error("the address of the list cannot be read")]
    Address,
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the server answered with status {0}")]
    Status(u16),
    #[error("the list unpacks to more than {0} bytes")]
    TooLong(usize),
    #[error("the list cannot be unpacked")]
    Packed(#[source] io::Error),
}

/// The client for all lists.
#[derive(Clone)]
pub(crate) struct ListFetcher {
    client: HttpClient,
    mirror: Option<Mirror>,
}

/// A server with copies of all lists, each under the `/host/path` of its original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mirror(Arc<str>);

impl Mirror {
    /// The mirror at this address; `None` unless it uses HTTPS or is on this machine.
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

impl ListFetcher {
    pub(crate) fn new(mirror: Option<Mirror>) -> Result<ListFetcher, TlsError> {
        let client = HttpClient::new(ClientBounds {
            time_out: TIME_OUT,
            redirects: MAX_REDIRECTS,
            // The next request to the same server is hours later.
            keeps_connections: false,
        })?;
        Ok(ListFetcher { client, mirror })
    }

    /// Fetches a list, unless it has not changed.
    pub(crate) async fn fetch(
        &self,
        source: &Source,
        known: &Validators,
    ) -> Result<Fetched, ListFetchError> {
        let address = match &self.mirror {
            None => source.address.to_owned(),
            Some(mirror) => mirror.address(source.address),
        };
        let uri: Uri = address.parse().map_err(|_| ListFetchError::Address)?;
        let response = self
            .client
            .send(question(uri, known), source.longest)
            .await?;
        let is_conditional = *known != Validators::default();
        match response.status() {
            StatusCode::NOT_MODIFIED if is_conditional => return Ok(Fetched::Unchanged),
            StatusCode::OK => {}
            status => return Err(ListFetchError::Status(status.as_u16())),
        }
        let header = |name: HeaderName| {
            let value = response.headers().get(name);
            value
                .filter(|value| value.len() <= MAX_VALIDATOR_LENGTH)
                .cloned()
        };
        let validators = Validators {
            etag: header(ETAG),
            last_modified: header(LAST_MODIFIED),
        };
        let body = match source.gzip {
            true => unpack(response.body(), source.longest)?,
            false => response.into_body().into(),
        };
        Ok(Fetched::Changed { body, validators })
    }
}

/// A conditional request for a list.
fn question(uri: Uri, known: &Validators) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::default());
    *request.uri_mut() = uri;
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

/// Unpacks all members of a gzip file (RFC 1952, section 2.2).
fn unpack(packed: &[u8], longest: usize) -> Result<Vec<u8>, ListFetchError> {
    let mut body = Vec::new();
    let most = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(packed)
        .take(most)
        .read_to_end(&mut body)
        .map_err(ListFetchError::Packed)?;
    if body.len() > longest {
        return Err(ListFetchError::TooLong(longest));
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
    fn a_mirror_uses_https_or_is_on_this_machine() {
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
    fn a_small_file_that_unpacks_to_a_huge_one_is_refused() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![b'8'; 1_000_000]).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(packed.len() < 2000);
        assert!(matches!(
            unpack(&packed, 999_999),
            Err(ListFetchError::TooLong(999_999))
        ));
        assert_eq!(unpack(&packed, 1_000_000).unwrap().len(), 1_000_000);
        assert!(matches!(
            unpack(&packed[..500], 1_000_000),
            Err(ListFetchError::Packed(_))
        ));
    }

    #[test]
    fn all_members_of_a_file_are_unpacked_within_its_bound() {
        let pack = |text: &str| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(text.as_bytes()).unwrap();
            encoder.finish().unwrap()
        };
        let (one, other) = (pack("8.8.8.8\n"), pack("9.9.9.9\n"));
        let both = [one.as_slice(), &other].concat();
        assert_eq!(unpack(&both, 16).unwrap(), b"8.8.8.8\n9.9.9.9\n");
        assert!(matches!(
            unpack(&both, 15),
            Err(ListFetchError::TooLong(15))
        ));
        for broken in [
            [one.as_slice(), b"garbage"].concat(),
            both[..both.len() - 1].to_vec(),
        ] {
            assert!(matches!(
                unpack(&broken, 16),
                Err(ListFetchError::Packed(_))
            ));
        }
    }
}
