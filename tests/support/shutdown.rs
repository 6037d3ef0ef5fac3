//! Runs work while its runtime shuts down.

use std::future::pending;
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::Builder;

/// A loaded machine may take a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Polls a future on a worker of a runtime that has begun to shut down, as a connection's task does that
/// is being polled just then.
///
/// # Panics
/// If the runtime does not end.
pub(crate) fn during_shutdown(work: impl Future<Output = ()> + Send + 'static) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (starting, started) = mpsc::channel();
    runtime.spawn(async move {
        starting.send(()).unwrap();
        // From now on, a task is dropped by the call that spawns it.
        loop {
            let task = tokio::spawn(pending::<()>());
            if task.is_finished() {
                break;
            }
            task.abort();
            std::thread::yield_now();
        }
        work.await;
    });
    started.recv().unwrap();
    let (ending, ended) = mpsc::channel();
    std::thread::spawn(move || {
        drop(runtime);
        ending.send(()).unwrap();
    });
    assert!(
        ended.recv_timeout(PATIENCE).is_ok(),
        "the runtime does not end"
    );
}
