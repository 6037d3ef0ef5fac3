//! The requests that providers receive.

use std::net::IpAddr;

use humanify::captcha::{Captchas, Provider, VerifyError};

use super::{success_response, third_parties};
use crate::support::captcha_provider::Stage;

const CLIENT: &str = "203.0.113.7";

fn client() -> IpAddr {
    CLIENT.parse().unwrap()
}

#[tokio::test]
async fn providers_are_asked_as_they_document_it() {
    let table = [
        (
            "recaptcha v2",
            "secret=s3cret&response=t0k%2Ben&remoteip=203.0.113.7",
        ),
        (
            "recaptcha v3",
            "secret=s3cret&response=t0k%2Ben&remoteip=203.0.113.7",
        ),
        (
            "hcaptcha",
            "secret=s3cret&response=t0k%2Ben&sitekey=site&remoteip=203.0.113.7",
        ),
        (
            "turnstile",
            "secret=s3cret&response=t0k%2Ben&remoteip=203.0.113.7",
        ),
        (
            "friendly v1",
            "secret=s3cret&solution=t0k%2Ben&sitekey=site",
        ),
        ("friendly v2", r#"{"response":"t0k+en","sitekey":"site"}"#),
    ];
    for ((name, builder, provider), (_, body)) in third_parties().into_iter().zip(table) {
        let stage = Stage::new().await;
        stage.respond_with(200, &success_response(name));
        let captchas = stage.captchas(builder.send_client_address(true), provider);
        captchas.verify(provider, "t0k+en", client()).await.unwrap();
        let questions = stage.questions();
        let [question] = questions.as_slice() else {
            panic!("{name}: asked {} times", questions.len());
        };
        let (head, sent) = question.split_once("\r\n\r\n").unwrap();
        assert_eq!(sent, body, "{name}");
        let head = head.to_ascii_lowercase();
        assert!(
            head.starts_with("post /siteverify http/1.1"),
            "{name}: {head}"
        );
        let is_json = name == "friendly v2";
        assert_eq!(head.contains("x-api-key: s3cret"), is_json, "{name}");
        assert_eq!(
            head.contains("content-type: application/json"),
            is_json,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_clients_address_goes_out_only_if_asked() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        stage.respond_with(200, &success_response(name));
        let captchas = stage.captchas(builder, provider);
        captchas.verify(provider, "t0ken", client()).await.unwrap();
        assert!(!stage.questions().concat().contains(CLIENT), "{name}");
    }
}

#[tokio::test]
async fn a_malformed_token_is_not_sent_to_the_provider() {
    let stage = Stage::new().await;
    stage.respond_with(200, &success_response("turnstile"));
    let captchas = stage.captchas(
        Captchas::builder().turnstile("site", "s3cret"),
        Provider::Turnstile,
    );
    let long = "a".repeat(16 * 1_024 + 1);
    for (token, error) in [
        ("", VerifyError::Missing),
        ("a b", VerifyError::Malformed),
        ("a\r\nb", VerifyError::Malformed),
        ("\u{0}", VerifyError::Malformed),
        ("é", VerifyError::Malformed),
        (long.as_str(), VerifyError::Malformed),
    ] {
        let reply = captchas.verify(Provider::Turnstile, token, None).await;
        assert_eq!(reply, Err(error), "{token:?}");
    }
    let other = captchas
        .verify(Provider::Hcaptcha, "t0ken", None)
        .await
        .unwrap_err();
    assert!(matches!(other, VerifyError::Settings(_)));
    assert!(stage.questions().is_empty());
}
