//! The client that asks providers: one for all requests, over TLS with the roots of Mozilla,
//! bounded in time and in what it reads, and following no redirect.

use std::time::Duration;

use axum::body::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::error::CaptchaError;
use super::verify::Unavailable;
use crate::error_chain::with_causes;
use crate::http::{Connector, connector};

/// The longest answer that is read, in bytes. Providers answer in a few hundred.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A client whose clones share their connections.
#[derive(Clone)]
pub(super) struct HttpClient {
    client: Client<Connector, Full<Bytes>>,
    timeout: Duration,
}

impl HttpClient {
    pub(super) fn new(timeout: Duration) -> Result<HttpClient, CaptchaError> {
        // Plain HTTP is for this machine only, which the builder has seen to.
        let connector = connector().map_err(CaptchaError::Tls)?;
        Ok(HttpClient {
            client: Client::builder(TokioExecutor::new()).build(connector),
            timeout,
        })
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), Unavailable> {
        let exchange = async {
            let response = self
                .client
                .request(request)
                .await
                .map_err(|error| Unavailable::Connection(with_causes(&error)))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER)
                .collect()
                .await
                .map_err(|error| {
                    if error.is::<http_body_util::LengthLimitError>() {
                        Unavailable::TooLong
                    } else {
                        Unavailable::Connection(with_causes(error.as_ref()))
                    }
                })?;
            Ok((head.status, body.to_bytes()))
        };
        tokio::time::timeout(self.timeout, exchange)
            .await
            .unwrap_or(Err(Unavailable::TimedOut))
    }
}
