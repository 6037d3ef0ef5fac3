//! ALTCHA version 1: SHA-256 of a salt and a secret number.

use humanify_syntax::Hardness;
use serde::{Deserialize, Serialize};

use super::{ChallengeTerms, Issuer, Solved, from_hex, hex, wrong};
use crate::captcha::verification::VerifyError;
use crate::crypto::Sha256;

/// The only supported algorithm.
const ALGORITHM: &str = "SHA-256";

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
    id: [u8; 16],
    number: u32,
) -> String {
    let salt = salt(&id, terms);
    let challenge = hash(&salt, number);
    let document = ChallengeV1 {
        algorithm: ALGORITHM,
        challenge: &challenge,
        maxnumber: terms.max_number(),
        salt: &salt,
        signature: &issuer.sign(challenge.as_bytes()),
    };
    // Strings and numbers always serialise.
    serde_json::to_string(&document).unwrap_or_default()
}

/// `None` if the text is not a solution in this protocol.
pub(super) fn check(issuer: &Issuer, json: &[u8]) -> Option<Result<Solved, VerifyError>> {
    let payload: PayloadV1 = serde_json::from_slice(json).ok()?;
    Some(solved(issuer, &payload).ok_or_else(wrong))
}

fn solved(issuer: &Issuer, payload: &PayloadV1) -> Option<Solved> {
    let (id, terms) = terms(&payload.salt)?;
    let right = payload.algorithm == ALGORITHM
        && issuer.is_signed(payload.challenge.as_bytes(), &payload.signature)
        && hash(&payload.salt, payload.number) == payload.challenge;
    right.then_some(Solved { id, terms })
}

fn hash(salt: &str, number: u32) -> String {
    hex(&Sha256::of(format!("{salt}{number}")))
}

/// The salt, which holds the id and the terms of the challenge and ends with a character that no number
/// starts with.
fn salt(id: &[u8; 16], terms: ChallengeTerms) -> String {
    format!(
        "{id}?expires={expires}&hardness={hardness}&made={made}&run={run}&",
        id = hex(id),
        expires = terms.expires,
        hardness = terms.hardness.level(),
        made = terms.created_at,
        run = terms.run,
    )
}

/// The id and the terms in a salt; `None` unless every byte is as [`salt`] writes it.
fn terms(text: &str) -> Option<([u8; 16], ChallengeTerms)> {
    let (id, fields) = text.split_once('?')?;
    let mut fields = fields.split('&');
    let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
    let terms = ChallengeTerms {
        expires: field("expires")?.parse().ok()?,
        hardness: Hardness::new(field("hardness")?.parse().ok()?)?,
        created_at: field("made")?.parse().ok()?,
        run: field("run")?.parse().ok()?,
    };
    let id = from_hex(id)?;
    (salt(&id, terms) == text).then_some((id, terms))
}
