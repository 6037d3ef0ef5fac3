//! What can be wrong with the settings.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::provider::Provider;

/// A setting that cannot work, with what to do about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptchaError {
    /// There is nothing to show.
    #[error(
        "no captcha is configured; call `altcha(secret)`, or `turnstile(site_key, secret)` and the like"
    )]
    NoProvider,
    /// A provider was asked for that the builder was not told about.
    #[error("{0} is not configured; give its keys to the builder: `{name}(…)`", name = .0.name())]
    NotConfigured(Provider),
    /// A key that is empty, or holds what no key holds.
    #[error(
        "the {key} of {provider} is empty or holds white space; copy it again from its console"
    )]
    Key {
        /// Whose key it is.
        provider: Provider,
        /// Which key: the site key or the secret.
        key: &'static str,
    },
    /// The secret of ALTCHA can be guessed.
    #[error(
        "the secret of ALTCHA has at least 32 bytes that nobody can guess; `openssl rand -hex 32` makes one"
    )]
    ShortSecret,
    /// A hardness that is not between 1 and 5.
    #[error("there is no hardness {0}; say one from 1 (easy) to 5 (hard)")]
    Hardness(u8),
    /// A score that is none.
    #[error("a score is from 0 (a bot) to 1 (a human), not {0}")]
    Score(f64),
    /// An action that the provider would not take.
    #[error("`{0}` is no action; say letters, digits, `/` and `_`, such as `login`")]
    Action(String),
    /// Something that is no language.
    #[error("`{0}` is no language; say a tag such as `de` or `pt-BR`, or `auto`")]
    Language(String),
    /// A period that is over at once.
    #[error("a period of zero leaves no time for anything; leave it out for the default")]
    NoTime,
    /// Something that is no host name.
    #[error("`{0}` is no host name; say it without scheme, port and path, such as `shop.example`")]
    Hostname(String),
    /// An address to which no secret may be sent.
    #[error(
        "`{0}` cannot be asked; say an `https://` address, or an `http://` one on this machine"
    )]
    Endpoint(String),
    /// A prefix that is no path.
    #[error("`{0}` cannot hold the captchas' routes; say a path such as `/humanify`")]
    Mount(String),
    /// The TLS library cannot be set up.
    #[cfg(feature = "captcha-verify")]
    #[error(transparent)]
    Tls(#[from] crate::http::TlsError),
}

/// A handler that shows a form can return it: 500, and the log says what is wrong.
impl IntoResponse for CaptchaError {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
