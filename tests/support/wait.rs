//! Waits with a bound for what other tasks, threads or programs do.

use std::time::{Duration, Instant};

/// A loaded machine may take a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again until the answer is yes.
///
/// # Panics
/// After a minute.
pub(crate) async fn until(what: &str, done: impl AsyncFn() -> bool) {
    until_some(what, async || done().await.then_some(())).await;
}

/// Asks again until there is an answer.
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
