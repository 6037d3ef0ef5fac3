//! ALTCHA: proof of work, issued and verified by this server.
//!
//! A challenge holds its hardness, its creation time and its expiry, all under a MAC. The server
//! keeps nothing until it accepts a solution; then it spends the id of the challenge.
//!
//! In both protocols the secret number of hardness `h` is drawn from 10,000 · h to 25,000 · h,
//! and one try costs one SHA-256. Version 1 hashes a salt followed by the digits of the number.
//! If a salt could end with digits, a client could shift digits between salt and number
//! ([CVE-2025-68113]); the salt therefore ends with `&` and has a single layout. Version 2 hashes
//! fields of fixed lengths.
//!
//! [CVE-2025-68113]: https://nvd.nist.gov/vuln/detail/CVE-2025-68113

mod files;
#[cfg(test)]
mod tests;
mod v1;
mod v2;

pub(crate) use files::Files;

use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use humanify_syntax::Hardness;
use ring::hmac;

use super::Captchas;
use super::error_code::ErrorCode;
use super::verification::VerifyError;
use crate::client::Client;
use crate::crypto::{NoRandomness, random_bytes};
use crate::net::Network;
use crate::sampler::EventSampler;
use crate::store::spendable_id;

/// The protocol of ALTCHA's challenges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AltchaProtocol {
    /// Version 1: SHA-256 of a salt and a number. All versions of the widget support it.
    V1,
    /// Version 2: a key derivation, here one SHA-256. Widgets support it from version 3.
    #[default]
    V2,
}

/// The issuer and verifier of challenges under one secret.
pub(super) struct Issuer {
    pub(super) key: hmac::Key,
    pub(super) protocol: AltchaProtocol,
    pub(super) hardness: Hardness,
    pub(super) lifetime: Duration,
    pub(super) files: Files,
}

/// The challenge of a right solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Solved {
    /// The id of the challenge, whatever the encoding of the solution.
    pub(super) id: [u8; 16],
    pub(super) terms: ChallengeTerms,
}

/// The terms of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChallengeTerms {
    pub(super) hardness: Hardness,
    /// In milliseconds since 1970.
    pub(super) created_at: u64,
    /// The run of the store in which it was made.
    pub(super) run: u64,
    /// In seconds since 1970.
    pub(super) expires: u64,
}

impl Issuer {
    /// A new challenge for a client in a network, in the JSON of the widget.
    pub(super) fn challenge(
        &self,
        hardness: Hardness,
        network: Option<Network>,
        (now, run): (u64, u64),
    ) -> Result<String, NoRandomness> {
        let terms = ChallengeTerms {
            hardness,
            created_at: now,
            run,
            expires: (now / 1_000).saturating_add(self.lifetime.as_secs()),
        };
        let id = spendable_id(network)?;
        let number = terms.draw()?;
        match self.protocol {
            AltchaProtocol::V1 => Ok(v1::challenge(self, terms, id, number)),
            AltchaProtocol::V2 => v2::challenge(self, terms, id, number),
        }
    }

    /// The challenge that a token solves; an error unless it is a challenge of this secret.
    pub(super) fn check(&self, token: &str) -> Result<Solved, VerifyError> {
        let json = STANDARD.decode(token).map_err(|_| VerifyError::Malformed)?;
        v2::check(self, &json)
            .or_else(|| v1::check(self, &json))
            .unwrap_or(Err(VerifyError::Malformed))
    }

    fn sign(&self, message: &[u8]) -> String {
        hex(hmac::sign(&self.key, message).as_ref())
    }

    /// Compares a hexadecimal signature with that of the message, in constant time.
    fn is_signed(&self, message: &[u8], signature: &str) -> bool {
        from_hex::<32>(signature).is_some_and(|tag| hmac::verify(&self.key, message, &tag).is_ok())
    }
}

impl ChallengeTerms {
    /// The largest possible secret number.
    fn max_number(&self) -> u32 {
        25_000 * u32::from(self.hardness.level())
    }

    /// The secret number.
    fn draw(&self) -> Result<u32, NoRandomness> {
        let least = 10_000 * u32::from(self.hardness.level());
        let range = u64::from(self.max_number() - least + 1);
        let drawn = u64::from_le_bytes(random_bytes()?) % range;
        // The remainder of 64 random bits by a 17-bit range has a negligible bias.
        Ok(least + u32::try_from(drawn).unwrap_or_default())
    }
}

/// The error of a wrong solution, or of a challenge under another secret.
fn wrong() -> VerifyError {
    VerifyError::Rejected(vec![ErrorCode::InvalidResponse])
}

/// The routes: a challenge, and the files of the widget below it.
pub(super) fn router<S: Clone + Send + Sync + 'static>(captchas: &Captchas) -> Router<S> {
    if captchas.0.altcha.is_none() {
        return Router::new();
    }
    let mount = &captchas.0.mount;
    let setting = captchas.clone();
    let serving = captchas.clone();
    Router::new()
        .route(
            &format!("{mount}/altcha"),
            get(
                move |client: Option<Client>, RawQuery(query): RawQuery| async move {
                    let network = client.and_then(|client| client.network());
                    issue(&setting, network, query.as_deref()).await
                },
            ),
        )
        .route(
            &format!("{mount}/altcha/{{file}}"),
            get(move |Path(file): Path<String>| async move { serve(&serving, &file) }),
        )
}

/// Responds with a new challenge.
async fn issue(captchas: &Captchas, network: Option<Network>, query: Option<&str>) -> Response {
    let Ok(issuer) = captchas.issuer() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let requested = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "hardness")
        .map(|(_, level)| level.parse().ok().and_then(Hardness::new));
    let hardness = match requested {
        None => issuer.hardness,
        Some(Some(hardness)) => hardness,
        Some(None) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let Ok(run) = captchas.0.store.run().wait().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let now = captchas.0.clock.milliseconds();
    match issuer.challenge(hardness, network, (now, run)) {
        Ok(challenge) => {
            let headers = [
                (CONTENT_TYPE, "application/json"),
                (CACHE_CONTROL, "no-store"),
            ];
            (headers, challenge).into_response()
        }
        Err(error) => {
            static SAMPLER: EventSampler = EventSampler::new();
            SAMPLER.log(|left_out| tracing::error!(left_out, "{error}"));
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Responds with a file of the widget, whose name holds the digest of its contents.
fn serve(captchas: &Captchas, name: &str) -> Response {
    let file = captchas
        .issuer()
        .ok()
        .and_then(|issuer| issuer.files.named(name));
    let Some(file) = file else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, file.content_type),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, file.content.clone()).into_response()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly `N` bytes from lower-case hexadecimal.
fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        match pair {
            [high, low] => *byte = digit(*high)? << 4 | digit(*low)?,
            _ => return None,
        }
    }
    Some(bytes)
}
