//! ALTCHA: this implementation, and its agreement with other libraries.

mod endpoint;
mod libraries;
mod solutions;
mod widget;

use std::path::{Path, PathBuf};

use ::altcha::{SolveChallengeOptions, solve_challenge};
use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Request, StatusCode};
use humanify::captcha::{AltchaProtocol, Captchas, CaptchasBuilder};
use serde_json::Value;
use tower::ServiceExt;

use super::SECRET;

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

/// The folder into which `tests/captchas/install.sh` installs other libraries.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/captchas")
}
