//! Which solutions are accepted.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanify::captcha::{
    Altcha, AltchaAt, AltchaProtocol, Captchas, ErrorCode, Provider, VerifyError,
};
use humanify::{Humanify, ManualClock, Memory};
use serde_json::Value;

use super::{PROTOCOLS, builder, challenge, solve};
use crate::support::Site;

#[tokio::test]
async fn a_solution_is_accepted_once_however_it_is_written() {
    for protocol in PROTOCOLS {
        let captchas = builder(protocol).build().unwrap();
        let token = solve(&challenge(&captchas, 1).await);
        let json = String::from_utf8(STANDARD.decode(&token).unwrap()).unwrap();
        // Different white space, order of fields, further fields, and reported time.
        let mut value: Value = serde_json::from_str(&json).unwrap();
        value["extra"] = "x".into();
        value["took"] = 99.into();
        let spaced = STANDARD.encode(serde_json::to_string_pretty(&value).unwrap());
        let all = (0..20).map(|number| {
            let captchas = captchas.clone();
            let token = if number % 2 == 0 {
                token.clone()
            } else {
                spaced.clone()
            };
            tokio::spawn(async move { captchas.verify(Provider::Altcha, &token, None).await })
        });
        let mut accepted = 0;
        for one in all.collect::<Vec<_>>() {
            match one.await.unwrap() {
                Ok(verification) => {
                    accepted += 1;
                    assert_eq!(verification.hardness, Some(1));
                }
                Err(error) => assert_eq!(error, VerifyError::AlreadyUsed),
            }
        }
        assert_eq!(accepted, 1, "{protocol:?}");
    }
}

#[tokio::test]
async fn a_challenge_expires() {
    for protocol in PROTOCOLS {
        let clock = ManualClock::default();
        let build = || {
            builder(protocol)
                .clock(clock.clone())
                .altcha_lifetime(Duration::from_secs(60))
                .build()
                .unwrap()
        };
        let captchas = build();
        let (used, late) = (challenge(&captchas, 1).await, challenge(&captchas, 1).await);
        let (used, late) = (solve(&used), solve(&late));
        clock.advance(Duration::from_millis(59_999));
        assert!(captchas.verify(Provider::Altcha, &used, None).await.is_ok());
        // A process that has just started does not know which solutions were used before.
        let restarted = build().verify(Provider::Altcha, &late, None).await;
        assert_eq!(restarted, Err(VerifyError::Expired));
        clock.advance(Duration::from_millis(1));
        for token in [used, late] {
            let reply = captchas.verify(Provider::Altcha, &token, None).await;
            assert_eq!(reply, Err(VerifyError::Expired));
        }
    }
}

#[tokio::test]
async fn an_easy_captcha_is_refused_by_a_harder_form() {
    for protocol in PROTOCOLS {
        let captchas = builder(protocol).altcha_hardness(2).build().unwrap();
        let easy = solve(&challenge(&captchas, 1).await);
        let fair = solve(&challenge(&captchas, 2).await);
        let hard = solve(&challenge(&captchas, 3).await);
        let too_easy = |level| Err(VerifyError::TooEasy(level));
        assert_eq!(
            captchas.verify(Provider::Altcha, &easy, None).await,
            too_easy(1)
        );
        assert_eq!(captchas.verify_as::<Altcha>(&easy, None).await, too_easy(1));
        assert_eq!(
            captchas.verify_as::<AltchaAt<3>>(&fair, None).await,
            too_easy(2)
        );
        // None of these attempts has spent the tokens.
        assert!(captchas.verify_as::<AltchaAt<1>>(&easy, None).await.is_ok());
        assert!(captchas.verify_as::<Altcha>(&fair, None).await.is_ok());
        assert!(captchas.verify_as::<AltchaAt<3>>(&hard, None).await.is_ok());
    }
}

#[tokio::test]
async fn a_challenge_signed_with_another_secret_is_refused() {
    for protocol in PROTOCOLS {
        let captchas = builder(protocol).build().unwrap();
        let other = Captchas::builder()
            .altcha("another secret of thirty-two bytes or more")
            .altcha_protocol(protocol)
            .build()
            .unwrap();
        let token = solve(&challenge(&other, 1).await);
        let refused = Err(VerifyError::Rejected(vec![ErrorCode::InvalidResponse]));
        assert_eq!(
            captchas.verify(Provider::Altcha, &token, None).await,
            refused
        );
        for garbage in ["e30=", "AAAA", "====", "{}", "eyJ0ZXN0Ijp0cnVlfQ=="] {
            let reply = captchas.verify(Provider::Altcha, garbage, None).await;
            assert_eq!(reply, Err(VerifyError::Malformed), "{garbage}");
        }
    }
}

#[tokio::test]
async fn both_protocols_are_accepted_whichever_is_set() {
    let old = builder(AltchaProtocol::V1).build().unwrap();
    let new = builder(AltchaProtocol::V2).build().unwrap();
    // The instance with the older protocol started first.
    let token = solve(&challenge(&new, 1).await);
    assert!(old.verify(Provider::Altcha, &token, None).await.is_ok());
}

#[tokio::test]
async fn a_flood_of_solutions_shuts_out_nobody_elsewhere_and_opens_nothing_twice() {
    for protocol in PROTOCOLS {
        let clock = ManualClock::default();
        let humanify = Humanify::builder()
            .clock(clock.clone())
            .store(Memory::default().max_clients(4))
            .build()
            .unwrap();
        let captchas = builder(protocol).store_of(&humanify).build().unwrap();
        let site = Site::of(humanify, clock.clone(), captchas.router());
        let token = async |ip: &str| {
            clock.advance(Duration::from_secs(1));
            let path = "/humanify/altcha?hardness=1";
            solve(&site.browser(ip).get(path).await.body)
        };
        let verify = async |token: &str| captchas.verify(Provider::Altcha, token, None).await;
        let person = token("84.140.1.1").await;
        assert!(verify(&person).await.is_ok());
        let mut theirs = Vec::new();
        for number in 0..8 {
            let solved = token(&format!("85.{}.1.1", number % 2)).await;
            assert!(verify(&solved).await.is_ok(), "{number}");
            theirs.push(solved);
        }
        let other = token("86.140.1.1").await;
        assert!(verify(&other).await.is_ok());
        for solved in &theirs {
            assert!(verify(solved).await.is_err());
        }
        let again = verify(&person).await;
        assert_eq!(again.unwrap_err(), VerifyError::AlreadyUsed);
    }
}
