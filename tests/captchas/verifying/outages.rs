//! Providers that are down, slow or answer with something else.

use std::time::Duration;

use humanify::captcha::{Captchas, ErrorCode, Provider, Unavailable, VerifyError, WhenUnavailable};

use super::{success_response, third_parties};
use crate::support::captcha_provider::{Line, Stage};

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_respond_is_given_up_after_the_time_out() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.timeout(Duration::from_secs(3)), provider);
        let yes = success_response(name);
        let length = yes.len() + 1;
        let midway = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{yes}");
        for bytes in [Vec::new(), midway.into_bytes()] {
            stage.record(Line { bytes, hangs: true });
            let asked = tokio::time::Instant::now();
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            let expected = VerifyError::Unavailable(provider, Unavailable::TimedOut);
            assert_eq!(error, expected, "{name}");
            assert!(asked.elapsed() >= Duration::from_secs(3), "{name}");
            assert_eq!(error.status().as_u16(), 503);
        }
    }
}

#[tokio::test]
async fn only_an_explicit_success_is_accepted() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let raw = |text: String| Line {
        bytes: text.into_bytes(),
        hangs: false,
    };
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        let yes = success_response(name);
        let length = yes.len();
        let table = [
            ("not HTTP", raw("yes, of course".to_owned()), None),
            ("nothing", raw(String::new()), None),
            (
                "cut off",
                raw(format!("{head}content-length: {}\r\n\r\n{yes}", length + 1)),
                None,
            ),
            (
                "oversized",
                raw(format!(
                    "{head}content-length: 100000\r\n\r\n{yes}{}",
                    " ".repeat(100_000 - length)
                )),
                Some(Unavailable::TooLong),
            ),
            (
                "no JSON",
                raw(format!("{head}content-length: 4\r\n\r\nyes!")),
                Some(Unavailable::Unreadable),
            ),
            (
                "null",
                raw(format!("{head}content-length: 4\r\n\r\nnull")),
                Some(Unavailable::Unreadable),
            ),
            (
                "a text for true",
                raw(format!(
                    "{head}content-length: 18\r\n\r\n{{\"success\":\"true\"}}"
                )),
                Some(Unavailable::Unreadable),
            ),
            (
                "a redirect",
                raw(format!(
                    "HTTP/1.1 307 X\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
                    stage.address
                )),
                Some(Unavailable::Status(307)),
            ),
            (
                "an error of its own",
                raw(format!(
                    "HTTP/1.1 503 X\r\ncontent-length: {length}\r\n\r\n{yes}"
                )),
                Some(Unavailable::Status(503)),
            ),
            (
                "a limit",
                raw(format!(
                    "HTTP/1.1 429 X\r\ncontent-length: {length}\r\n\r\n{yes}"
                )),
                Some(Unavailable::Status(429)),
            ),
            (
                "an HTML error",
                raw("HTTP/1.1 403 X\r\ncontent-length: 6\r\n\r\n<html>".to_owned()),
                Some(Unavailable::Status(403)),
            ),
        ];
        for (what, line, cause) in table {
            stage.record(line);
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            match (&error, cause) {
                (VerifyError::Unavailable(of, found), Some(cause)) => {
                    assert_eq!((*of, found), (provider, &cause), "{name}: {what}");
                }
                (VerifyError::Unavailable(_, Unavailable::Connection(_)), None) => {}
                _ => panic!("{name}: {what}: {error:?}"),
            }
            assert!(!error.to_string().contains("s3cret"), "{error}");
            assert_eq!(error.status().as_u16(), 503);
        }
        // A positive response with a contradicting status or reason.
        for (status, body) in [(400, yes.clone()), (200, r#"{"success":false}"#.to_owned())] {
            stage.respond_with(status, &body);
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            assert_eq!(error, VerifyError::Rejected(vec![]), "{name}: {body}");
        }
        let both = yes.replacen('{', r#"{"errors":["solution_invalid"],"#, 1);
        stage.respond_with(200, &both);
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        assert_eq!(
            error,
            VerifyError::Rejected(vec![ErrorCode::InvalidResponse]),
            "{name}"
        );
        // None of these responses has spent the token.
        stage.respond_with(200, &yes);
        assert!(
            captchas.verify(provider, "t0ken", None).await.is_ok(),
            "{name}"
        );
    }
    // No server listens.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let captchas = Captchas::builder()
        .turnstile("site", "s3cret")
        .endpoint(Provider::Turnstile, address)
        .build()
        .unwrap();
    let error = captchas
        .verify(Provider::Turnstile, "t0ken", None)
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        VerifyError::Unavailable(_, Unavailable::Connection(_))
    ));
}

#[tokio::test]
async fn a_provider_outage_passes_only_captchas_that_allow_it() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.when_unavailable(WhenUnavailable::Open), provider);
        stage.respond_with(500, "");
        let verification = captchas.verify(provider, "t0ken", None).await.unwrap();
        assert!(!verification.checked, "{name}");
        // This does not excuse a missing token, a wrong token or wrong keys.
        assert_eq!(
            captchas.verify(provider, "", None).await,
            Err(VerifyError::Missing)
        );
        for body in [
            r#"{"success":false}"#,
            r#"{"success":false,"error-codes":["invalid-input-secret"]}"#,
        ] {
            stage.respond_with(200, body);
            assert!(
                captchas.verify(provider, "t0ken", None).await.is_err(),
                "{name}: {body}"
            );
        }
    }
}
