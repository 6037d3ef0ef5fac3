//! ALTCHA version 1.

use humanify_syntax::Hardness;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ChallengeTerms, Issuer, Solved, from_hex, hex, wrong};
use crate::captcha::verification::VerifyError;
use crate::crypto::{NoRandomness, random_bytes};

/// The only supported algorithm.
const ALGORITHM: &str = "SHA-256";

/// Random bytes in a salt.
const SALT: usize = 16;

#[derive(Serialize)]
struct ChallengeV1<'a> {
    algorithm: &'a str,
    challenge: &'a str,
    maxnumber: u32,
    salt: &'a str,
    signature: &'a str,
}

/// The solution that the widget sends. The time that it took is not trusted, so it is not read.
#[derive(Deserialize)]
struct PayloadV1 {
    algorithm: String,
    challenge: String,
    number: u32,
    salt: String,
    signature: String,
}

pub(super) fn challenge(
    issuer: &Issuer,
    terms: ChallengeTerms,
    number: u32,
) -> Result<String, NoRandomness> {
    let salt = salt(&random_bytes::<SALT>()?, terms);
    let challenge = hash(&salt, number);
    let document = ChallengeV1 {
        algorithm: ALGORITHM,
        challenge: &challenge,
        maxnumber: terms.max_number(),
        salt: &salt,
        signature: &issuer.sign(challenge.as_bytes()),
    };
    // Strings and numbers always serialise.
    Ok(serde_json::to_string(&document).unwrap_or_default())
}

/// `None` if the text is no solution in this protocol.
pub(super) fn check(issuer: &Issuer, json: &[u8]) -> Option<Result<Solved, VerifyError>> {
    let payload: PayloadV1 = serde_json::from_slice(json).ok()?;
    Some(solved(issuer, &payload).ok_or_else(wrong))
}

fn solved(issuer: &Issuer, payload: &PayloadV1) -> Option<Solved> {
    let terms = terms(&payload.salt)?;
    let right = payload.algorithm == ALGORITHM
        && issuer.is_signed(payload.challenge.as_bytes(), &payload.signature)
        && hash(&payload.salt, payload.number) == payload.challenge;
    right.then(|| Solved {
        id: payload.challenge.clone().into_bytes(),
        terms,
    })
}

fn hash(salt: &str, number: u32) -> String {
    hex(&Sha256::digest(format!("{salt}{number}")))
}

/// The salt, which holds the terms of the challenge and ends with a character that no number
/// starts with.
fn salt(random: &[u8; SALT], terms: ChallengeTerms) -> String {
    format!(
        "{random}?expires={expires}&hardness={hardness}&made={made}&",
        random = hex(random),
        expires = terms.expires,
        hardness = terms.hardness.level(),
        made = terms.made,
    )
}

/// The terms in a salt; `None` unless every byte is as [`salt`] writes it.
fn terms(text: &str) -> Option<ChallengeTerms> {
    let (random, fields) = text.split_once('?')?;
    let mut fields = fields.split('&');
    let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
    let terms = ChallengeTerms {
        expires: field("expires")?.parse().ok()?,
        hardness: Hardness::new(field("hardness")?.parse().ok()?)?,
        made: field("made")?.parse().ok()?,
    };
    (salt(&from_hex(random)?, terms) == text).then_some(terms)
}
