//! Which tokens of third parties are accepted. The provider is a server on this machine that
//! plays what each of them documents.

use std::net::IpAddr;
use std::time::Duration;

use humanify::captcha::{
    Captchas, CaptchasBuilder, Check, ErrorCode, Provider, Unavailable, VerifyError,
    WhenUnavailable,
};
use humanify::{Clock, Humanify, Secrets};

use crate::support::captcha_provider::{Line, Stage};

const CLIENT: &str = "203.0.113.7";

fn client() -> IpAddr {
    CLIENT.parse().unwrap()
}

/// Every third party, by a name for the tables.
fn third_parties() -> [(&'static str, CaptchasBuilder, Provider); 6] {
    let builder = Captchas::builder;
    [
        (
            "recaptcha v2",
            builder().recaptcha("site", "s3cret"),
            Provider::Recaptcha,
        ),
        (
            "recaptcha v3",
            builder().recaptcha_v3("site", "s3cret", "login", 0.5),
            Provider::Recaptcha,
        ),
        (
            "hcaptcha",
            builder().hcaptcha("site", "s3cret"),
            Provider::Hcaptcha,
        ),
        (
            "turnstile",
            builder().turnstile("site", "s3cret"),
            Provider::Turnstile,
        ),
        (
            "friendly v1",
            builder().friendly_v1("site", "s3cret"),
            Provider::Friendly,
        ),
        (
            "friendly v2",
            builder().friendly("site", "s3cret"),
            Provider::Friendly,
        ),
    ]
}

/// What a provider says to a right token that was solved just now.
fn yes(name: &str) -> String {
    let answer = match name {
        "recaptcha v2" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"shop.example"}"#
        }
        "recaptcha v3" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"shop.example","score":0.9,"action":"login"}"#
        }
        "hcaptcha" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00.000000Z","hostname":"shop.example","credit":false}"#
        }
        "turnstile" => {
            r#"{"success":true,"error-codes":[],"challenge_ts":"2026-01-01T00:00:00.096Z","hostname":"shop.example","action":"login","cdata":"x","metadata":{"interactive":false}}"#
        }
        "friendly v1" => r#"{"success":true}"#,
        _ => {
            r#"{"success":true,"data":{"challenge":{"timestamp":"2026-01-01T00:00:00Z","origin":"https://shop.example:8443"}}}"#
        }
    };
    answer.to_owned()
}

#[tokio::test]
async fn a_right_token_is_accepted_once() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        stage.say(200, &yes(name));
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
        // Even if the provider says yes again, as an attacker's proxy might.
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
async fn of_many_at_once_one_is_accepted() {
    let stage = Stage::new().await;
    let captchas = stage.captchas(
        Captchas::builder().turnstile("site", "s3cret"),
        Provider::Turnstile,
    );
    stage.say(200, &yes("turnstile"));
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
async fn what_was_used_is_known_wherever_the_store_is_shared() {
    let stage = Stage::new().await;
    stage.say(200, &yes("turnstile"));
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
        stage.say(200, &yes(name));
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
        stage.say(200, &yes(name));
        let captchas = stage.captchas(builder, provider);
        captchas.verify(provider, "t0ken", client()).await.unwrap();
        assert!(!stage.questions().concat().contains(CLIENT), "{name}");
    }
}

