//! `DrawingPool`: draws challenges on a bounded number of threads, with a bounded queue.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use super::CreationError;
use crate::client::ClientKey;
use crate::limit::{Displaced, FairSlots};

/// The largest number of challenges that are drawn at the same time. At most half of the cores
/// draw; the others are left to the application.
const MAX_PERMITS: usize = 8;

/// The number of places in the queue for each challenge that is being drawn. At a few milliseconds
/// each, the last one waits for a fraction of a second.
const PLACES_PER_PERMIT: usize = 64;

/// Draws challenges on blocking threads. A newcomer always gets a place in the queue. If the queue is
/// full, the network with the most places loses one, and that client is refused.
pub(super) struct DrawingPool {
    queue: FairSlots,
    permits: Arc<Semaphore>,
}

impl Default for DrawingPool {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        DrawingPool::new(cores.div_ceil(2).min(MAX_PERMITS), PLACES_PER_PERMIT)
    }
}

impl DrawingPool {
    fn new(permits: usize, places_per_permit: usize) -> DrawingPool {
        DrawingPool {
            queue: FairSlots::new(permits * places_per_permit),
            permits: Arc::new(Semaphore::new(permits)),
        }
    }

    /// Runs `work` on a blocking thread, for a client at this address.
    ///
    /// # Errors
    /// [`CreationError::Busy`] if the place in the queue was given to another network, and the error of
    /// `work`.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        address: ClientKey,
        work: impl FnOnce() -> Result<T, CreationError> + Send + 'static,
    ) -> Result<T, CreationError> {
        let place = self.queue.enter(address);
        #[cfg(feature = "metrics")]
        let rendering = crate::metrics::Rendering::begin();
        let permits = Arc::clone(&self.permits);
        let permit = place.hold(permits.acquire_owned()).await;
        let permit = permit
            .map_err(displaced)?
            .map_err(|_| CreationError::Busy)?;
        // The permit moves with the work, which runs to its end even if its client has gone.
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            #[cfg(feature = "metrics")]
            drop(rendering);
            result
        });
        done.await
            .unwrap_or(Err(CreationError::Failed("drawing panicked")))
    }
}

/// The error of a client that lost its place in the queue.
fn displaced(_: Displaced) -> CreationError {
    #[cfg(feature = "metrics")]
    crate::metrics::render_rejected();
    CreationError::Busy
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::net::network;

    /// A job that runs until it is told to stop.
    struct Busy {
        done: tokio::task::JoinHandle<Result<(), CreationError>>,
        stop: Sender<()>,
    }

    /// Two permits, and eight places in the queue.
    fn pool() -> Arc<DrawingPool> {
        Arc::new(DrawingPool::new(2, 4))
    }

    fn address(number: u8) -> ClientKey {
        ClientKey::Id([number; 16])
    }

    async fn enter(pool: &Arc<DrawingPool>, number: u8) -> Busy {
        enter_as(pool, address(number)).await
    }

    async fn enter_as(pool: &Arc<DrawingPool>, key: ClientKey) -> Busy {
        let (stop, stopped): (_, Receiver<()>) = channel();
        let pool = Arc::clone(pool);
        let done = tokio::spawn(async move {
            let work = move || {
                let _ = stopped.recv();
                Ok(())
            };
            pool.run(key, work).await
        });
        // The job now has its place, or was refused.
        tokio::task::yield_now().await;
        Busy { done, stop }
    }

    // The runtime of these tests has one thread: if a job blocked it, they would never end.

    #[tokio::test]
    async fn a_network_makes_room_for_others_however_many_addresses_it_has() {
        for (attackers, victim) in [
            (["84.140.1.1"; 10].map(String::from), "84.140.1.2"),
            // Each in a /64 of its own in one /48.
            (
                std::array::from_fn(|number| format!("2a02:8100:1:{number:x}::1")),
                "2a02:8100:2:1::1",
            ),
            (
                std::array::from_fn(|number| format!("84.140.1.{number}")),
                "84.140.2.1",
            ),
            (
                std::array::from_fn(|number| format!("84.140.{number}.1")),
                "84.141.2.1",
            ),
        ] {
            let key = |ip: &str| ClientKey::Address(network(ip.parse().unwrap()));
            let pool = pool();
            let mut working = Vec::new();
            for attacker in &attackers {
                working.push(enter_as(&pool, key(attacker)).await);
            }
            // Two are drawn and eight wait, of which the oldest makes room.
            let victim = enter_as(&pool, key(victim)).await;
            let displaced = working.remove(2);
            assert_eq!(displaced.done.await.unwrap(), Err(CreationError::Busy));
            for Busy { done, stop } in working.into_iter().chain([victim]) {
                drop(stop);
                assert_eq!(done.await.unwrap(), Ok(()));
            }
            assert!(pool.queue.is_empty());
        }
    }

    #[tokio::test]
    async fn a_place_is_free_again_when_the_visitor_goes_or_the_work_fails() {
        let pool = pool();
        let mut working = Vec::new();
        for number in 0..2 {
            working.push(enter(&pool, number).await);
        }
        // All permits are taken, so these wait, and then give up.
        for number in 2..8 {
            let waiting = enter(&pool, number).await;
            waiting.done.abort();
            assert!(waiting.done.await.unwrap_err().is_cancelled());
        }
        for Busy { done, stop } in working {
            drop(stop);
            assert_eq!(done.await.unwrap(), Ok(()));
        }
        let failed: Result<(), _> = pool.run(address(1), || panic!("no ink")).await;
        assert_eq!(failed, Err(CreationError::Failed("drawing panicked")));
        assert_eq!(pool.permits.available_permits(), 2);
        assert!(pool.queue.is_empty());
    }
}
