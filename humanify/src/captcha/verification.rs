//! `Verification` and `VerifyError`: what the check of a token finds.

use std::time::SystemTime;

use http::StatusCode;

use super::error::CaptchaError;
use super::error_code::ErrorCode;
use super::provider::Provider;

/// A token that was accepted, and what its provider told of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Verification {
    /// Whose it was.
    pub provider: Provider,
    /// `false` if the provider could not be asked and the application lets everybody through
    /// then, which only [`WhenUnavailable::Open`] does.
    pub checked: bool,
    /// The host name of the page that it was solved on.
    pub hostname: Option<String>,
    /// What it was made for: reCAPTCHA version 3, Turnstile.
    pub action: Option<String>,
    /// reCAPTCHA version 3: from 0, a bot, to 1. hCaptcha's paid plans: from 0 to 1, a bot.
    pub score: Option<f64>,
    /// When it was solved; for ALTCHA, when it was set.
    pub solved_at: Option<SystemTime>,
    /// How hard it was, 1 to 5: ALTCHA.
    pub hardness: Option<u8>,
}

/// What to do while a provider cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WhenUnavailable {
    /// Nobody gets through: [`VerifyError::Unavailable`].
    #[default]
    Closed,
    /// Everybody with any token gets through, and the
    /// [`Verification`] says that nothing was checked. Whoever can slow
    /// the provider down, or make it stumble over a token, gets through as well.
    Open,
}

/// A token that is not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The form came without a token.
    #[error("the captcha was not solved")]
    Missing,
    /// It is no token of that provider's: too long, or with characters that none has.
    #[error("this is no captcha's token")]
    Malformed,
    /// The provider does not accept it.
    #[error("the provider does not accept the token: {}", codes(.0))]
    Rejected(Vec<ErrorCode>),
    /// It was solved too long ago, or the provider does not tell when.
    #[error("the captcha was solved too long ago")]
    Expired,
    /// It was accepted before.
    #[error("the captcha was used before")]
    AlreadyUsed,
    /// It was solved on a page that is not this application's.
    #[error("the captcha was solved on another site: {0:?}")]
    WrongHostname(Option<String>),
    /// It was made for another form.
    #[error("the captcha was made for another form: {0:?}")]
    WrongAction(Option<String>),
    /// The provider takes the visitor for a bot.
    #[error("the score is too low: {0:?}")]
    LowScore(Option<f64>),
    /// The ALTCHA challenge was easier than this form demands.
    #[error("the captcha was too easy: {0}")]
    TooEasy(u8),
    /// The provider does not accept this application's own keys.
    #[error("the provider does not accept the keys: {}", codes(.0))]
    Misconfigured(Vec<ErrorCode>),
    /// The application asks for what it did not configure.
    #[error(transparent)]
    Settings(#[from] CaptchaError),
    /// The provider could not be asked.
    #[error("{0} cannot be asked: {1}")]
    Unavailable(Provider, Unavailable),
}

/// Why a provider could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// It took too long.
    #[error("it took too long")]
    TimedOut,
    /// It could not be reached, or the connection broke.
    #[error("no connection: {0}")]
    Connection(String),
    /// It answered with this status.
    #[error("it answered {0}")]
    Status(u16),
    /// Its answer makes no sense.
    #[error("its answer cannot be read")]
    Unreadable,
    /// Its answer is longer than any that makes sense.
    #[error("its answer is too long")]
    TooLong,
    /// It says that something went wrong on its side.
    #[error("it has an error of its own")]
    Internal,
    /// humanify was built without a client to ask it.
    #[error("humanify's feature `captcha-verify` is off")]
    NoClient,
    /// It could not be noted that the token was used, so that it could be used again.
    #[error("used tokens cannot be noted: {0}")]
    Store(String),
}

impl VerifyError {
    /// Whether another token would do: the visitor should try again.
    #[must_use]
    pub fn is_clients_fault(&self) -> bool {
        !matches!(
            self,
            VerifyError::Misconfigured(_) | VerifyError::Settings(_) | VerifyError::Unavailable(..)
        )
    }

    /// The status to answer with: 422, or where it is not the client's fault 500 or 503.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            VerifyError::Settings(_) => StatusCode::INTERNAL_SERVER_ERROR,
            VerifyError::Misconfigured(_) | VerifyError::Unavailable(..) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl Verification {
    pub(super) fn new(provider: Provider) -> Verification {
        Verification {
            provider,
            checked: true,
            hostname: None,
            action: None,
            score: None,
            solved_at: None,
            hardness: None,
        }
    }
}

fn codes(codes: &[ErrorCode]) -> String {
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    if codes.is_empty() {
        return "it does not say why".to_owned();
    }
    codes.join(", ")
}