#[tokio::test]
async fn every_documented_code_has_a_name() {
    let siteverify = |code: &str| format!(r#"{{"success":false,"error-codes":["{code}"]}}"#);
    let v1 = |code: &str| format!(r#"{{"success":false,"errors":["{code}"]}}"#);
    let v2 = |code: &str| {
        format!(r#"{{"success":false,"error":{{"error_code":"{code}","detail":"words"}}}}"#)
    };
    use ErrorCode as E;
    let google = [
        ("missing-input-secret", 200, E::MissingSecret, true),
        ("invalid-input-secret", 200, E::InvalidSecret, true),
        ("missing-input-response", 200, E::MissingResponse, false),
        ("invalid-input-response", 200, E::InvalidResponse, false),
        ("bad-request", 200, E::BadRequest, false),
        ("timeout-or-duplicate", 200, E::ExpiredOrDuplicate, false),
    ];
    let cloudflare = google.clone();
    let hcaptcha = [
        ("missing-input-secret", 200, E::MissingSecret, true),
        ("invalid-input-secret", 200, E::InvalidSecret, true),
        ("missing-input-response", 200, E::MissingResponse, false),
        ("invalid-input-response", 200, E::InvalidResponse, false),
        ("expired-input-response", 200, E::ExpiredResponse, false),
        ("already-seen-response", 200, E::DuplicateResponse, false),
        ("bad-request", 400, E::BadRequest, false),
        ("missing-remoteip", 200, E::MissingAddress, true),
        ("invalid-remoteip", 200, E::InvalidAddress, false),
        ("not-using-dummy-passcode", 200, E::NotDummyToken, true),
        (
            "sitekey-secret-mismatch",
            200,
            E::SitekeySecretMismatch,
            false,
        ),
        (
            "invalid-or-already-seen-response",
            200,
            E::InvalidOrDuplicate,
            false,
        ),
    ];
    let friendly_v1 = [
        ("secret_missing", 400, E::MissingSecret, true),
        ("secret_invalid", 401, E::InvalidSecret, true),
        ("solution_missing", 400, E::MissingResponse, false),
        ("bad_request", 400, E::BadRequest, false),
        ("solution_invalid", 200, E::InvalidResponse, false),
        (
            "solution_timeout_or_duplicate",
            200,
            E::ExpiredOrDuplicate,
            false,
        ),
    ];
    let friendly_v2 = [
        ("auth_required", 401, E::MissingSecret, true),
        ("auth_invalid", 401, E::InvalidSecret, true),
        ("sitekey_invalid", 400, E::InvalidSitekey, true),
        ("response_missing", 400, E::MissingResponse, false),
        ("response_invalid", 200, E::InvalidResponse, false),
        ("response_timeout", 200, E::ExpiredResponse, false),
        ("response_duplicate", 200, E::DuplicateResponse, false),
        ("bad_request", 400, E::BadRequest, false),
    ];
    for (name, builder, provider) in third_parties() {
        let (codes, wrap): (&[_], &dyn Fn(&str) -> String) = match name {
            "recaptcha v2" | "recaptcha v3" => (&google, &siteverify),
            "turnstile" => (&cloudflare, &siteverify),
            "hcaptcha" => (&hcaptcha, &siteverify),
            "friendly v1" => (&friendly_v1, &v1),
            _ => (&friendly_v2, &v2),
        };
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        for (code, status, named, ours) in codes {
            stage.say(*status, &wrap(code));
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            let expected = match ours {
                true => VerifyError::Misconfigured(vec![named.clone()]),
                false => VerifyError::Rejected(vec![named.clone()]),
            };
            assert_eq!(error, expected, "{name}: {code}");
            assert_eq!(error.is_clients_fault(), !ours);
            assert_eq!(error.status().as_u16(), if *ours { 503 } else { 422 });
        }
        stage.say(200, &wrap("tomorrow-s-code\\u001b[31m"));
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        let VerifyError::Rejected(codes) = &error else {
            panic!("{error}");
        };
        assert!(matches!(codes.as_slice(), [ErrorCode::Other(_)]), "{name}");
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
        // Turnstile's own word for being broken is no word about the token.
        stage.say(200, &wrap("internal-error"));
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        assert_eq!(
            error,
            VerifyError::Unavailable(provider, Unavailable::Internal),
            "{name}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_keeps_silent_is_left_after_the_time_out() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.timeout(Duration::from_secs(3)), provider);
        let yes = yes(name);
        let length = yes.len() + 1;
        let midway = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{yes}");
        for bytes in [Vec::new(), midway.into_bytes()] {
            stage.learn(Line { bytes, hangs: true });
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
async fn whatever_is_no_plain_yes_is_refused() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let raw = |text: String| Line {
        bytes: text.into_bytes(),
        hangs: false,
    };
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        let yes = yes(name);
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
            stage.learn(line);
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
        // A yes with a status or a reason that says no.
        for (status, body) in [(400, yes.clone()), (200, r#"{"success":false}"#.to_owned())] {
            stage.say(status, &body);
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            assert_eq!(error, VerifyError::Rejected(vec![]), "{name}: {body}");
        }
        let both = yes.replacen('{', r#"{"errors":["solution_invalid"],"#, 1);
        stage.say(200, &both);
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        assert_eq!(
            error,
            VerifyError::Rejected(vec![ErrorCode::InvalidResponse]),
            "{name}"
        );
        // None of this has used up the token.
        stage.say(200, &yes);
        assert!(
            captchas.verify(provider, "t0ken", None).await.is_ok(),
            "{name}"
        );
    }
    // Nobody listens at all.
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
async fn a_provider_that_is_down_opens_only_what_is_told_to() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.when_unavailable(WhenUnavailable::Open), provider);
        stage.say(500, "");
        let verification = captchas.verify(provider, "t0ken", None).await.unwrap();
        assert!(!verification.checked, "{name}");
        // It is no excuse for a form without a token, nor for a wrong one or wrong keys.
        assert_eq!(
            captchas.verify(provider, "", None).await,
            Err(VerifyError::Missing)
        );
        for body in [
            r#"{"success":false}"#,
            r#"{"success":false,"error-codes":["invalid-input-secret"]}"#,
        ] {
            stage.say(200, body);
            assert!(
                captchas.verify(provider, "t0ken", None).await.is_err(),
                "{name}: {body}"
            );
        }
    }
}

#[tokio::test]
async fn a_token_of_another_site_is_refused() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(
            builder.hostnames(["www.shop.example", "Shop.Example"]),
            provider,
        );
        let right = yes(name);
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
            stage.say(200, &right.replace("shop.example", host));
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
        stage.say(200, &without);
        assert_eq!(
            captchas.verify(provider, "without", None).await.is_err(),
            is_told,
            "{name}"
        );
        stage.say(200, &right);
        assert!(
            captchas.verify(provider, "right", None).await.is_ok(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_day_is_refused() {
    for (name, builder, provider) in third_parties() {
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder.max_age(Duration::from_secs(300)), provider);
        let right = yes(name);
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
            stage.say(200, &right.replace("2026-01-01T00:00:00", time));
            let reply = captchas
                .verify(provider, &format!("token-{number}"), None)
                .await;
            assert_eq!(
                reply.err(),
                is_told.then_some(VerifyError::Expired),
                "{name}: {time}"
            );
        }
        stage.say(
            200,
            &right.replace("2026-01-01T00:00:00", "2025-12-31T23:55:01"),
        );
        assert!(
            captchas.verify(provider, "right", None).await.is_ok(),
            "{name}"
        );
        // It is remembered until it is refused for its age.
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
    // Score, action; whether it logs in, pays, and visits.
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
        stage.say(200, &answer(score, action));
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

#[tokio::test]
async fn what_is_no_token_is_not_asked_about() {
    let stage = Stage::new().await;
    stage.say(200, &yes("turnstile"));
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
