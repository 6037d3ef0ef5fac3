//! `PublishedSets`: the sets compiled from published lists, plain and with the networks that
//! applications add and remove.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::own_networks::OwnNetworks;
use crate::addresses::AddressSets;
use arc_swap::ArcSwap;

/// The current sets. An application with networks of its own gets its own sets, which are updated
/// along with the published ones.
pub(crate) struct PublishedSets {
    plain: Arc<ArcSwap<AddressSets>>,
    followers: Mutex<Vec<Follower>>,
}

/// Sets with an application's own networks, as long as they are in use.
struct Follower {
    own_networks: OwnNetworks,
    sets: Weak<ArcSwap<AddressSets>>,
}

impl PublishedSets {
    pub(crate) fn new(sets: Arc<AddressSets>) -> PublishedSets {
        PublishedSets {
            plain: Arc::new(ArcSwap::new(sets)),
            followers: Mutex::default(),
        }
    }

    /// Replaces the sets. Running look-ups finish with the old ones.
    pub(crate) fn replace(&self, sets: &Arc<AddressSets>) {
        // The lock is held, so that a follower added concurrently does not miss these sets.
        let mut followers = self
            .followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.plain.store(Arc::clone(sets));
        followers.retain(|follower| match follower.sets.upgrade() {
            Some(own) => {
                own.store(follower.own_networks.applied_to(Arc::clone(sets)));
                true
            }
            None => false,
        });
    }

    /// The sets with an application's own networks.
    pub(crate) fn with(&self, own: OwnNetworks) -> Arc<ArcSwap<AddressSets>> {
        if own == OwnNetworks::default() {
            return Arc::clone(&self.plain);
        }
        let mut followers = self
            .followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let sets = Arc::new(ArcSwap::new(own.applied_to(self.plain.load_full())));
        followers.push(Follower {
            own_networks: own,
            sets: Arc::downgrade(&sets),
        });
        sets
    }
}

impl fmt::Debug for PublishedSets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PublishedSets")
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::{DataDate, Group};

    fn sets(network: &str) -> Arc<AddressSets> {
        let networks = [(Group::TorExitNodes, network.parse().unwrap())];
        Arc::new(AddressSets::compile(networks, DataDate::from_days(0)))
    }

    fn is_tor(sets: &ArcSwap<AddressSets>, ip: &str) -> bool {
        let found = sets.load().lookup(ip.parse().unwrap());
        found.contains(Group::TorExitNodes)
    }

    #[test]
    fn all_instances_get_new_sets_and_keep_their_own_networks() {
        let published = PublishedSets::new(sets("8.8.8.8/32"));
        let own = OwnNetworks {
            additions: vec![(Group::TorExitNodes, "7.7.7.7/32".parse().unwrap())],
            removals: vec![(Group::TorExitNodes, "9.9.9.9/32".parse().unwrap())],
        };
        let (plain, other) = (published.with(OwnNetworks::default()), published.with(own));
        for (now, first, second) in [("8.8.8.8/32", true, false), ("9.9.9.9/32", false, true)] {
            published.replace(&sets(now));
            assert_eq!(is_tor(&plain, "8.8.8.8"), first);
            assert_eq!(is_tor(&other, "8.8.8.8"), first);
            assert_eq!(is_tor(&plain, "9.9.9.9"), second);
            assert!(!is_tor(&other, "9.9.9.9"), "it was removed");
            assert!(is_tor(&other, "7.7.7.7") && !is_tor(&plain, "7.7.7.7"));
        }
        drop(other);
        published.replace(&sets("8.8.8.8/32"));
        assert!(published.followers.lock().unwrap().is_empty());
    }
}
