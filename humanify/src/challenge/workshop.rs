//! Where challenges are drawn: on threads that may block, a bounded number at a time.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use super::SetError;

/// As many may wait for each one that is being drawn. At a few milliseconds each, the last
/// in the queue waits for a fraction of a second.
const WAITING: usize = 64;

/// The workshop. Whoever finds its queue full is sent away at once.
pub(super) struct Workshop {
    queue: Arc<Semaphore>,
    benches: Arc<Semaphore>,
}

impl Default for Workshop {
    fn default() -> Self {
        let benches = available_parallelism().map_or(1, usize::from);
        Workshop {
            queue: Arc::new(Semaphore::new(benches * WAITING)),
            benches: Arc::new(Semaphore::new(benches)),
        }
    }
}

impl Workshop {
    /// Runs `work` where it blocks nobody.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, SetError> + Send + 'static,
    ) -> Result<T, SetError> {
        let queue = Arc::clone(&self.queue);
        let place = queue.try_acquire_owned().map_err(|_| SetError::Busy)?;
        let benches = Arc::clone(&self.benches);
        let bench = benches.acquire_owned().await.map_err(|_| SetError::Busy)?;
        // The places go with the work, which runs to its end even if nobody waits any more.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((bench, place));
            result
        });
        done.await
            .unwrap_or(Err(SetError::Failed("drawing panicked")))
    }
}
