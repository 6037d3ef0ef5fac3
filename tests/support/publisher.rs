//! A fake publisher of lists: it sends the bytes that a test sets.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use humanify::{Humanify, HumanifyBuilder, ListSettings, Lists};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::folder::Folder;

/// The address of the list of Tor exits.
pub(crate) const TOR: &str = "check.torproject.org/torbulkexitlist";

/// The address of the only list that is packed.
pub(crate) const STOP_FORUM_SPAM: &str = "www.stopforumspam.com/downloads/listed_ip_30_ipv46.gz";

/// A publisher on this machine, and a cache directory.
#[derive(Clone)]
pub(crate) struct Publisher {
    pub(crate) address: String,
    pub(crate) cache: Arc<Folder>,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<Question>>>,
}

/// The response for an address.
#[derive(Clone)]
pub(crate) enum Answer {
    /// These bytes; then the connection is closed.
    Bytes(Vec<u8>),
    /// The list, or 304 if it did not change.
    List { body: Vec<u8>, etag: &'static str },
    /// The head of a response, and then endless addresses.
    Endless(&'static str),
    /// No response; the connection stays open.
    Silence,
    /// The beginning of a response; the connection stays open.
    Stops(&'static str),
}

/// A request that the publisher received.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Host and path of the mirrored list.
    pub(crate) path: String,
    pub(crate) head: String,
}

impl Publisher {
    pub(crate) async fn new() -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let publisher = Publisher {
            address: format!("http://{}", listener.local_addr().unwrap()),
            cache: Arc::new(Folder::missing()),
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let player = publisher.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(player.clone().serve_connection(connection));
            }
        });
        publisher
    }

    /// A builder whose lists are fetched from this server when a test asks for it.
    pub(crate) fn builder(&self) -> HumanifyBuilder {
        Humanify::builder().lists(self.lists(Lists::ByHand))
    }

    /// Settings of lists that are fetched from this server.
    pub(crate) fn lists(&self, lists: Lists) -> ListSettings {
        ListSettings::new(lists)
            .mirror(&self.address)
            .cache(self.cache.path())
    }

    /// A builder that reads the same cache and reaches no server.
    pub(crate) fn offline(&self) -> HumanifyBuilder {
        let lists = self.lists(Lists::ByHand).mirror("http://127.0.0.1:9");
        Humanify::builder().lists(lists)
    }

    /// Sets the response for an address. Other addresses get 404.
    pub(crate) fn respond_with(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    /// Publishes a list.
    pub(crate) fn publish(&self, path: &str, body: &str) {
        self.respond_with(path, Answer::bytes(200, "", body));
    }

    /// The requests since the last call.
    pub(crate) fn questions(&self) -> Vec<Question> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// The number of requests for an address since the last call.
    pub(crate) fn count(&self, path: &str) -> usize {
        let asked = self.questions();
        asked
            .iter()
            .filter(|question| question.path == path)
            .count()
    }

    async fn serve_connection(self, mut connection: TcpStream) {
        let mut head = Vec::new();
        let mut buffer = [0; 4_096];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match connection.read(&mut buffer).await {
                Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
                _ => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let path = head
            .split(' ')
            .nth(1)
            .unwrap()
            .trim_start_matches('/')
            .to_owned();
        let answer = self.answers.lock().unwrap().get(&path).cloned();
        let etag = header(&head, "if-none-match").map(str::to_owned);
        self.asked.lock().unwrap().push(Question { path, head });
        let bytes = match answer {
            None => Answer::bytes(404, "", "Not Found"),
            Some(Answer::List { etag: of_list, .. }) if etag.as_deref() == Some(of_list) => {
                Answer::Bytes(b"HTTP/1.1 304 X\r\nconnection: close\r\n\r\n".to_vec())
            }
            Some(Answer::List { body, etag }) => {
                Answer::whole(200, &format!("etag: {etag}\r\n"), &body)
            }
            Some(answer) => answer,
        };
        // The client closes the connection when it has read enough.
        match bytes {
            Answer::Bytes(bytes) => {
                let _ = connection.write_all(&bytes).await;
                let _ = connection.shutdown().await;
            }
            Answer::Endless(head) => {
                let _ = connection.write_all(head.as_bytes()).await;
                while connection
                    .write_all(&b"84.140.1.1\n".repeat(1_000))
                    .await
                    .is_ok()
                {}
            }
            Answer::Stops(beginning) => {
                let _ = connection.write_all(beginning.as_bytes()).await;
                let _ = connection.read(&mut buffer).await;
            }
            Answer::Silence | Answer::List { .. } => {
                let _ = connection.read(&mut buffer).await;
            }
        }
    }
}

impl Answer {
    /// A whole response with a text.
    pub(crate) fn bytes(status: u16, headers: &str, body: &str) -> Answer {
        Answer::whole(status, headers, body.as_bytes())
    }

    /// A whole response.
    pub(crate) fn whole(status: u16, headers: &str, body: &[u8]) -> Answer {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
        );
        Answer::Bytes([head.as_bytes(), body].concat())
    }
}

/// The value of a header in a request.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}
