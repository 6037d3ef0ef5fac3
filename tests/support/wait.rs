//! Waits, with a bound, for other tasks, threads or programs.

use std::time::{Duration, Instant};

/// A loaded machine may take a while.
const PATIENCE: Duration = Duration::from_secs(180);

/// The time between the first two polls. Each later pause is half as long again, up to the longest: polling
/// would otherwise take the processor from what it waits for.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(60);

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
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(answer) = answer().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        wait(pause).await;
        pause = LONGEST_PAUSE.min(pause * 3 / 2);
    }
}

/// Waits on another thread, so that a stopped clock of tokio does not move on by itself.
async fn wait(pause: Duration) {
    let slept = tokio::task::spawn_blocking(move || std::thread::sleep(pause));
    slept.await.unwrap();
}
