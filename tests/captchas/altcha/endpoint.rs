//! The endpoint: challenges, and the script of the widget.

use http::StatusCode;
use humanify::captcha::{AltchaProtocol, Captchas};
use serde_json::Value;

use super::{builder, fetch};

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
