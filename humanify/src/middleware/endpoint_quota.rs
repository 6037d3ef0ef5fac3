//! Limits how often a client may request those of humanify's own pages that are expensive.

use axum::response::Response;
use humanify_syntax::Offence;

use super::responder::Responder;
use crate::challenge::Browser;
use crate::limit::{
    Counter, ENDPOINT_RATE, ENDPOINT_RATE_OF_ADDRESS, ENDPOINT_RATE_WITHOUT_COOKIE, set_headers,
};
use crate::store::{Bucket, CountMode, CountOutcome};

/// Counts a request for an expensive page: for the browser, and for all browsers at its address.
///
/// # Errors
/// The response, if there were too many.
pub(super) async fn within_quota(
    responder: &Responder<'_>,
    browser: Option<Browser>,
) -> Result<(), Box<Response>> {
    let address = responder.client.address();
    let own = match browser {
        Some(browser) => Bucket::new(Counter::EndpointRequests.key(browser.key()), ENDPOINT_RATE),
        None => Bucket::new(
            Counter::EndpointRequestsWithoutCookie.key(address),
            ENDPOINT_RATE_WITHOUT_COOKIE,
        ),
    };
    let all = Bucket::new(
        Counter::EndpointRequestsOfAddress.key(address),
        ENDPOINT_RATE_OF_ADDRESS,
    );
    let store = &responder.instance.store;
    match store.count(&[own, all], CountMode::Acquire).wait().await {
        Ok(CountOutcome::Within(_)) => Ok(()),
        Ok(CountOutcome::Over { wait, counts }) => {
            responder.offend(Offence::Overrun).await;
            let mut response = responder.limited(wait, &counts);
            set_headers(response.headers_mut(), &counts);
            Err(Box::new(response))
        }
        Err(_) => Err(Box::new(responder.busy())),
    }
}
