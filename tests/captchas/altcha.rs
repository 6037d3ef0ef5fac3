//! ALTCHA: what its endpoint sets, which solutions are accepted, and what others' libraries and
//! the real widget make of it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use ::altcha::{SolveChallengeOptions, VerifySolutionOptions, solve_challenge, verify_solution};
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::{Form, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, StatusCode};
use humanify::ManualClock;
use humanify::captcha::{
    Altcha, AltchaAt, AltchaProtocol, Captchas, CaptchasBuilder, ErrorCode, Provider, Theme,
    Verified, VerifyError,
};
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt;

use super::SECRET;
use crate::support::services::missing;

const PROTOCOLS: [AltchaProtocol; 2] = [AltchaProtocol::V1, AltchaProtocol::V2];

fn builder(protocol: AltchaProtocol) -> CaptchasBuilder {
    Captchas::builder().altcha(SECRET).altcha_protocol(protocol)
}

async fn fetch(captchas: &Captchas, path: &str) -> (StatusCode, HeaderMap, String) {
    let app: Router = captchas.router();
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (head, body) = app.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (
        head.status,
        head.headers,
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

async fn challenge(captchas: &Captchas, hardness: u8) -> String {
    let (status, _, body) = fetch(captchas, &format!("/humanify/altcha?hardness={hardness}")).await;
    assert_eq!(status, StatusCode::OK);
    body
}

/// Solves a challenge: the second protocol with the crate `altcha`, the first by trying.
fn solve(challenge: &str) -> String {
    let value: Value = serde_json::from_str(challenge).unwrap();
    if value.get("parameters").is_some() {
        let challenge: ::altcha::Challenge = serde_json::from_str(challenge).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
            .unwrap()
            .unwrap();
        let payload = ::altcha::Payload {
            challenge,
            solution,
        };
        return STANDARD.encode(serde_json::to_string(&payload).unwrap());
    }
    // Its hash is the same as that of the second protocol with an empty salt.
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    let parameters = serde_json::json!({
        "algorithm": "SHA-256", "cost": 1, "keyLength": 32, "salt": "",
        "keyPrefix": text("challenge"),
        "nonce": text("salt").bytes().map(|byte| format!("{byte:02x}")).collect::<String>(),
    });
    let same: ::altcha::Challenge =
        serde_json::from_value(serde_json::json!({ "parameters": parameters })).unwrap();
    let mut options = SolveChallengeOptions::new(&same);
    options.counter_mode = ::altcha::CounterMode::String;
    let solution = solve_challenge(options).unwrap().unwrap();
    let payload = serde_json::json!({
        "algorithm": text("algorithm"), "challenge": text("challenge"), "salt": text("salt"),
        "signature": text("signature"), "number": solution.counter, "took": 12.5,
    });
    STANDARD.encode(payload.to_string())
}

#[tokio::test]
async fn challenges_are_set_where_the_widget_asks() {
    let v1 = builder(AltchaProtocol::V1).build().unwrap();
    let (status, headers, body) = fetch(&v1, "/humanify/altcha").await;
    assert_eq!(
        (status, &headers["content-type"]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    assert_eq!(headers["cache-control"], "no-store");
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&value["algorithm"], &value["maxnumber"]),
        (&"SHA-256".into(), &25_000.into())
    );
    assert!(value["salt"].as_str().unwrap().ends_with('&'));

    let v2 = builder(AltchaProtocol::V2)
        .altcha_hardness(2)
        .build()
        .unwrap();
    let (_, _, body) = fetch(&v2, "/humanify/altcha").await;
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(value["parameters"]["data"]["hardness"], 2);
    assert_ne!(body, fetch(&v2, "/humanify/altcha").await.2);

    for (path, status) in [
        ("/humanify/altcha?hardness=5", 200),
        ("/humanify/altcha?hardness=0", 400),
        ("/humanify/altcha?hardness=6", 400),
        ("/humanify/altcha?hardness=", 400),
        ("/humanify/altcha?hardness=%ff", 400),
        ("/humanify/altcha/nothing.js", 404),
        ("/humanify/altcha/%2e%2e", 404),
    ] {
        assert_eq!(fetch(&v2, path).await.0.as_u16(), status, "{path}");
    }
    let none = Captchas::builder()
        .turnstile("key", "secret")
        .build()
        .unwrap();
    assert_eq!(
        fetch(&none, "/humanify/altcha").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_widget_comes_from_this_application() {
    let captchas = builder(AltchaProtocol::V2)
        .mount("/checks")
        .build()
        .unwrap();
    let html = captchas.altcha().unwrap().to_string();
    let mut files: Vec<&str> = html
        .split(['"', '\''])
        .filter(|text| text.starts_with("/checks/altcha/"))
        .collect();
    assert_eq!(files.len(), 2, "{html}");
    let (_, _, script) = fetch(&captchas, files[1]).await;
    let worker = script
        .rsplit_once("worker-")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    let worker = format!("/checks/altcha/worker-{worker}");
    files.push(&worker);
    for file in files {
        let (status, headers, body) = fetch(&captchas, file).await;
        assert_eq!(status, StatusCode::OK, "{file}");
        assert_eq!(
            headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
        let kind = if file.ends_with("css") {
            "text/css"
        } else {
            "text/javascript"
        };
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind));
        assert!(body.len() > 1_000, "{file}");
    }
}

#[tokio::test]
async fn a_solution_is_accepted_once_however_it_is_written() {
    for protocol in PROTOCOLS {
        let captchas = builder(protocol).build().unwrap();
        let token = solve(&challenge(&captchas, 1).await);
        let json = String::from_utf8(STANDARD.decode(&token).unwrap()).unwrap();
        // Other white space, another order of fields, more of them, another time taken.
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
async fn a_challenge_ends() {
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
        // A process that has just started does not know what was used before.
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
async fn the_easy_captcha_does_not_do_for_the_hard_form() {
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
        // None of these has used them up.
        assert!(captchas.verify_as::<AltchaAt<1>>(&easy, None).await.is_ok());
        assert!(captchas.verify_as::<Altcha>(&fair, None).await.is_ok());
        assert!(captchas.verify_as::<AltchaAt<3>>(&hard, None).await.is_ok());
    }
}

#[tokio::test]
async fn what_another_secret_signed_is_refused() {
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
    // Of the two, the older one started first.
    let token = solve(&challenge(&new, 1).await);
    assert!(old.verify(Provider::Altcha, &token, None).await.is_ok());
}

#[tokio::test]
async fn the_crate_altcha_accepts_what_this_one_does() {
    let captchas = builder(AltchaProtocol::V2).build().unwrap();
    for level in 1..=5 {
        let challenge: ::altcha::Challenge =
            serde_json::from_str(&challenge(&captchas, level).await).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge))
            .unwrap()
            .unwrap();
        let range = 10_000 * u32::from(level)..=25_000 * u32::from(level);
        assert!(
            range.contains(&solution.counter),
            "{level}: {}",
            solution.counter
        );
        let options = VerifySolutionOptions::new(&challenge, &solution, SECRET);
        assert!(verify_solution(options).unwrap().verified);
        let payload = ::altcha::Payload {
            challenge,
            solution,
        };
        let token = STANDARD.encode(serde_json::to_string(&payload).unwrap());
        assert!(
            captchas
                .verify(Provider::Altcha, &token, None)
                .await
                .is_ok()
        );
    }
}

/// What others' libraries are installed in, by `tests/captchas/install.sh`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/captchas")
}

/// Whether a program is there; if not, the test is skipped aloud, or fails where everything
/// has to be there.
fn is_there(path: &Path) -> bool {
    let there = path.exists();
    if !there {
        missing(&path.display().to_string());
    }
    there
}

/// Runs a program with something to read, and returns the JSON that it writes.
fn run(program: &Path, arguments: &[&str], input: &str) -> Value {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn others_libraries_solve_it_and_agree() {
    let folder = folder();
    let script = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("captchas")
            .join(name);
        path.to_str().unwrap().to_owned()
    };
    let libraries = [
        (
            folder.join("node_modules/altcha-lib"),
            PathBuf::from("node"),
            script("library.mjs"),
        ),
        (
            folder.join("python/bin/python"),
            folder.join("python/bin/python"),
            script("library.py"),
        ),
    ];
    for (needs, program, script) in libraries {
        if !is_there(&needs) {
            continue;
        }
        for protocol in PROTOCOLS {
            let captchas = builder(protocol).build().unwrap();
            for level in [1, 5] {
                let challenge = challenge(&captchas, level).await;
                let arguments = [&script, folder.to_str().unwrap(), SECRET];
                let reply = run(&program, &arguments, &challenge);
                assert_eq!(reply["accepted"], true, "{script} {protocol:?}");
                let token = reply["token"].as_str().unwrap();
                let verification = captchas.verify(Provider::Altcha, token, None).await;
                assert_eq!(
                    verification.unwrap().hardness,
                    Some(level),
                    "{script} {protocol:?}"
                );
            }
        }
    }
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// A form under a strict policy, on a real server.
async fn serve(captchas: Captchas) -> String {
    async fn form(State(captchas): State<Captchas>) -> (HeaderMap, Html<String>) {
        let policy = format!(
            "default-src 'none'; img-src data:; form-action 'self'; base-uri 'none'; {}",
            captchas.content_security_policy()
        );
        let mut headers = HeaderMap::new();
        headers.insert("content-security-policy", policy.parse().unwrap());
        let widget = captchas.altcha().unwrap();
        let page = format!(
            "<!doctype html><meta name=color-scheme content='light dark'><title>Form</title>\
             <link rel=icon href=data:,><form method=post action=/sent><p><input name=name></p>{widget}\
             <p><button id=send>Send</button></p></form>"
        );
        (headers, Html(page))
    }
    async fn sent(Verified(Form(form), proof): Verified<Altcha, Form<Name>>) -> String {
        format!("Hello, {}! {:?}", form.name, proof.hardness)
    }
    let app = Router::new()
        .route("/", get(form))
        .route("/sent", axum::routing::post(sent))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .merge(captchas.router())
        .with_state(captchas);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_widget_solves_it_in_a_browser() {
    let folder = folder();
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !is_there(&folder.join("node_modules/playwright-core")) || !is_there(Path::new(&chromium)) {
        return;
    }
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&pictures).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("captchas/widget.mjs");
    for (name, protocol, hardness, theme, language, scheme, label) in [
        (
            "v1-light-en",
            AltchaProtocol::V1,
            1,
            Theme::Light,
            "en",
            "dark",
            "Verified",
        ),
        (
            "v2-auto-de",
            AltchaProtocol::V2,
            2,
            Theme::Auto,
            "de",
            "dark",
            "Überprüft",
        ),
        (
            "v2-dark-ar",
            AltchaProtocol::V2,
            5,
            Theme::Dark,
            "ar",
            "light",
            "تم التحقق",
        ),
        (
            "v2-auto-ja",
            AltchaProtocol::V2,
            1,
            Theme::Auto,
            "ja",
            "light",
            "確認済み",
        ),
    ] {
        let captchas = builder(protocol)
            .altcha_hardness(hardness)
            .theme(theme)
            .language(language)
            .build()
            .unwrap();
        let address = serve(captchas).await;
        let picture = pictures.join(format!("altcha-{name}.png"));
        let arguments = [
            script.to_str().unwrap().to_owned(),
            folder.to_str().unwrap().to_owned(),
            address.clone(),
            picture.to_str().unwrap().to_owned(),
            scheme.to_owned(),
        ];
        let seen = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(Path::new("node"), &arguments, "")
        })
        .await
        .unwrap();
        assert_eq!(
            seen["text"],
            format!("Hello, Ada! Some({hardness})"),
            "{name}: {seen}"
        );
        assert_eq!(seen["messages"], serde_json::json!([]), "{name}");
        assert!(
            seen["label"].as_str().unwrap().contains(label),
            "{name}: {seen}"
        );
        // Nothing was loaded from anywhere else.
        for request in seen["requests"].as_array().unwrap() {
            let request = request.as_str().unwrap();
            assert!(
                request.starts_with(&address) || request.starts_with("data:"),
                "{request}"
            );
        }
    }
}
