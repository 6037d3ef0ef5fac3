//! ALTCHA version 2, with SHA-256 as its key derivation.

use humanify_syntax::Hardness;
use serde::{Deserialize, Serialize};

use super::{ChallengeTerms, Issuer, Solved, from_hex, hex, wrong};
use crate::captcha::verification::VerifyError;
use crate::crypto::{NoRandomness, Sha256, random_bytes};

/// The only supported algorithm: one hash of salt, nonce and number.
const ALGORITHM: &str = "SHA-256";

const COST: u32 = 1;

/// Bytes of the derived key, and of the prefix that a challenge reveals.
const KEY: usize = 32;

const PREFIX: usize = 16;

/// Bytes of the nonce, which is the id of the challenge, and of the salt.
const RANDOM: usize = 16;

/// The signed parameters, as JSON with its names in alphabetical order, the order of the fields.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Parameters {
    algorithm: String,
    cost: u32,
    data: Data,
    expires_at: u64,
    key_length: usize,
    key_prefix: String,
    nonce: String,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    hardness: u8,
    #[serde(rename = "made")]
    created_at: u64,
    /// As text: a number of JavaScript has 53 bits.
    run: String,
}

#[derive(Serialize, Deserialize)]
struct ChallengeV2 {
    parameters: Parameters,
    signature: String,
}

/// The solution that the widget sends. The time that it took is not trusted, so it is not read.
#[derive(Deserialize)]
struct PayloadV2 {
    challenge: ChallengeV2,
    solution: Solution,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Solution {
    counter: u32,
    derived_key: String,
}

pub(super) fn challenge(
    issuer: &Issuer,
    terms: ChallengeTerms,
    nonce: [u8; RANDOM],
    number: u32,
) -> Result<String, NoRandomness> {
    let salt = random_bytes::<RANDOM>()?;
    let parameters = Parameters {
        algorithm: ALGORITHM.to_owned(),
        cost: COST,
        data: Data {
            hardness: terms.hardness.level(),
            created_at: terms.created_at,
            run: terms.run.to_string(),
        },
        expires_at: terms.expires,
        key_length: KEY,
        key_prefix: prefix(&derive(&salt, &nonce, number)),
        nonce: hex(&nonce),
        salt: hex(&salt),
    };
    let signature = issuer.sign(&message(&parameters));
    let document = ChallengeV2 {
        parameters,
        signature,
    };
    // Strings and numbers always serialise.
    Ok(serde_json::to_string(&document).unwrap_or_default())
}

/// `None` if the text is not a solution in this protocol.
pub(super) fn check(issuer: &Issuer, json: &[u8]) -> Option<Result<Solved, VerifyError>> {
    let payload: PayloadV2 = serde_json::from_slice(json).ok()?;
    Some(solved(issuer, &payload).ok_or_else(wrong))
}

fn solved(issuer: &Issuer, payload: &PayloadV2) -> Option<Solved> {
    let parameters = &payload.challenge.parameters;
    if !issuer.is_signed(&message(parameters), &payload.challenge.signature) {
        return None;
    }
    let (salt, nonce) = (from_hex(&parameters.salt)?, from_hex(&parameters.nonce)?);
    let key = derive(&salt, &nonce, payload.solution.counter);
    let right = parameters.algorithm == ALGORITHM
        && parameters.cost == COST
        && parameters.key_length == KEY
        && parameters.key_prefix == prefix(&key)
        && payload.solution.derived_key == hex(&key);
    let terms = ChallengeTerms {
        hardness: Hardness::new(parameters.data.hardness)?,
        created_at: parameters.data.created_at,
        run: parameters.data.run.parse().ok()?,
        expires: parameters.expires_at,
    };
    right.then_some(Solved { id: nonce, terms })
}

fn message(parameters: &Parameters) -> Vec<u8> {
    // Strings and numbers always serialise.
    serde_json::to_vec(parameters).unwrap_or_default()
}

fn derive(salt: &[u8; RANDOM], nonce: &[u8; RANDOM], number: u32) -> [u8; KEY] {
    Sha256::new()
        .with(salt)
        .with(nonce)
        .with(number.to_be_bytes())
        .finish()
}

fn prefix(key: &[u8; KEY]) -> String {
    hex(key).chars().take(PREFIX * 2).collect()
}
