//! A token is accepted once.

use humanify::captcha::{Captchas, Provider, VerifyError};
use humanify::{Humanify, Secrets};

use super::{success_response, third_parties};
use crate::support::captcha_provider::Stage;

#[tokio::test]
async fn a_right_token_is_accepted_once() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        stage.respond_with(200, &success_response(name));
        let verification = captchas.verify(provider, "t0ken", None).await.unwrap();
        assert!(verification.checked, "{name}");
        assert_eq!(verification.provider, provider);
        if name != "friendly v1" {
            assert_eq!(
                verification.hostname.as_deref(),
                Some("shop.example"),
                "{name}"
            );
            assert!(verification.solved_at.is_some(), "{name}");
        }
        // Even if the provider accepts the token again, as an attacker's proxy might.
        let again = captchas.verify(provider, "t0ken", None).await;
        assert_eq!(again, Err(VerifyError::AlreadyUsed), "{name}");
        let clone = captchas.clone().verify(provider, "t0ken", None).await;
        assert_eq!(clone, Err(VerifyError::AlreadyUsed), "{name}");
        assert!(
            captchas.verify(provider, "0ther", None).await.is_ok(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn one_of_many_concurrent_answers_is_accepted() {
    let stage = Stage::new().await;
    let captchas = stage.captchas(
        Captchas::builder().turnstile("site", "s3cret"),
        Provider::Turnstile,
    );
    stage.respond_with(200, &success_response("turnstile"));
    let all = (0..20).map(|_| {
        let captchas = captchas.clone();
        tokio::spawn(async move { captchas.verify(Provider::Turnstile, "t0ken", None).await })
    });
    let mut accepted = 0;
    for one in all.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(_) => accepted += 1,
            Err(error) => assert_eq!(error, VerifyError::AlreadyUsed),
        }
    }
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn a_used_token_is_known_wherever_the_store_is_shared() {
    let stage = Stage::new().await;
    stage.respond_with(200, &success_response("turnstile"));
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .clock(stage.clock.clone())
        .build()
        .unwrap();
    let captchas = || {
        let builder = Captchas::builder()
            .turnstile("site", "s3cret")
            .store_of(&humanify);
        stage.captchas(builder, Provider::Turnstile)
    };
    let (one, another) = (captchas(), captchas());
    assert!(one.verify(Provider::Turnstile, "t0ken", None).await.is_ok());
    let again = another.verify(Provider::Turnstile, "t0ken", None).await;
    assert_eq!(again, Err(VerifyError::AlreadyUsed));
}
