//! Where lists are refreshed while the application runs: a thread of its own, so that neither
//! parsing nor a runtime without timers touches the application's.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, oneshot};

use super::refresh::Refresher;

/// How long a process has to live before it asks anybody: tests and other short programs
/// burden no server.
const BEFORE_FIRST: Duration = Duration::from_secs(2);

/// The refresher of one `Humanify`. Its thread ends with it.
#[derive(Debug)]
pub(crate) struct Background {
    refresher: Arc<AsyncMutex<Refresher>>,
    is_started: AtomicBool,
    /// What is dropped to stop the thread.
    running: Mutex<Option<oneshot::Sender<()>>>,
}

impl Background {
    pub(crate) fn new(refresher: Refresher) -> Background {
        Background {
            refresher: Arc::new(AsyncMutex::new(refresher)),
            is_started: AtomicBool::new(false),
            running: Mutex::new(None),
        }
    }

    /// Starts the thread, if it does not run yet.
    pub(crate) fn start(&self) {
        if self.is_started.swap(true, Ordering::Relaxed) {
            return;
        }
        let (running, stopped) = oneshot::channel();
        let refresher = Arc::clone(&self.refresher);
        let thread = thread::Builder::new()
            .name("humanify-lists".to_owned())
            .spawn(move || run(&refresher, stopped));
        match thread {
            Ok(_) => {
                let mut slot = self.running.lock().unwrap_or_else(PoisonError::into_inner);
                *slot = Some(running);
            }
            Err(error) => tracing::error!(
                "there is no thread to refresh lists of addresses on, so they stay as they are: \
                 {error}"
            ),
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn refresher(&self) -> &AsyncMutex<Refresher> {
        &self.refresher
    }
}

fn run(refresher: &AsyncMutex<Refresher>, stopped: oneshot::Receiver<()>) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!("lists of addresses cannot be refreshed and stay as they are: {error}");
            return;
        }
    };
    runtime.block_on(async {
        let refresh = async {
            tokio::time::sleep(BEFORE_FIRST).await;
            loop {
                let mut refresher = refresher.lock().await;
                refresher.pass().await;
                let idle = refresher.idle();
                drop(refresher);
                tokio::time::sleep(idle).await;
            }
        };
        tokio::select! {
            () = refresh => {}
            _ = stopped => {}
        }
    });
    // A name that is being looked up must not hold the thread.
    runtime.shutdown_background();
}
