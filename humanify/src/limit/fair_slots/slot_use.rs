//! `SlotUse`: whether a slot is idle or busy, and since when.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Whether a slot is idle or busy, and since when. It is idle until its holder begins a job.
pub(crate) struct SlotUse {
    jobs: AtomicUsize,
    /// The number of its last change.
    changed: AtomicU64,
    next: Arc<AtomicU64>,
}

/// A job at a slot, which is busy until this is dropped.
pub(crate) struct Job(Arc<SlotUse>);

impl SlotUse {
    pub(super) fn new(next: &Arc<AtomicU64>) -> Arc<SlotUse> {
        Arc::new(SlotUse {
            jobs: AtomicUsize::default(),
            changed: AtomicU64::new(next.fetch_add(1, Ordering::Relaxed)),
            next: Arc::clone(next),
        })
    }

    pub(crate) fn begin(self: &Arc<Self>) -> Job {
        if self.jobs.fetch_add(1, Ordering::Relaxed) == 0 {
            self.change();
        }
        Job(Arc::clone(self))
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.has_jobs_beyond(0)
    }

    /// Whether more than so many jobs are under way.
    pub(crate) fn has_jobs_beyond(&self, jobs: usize) -> bool {
        self.jobs.load(Ordering::Relaxed) > jobs
    }

    /// The number of the last change between idle and busy.
    pub(super) fn last_change(&self) -> u64 {
        self.changed.load(Ordering::Relaxed)
    }

    fn change(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.changed.store(number, Ordering::Relaxed);
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.0.jobs.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.change();
        }
    }
}
