//! A Prometheus that scrapes one page, with a folder of its own. It ends with the test.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::folder::Folder;
use super::services::{free_port, missing};

/// A Prometheus that runs.
pub(crate) struct Prometheus {
    process: Child,
    port: u16,
    _folder: Folder,
}

impl Prometheus {
    /// Starts a Prometheus with these rules that reads `http://127.0.0.1:{scraped}/metrics` each
    /// second; `None`, with a message on stderr, if it is not installed.
    pub(crate) fn start(scraped: u16, rules: &Path) -> Option<Prometheus> {
        let folder = Folder::new();
        let port = free_port();
        let configuration = format!(
            "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files:\n  - {}\n\
             scrape_configs:\n  - job_name: humanify\n    static_configs:\n      - targets: \
             ['127.0.0.1:{scraped}']\n",
            rules.display()
        );
        let file = folder.path().join("prometheus.yml");
        std::fs::write(&file, configuration).unwrap();
        let process = Command::new("prometheus")
            .arg(format!("--config.file={}", file.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                folder.path().join("data").display()
            ))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match process {
            Ok(process) => Some(Prometheus {
                process,
                port,
                _folder: folder,
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                missing("prometheus");
                None
            }
            Err(error) => panic!("prometheus cannot be started: {error}"),
        }
    }

    /// The response of the HTTP API, once it is available.
    pub(crate) async fn ask(&self, path: &str) -> serde_json::Value {
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<axum::body::Bytes>>();
        let address: http::Uri = format!("http://127.0.0.1:{}{path}", self.port)
            .parse()
            .unwrap();
        for _ in 0..300 {
            if let Ok(response) = client.get(address.clone()).await
                && let Ok(body) = response.into_body().collect().await
                && let Ok(json) = serde_json::from_slice(&body.to_bytes())
            {
                return json;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("prometheus does not answer");
    }

    /// The series that a query finds.
    ///
    /// # Panics
    /// If Prometheus refuses the query.
    pub(crate) async fn query(&self, query: &str) -> Vec<serde_json::Value> {
        let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let answer = self.ask(&format!("/api/v1/query?query={query}")).await;
        assert_eq!(answer["status"], "success", "{query}: {answer}");
        answer["data"]["result"].as_array().unwrap().clone()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
