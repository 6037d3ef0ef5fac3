//! Waits, with a bound, for other tasks, threads or programs.

use std::time::{Duration, Instant};

/// A loaded machine may take a while.
const PATIENCE: Duration = Duration::from_secs(180);

/// The time between two polls. Without it, polling would take the processor from what it waits for.
const PAUSE: Duration = Duration::from_millis(5);

/// Polls until `done` is true.
///
/// # Panics
/// After three minutes.
pub(crate) async fn until(what: &str, done: impl AsyncFn() -> bool) {
    until_some(what, async || done().await.then_some(())).await;
}

/// Polls until `answer` returns a value.
///
/// # Panics
/// After three minutes.
pub(crate) async fn until_some<T>(what: &str, answer: impl AsyncFn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = answer().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        pause().await;
    }
}

/// Waits on another thread, so that a stopped clock of tokio does not move on by itself.
async fn pause() {
    let slept = tokio::task::spawn_blocking(|| std::thread::sleep(PAUSE));
    slept.await.unwrap();
}
