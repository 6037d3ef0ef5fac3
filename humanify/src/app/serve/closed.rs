//! `ClosedConnections`: counts and logs connections that are closed for lack of places.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

/// The shortest time between two lines of the log.
const INTERVAL: Duration = Duration::from_secs(60);

/// Why a connection is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClosingReason {
    /// There was no place for it.
    Rejected,
    /// It gave its place to another one.
    Displaced,
    /// Its answers took too much memory.
    Unsent,
}

/// The connections that were closed for lack of places. The log has a line about the first one, and
/// then one line a minute.
pub(super) struct ClosedConnections {
    /// Shows an address as the settings say.
    show: Box<dyn Fn(IpAddr) -> String + Send + Sync>,
    unlogged: Mutex<Unlogged>,
}

/// What the log has not told yet.
#[derive(Debug, Default)]
struct Unlogged {
    rejected: u64,
    displaced: u64,
    /// The address of the last one.
    address: Option<IpAddr>,
    /// Whether there was a line within the last minute.
    waits: bool,
}

impl ClosingReason {
    #[cfg(feature = "metrics")]
    fn name(self) -> &'static str {
        match self {
            ClosingReason::Rejected => "rejected",
            ClosingReason::Displaced => "displaced",
            ClosingReason::Unsent => "unsent",
        }
    }

    /// Counts a connection in the metrics.
    pub(super) fn count(self) {
        #[cfg(feature = "metrics")]
        crate::metrics::connection_closed(self.name());
    }
}

impl ClosedConnections {
    pub(super) fn new(
        show: impl Fn(IpAddr) -> String + Send + Sync + 'static,
    ) -> Arc<ClosedConnections> {
        Arc::new(ClosedConnections {
            show: Box::new(show),
            unlogged: Mutex::default(),
        })
    }

    /// Counts a connection, and logs it now or with others within a minute.
    pub(super) fn note(self: &Arc<Self>, reason: ClosingReason, address: Option<IpAddr>) {
        reason.count();
        let mut unlogged = self.unlogged.lock().unwrap_or_else(PoisonError::into_inner);
        match reason {
            ClosingReason::Rejected => unlogged.rejected += 1,
            ClosingReason::Displaced => unlogged.displaced += 1,
            ClosingReason::Unsent => return,
        }
        unlogged.address = address;
        if unlogged.waits {
            return;
        }
        self.log(&mut unlogged);
        if let Ok(runtime) = Handle::try_current() {
            unlogged.waits = true;
            runtime.spawn(Arc::clone(self).log_later());
        }
    }

    /// Logs what was closed in each minute, until none was.
    async fn log_later(self: Arc<Self>) {
        loop {
            tokio::time::sleep(INTERVAL).await;
            let mut unlogged = self.unlogged.lock().unwrap_or_else(PoisonError::into_inner);
            unlogged.waits = self.log(&mut unlogged);
            if !unlogged.waits {
                return;
            }
        }
    }

    /// Logs what the log has not told yet. Returns whether there was anything.
    fn log(&self, unlogged: &mut Unlogged) -> bool {
        let Unlogged {
            rejected,
            displaced,
            address,
            ..
        } = std::mem::take(unlogged);
        let is_any = rejected + displaced > 0;
        if is_any {
            let shown = |count: u64| (count > 0).then_some(count);
            tracing::warn!(
                address = address.map(|address| (self.show)(address)),
                rejected = shown(rejected),
                displaced = shown(displaced),
                "connections were closed at once (`rejected`) or gave their places to others \
                 (`displaced`), since there are too many, in all or from their network; \
                 `ServeLimits` says how many there may be. If the address, that of the last one, is \
                 a proxy's, set `behind_proxy(true)` or `proxies(Proxies::networks([...]))`"
            );
        }
        is_any
    }
}
