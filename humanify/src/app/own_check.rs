//! `Humanify::own_check_passed`: a clearance for a visitor who passed the application's own check.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};

use super::Humanify;
use crate::challenge::{DemandToken, Modality, TicketError};
use crate::client::Client;
use crate::middleware::Endpoint;
use crate::pages::{local, page_address};

/// The response to a visitor who has passed the application's own check: it sets the cookie of the
/// clearance and redirects to the requested page.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "the visitor has no clearance before this is sent"]
pub struct OwnCheckPassed {
    next: String,
    cookie: String,
}

impl OwnCheckPassed {
    /// The path and query of the page that the visitor requested.
    #[must_use]
    pub fn return_to(&self) -> &str {
        &self.next
    }

    /// The `Set-Cookie` of the clearance, for a response of the application's own.
    #[must_use]
    pub fn set_cookie(&self) -> &str {
        &self.cookie
    }
}

impl IntoResponse for OwnCheckPassed {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(next) = HeaderValue::from_str(&self.next) {
            headers.insert(LOCATION, next);
        }
        if let Ok(cookie) = HeaderValue::from_str(&self.cookie) {
            headers.append(SET_COOKIE, cookie);
        }
        response
    }
}

impl std::fmt::Debug for OwnCheckPassed {
    // The cookie is the visitor's secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnCheckPassed")
            .field("return_to", &self.next)
            .finish_non_exhaustive()
    }
}

/// Why a ticket gives no clearance.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnCheckError {
    /// The ticket was not sealed by this application, is older than half an hour, or was given to
    /// another client: another user agent, or another address or client id.
    #[error(
        "the ticket is not valid for this client; the visitor may open the protected page again"
    )]
    Invalid,
    /// The ticket was exchanged for a clearance before.
    #[error("the ticket was used already; the visitor may open the protected page again")]
    Used,
    /// The store, in which tickets are spent, cannot be reached or is full.
    #[error("it cannot be recorded that the ticket is used, so it counts for nothing now")]
    Unavailable,
}

crate::error_chain::debug_as_message!(OwnCheckError);

impl From<TicketError> for OwnCheckError {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Invalid => OwnCheckError::Invalid,
            TicketError::Used => OwnCheckError::Used,
            TicketError::Unavailable => OwnCheckError::Unavailable,
        }
    }
}

impl Humanify {
    /// Tells humanify that a visitor has passed the application's [`OwnCheck`](crate::OwnCheck).
    /// Returns the response that gives the client the demanded clearance and redirects to the
    /// requested page.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// # use humanify::{OwnCheckError, OwnCheckPassed};
    /// use axum::{Form, extract::State};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Proof {
    ///     ticket: String,
    ///     code: String,
    /// }
    ///
    /// async fn prove(
    ///     State(humanify): State<Humanify>,
    ///     client: Client,
    ///     Form(proof): Form<Proof>,
    /// ) -> Result<OwnCheckPassed, String> {
    ///     if proof.code != "the code that was mailed" {
    ///         return Err("That is not the code.".into());
    ///     }
    ///     let passed = humanify.own_check_passed(&client, &proof.ticket).await;
    ///     passed.map_err(|error| error.to_string())
    /// }
    /// ```
    ///
    /// # Errors
    /// If the ticket is forged, has expired after half an hour, was used, or belongs to another
    /// client or application; and if the store fails.
    pub async fn own_check_passed(
        &self,
        client: &Client,
        ticket: &str,
    ) -> Result<OwnCheckPassed, OwnCheckError> {
        let instance = &self.instance;
        let clearances = &instance.judge.clearances;
        let redeemed = instance
            .challenges
            .redeem(client, ticket.as_bytes(), clearances)
            .await;
        let (next, cookie) = redeemed?;
        #[cfg(feature = "metrics")]
        crate::metrics::cleared("own_check");
        // It was sealed as a path of this site. If it is not one nevertheless, the visitor goes to
        // the home page.
        let next = local(&next).unwrap_or("/").to_owned();
        Ok(OwnCheckPassed { next, cookie })
    }

    /// The address of the challenge that the application's [`OwnCheck`](crate::OwnCheck) replaces,
    /// for a link on the page of the check; `None` if the ticket is not valid for this client.
    #[must_use]
    pub fn other_ways(&self, client: &Client, ticket: &str) -> Option<String> {
        let instance = &self.instance;
        let ticket = instance.challenges.read_ticket(client, ticket.as_bytes())?;
        let demand = DemandToken {
            task: ticket.task,
            form: false,
        };
        let sealed = demand.seal(&instance.sealer, &ticket.next).ok()?;
        let page = Endpoint::Challenge(Modality::Work).path();
        let address = page_address(&ticket.base, page, &ticket.next, &sealed);
        local(&address).map(str::to_owned)
    }
}
