//! Whether a token is right.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use humanify_syntax::Hardness;
use sha2::{Digest, Sha256};

use super::Captchas;
use super::error::CaptchaError;
use super::error_code::ErrorCode;
use super::provider::Provider;
use crate::crypto::{hash_fields, short_digest};
use crate::store::{SpendKind, SpendOutcome};

/// A token that was accepted, and what its provider told of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Verification {
    /// Whose it was.
    pub provider: Provider,
    /// `false` if the provider could not be asked and the application lets everybody through
    /// then, which only [`WhenUnavailable::Open`](super::WhenUnavailable::Open) does.
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

/// What a form demands beside a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct MatchContext {
    pub(super) provider: Provider,
    pub(super) action: Option<&'static str>,
    pub(super) min_score: Option<f64>,
    pub(super) hardness: Option<Hardness>,
}

/// What asking third parties takes.
#[cfg(feature = "captcha-verify")]
pub(super) struct Verifying {
    pub(super) hostnames: Vec<String>,
    pub(super) max_age: Duration,
    pub(super) send_client_address: bool,
    pub(super) when_unavailable: crate::captcha::builder::WhenUnavailable,
    pub(super) client: crate::captcha::http::HttpClient,
}

/// The longest token that is looked at, in bytes. Turnstile's have up to 2,048; the others'
/// are longer.
const LONGEST_TOKEN: usize = 16 * 1024;

impl Captchas {
    pub(super) async fn check(
        &self,
        asked: &MatchContext,
        token: &str,
        client: Option<IpAddr>,
    ) -> Result<Verification, VerifyError> {
        // Where it is not configured, that is what is wrong, whatever the token.
        self.field(asked.provider)?;
        if token.is_empty() {
            return Err(VerifyError::Missing);
        }
        if token.len() > LONGEST_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(VerifyError::Malformed);
        }
        match asked.provider {
            Provider::Altcha => self.check_altcha(asked, token).await,
            #[cfg(feature = "captcha-verify")]
            _ => self.check_third_party(asked, token, client).await,
            #[cfg(not(feature = "captcha-verify"))]
            provider => {
                let _ = client;
                Err(VerifyError::Unavailable(provider, Unavailable::NoClient))
            }
        }
    }

    async fn check_altcha(
        &self,
        asked: &MatchContext,
        token: &str,
    ) -> Result<Verification, VerifyError> {
        let issuer = self.issuer()?;
        let now = self.0.clock.milliseconds();
        let solved = issuer.check(token)?;
        // ALTCHA tells neither of these.
        if asked.action.is_some() {
            return Err(VerifyError::WrongAction(None));
        }
        if asked.min_score.is_some() {
            return Err(VerifyError::LowScore(None));
        }
        let terms = solved.terms;
        let expires = terms.expires.saturating_mul(1_000);
        if now >= expires {
            return Err(VerifyError::Expired);
        }
        if terms.hardness < asked.hardness.unwrap_or(issuer.hardness) {
            return Err(VerifyError::TooEasy(terms.hardness.level()));
        }
        self.spend(Provider::Altcha, &solved.id, terms.made, expires)
            .await?;
        Ok(Verification {
            hardness: Some(terms.hardness.level()),
            solved_at: UNIX_EPOCH.checked_add(Duration::from_millis(terms.made)),
            ..Verification::new(Provider::Altcha)
        })
    }

    /// Notes that a token was accepted; an error if it was before, or cannot be noted.
    pub(super) async fn spend(
        &self,
        provider: Provider,
        token: &[u8],
        made: u64,
        expires: u64,
    ) -> Result<(), VerifyError> {
        let id = digest(provider, token);
        match self
            .0
            .store
            .spend(SpendKind::Token, id, made, expires)
            .wait()
            .await
        {
            Ok(SpendOutcome::First) => Ok(()),
            Ok(SpendOutcome::Again) => Err(VerifyError::AlreadyUsed),
            // It may have been spent without the store's knowing.
            Ok(SpendOutcome::Forgotten) => Err(VerifyError::Expired),
            Err(error) => {
                let cause = Unavailable::Store(error.to_string());
                Err(VerifyError::Unavailable(provider, cause))
            }
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

/// What a token is known by among all that was spent.
fn digest(provider: Provider, token: &[u8]) -> [u8; 16] {
    let fields = [b"humanify captcha", provider.name().as_bytes(), token];
    short_digest(hash_fields(Sha256::new(), fields))
}

fn codes(codes: &[ErrorCode]) -> String {
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    if codes.is_empty() {
        return "it does not say why".to_owned();
    }
    codes.join(", ")
}
