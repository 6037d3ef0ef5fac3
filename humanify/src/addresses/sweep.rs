//! Compiles overlapping networks into steps, and steps back into networks.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, IpSubnets, Ipv4Subnets, Ipv6Subnets};

use super::Steps;
use super::group_set::GroupSet;
use super::groups::Group;
use crate::net::canonical_network;

/// Layers of changes, from bottom to top: existing sets, added networks, removed networks.
#[derive(Default)]
pub(super) struct Layers {
    v4: Vec<(u32, GroupChange)>,
    v6: Vec<(u128, GroupChange)>,
}

/// A change at one address.
#[derive(Clone, Copy)]
enum GroupChange {
    /// From here on the existing sets have these groups.
    Base(GroupSet),
    Added(Group, Edge),
    Removed(Group, Edge),
}

#[derive(Clone, Copy)]
enum Edge {
    Begin,
    End,
}

impl Layers {
    /// Adds existing sets as the bottom layer, without the groups of `cleared`.
    pub(super) fn base(&mut self, steps: &Steps, cleared: GroupSet) {
        let kept = |set: &GroupSet| {
            let kept = set.iter().filter(|group| !cleared.contains(*group));
            GroupChange::Base(kept.collect())
        };
        self.v4
            .extend(steps.v4.iter().map(|(start, set)| (*start, kept(set))));
        self.v6
            .extend(steps.v6.iter().map(|(start, set)| (*start, kept(set))));
    }

    /// Adds networks to groups.
    pub(super) fn add(&mut self, networks: impl IntoIterator<Item = (Group, IpNet)>) {
        for (group, network) in networks {
            self.network(network, |edge| GroupChange::Added(group, edge));
        }
    }

    /// Removes networks from groups. Removals lie above everything that was added.
    pub(super) fn remove(&mut self, networks: impl IntoIterator<Item = (Group, IpNet)>) {
        for (group, network) in networks {
            self.network(network, |edge| GroupChange::Removed(group, edge));
        }
    }

    pub(super) fn into_steps(self) -> Steps {
        Steps {
            v4: sweep(self.v4),
            v6: sweep(self.v6),
        }
    }

    fn network(&mut self, network: IpNet, change: impl Fn(Edge) -> GroupChange) {
        match canonical_network(network) {
            IpNet::V4(network) => {
                self.v4
                    .push((network.network().to_bits(), change(Edge::Begin)));
                if let Some(after) = network.broadcast().to_bits().checked_add(1) {
                    self.v4.push((after, change(Edge::End)));
                }
            }
            IpNet::V6(network) => {
                self.v6
                    .push((network.network().to_bits(), change(Edge::Begin)));
                if let Some(after) = network.broadcast().to_bits().checked_add(1) {
                    self.v6.push((after, change(Edge::End)));
                }
            }
        }
    }
}

/// The fewest networks that cover a group exactly.
pub(super) fn networks(steps: &Steps, group: Group) -> impl Iterator<Item = IpNet> + use<> {
    let v4 = ranges(&steps.v4, group, u32::MAX, |after| after.wrapping_sub(1));
    let v6 = ranges(&steps.v6, group, u128::MAX, |after| after.wrapping_sub(1));
    let v4 = v4.into_iter().map(|(first, last)| {
        let (first, last) = (Ipv4Addr::from_bits(first), Ipv4Addr::from_bits(last));
        IpSubnets::from(Ipv4Subnets::new(first, last, 0))
    });
    let v6 = v6.into_iter().map(|(first, last)| {
        let (first, last) = (Ipv6Addr::from_bits(first), Ipv6Addr::from_bits(last));
        IpSubnets::from(Ipv6Subnets::new(first, last, 0))
    });
    v4.chain(v6).flatten()
}

/// How many networks cover each group exactly. The index is the group's number.
pub(super) fn count_networks(steps: &Steps) -> [u32; Group::ALL.len()] {
    Group::ALL.map(|group| u32::try_from(networks(steps, group).count()).unwrap_or(u32::MAX))
}

fn sweep<K: Ord + Copy>(mut changes: Vec<(K, GroupChange)>) -> Vec<(K, GroupSet)> {
    changes.sort_unstable_by_key(|change| change.0);
    let mut steps = Vec::new();
    let mut base = GroupSet::EMPTY;
    let mut added = Depths::default();
    let mut removed = Depths::default();
    let mut before = GroupSet::EMPTY;
    for here in changes.chunk_by(|one, other| one.0 == other.0) {
        for (_, change) in here {
            match *change {
                GroupChange::Base(set) => base = set,
                GroupChange::Added(group, edge) => added.step(group, edge),
                GroupChange::Removed(group, edge) => removed.step(group, edge),
            }
        }
        let holds = base.union(added.open).without(removed.open);
        if holds != before
            && let Some((start, _)) = here.first()
        {
            steps.push((*start, holds));
            before = holds;
        }
    }
    steps.shrink_to_fit();
    steps
}

/// How many networks of each group contain the current address, since networks may be nested.
#[derive(Default)]
struct Depths {
    depths: [i64; Group::ALL.len()],
    open: GroupSet,
}

impl Depths {
    fn step(&mut self, group: Group, edge: Edge) {
        let Some(depth) = self.depths.get_mut(usize::from(group.number())) else {
            return;
        };
        // Changes at one address come in any order. A network's end has a higher address than its
        // beginning, so the depth never goes below zero.
        *depth += match edge {
            Edge::Begin => 1,
            Edge::End => -1,
        };
        self.open = if *depth > 0 {
            self.open.union(GroupSet::of(group))
        } else {
            self.open.without(GroupSet::of(group))
        };
    }
}

/// The first and last address of each range in which a group holds.
fn ranges<K: Copy>(
    steps: &[(K, GroupSet)],
    group: Group,
    end: K,
    previous: impl Fn(K) -> K,
) -> Vec<(K, K)> {
    let mut found = Vec::new();
    let mut open = None;
    for (start, set) in steps {
        match (open, set.contains(group)) {
            (None, true) => open = Some(*start),
            (Some(first), false) => {
                found.push((first, previous(*start)));
                open = None;
            }
            _ => {}
        }
    }
    found.extend(open.map(|first| (first, end)));
    found
}
