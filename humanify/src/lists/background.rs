//! `Background`: the thread that refreshes lists. It has a runtime of its own, so that parsing does
//! not block the runtime of the application, which needs no timers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, oneshot};

use super::refresh::{FetchPlan, Refresher};

/// How long a process runs before it fetches anything, so that tests and other short programs make
/// no requests.
const START_DELAY: Duration = Duration::from_secs(2);

/// The background thread for one set of settings. Dropping it ends the thread.
#[derive(Debug)]
pub(crate) struct Background {
    refresher: Arc<AsyncMutex<Refresher>>,
    plan: FetchPlan,
    is_started: AtomicBool,
    /// Dropped to stop the thread.
    running: Mutex<Option<oneshot::Sender<()>>>,
}

impl Background {
    pub(crate) fn new(refresher: Refresher) -> Background {
        Background {
            plan: refresher.plan(),
            refresher: Arc::new(AsyncMutex::new(refresher)),
            is_started: AtomicBool::new(false),
            running: Mutex::new(None),
        }
    }

    /// Starts the thread, unless it is running.
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
                let FetchPlan {
                    lists,
                    servers,
                    cache,
                } = &self.plan;
                tracing::info!(
                    lists,
                    servers,
                    cache = cache
                        .as_ref()
                        .map(|path| tracing::field::display(path.display())),
                    "lists of addresses are fetched in the background, from two seconds after the \
                     start on. `lists(Lists::Embedded)` fetches nothing"
                );
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
            // The ages of lists that are not due yet, and of those that are never fetched.
            #[cfg(feature = "metrics")]
            refresher.lock().await.measure(&[]);
            tokio::time::sleep(START_DELAY).await;
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
    // A running look-up of a host name must not keep the thread alive.
    runtime.shutdown_background();
}
