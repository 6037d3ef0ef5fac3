//! Waits, with a bound, for other tasks, threads or programs.

use std::time::{Duration, Instant};

/// A loaded machine may take a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Polls until `done` is true.
///
/// # Panics
/// After a minute.
pub(crate) async fn until(what: &str, done: impl AsyncFn() -> bool) {
    until_some(what, async || done().await.then_some(())).await;
}

/// Polls until `answer` returns a value.
///
/// # Panics
/// After a minute.
pub(crate) async fn until_some<T>(what: &str, answer: impl AsyncFn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = answer().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::task::yield_now().await;
    }
}
