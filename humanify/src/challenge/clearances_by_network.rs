//! Counts clearances by network, so that a client with many addresses pays for each of them.
//!
//! In a network beyond its quota, challenges are harder: proof of work takes its hardest step, and
//! pictures two rounds. Nobody is refused, and browsers with an earlier clearance are exempt.

use super::{Challenges, Visitor};
use crate::client::{Client, ClientKey};
use crate::limit::{CLEARANCES_OF_BROWSER, CLEARANCES_V4, CLEARANCES_V6, Counter};
use crate::net::Network;
use crate::store::{Bucket, CountMode, CountOutcome};

impl Challenges {
    /// Whether the visitor's networks have exceeded their quotas of clearances.
    pub(super) async fn is_crowded(&self, visitor: Visitor<'_>) -> bool {
        if visitor.browser.cleared && self.fits(&[of_browser(visitor)]).await {
            return false;
        }
        let networks = networks(visitor.client);
        !networks.is_empty() && !self.fits(&networks).await
    }

    /// Counts a new clearance.
    pub(super) async fn count_clearance(&self, visitor: Visitor<'_>) {
        let mut buckets = networks(visitor.client);
        buckets.push(of_browser(visitor));
        let counted = self.store.count(&buckets, CountMode::Charge);
        // The clearance exists already, and the store logs its own failures.
        let _ = counted.wait().await;
    }

    /// Counts a clearance for a client without a known browser.
    pub(super) async fn count_in_networks(&self, client: &Client) {
        let buckets = networks(client);
        // The clearance was given already, and the store logs its own failures.
        let _ = self.store.count(&buckets, CountMode::Charge).wait().await;
    }

    /// Whether one more clearance fits; `false` if the store fails.
    async fn fits(&self, buckets: &[Bucket]) -> bool {
        let counted = self.store.count(buckets, CountMode::Peek).wait().await;
        matches!(counted, Ok(CountOutcome::Within(_)))
    }
}

fn of_browser(visitor: Visitor<'_>) -> Bucket {
    let key = Counter::Clearances { bits: 0 }.key(visitor.browser.key());
    Bucket::new(key, CLEARANCES_OF_BROWSER)
}

fn networks(client: &Client) -> Vec<Bucket> {
    let ClientKey::Address(network) = client.address() else {
        return Vec::new();
    };
    let quotas = match network {
        Network::V4(_) => &CLEARANCES_V4[..],
        Network::V6(_) => &CLEARANCES_V6[..],
    };
    let buckets = quotas.iter().map(|(bits, rate)| {
        let wider = ClientKey::Address(network.wider(*bits, *bits));
        Bucket::new(Counter::Clearances { bits: *bits }.key(wider), *rate)
    });
    buckets.collect()
}
