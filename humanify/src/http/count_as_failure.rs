//! `CountAsFailure`: marks a response that limits count as a failure.

use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

/// Marks a response as a failure for limits with `count = "failures"`, whatever its status is.
///
/// A login form that answers every password with a redirect has the same status for success and
/// failure. The handler marks the failure:
///
/// ```
/// use axum::Form;
/// use axum::response::{IntoResponse, Redirect, Response};
/// use humanify::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Login {
///     password: String,
/// }
///
/// #[rate_limit("5/minute", count = "failures")]
/// async fn login(Form(login): Form<Login>) -> Response {
///     if login.password == "correct horse" {
///         return Redirect::to("/account").into_response();
///     }
///     (CountAsFailure, Redirect::to("/login?wrong")).into_response()
/// }
/// # let _router: axum::Router = axum::Router::new().route("/login", axum::routing::post(login));
/// ```
///
/// The mark is an extension of the response. A handler that builds its response by hand inserts the
/// mark: `response.extensions_mut().insert(CountAsFailure)`. A layer inside
/// [`protect`](crate::Humanify::protect) that replaces the response drops the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CountAsFailure;

impl IntoResponseParts for CountAsFailure {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

impl IntoResponse for CountAsFailure {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}
