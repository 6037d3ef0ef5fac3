//! `WrongClock`: a clock that is ahead until it is set right.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use humanify::{Clock, ManualClock};

/// A clock that is ahead of another one by some seconds, which a test changes. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct WrongClock {
    /// The right time.
    pub(crate) right: ManualClock,
    ahead: Arc<AtomicU64>,
}

impl WrongClock {
    pub(crate) fn set_ahead(&self, by: Duration) {
        self.ahead.store(by.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for WrongClock {
    fn now(&self) -> Duration {
        self.right.now() + Duration::from_secs(self.ahead.load(Ordering::SeqCst))
    }
}
