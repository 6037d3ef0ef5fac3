//! `Captchas::verify`: verifies the token that a solved captcha gives.

use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

use humanify_syntax::Hardness;

use super::Captchas;
use super::error::CaptchaError;
use super::extract::Check;
use super::provider::Provider;
use super::verification::{Unavailable, Verification, VerifyError};
use crate::store::{IdOrigin, SpendKind, SpendOutcome, SpendRequest};

/// The demands of a form on a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenDemand {
    pub(super) provider: Provider,
    pub(super) action: Option<&'static str>,
    pub(super) min_score: Option<f64>,
    pub(super) hardness: Option<Hardness>,
}

/// The longest token that is verified, in bytes. Turnstile's have up to 2,048; the others'
/// are longer.
const MAX_TOKEN_LENGTH: usize = 16 * 1024;

impl Captchas {
    /// Verifies a token.
    ///
    /// A token is accepted once. A token of ALTCHA has to be as hard as the builder says. For
    /// further demands, such as an action, there is [`verify_as`](Self::verify_as).
    ///
    /// The address of the client, such as [`client.ip()`](crate::Client::ip), is sent to the
    /// provider only with [`send_client_address`](super::CaptchasBuilder::send_client_address);
    /// `None` is always allowed.
    ///
    /// # Errors
    /// Whenever the token is not certainly valid. [`VerifyError::is_clients_fault`] tells a wrong
    /// token from a provider that is down.
    pub async fn verify(
        &self,
        provider: Provider,
        token: &str,
        client: impl Into<Option<IpAddr>>,
    ) -> Result<Verification, VerifyError> {
        let demand = TokenDemand {
            provider,
            action: None,
            min_score: None,
            hardness: None,
        };
        self.check(&demand, token, client.into()).await
    }

    /// Verifies a token against the demands of a [`Check`].
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_as<C: Check>(
        &self,
        token: &str,
        client: impl Into<Option<IpAddr>>,
    ) -> Result<Verification, VerifyError> {
        let hardness = match C::HARDNESS.map(|level| (level, Hardness::new(level))) {
            None => None,
            Some((_, Some(hardness))) => Some(hardness),
            Some((level, None)) => return Err(CaptchaError::Hardness(level).into()),
        };
        let demand = TokenDemand {
            provider: C::PROVIDER,
            action: C::ACTION,
            min_score: C::MIN_SCORE,
            hardness,
        };
        self.check(&demand, token, client.into()).await
    }

    async fn check(
        &self,
        demand: &TokenDemand,
        token: &str,
        client: Option<IpAddr>,
    ) -> Result<Verification, VerifyError> {
        // A provider that is not configured is an error whatever the token is.
        self.field(demand.provider)?;
        if token.is_empty() {
            return Err(VerifyError::Missing);
        }
        if token.len() > MAX_TOKEN_LENGTH || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(VerifyError::Malformed);
        }
        match demand.provider {
            Provider::Altcha => self.check_altcha(demand, token).await,
            #[cfg(feature = "captcha-verify")]
            _ => self.check_third_party(demand, token, client).await,
            #[cfg(not(feature = "captcha-verify"))]
            provider => {
                let _ = client;
                Err(VerifyError::Unavailable(provider, Unavailable::NoClient))
            }
        }
    }

    async fn check_altcha(
        &self,
        demand: &TokenDemand,
        token: &str,
    ) -> Result<Verification, VerifyError> {
        let issuer = self.issuer()?;
        let now = self.0.clock.milliseconds();
        let solved = issuer.check(token)?;
        // ALTCHA reports neither.
        if demand.action.is_some() {
            return Err(VerifyError::WrongAction(None));
        }
        if demand.min_score.is_some() {
            return Err(VerifyError::LowScore(None));
        }
        let terms = solved.terms;
        let expires = terms.expires.saturating_mul(1_000);
        if now >= expires {
            return Err(VerifyError::Expired);
        }
        if terms.hardness < demand.hardness.unwrap_or(issuer.hardness) {
            return Err(VerifyError::TooEasy(terms.hardness.level()));
        }
        let spending = SpendRequest {
            kind: SpendKind::Token,
            id: solved.id,
            origin: IdOrigin::Own {
                created_at: terms.created_at,
                run: terms.run,
            },
            expires,
        };
        self.spend(Provider::Altcha, spending).await?;
        Ok(Verification {
            hardness: Some(terms.hardness.level()),
            solved_at: UNIX_EPOCH.checked_add(Duration::from_millis(terms.created_at)),
            ..Verification::new(Provider::Altcha)
        })
    }

    /// Spends a token; an error if it is spent already, or the store fails.
    pub(super) async fn spend(
        &self,
        provider: Provider,
        spending: SpendRequest,
    ) -> Result<(), VerifyError> {
        let spending = self.0.store.spend(spending);
        match spending.wait().await {
            Ok(SpendOutcome::First) => Ok(()),
            Ok(SpendOutcome::Again) => Err(VerifyError::AlreadyUsed),
            // The store may have forgotten that it was spent.
            Ok(SpendOutcome::Forgotten) => Err(VerifyError::Expired),
            Err(error) => {
                let cause = Unavailable::Store(error.to_string());
                Err(VerifyError::Unavailable(provider, cause))
            }
        }
    }
}
