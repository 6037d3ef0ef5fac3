//! `HttpClient`: the client for outgoing requests, bounded in time, size and redirects.

use std::error::Error;
use std::time::Duration;

use axum::body::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::redirect::redirect_target;
use crate::error_chain::with_causes;

/// The time-out for opening a connection.
const CONNECT_TIME_OUT: Duration = Duration::from_secs(10);

/// The longest body of an error response that is read, in bytes.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Bounds on the requests of one [`HttpClient`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientBounds {
    /// Time from the first byte of the request to the last byte of the response.
    pub(crate) time_out: Duration,
    /// How many redirects a request follows. A client that follows none returns the redirect.
    pub(crate) redirects: usize,
    /// Whether connections stay open for the next request.
    pub(crate) keeps_connections: bool,
}

/// An HTTP client with rustls and Mozilla's root certificates. Clones share their connections.
///
/// It uses plain HTTP for `http://` addresses. Callers check addresses from outside first: plain
/// HTTP is for this machine only.
#[derive(Clone)]
pub(crate) struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    bounds: ClientBounds,
}

/// TLS cannot be set up for outgoing requests.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("TLS cannot be set up")]
pub struct TlsError(#[source] rustls::Error);

crate::error_chain::debug_as_message!(TlsError);

/// Why a request got no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("the server cannot be reached: {0}")]
    Connection(String),
    #[error("the server took longer than {} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("the server answered with more than {0} bytes")]
    TooLong(usize),
    #[error("the response is incomplete: {0}")]
    Cut(String),
    #[error("the server redirects too often, or not to HTTPS")]
    Redirected,
}

impl HttpClient {
    pub(crate) fn new(bounds: ClientBounds) -> Result<HttpClient, TlsError> {
        let mut http = HttpConnector::new();
        http.set_connect_timeout(Some(CONNECT_TIME_OUT));
        http.enforce_http(false);
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(TlsError)?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let mut client = Client::builder(TokioExecutor::new());
        if !bounds.keeps_connections {
            client.pool_max_idle_per_host(0);
        }
        let client = client.build(connector);
        Ok(HttpClient { client, bounds })
    }

    /// Sends a request and reads the whole response, with a body of at most `longest` bytes. The
    /// body of an error response is empty if it is longer than 64 KiB or incomplete.
    ///
    /// # Errors
    /// If there is no complete response within the bounds.
    pub(crate) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        longest: usize,
    ) -> Result<Response<Bytes>, ClientError> {
        let time_out = self.bounds.time_out;
        tokio::time::timeout(time_out, self.exchange(request, longest))
            .await
            .unwrap_or(Err(ClientError::TimedOut(time_out)))
    }

    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        longest: usize,
    ) -> Result<Response<Bytes>, ClientError> {
        let mut redirects = 0;
        let response = loop {
            let response = self
                .client
                .request(request.clone())
                .await
                .map_err(|error| ClientError::Connection(with_causes(&error)))?;
            let status = response.status();
            let follows = self.bounds.redirects > 0 && status != StatusCode::NOT_MODIFIED;
            if !(follows && status.is_redirection()) {
                break response;
            }
            redirects += 1;
            *request.uri_mut() = redirect_target(request.uri(), response.headers())
                .filter(|_| redirects <= self.bounds.redirects)
                .ok_or(ClientError::Redirected)?;
        };
        let (head, body) = response.into_parts();
        let is_error = head.status.is_client_error() || head.status.is_server_error();
        let most = if is_error { MAX_ERROR_BYTES } else { longest };
        let body = match Limited::new(body, most).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) if is_error => Bytes::new(),
            Err(error) if error.is::<LengthLimitError>() => return Err(ClientError::TooLong(most)),
            Err(error) => {
                let error: &(dyn Error + 'static) = error.as_ref();
                return Err(ClientError::Cut(with_causes(error)));
            }
        };
        Ok(Response::from_parts(head, body))
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpClient")
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}
