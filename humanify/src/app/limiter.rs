//! `Limiter`: reads and resets the limits of a client.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http::request::Parts;

use crate::client::{Client, ClientKey, CounterKey};
use crate::handler::JudgedMarker;
use crate::limit::ClientBucket;
use crate::middleware::{Instance, RequestContext, RequestHead, peer};
use crate::net::network;
use crate::store::{Bucket, BucketOwner, CountMode, CountOutcome, StoreError};

/// The limits of a [`Humanify`](crate::Humanify), made by
/// [`limiter`](crate::Humanify::limiter).
///
/// ```
/// # use humanify::prelude::*;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let humanify = Humanify::builder().rules(protect! { limit "100/hour"; }).build()?;
/// let limiter = humanify.limiter();
///
/// let client: std::net::IpAddr = "84.140.1.2".parse()?;
/// for stats in limiter.stats(client).await? {
///     println!("{}: {} of {}", stats.route, stats.current_requests, stats.limit);
/// }
/// // One route, and all of them.
/// limiter.reset(client, Some("/items/{id}:GET")).await?;
/// limiter.reset(client, None).await?;
/// # Ok(()) }
/// ```
///
/// It knows only the routes that were requested in this process since its start.
#[derive(Clone)]
pub struct Limiter {
    pub(crate) instance: Arc<Instance>,
}

/// The state of a client in one limit of one route.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteStats {
    /// `/items/{id}:GET`, `*:*` for requests without a route, or the name of a scope.
    pub route: String,
    /// The limit, by its name in `RateLimit-Policy`: `10/minute`.
    pub limit: String,
    /// How many units are used now; each request uses its cost.
    pub current_requests: u32,
    /// How many more requests of cost 1 would pass.
    pub remaining: u32,
    /// How long until one of the counted requests no longer counts.
    pub next_reset: Duration,
}

/// Selects the client whose limits are read or reset: a [`Client`], or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientSelector {
    key: ClientKey,
    address: ClientKey,
}

impl From<&Client> for ClientSelector {
    fn from(client: &Client) -> Self {
        ClientSelector {
            key: client.limited_as(),
            address: client.address(),
        }
    }
}

impl From<IpAddr> for ClientSelector {
    fn from(ip: IpAddr) -> Self {
        let who = ClientKey::Address(network(ip));
        ClientSelector {
            key: who,
            address: who,
        }
    }
}

impl ClientSelector {
    fn bucket(self, known: &ClientBucket) -> Bucket {
        let who = match known.bucket.label.part {
            BucketOwner::Address => self.address,
            _ => self.key,
        };
        Bucket {
            key: CounterKey {
                client: who,
                counter: known.bucket.key.counter,
            },
            cost: 1,
            peek: false,
            ..known.bucket
        }
    }
}

impl Limiter {
    /// Resets the limits of a client: on one route (`/items/{id}`, `/items/{id}:GET`, or the name of
    /// a scope), or everywhere.
    ///
    /// # Errors
    /// If the store cannot be reached.
    pub async fn reset(
        &self,
        client: impl Into<ClientSelector>,
        route: Option<&str>,
    ) -> Result<(), StoreError> {
        let client = client.into();
        let known = self.instance.judge.routes.of(route);
        let buckets: Vec<Bucket> = known.iter().map(|known| client.bucket(known)).collect();
        self.instance.store.forget(&buckets).wait().await
    }

    /// The state of a client in each limit in which one of its requests still counts. Nothing is
    /// counted.
    ///
    /// # Errors
    /// If the store cannot be reached.
    pub async fn stats(
        &self,
        client: impl Into<ClientSelector>,
    ) -> Result<Vec<RouteStats>, StoreError> {
        let client = client.into();
        let known = self.instance.judge.routes.of(None);
        let buckets: Vec<Bucket> = known.iter().map(|known| client.bucket(known)).collect();
        let counted = self.instance.store.count(&buckets, CountMode::Peek);
        let (CountOutcome::Within(counts) | CountOutcome::Over { counts, .. }) =
            counted.wait().await?;
        Ok(known
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| count.next_in > 0)
            .map(|(known, count)| RouteStats {
                route: known.route,
                limit: count.name(),
                current_requests: count.rate.burst().saturating_sub(count.remaining),
                remaining: count.remaining,
                next_reset: Duration::from_micros(count.next_in),
            })
            .collect())
    }

    /// How often the shared store has begun to fail since the start. The log has one line for each
    /// failure and one for each recovery.
    #[must_use]
    pub fn store_failures(&self) -> u64 {
        self.instance.store.outages()
    }

    /// Whether a request like this one would be over a limit now. Nothing is counted, logged or
    /// reported.
    ///
    /// For the request of a running handler, all limits are known that the layer has counted. Any other request needs the
    /// extensions that humanify's layer needs, such as the peer's address, and only the limits of
    /// rules are known. A client that cannot be identified is limited, and so are a banned client, a
    /// request that contradicts itself, and every client if the store fails and limits then deny.
    pub fn is_limited<B>(
        &self,
        request: &Request<B>,
    ) -> impl Future<Output = bool> + Send + use<B> {
        // A body is not `Sync`, so only the head moves into the future.
        let mut head = Request::new(()).into_parts().0;
        head.method = request.method().clone();
        head.uri = request.uri().clone();
        head.headers = request.headers().clone();
        head.extensions = request.extensions().clone();
        let instance = Arc::clone(&self.instance);
        async move { is_limited(&instance, head).await }
    }
}

async fn is_limited(instance: &Arc<Instance>, head: Parts) -> bool {
    let policy = head
        .extensions
        .get::<JudgedMarker>()
        .and_then(|mark| mark.policy);
    let peer = peer(&head.extensions);
    let head = RequestHead::from(&head);
    let Some(visit) = RequestContext::peek(instance, peer, head) else {
        return true;
    };
    match visit.asked(head, policy) {
        Some(asked) => instance.judge.is_limited(&asked, policy).await,
        None => true,
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}
