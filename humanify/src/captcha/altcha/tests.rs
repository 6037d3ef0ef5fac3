//! Tests of ALTCHA: challenges, accepted solutions, and replays.

use super::*;
use crate::crypto::Sha256;

fn issuer(protocol: AltchaProtocol) -> Issuer {
    Issuer {
        key: hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]),
        protocol,
        hardness: Hardness::EASIEST,
        lifetime: Duration::from_secs(600),
        files: Files::new(),
    }
}

/// Solves a challenge as a client does: tries every number that may be the secret one.
fn solve(challenge: &serde_json::Value) -> serde_json::Value {
    if let Some(parameters) = challenge.get("parameters") {
        let bytes = |name: &str| from_hex::<16>(parameters[name].as_str().unwrap()).unwrap();
        let (salt, nonce) = (bytes("salt"), bytes("nonce"));
        for counter in 0..200_000_u32 {
            let key = Sha256::of([&salt[..], &nonce, &counter.to_be_bytes()].concat());
            if hex(&key).starts_with(parameters["keyPrefix"].as_str().unwrap()) {
                let solution =
                    serde_json::json!({ "counter": counter, "derivedKey": hex(&key), "time": 1.5 });
                return serde_json::json!({ "challenge": challenge, "solution": solution });
            }
        }
    } else {
        let mut payload = challenge.clone();
        let salt = challenge["salt"].as_str().unwrap();
        for number in 0..200_000 {
            if hex(&Sha256::of(format!("{salt}{number}")))
                == challenge["challenge"].as_str().unwrap()
            {
                payload["number"] = number.into();
                payload["took"] = serde_json::json!(12.5);
                payload.as_object_mut().unwrap().remove("maxnumber");
                return payload;
            }
        }
    }
    panic!("there is no solution");
}

fn token(payload: &serde_json::Value) -> String {
    STANDARD.encode(payload.to_string())
}

fn solved(protocol: AltchaProtocol, level: u8) -> (Issuer, serde_json::Value) {
    let issuer = issuer(protocol);
    let challenge = issuer
        .challenge(
            Hardness::new(level).unwrap(),
            None,
            (1_767_225_600_123, u64::MAX),
        )
        .unwrap();
    let payload = solve(&serde_json::from_str(&challenge).unwrap());
    (issuer, payload)
}

#[test]
fn a_solution_contains_its_challenge() {
    for protocol in [AltchaProtocol::V1, AltchaProtocol::V2] {
        for level in [1, 5] {
            let (issuer, payload) = solved(protocol, level);
            let solved = issuer.check(&token(&payload)).unwrap();
            assert_eq!(
                solved.terms,
                ChallengeTerms {
                    hardness: Hardness::new(level).unwrap(),
                    created_at: 1_767_225_600_123,
                    run: u64::MAX,
                    expires: 1_767_226_200,
                }
            );
            let mut again = payload.clone();
            again["took"] = 99.into();
            assert_eq!(issuer.check(&token(&again)).unwrap().id, solved.id);
        }
    }
}

#[test]
fn the_secret_number_keeps_to_its_range() {
    for level in 1..=5 {
        let terms = ChallengeTerms {
            hardness: Hardness::new(level).unwrap(),
            created_at: 0,
            run: 0,
            expires: 0,
        };
        let range = 10_000 * u32::from(level)..=25_000 * u32::from(level);
        let drawn: Vec<u32> = (0..2_000).map(|_| terms.draw().unwrap()).collect();
        assert!(drawn.iter().all(|number| range.contains(number)));
        let middle = range.start().midpoint(*range.end());
        assert!(drawn.iter().any(|number| *number < middle));
        assert!(drawn.iter().any(|number| *number > middle));
        assert_eq!(terms.max_number(), *range.end());
    }
}

#[test]
fn moving_characters_between_salt_and_number_is_refused() {
    let (issuer, payload) = solved(AltchaProtocol::V1, 1);
    let salt = payload["salt"].as_str().unwrap();
    let number = payload["number"].as_u64().unwrap().to_string();
    assert!(salt.ends_with('&'));
    // The same hashed text, with the border between salt and number moved to every digit.
    for cut in 1..number.len() {
        let (into_salt, rest) = number.split_at(cut);
        let mut spliced = payload.clone();
        spliced["salt"] = format!("{salt}{into_salt}").into();
        spliced["number"] = rest.parse::<u64>().unwrap().into();
        assert_eq!(issuer.check(&token(&spliced)), Err(wrong()), "{spliced}");
    }
    // A salt without its final `&`, and one with a later expiry.
    for other in [
        salt.trim_end_matches('&').to_owned(),
        salt.replace("expires=1", "expires=11"),
        salt.replace("expires=1", "expires=+1"),
        salt.replace("hardness=1", "hardness=5"),
        salt.replace("hardness=1", "hardness=01"),
        format!("{salt}expires=9999999999&"),
        format!("{salt}&"),
        salt.to_uppercase(),
    ] {
        let mut changed = payload.clone();
        changed["salt"] = other.into();
        assert_eq!(issuer.check(&token(&changed)), Err(wrong()), "{changed}");
    }
}

#[test]
fn any_changed_solution_is_refused() {
    for protocol in [AltchaProtocol::V1, AltchaProtocol::V2] {
        let (issuer, payload) = solved(protocol, 1);
        let text = payload.to_string();
        let mut refused = 0;
        for position in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[position] ^= 1;
            let Ok(json) = String::from_utf8(changed) else {
                continue;
            };
            // The server ignores the reported time, so it may be anything.
            let same = serde_json::from_str::<serde_json::Value>(&json).is_ok_and(|mut other| {
                let mut payload = payload.clone();
                for value in [&mut other, &mut payload] {
                    let object = value.as_object_mut().unwrap();
                    object.retain(|name, _| {
                        [
                            "challenge",
                            "solution",
                            "salt",
                            "signature",
                            "number",
                            "algorithm",
                        ]
                        .contains(&name.as_str())
                    });
                    if let Some(solution) = object
                        .get_mut("solution")
                        .and_then(|value| value.as_object_mut())
                    {
                        solution
                            .retain(|name, _| ["counter", "derivedKey"].contains(&name.as_str()));
                    }
                }
                other == payload
            });
            if !same {
                assert!(issuer.check(&STANDARD.encode(&json)).is_err(), "{json}");
                refused += 1;
            }
        }
        assert!(refused > 200, "{refused}");
        let other = Issuer {
            key: hmac::Key::new(hmac::HMAC_SHA256, &[8; 32]),
            ..issuer
        };
        assert_eq!(other.check(&token(&payload)), Err(wrong()));
    }
}

#[test]
fn garbage_is_malformed() {
    let issuer = issuer(AltchaProtocol::V2);
    for garbage in [
        "",
        "A",
        "====",
        "not base64",
        "bm8ganNvbg==",
        "e30=",
        "W10=",
        "bnVsbA==",
        &token(&serde_json::json!({ "challenge": null, "solution": null, "test": true })),
        &token(
            &serde_json::json!({ "algorithm": "SHA-256", "challenge": "", "number": -1, "salt": "", "signature": "" }),
        ),
        &STANDARD.encode("[".repeat(10_000)),
    ] {
        assert_eq!(
            issuer.check(garbage),
            Err(VerifyError::Malformed),
            "{garbage}"
        );
    }
}
