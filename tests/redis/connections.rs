//! Passwords, TLS and clusters.

use std::process::Command;

use http::StatusCode;
use humanify::prelude::*;
use humanify::{OnStoreFailure, Redis};

use super::{process, solved_but_for_the_last, status};
use crate::support::HOME;
use crate::support::certificate::Certificate;
use crate::support::folder::Folder;
use crate::support::redis::RedisServer;
use crate::support::services::free_port;
use crate::support::wait::until;

#[test]
#[ignore = "what the next test starts"]
fn tls_worker() {
    let address = std::env::var("HUMANIFY_TEST_REDIS").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let site = process(Redis::new(address).on_failure(OnStoreFailure::Deny));
        println!(
            "status={}",
            status(&site.program(HOME), "/few").await.as_u16()
        );
    });
}

/// A program takes the certificates that it trusts from its environment, so this test runs a
/// program of its own.
#[test]
fn a_server_may_speak_tls() {
    let folder = Folder::new();
    let extensions = [
        "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "basicConstraints=critical,CA:FALSE",
    ];
    let Some(Certificate { certificate, key }) =
        Certificate::new(&folder, "localhost", &extensions)
    else {
        return;
    };
    let port = free_port();
    let Some(_server) = RedisServer::start(&[
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-auth-clients",
        "no",
    ]) else {
        return;
    };
    for (trusted, expected) in [(Some(&certificate), "status=200"), (None, "status=503")] {
        let mut worker = Command::new(std::env::current_exe().unwrap());
        worker
            .args([
                "--exact",
                "redis::connections::tls_worker",
                "--ignored",
                "--nocapture",
            ])
            .env("HUMANIFY_TEST_REDIS", format!("rediss://127.0.0.1:{port}"));
        if let Some(trusted) = trusted {
            worker.env("SSL_CERT_FILE", trusted);
        }
        let output = worker.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_server_may_want_a_password() {
    let Some(server) = RedisServer::start(&["--requirepass", "open sesame"]) else {
        return;
    };
    let with = |password: &str| {
        let address = format!("redis://:{password}@127.0.0.1:{}", server.port);
        process(Redis::new(address).on_failure(OnStoreFailure::Deny))
    };
    let visitor = with("open%20sesame").program(HOME);
    assert_eq!(status(&visitor, "/few").await, StatusCode::OK);
    let visitor = with("wrong").program(HOME);
    assert_eq!(
        status(&visitor, "/few").await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let builder = Humanify::builder().store(Redis::new("http://127.0.0.1:hunter2@"));
    assert!(!format!("{builder:?}").contains("hunter2"));
    let error = format!("{:?}", builder.build().unwrap_err());
    assert!(
        error.contains("Redis") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn a_store_outlives_the_runtime_that_opened_its_connection() {
    let options = ["--cluster-enabled", "yes"];
    let (Some(one), Some(node)) = (RedisServer::start(&[]), RedisServer::start(&options)) else {
        return;
    };
    assert_eq!(node.ask("CLUSTER ADDSLOTSRANGE 0 16383").trim(), "OK");
    let sites = [Redis::new(one.address()), Redis::cluster([node.address()])]
        .map(|redis| process(redis.on_failure(OnStoreFailure::Deny)));
    for site in &sites {
        for number in 0..3 {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                until("the store answers", async || {
                    status(&site.program(HOME), "/thousand").await == StatusCode::OK
                })
                .await;
                // A ban of an earlier runtime is known, and bans are read in this one.
                let ip = format!("84.140.1.{number}");
                site.browser(&ip).get("/.env").await;
                let bans = site.humanify.bans().list().await.unwrap();
                assert_eq!(bans.len(), number + 1);
            });
        }
    }
}

#[tokio::test]
async fn a_cluster_counts_in_one_step() {
    let Some(first) = RedisServer::start(&["--cluster-enabled", "yes"]) else {
        return;
    };
    let second = RedisServer::start(&["--cluster-enabled", "yes"]).unwrap();
    assert_eq!(first.ask("CLUSTER ADDSLOTSRANGE 0 8000").trim(), "OK");
    assert_eq!(second.ask("CLUSTER ADDSLOTSRANGE 8001 16383").trim(), "OK");
    first.ask(&format!("CLUSTER MEET 127.0.0.1 {}", second.port));
    until("the nodes know each other", async || {
        [&first, &second].iter().all(|node| {
            let info = node.ask("CLUSTER INFO");
            info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2")
        })
    })
    .await;
    // Three requests pass in total, whichever node is used.
    for (node, expected) in [(&first, 2), (&second, 1)] {
        let site = process(Redis::cluster([node.address()]).on_failure(OnStoreFailure::Deny));
        for _ in 0..expected {
            let passed = status(&site.program(HOME), "/few").await;
            assert_eq!(passed, StatusCode::OK);
        }
        if expected == 1 {
            let refused = status(&site.program(HOME), "/few").await;
            assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
        }
        let person = site.browser(&format!("84.140.1.{expected}"));
        let last = solved_but_for_the_last(&site, &person).await;
        assert!(person.post(&last.action, &last.body).await.clears());
    }
}
