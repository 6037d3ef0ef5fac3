//! A server with a directory of keys, which responds as a test tells it to.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

const PATH: &str = "/.well-known/http-message-signatures-directory";
const MEDIA_TYPE: &str = "application/http-message-signatures-directory+json";

/// The response of the server.
#[derive(Debug, Clone)]
pub(crate) enum DirectoryBehaviour {
    /// A directory with these keys.
    Keys(Vec<String>),
    /// This body.
    Says(String),
    /// This body with another content type.
    Type(String, &'static str),
    /// This status.
    Status(u16),
    /// A redirect to another path with these keys.
    Redirects(Vec<String>),
    /// A directory with these keys, after the test adds a permit.
    Waits(Vec<String>),
}

#[derive(Clone)]
pub(crate) struct DirectoryServer {
    pub(crate) origin: String,
    shared: Arc<Shared>,
}

struct Shared {
    does: Mutex<DirectoryBehaviour>,
    questions: Mutex<usize>,
    permits: Semaphore,
}

impl DirectoryServer {
    pub(crate) async fn start(does: DirectoryBehaviour) -> DirectoryServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = DirectoryServer {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            shared: Arc::new(Shared {
                does: Mutex::new(does),
                questions: Mutex::default(),
                permits: Semaphore::new(0),
            }),
        };
        let app = Router::new()
            .route(PATH, get(answer))
            .route("/elsewhere", get(elsewhere))
            .with_state(server.clone());
        tokio::spawn(async { axum::serve(listener, app).await });
        server
    }

    pub(crate) fn does(&self) -> MutexGuard<'_, DirectoryBehaviour> {
        self.shared.does.lock().unwrap()
    }

    /// The number of requests.
    pub(crate) fn questions(&self) -> usize {
        *self.shared.questions.lock().unwrap()
    }

    /// Releases a waiting response.
    pub(crate) fn release(&self) {
        self.shared.permits.add_permits(1);
    }
}

async fn answer(State(server): State<DirectoryServer>) -> Response {
    *server.shared.questions.lock().unwrap() += 1;
    let does = server.does().clone();
    match does {
        DirectoryBehaviour::Keys(keys) => set(&keys),
        DirectoryBehaviour::Says(text) => ([(CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        DirectoryBehaviour::Type(text, media_type) => {
            ([(CONTENT_TYPE, media_type)], text).into_response()
        }
        DirectoryBehaviour::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        DirectoryBehaviour::Redirects(_) => {
            (StatusCode::FOUND, [(LOCATION, "/elsewhere")]).into_response()
        }
        DirectoryBehaviour::Waits(keys) => {
            server.shared.permits.acquire().await.unwrap().forget();
            set(&keys)
        }
    }
}

async fn elsewhere(State(server): State<DirectoryServer>) -> Response {
    match &*server.does() {
        DirectoryBehaviour::Redirects(keys) => set(keys),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A set of keys as text.
pub(crate) fn key_set(keys: &[String]) -> String {
    format!(
        "{{\"keys\": [{}], \"purpose\": \"tests\"}}",
        keys.join(", ")
    )
}

fn set(keys: &[String]) -> Response {
    ([(CONTENT_TYPE, MEDIA_TYPE)], key_set(keys)).into_response()
}
