//! The real widget, in a browser.

use std::path::Path;

use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::{Form, Router};
use http::{HeaderMap, StatusCode};
use humanify::captcha::{Altcha, AltchaProtocol, Captchas, Theme, Verified};
use serde::Deserialize;

use super::libraries::{is_installed, run};
use super::{builder, folder};

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
    if !is_installed(&folder.join("node_modules/playwright-core"))
        || !is_installed(Path::new(&chromium))
    {
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
        let requests = seen["requests"].as_array().unwrap();
        assert!(!requests.is_empty(), "{name}: the browser loaded nothing");
        for request in requests {
            let request = request.as_str().unwrap();
            assert!(
                request.starts_with(&address) || request.starts_with("data:"),
                "{request}"
            );
        }
    }
}
