//! `AgentKey`: the public key of a signing agent.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::SignedAgentsError;
use crate::crypto::Sha256;

/// The test key of [RFC 9421](https://www.rfc-editor.org/rfc/rfc9421#appendix-B.1.4). Its private
/// half is public.
const TEST_KEY: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

/// An Ed25519 public key, with the thumbprint by which requests name it.
#[derive(Debug, Clone)]
pub(super) struct AgentKey {
    id: String,
    verifying: VerifyingKey,
    /// The start and the end of its validity, in seconds since 1970.
    from: u64,
    until: u64,
}

/// The members of a JSON Web Key (RFC 7517, RFC 8037) that are read.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    crv: String,
    #[serde(default)]
    x: String,
    d: Option<IgnoredAny>,
    #[serde(default)]
    nbf: u64,
    exp: Option<u64>,
}

impl AgentKey {
    /// Reads a key from the configuration: a JSON Web Key, or its `x` alone.
    pub(super) fn read(text: &str) -> Result<AgentKey, SignedAgentsError> {
        let text = text.trim();
        if !text.starts_with('{') {
            return AgentKey::from_x_coordinate(text);
        }
        let jwk = serde_json::from_str(text)
            .map_err(|error| SignedAgentsError::Json(error.to_string()))?;
        AgentKey::of_jwk(jwk)
    }

    pub(super) fn of_jwk(jwk: serde_json::Value) -> Result<AgentKey, SignedAgentsError> {
        let jwk: Jwk = serde_json::from_value(jwk)
            .map_err(|error| SignedAgentsError::Json(error.to_string()))?;
        if jwk.d.is_some() {
            return Err(SignedAgentsError::Private);
        }
        if (jwk.kty.as_str(), jwk.crv.as_str()) != ("OKP", "Ed25519") {
            return Err(SignedAgentsError::Algorithm);
        }
        Ok(AgentKey {
            from: seconds(jwk.nbf),
            until: jwk.exp.map_or(u64::MAX, seconds),
            ..AgentKey::from_x_coordinate(&jwk.x)?
        })
    }

    fn from_x_coordinate(x: &str) -> Result<AgentKey, SignedAgentsError> {
        if x == TEST_KEY {
            return Err(SignedAgentsError::TestKey);
        }
        AgentKey::any(x)
    }

    /// Decodes a key. The test key of RFC 9421 is accepted here.
    pub(super) fn any(x: &str) -> Result<AgentKey, SignedAgentsError> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD
            .decode(x)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(SignedAgentsError::Key)?;
        // With a weak key, one signature is valid for many messages.
        let verifying = VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak())
            .ok_or(SignedAgentsError::Key)?;
        Ok(AgentKey {
            id: thumbprint(x),
            verifying,
            from: 0,
            until: u64::MAX,
        })
    }

    /// The thumbprint, by which requests name the key.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Whether the key is valid at `now`, in seconds since 1970.
    pub(super) fn counts_at(&self, now: u64) -> bool {
        (self.from..self.until).contains(&now)
    }

    /// Whether a signature of `message` is valid for this key. Malleable signatures are refused.
    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.verifying.verify_strict(message, &signature).is_ok()
    }
}

/// A timestamp in seconds. Some directories give milliseconds. Seconds are not that large before
/// the year 5138.
fn seconds(instant: u64) -> u64 {
    match instant {
        100_000_000_000.. => instant / 1_000,
        _ => instant,
    }
}

/// The thumbprint of a key (RFC 7638, RFC 8037 appendix A.3). The decoder accepts one spelling of
/// each `x`, so the text may be hashed in place of the bytes.
fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::of(canonical))
}
