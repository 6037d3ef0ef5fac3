//! The second protocol, with SHA-256 for its key derivation.

use humanify_syntax::Hardness;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Issuer, Solved, Terms, from_hex, hex, wrong};
use crate::captcha::verification::VerifyError;
use crate::crypto::{NoRandomness, random_bytes};

/// The only algorithm that is set and accepted: of salt, nonce and number, once.
const ALGORITHM: &str = "SHA-256";

const COST: u32 = 1;

/// Bytes of the derived key, and of its start that a challenge gives away.
const KEY: usize = 32;

const PREFIX: usize = 16;

/// Random bytes of the nonce and of the salt.
const RANDOM: usize = 16;

/// What is signed: this as JSON, its names in alphabetical order, which is that of the fields.
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
    made: u64,
}

#[derive(Serialize, Deserialize)]
struct Challenge {
    parameters: Parameters,
    signature: String,
}

/// What the widget sends. How long it took is not believed, so it is not read.
#[derive(Deserialize)]
struct Payload {
    challenge: Challenge,
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
    terms: Terms,
    number: u32,
) -> Result<String, NoRandomness> {
    let (nonce, salt) = (random_bytes::<RANDOM>()?, random_bytes::<RANDOM>()?);
    let parameters = Parameters {
        algorithm: ALGORITHM.to_owned(),
        cost: COST,
        data: Data {
            hardness: terms.hardness.level(),
            made: terms.made,
        },
        expires_at: terms.expires,
        key_length: KEY,
        key_prefix: prefix(&derive(&salt, &nonce, number)),
        nonce: hex(&nonce),
        salt: hex(&salt),
    };
    let signature = issuer.sign(&message(&parameters));
    let document = Challenge {
        parameters,
        signature,
    };
    // Strings and numbers always serialise.
    Ok(serde_json::to_string(&document).unwrap_or_default())
}

/// `None` if it is no solution in this protocol at all.
pub(super) fn check(issuer: &Issuer, json: &[u8]) -> Option<Result<Solved, VerifyError>> {
    let payload: Payload = serde_json::from_slice(json).ok()?;
    Some(solved(issuer, &payload).ok_or_else(wrong))
}

fn solved(issuer: &Issuer, payload: &Payload) -> Option<Solved> {
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
    let terms = Terms {
        hardness: Hardness::new(parameters.data.hardness)?,
        made: parameters.data.made,
        expires: parameters.expires_at,
    };
    right.then(|| Solved {
        id: nonce.to_vec(),
        terms,
    })
}

fn message(parameters: &Parameters) -> Vec<u8> {
    // Strings and numbers always serialise.
    serde_json::to_vec(parameters).unwrap_or_default()
}

fn derive(salt: &[u8; RANDOM], nonce: &[u8; RANDOM], number: u32) -> [u8; KEY] {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(nonce);
    hash.update(number.to_be_bytes());
    hash.finalize().into()
}

fn prefix(key: &[u8; KEY]) -> String {
    hex(key).chars().take(PREFIX * 2).collect()
}
