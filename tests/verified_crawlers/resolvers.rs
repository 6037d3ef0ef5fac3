//! Fake resolvers: one that must not be used, one that fails, and one that waits.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use humanify::verify::{Resolve, ResolveError, Resolving};
use tokio::sync::Semaphore;

/// A resolver that must not be used.
pub(super) struct Nobody;

/// A resolver that gives all addresses Yandex's names, while it works.
#[derive(Clone, Default)]
pub(super) struct Flaky {
    pub(super) asked: Arc<AtomicUsize>,
    pub(super) fails: Arc<AtomicBool>,
}

/// A resolver that answers as many queries as the test allows. It knows only Yandex's networks, and
/// the servers of 84.150.0.0/16 fail.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) asked: Arc<Mutex<Vec<IpAddr>>>,
    pub(super) permits: Arc<Semaphore>,
}

impl Held {
    pub(super) fn queried(&self) -> Vec<IpAddr> {
        self.asked.lock().unwrap().clone()
    }

    /// The number of queries after all started look-ups have sent their first one.
    pub(super) async fn questions(&self) -> usize {
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        self.queried().len()
    }

    pub(super) fn release(&self, number: usize) {
        self.permits.add_permits(number);
    }
}

impl Resolve for Nobody {
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>> {
        panic!("{address} is looked up");
    }

    fn addresses<'a>(&'a self, name: &'a str, _: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        panic!("{name} is looked up");
    }
}

impl Resolve for Flaky {
    fn names(&self, _: IpAddr) -> Resolving<'_, Vec<String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match self.fails.load(Ordering::Relaxed) {
                true => Err(ResolveError::Failed),
                false => Ok(vec!["spider.yandex.com.".to_owned()]),
            }
        })
    }

    fn addresses<'a>(&'a self, _: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        Box::pin(async move { Ok(vec![like]) })
    }
}

impl Default for Held {
    fn default() -> Self {
        Held {
            asked: Arc::default(),
            permits: Arc::new(Semaphore::new(0)),
        }
    }
}

impl Resolve for Held {
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>> {
        self.asked.lock().unwrap().push(address);
        Box::pin(async move {
            self.permits.acquire().await.unwrap().forget();
            let text = address.to_string();
            if ["77.88.47.", "5.255.253."]
                .iter()
                .any(|start| text.starts_with(start))
            {
                Ok(vec!["spider.yandex.com.".to_owned()])
            } else if text.starts_with("84.150.") {
                Err(ResolveError::Failed)
            } else {
                Err(ResolveError::NotFound)
            }
        })
    }

    fn addresses<'a>(&'a self, _: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        Box::pin(async move { Ok(vec![like]) })
    }
}
