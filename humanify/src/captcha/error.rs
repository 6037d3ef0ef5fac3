//! `CaptchaError`: a setting of the captchas that cannot work.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::provider::Provider;
use crate::sampler::EventSampler;

/// A setting that cannot work, and what to do about it.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptchaError {
    /// No provider is configured.
    #[error(
        "no captcha is configured; call `altcha(secret)`, or `turnstile(site_key, secret)` and the like"
    )]
    NoProvider,
    /// A provider is used that is not configured.
    #[error("{0} is not configured; give its keys to the builder: `{name}(…)`", name = .0.name())]
    NotConfigured(Provider),
    /// A key that is empty, or has a character that no key has.
    #[error(
        "the {key} of {provider} is empty or holds white space; copy it again from its console"
    )]
    Key {
        /// The provider.
        provider: Provider,
        /// `site key` or `secret`.
        key: &'static str,
    },
    /// A secret of ALTCHA that is too short.
    #[error(
        "the secret of ALTCHA has at least 32 bytes that nobody can guess; `openssl rand -hex 32` makes one"
    )]
    ShortSecret,
    /// A hardness outside 1 to 5.
    #[error("{0} is not a hardness; use a number from 1 (easy) to 5 (hard)")]
    Hardness(u8),
    /// A score outside 0 to 1.
    #[error("a score is from 0 (a bot) to 1 (a human), not {0}")]
    Score(f64),
    /// An action that the provider does not accept.
    #[error(
        "`{0}` is not an action of this provider; every provider accepts up to 32 letters, digits and `_`, such as `login`"
    )]
    Action(String),
    /// A text that is not a language tag.
    #[error("`{0}` is not a language; use a tag such as `de` or `pt-BR`, or `auto`")]
    Language(String),
    /// A period of zero.
    #[error("a period of zero leaves no time for anything; leave it out for the default")]
    NoTime,
    /// A text that is not a host name.
    #[error(
        "`{0}` is not a host name; write it without scheme, port and path, such as `shop.example`"
    )]
    Hostname(String),
    /// An address that is neither HTTPS nor on this machine, so that no secret may go there.
    #[error(
        "`{0}` is not an address that humanify calls; use an `https://` address, or an `http://` one on this machine"
    )]
    Endpoint(String),
    /// A path under which the routes cannot be mounted.
    #[error(
        "`{0}` cannot hold the captchas' routes; use a path such as `/humanify`, with letters, digits, `-`, `_` and `.`, in which each segment begins with a letter, a digit or `_`"
    )]
    Mount(String),
    /// TLS cannot be set up.
    #[cfg(feature = "captcha-verify")]
    #[error(transparent)]
    Tls(#[from] crate::http::TlsError),
}

crate::error_chain::debug_as_message!(CaptchaError);

/// A handler that shows a form can return the error: the response is 500, and the log has the
/// message.
impl IntoResponse for CaptchaError {
    fn into_response(self) -> Response {
        static SAMPLER: EventSampler = EventSampler::new();
        SAMPLER.log(|left_out| tracing::error!(left_out, "{self}"));
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
