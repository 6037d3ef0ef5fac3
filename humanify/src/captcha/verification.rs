//! `Verification` and `VerifyError`: the result of verifying a token.

use std::time::SystemTime;

use http::StatusCode;

use super::error::CaptchaError;
use super::error_code::ErrorCode;
use super::provider::Provider;

/// An accepted token, with what its provider reported.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Verification {
    /// The provider.
    pub provider: Provider,
    /// `false` if the provider could not be reached and [`WhenUnavailable::Open`] lets everybody
    /// through.
    pub checked: bool,
    /// The host name of the page on which it was solved.
    pub hostname: Option<String>,
    /// The action: reCAPTCHA version 3, Turnstile.
    pub action: Option<String>,
    /// reCAPTCHA version 3: from 0, a bot, to 1. hCaptcha's paid plans: from 0 to 1, a bot.
    pub score: Option<f64>,
    /// When it was solved; for ALTCHA, when the challenge was made.
    pub solved_at: Option<SystemTime>,
    /// The hardness, 1 to 5: ALTCHA.
    pub hardness: Option<u8>,
}

/// The policy while a provider cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum WhenUnavailable {
    /// Nobody gets through: [`VerifyError::Unavailable`].
    #[default]
    Closed,
    /// Everybody with any token gets through, and the [`Verification`] says that nothing was
    /// checked. So does anybody who can slow the provider down or make it fail on a token.
    Open,
}

/// A token that is not accepted.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The form has no token.
    #[error("the captcha was not solved")]
    Missing,
    /// The token is too long, or has a character that no token has.
    #[error("this is not a captcha's token")]
    Malformed,
    /// The provider does not accept it.
    #[error("the provider does not accept the token: {}", codes(.0))]
    Rejected(Vec<ErrorCode>),
    /// It was solved too long ago, or the provider does not report when.
    #[error("the captcha was solved too long ago")]
    Expired,
    /// The token was accepted before.
    #[error("the captcha was used before")]
    AlreadyUsed,
    /// The captcha was solved on a page of another host.
    #[error("the captcha was solved on another site: {0:?}")]
    WrongHostname(Option<String>),
    /// The token has another action.
    #[error("the captcha was made for another form: {0:?}")]
    WrongAction(Option<String>),
    /// The score is below the minimum.
    #[error("the score is too low: {0:?}")]
    LowScore(Option<f64>),
    /// The ALTCHA challenge was easier than the form demands.
    #[error("the captcha was too easy: {0}")]
    TooEasy(u8),
    /// The provider does not accept the application's keys.
    #[error("the provider does not accept the keys: {}", codes(.0))]
    Misconfigured(Vec<ErrorCode>),
    /// The application uses a provider that it did not configure.
    #[error(transparent)]
    Settings(#[from] CaptchaError),
    /// The provider could not be reached, or the store failed.
    #[error("{0} is unavailable: {1}")]
    Unavailable(Provider, Unavailable),
}

crate::error_chain::debug_as_message!(VerifyError);

/// Why a provider gave no usable answer.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// The time-out passed.
    #[error("it took too long")]
    TimedOut,
    /// There was no connection, or it broke.
    #[error("no connection: {0}")]
    Connection(String),
    /// The provider answered with this status.
    #[error("it answered {0}")]
    Status(u16),
    /// The answer cannot be read.
    #[error("its answer cannot be read")]
    Unreadable,
    /// The answer is longer than 64 KiB.
    #[error("its answer is too long")]
    TooLong,
    /// The provider reports an error of its own.
    #[error("it reports an internal error")]
    Internal,
    /// The feature `captcha-verify` is off, so that there is no client.
    #[error("humanify's feature `captcha-verify` is off")]
    NoClient,
    /// The store failed, so that the token could be used again.
    #[error("used tokens cannot be recorded: {0}")]
    Store(String),
}

crate::error_chain::debug_as_message!(Unavailable);

impl VerifyError {
    /// Whether the visitor can succeed with another token.
    #[must_use]
    pub fn is_clients_fault(&self) -> bool {
        !matches!(
            self,
            VerifyError::Misconfigured(_) | VerifyError::Settings(_) | VerifyError::Unavailable(..)
        )
    }

    /// The status of the response: 422, or 500 or 503 if it is not the client's fault.
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
        return "it gives no reason".to_owned();
    }
    codes.join(", ")
}
