//! The end of a server: running requests, and requests that never end.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use humanify::ServeLimits;
use humanify::prelude::*;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use crate::support::Events;

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

/// A server with a request under way.
struct Running {
    /// Ends the server.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
    /// Lets the request end.
    ends: Arc<Semaphore>,
    /// What the client receives until its connection ends.
    received: JoinHandle<String>,
}

async fn run(limits: ServeLimits) -> Running {
    let humanify = Humanify::builder().build().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (begun, ends) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let slow = {
        let (begun, ends) = (Arc::clone(&begun), Arc::clone(&ends));
        async move || {
            begun.add_permits(1);
            ends.acquire().await.unwrap().forget();
            "late"
        }
    };
    let app = Router::new().route("/", get(slow));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let serving = humanify.serve(listener, app).limits(limits);
        let serving = serving.with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        serving.await.unwrap();
    });
    let received = tokio::task::spawn_blocking(move || request(address));
    begun.acquire().await.unwrap().forget();
    Running {
        stop,
        server,
        ends,
        received,
    }
}

/// Sends a request, and returns what comes until the connection ends.
fn request(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n").unwrap();
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    String::from_utf8_lossy(&received).into_owned()
}

/// The numbers of connections that were open at the end, of each warning.
fn open_at_the_end(events: &Events) -> Vec<String> {
    let told = events.all();
    let counts = told.iter().filter_map(|told| told.get("connections"));
    counts.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_request_that_never_ends_holds_a_shutdown_off_only_for_the_time_out() {
    for time in [Duration::ZERO, Duration::from_millis(50)] {
        let (events, _guard) = Events::collect(tracing::Level::WARN);
        let running = run(ServeLimits::default().shutdown_timeout(time)).await;
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
        assert_eq!(running.received.await.unwrap(), "", "it is closed");
        assert_eq!(open_at_the_end(&events), ["1"]);
    }
}

#[tokio::test]
async fn a_running_request_is_answered_before_the_server_stops() {
    for time in [Some(LONG), Some(Duration::MAX), None] {
        let (events, _guard) = Events::collect(tracing::Level::WARN);
        let running = run(ServeLimits::default().shutdown_timeout(time)).await;
        running.stop.send(()).unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!running.server.is_finished(), "{time:?}");
        running.ends.add_permits(1);
        running.server.await.unwrap();
        let received = running.received.await.unwrap();
        assert!(received.ends_with("late"), "{time:?}: {received}");
        assert!(open_at_the_end(&events).is_empty());
    }
}

#[tokio::test]
async fn a_request_of_a_server_that_is_dropped_is_answered() {
    let running = run(ServeLimits::default().shutdown_timeout(Duration::ZERO)).await;
    running.server.abort();
    assert!(running.server.await.unwrap_err().is_cancelled());
    running.ends.add_permits(1);
    let received = running.received.await.unwrap();
    assert!(received.ends_with("late"), "{received}");
}
