//! What a provider says about a token: site, time, score and action.

use std::time::Duration;

use humanify::Clock;
use humanify::captcha::{Captchas, Check, Provider, VerifyError};

use super::{success_response, third_parties};
use crate::support::captcha_provider::Stage;

#[tokio::test]
async fn a_token_of_another_site_is_refused() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(
            builder.hostnames(["www.shop.example", "Shop.Example"]),
            provider,
        );
        let right = success_response(name);
        let is_told = name != "friendly v1";
        for (number, host) in [
            "evil.example",
            "shop.example.evil.example",
            "",
            "xshop.example",
        ]
        .into_iter()
        .enumerate()
        {
            stage.respond_with(200, &right.replace("shop.example", host));
            let token = format!("token-{number}");
            let reply = captchas.verify(provider, &token, None).await;
            match reply {
                Err(VerifyError::WrongHostname(_)) => assert!(is_told, "{name}: {host}"),
                Ok(_) => assert!(!is_told, "{name}: {host}"),
                Err(error) => panic!("{name}: {host}: {error}"),
            }
        }
        let without = right
            .replace(r#","hostname":"shop.example""#, "")
            .replace(r#","origin":"https://shop.example:8443""#, "");
        stage.respond_with(200, &without);
        assert_eq!(
            captchas.verify(provider, "without", None).await.is_err(),
            is_told,
            "{name}"
        );
        stage.respond_with(200, &right);
        assert!(
            captchas.verify(provider, "right", None).await.is_ok(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_old_token_is_refused() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.max_age(Duration::from_secs(300)), provider);
        let right = success_response(name);
        let is_told = name != "friendly v1";
        for (number, time) in [
            "2025-12-31T23:54:59",
            "2025-01-01T00:00:00",
            "2026-01-01T00:05:01",
            "1960-01-01T00:00:00",
            "soon",
        ]
        .into_iter()
        .enumerate()
        {
            stage.respond_with(200, &right.replace("2026-01-01T00:00:00", time));
            let reply = captchas
                .verify(provider, &format!("token-{number}"), None)
                .await;
            assert_eq!(
                reply.err(),
                is_told.then_some(VerifyError::Expired),
                "{name}: {time}"
            );
        }
        stage.respond_with(
            200,
            &right.replace("2026-01-01T00:00:00", "2025-12-31T23:55:01"),
        );
        assert!(
            captchas.verify(provider, "right", None).await.is_ok(),
            "{name}"
        );
        // The token is remembered until it is refused for its age.
        stage.clock.advance(Duration::from_secs(300));
        let again = captchas.verify(provider, "right", None).await.unwrap_err();
        let expected = if is_told {
            VerifyError::Expired
        } else {
            VerifyError::AlreadyUsed
        };
        assert_eq!(again, expected, "{name}");
        assert!(stage.clock.now() > Duration::ZERO);
    }
}

#[tokio::test]
async fn a_score_and_an_action_have_to_be_met() {
    struct Pay;
    impl Check for Pay {
        const PROVIDER: Provider = Provider::Recaptcha;
        const ACTION: Option<&'static str> = Some("pay");
        const MIN_SCORE: Option<f64> = Some(0.8);
    }
    struct Visit;
    impl Check for Visit {
        const PROVIDER: Provider = Provider::Turnstile;
        const ACTION: Option<&'static str> = Some("pay");
    }
    let stage = Stage::new().await;
    let v3 = Captchas::builder()
        .recaptcha_v3("site", "s3cret", "login", 0.5)
        .endpoint(Provider::Recaptcha, &stage.address)
        .turnstile("site", "s3cret");
    let captchas = stage.captchas(v3, Provider::Turnstile);
    let answer = |score: &str, action: &str| {
        format!(
            r#"{{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"a.example"{score}{action}}}"#
        )
    };
    const LOGIN: &str = r#","action":"login""#;
    const PAY: &str = r#","action":"pay""#;
    // Score, action, and whether the token is accepted for login, payment and visit.
    let table = [
        (r#","score":0.9"#, LOGIN, true, false, false),
        (r#","score":0.5"#, LOGIN, true, false, false),
        (r#","score":0.49"#, LOGIN, false, false, false),
        (r#","score":0.9"#, PAY, false, true, true),
        (r#","score":0.8"#, PAY, false, true, true),
        (r#","score":0.7"#, PAY, false, false, true),
        ("", LOGIN, false, false, false),
        ("", PAY, false, false, true),
        (r#","score":1"#, "", false, false, false),
        (r#","score":1"#, r#","action":null"#, false, false, false),
        (r#","score":1"#, r#","action":"Login""#, false, false, false),
    ];
    for (number, (score, action, logs_in, pays, visits)) in table.into_iter().enumerate() {
        stage.respond_with(200, &answer(score, action));
        let login = captchas
            .verify(Provider::Recaptcha, &format!("a{number}"), None)
            .await;
        assert_eq!(login.is_ok(), logs_in, "{score} {action}: {login:?}");
        let pay = captchas.verify_as::<Pay>(&format!("b{number}"), None).await;
        assert_eq!(pay.is_ok(), pays, "{score} {action}: {pay:?}");
        let visit = captchas
            .verify_as::<Visit>(&format!("c{number}"), None)
            .await;
        assert_eq!(visit.is_ok(), visits, "{score} {action}: {visit:?}");
    }
}
