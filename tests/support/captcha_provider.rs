//! A fake captcha provider: it sends the bytes that a test sets.

use std::sync::{Arc, Mutex};

use humanify::ManualClock;
use humanify::captcha::{Captchas, CaptchasBuilder, Provider};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A provider that listens on this machine.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) address: String,
    pub(crate) clock: ManualClock,
    line: Arc<Mutex<Line>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A response of the provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// All bytes of the response.
    pub(crate) bytes: Vec<u8>,
    /// Whether the connection stays open without another byte.
    pub(crate) hangs: bool,
}

impl Stage {
    pub(crate) async fn new() -> Stage {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stage = Stage {
            address: format!("http://{}/siteverify", listener.local_addr().unwrap()),
            clock: ManualClock::default(),
            line: Arc::default(),
            asked: Arc::default(),
        };
        let player = stage.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(player.clone().serve_connection(connection));
            }
        });
        stage
    }

    /// Sets the response.
    pub(crate) fn record(&self, line: Line) {
        *self.line.lock().unwrap() = line;
    }

    /// Sets the response by its status and body.
    pub(crate) fn respond_with(&self, status: u16, body: &str) {
        self.record(Line {
            bytes: format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
            hangs: false,
        });
    }

    /// The requests since the last call, with head and body.
    pub(crate) fn questions(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Captchas that use this server. Their time is 2026-01-01 00:00 UTC.
    pub(crate) fn captchas(&self, builder: CaptchasBuilder, provider: Provider) -> Captchas {
        builder
            .endpoint(provider, &self.address)
            .clock(self.clock.clone())
            .build()
            .unwrap()
    }

    async fn serve_connection(self, mut connection: TcpStream) {
        let mut question = Vec::new();
        let mut buffer = [0; 4_096];
        loop {
            match connection.read(&mut buffer).await {
                Ok(length) if length > 0 => question.extend_from_slice(&buffer[..length]),
                _ => return,
            }
            let text = String::from_utf8_lossy(&question).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head.lines().find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse::<usize>()
                    .ok()
            });
            if length.is_some_and(|length| body.len() < length) {
                continue;
            }
            self.asked.lock().unwrap().push(text);
            let line = self.line.lock().unwrap().clone();
            let _ = connection.write_all(&line.bytes).await;
            if line.hangs {
                std::future::pending::<()>().await;
            }
            return;
        }
    }
}
