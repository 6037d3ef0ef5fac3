//! The client for outgoing HTTPS requests.

use std::time::Duration;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

pub(crate) type Connector = HttpsConnector<HttpConnector>;

/// How long a connection may take to be there.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// What opens connections, or why TLS cannot be set up. It speaks plain HTTP where an address
/// says so, which those who take addresses from anybody allow for this machine only.
pub(crate) fn connector() -> Result<Connector, String> {
    let mut http = HttpConnector::new();
    http.set_connect_timeout(Some(LONGEST_CONNECT));
    http.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(|error| error.to_string())?
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    Ok(connector)
}
