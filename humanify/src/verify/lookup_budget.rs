//! `LookupBudget`: how many DNS look-ups may run at once and begin in a minute, and whose they are.

use std::collections::HashMap;
use std::net::IpAddr;

use super::expiring_cache::ExpiringCache;
use crate::clock::is_current;
use crate::net::{Network, network};

/// The length of a minute in milliseconds.
const MINUTE: u64 = 60_000;

/// The bounds of the look-ups for one kind of networks. They bound the load on DNS servers.
const MAX_RUNNING: usize = 64;

const MAX_PER_MINUTE: usize = 600;

/// How many look-ups may begin in a minute for the addresses of one /24 or /48, and of one /16 or
/// /32.
const MAX_PER_SUBNET: usize = 16;

const MAX_PER_BLOCK: usize = 64;

/// How many look-ups may run at once for the addresses of one /16 or /32. The owner of addresses
/// can make their look-ups slow.
const MAX_RUNNING_PER_BLOCK: usize = 16;

/// After this many false claims, a /24 or /48 begins only one look-up a minute.
const MAX_FALSE_PER_SUBNET: usize = 16;

/// After this many false claims, a /16 or /32 begins fewer look-ups a minute: the first number in
/// all, and the second one for its /24s or /48s that have made some of these claims.
const MAX_FALSE_PER_BLOCK: usize = 64;

const MAX_PER_DOUBTFUL_BLOCK: usize = 16;

const MAX_PER_DOUBTFUL_SUBNET: usize = 4;

/// How long false claims of a network are remembered after the last one, in milliseconds.
const FALSE_CLAIMS_KEPT: u64 = 3_600_000;

/// How long a network with a confirmed crawler is remembered, in milliseconds, and how many are.
const CRAWLERS_KEPT: u64 = 7 * 24 * 3_600_000;

const MAX_CRAWLER_NETWORKS: usize = 16_384;

/// The bounds of look-ups. A /24 or /48 in which a crawler was confirmed has bounds of its own, so
/// that no other network can keep its crawlers from being looked up. Among the others, a /16 or /32
/// has a share, and a smaller one after false claims.
pub(super) struct LookupBudget {
    minute: u64,
    crawlers: LookupCounts,
    others: LookupCounts,
    /// The /24s and /48s in which a crawler was confirmed.
    crawler_networks: ExpiringCache<Network, ()>,
    /// The false claims of other networks. A minute adds two entries for each of its look-ups at
    /// most.
    false_claims: HashMap<Width, FalseClaims>,
}

/// The look-ups of one kind of networks.
#[derive(Default)]
struct LookupCounts {
    /// The number of look-ups that began in this minute, in all and by network.
    started: usize,
    networks: HashMap<Width, usize>,
    /// The addresses whose look-ups are running.
    running: Vec<IpAddr>,
}

/// A network with its width: a /24 and its /16 may begin with the same address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Width {
    /// A /24 or /48.
    Subnet(Network),
    /// A /16 or /32.
    Block(Network),
}

struct FalseClaims {
    number: usize,
    /// The time of the last one, in milliseconds.
    last: u64,
}

impl LookupBudget {
    pub(super) fn new() -> LookupBudget {
        LookupBudget {
            minute: 0,
            crawlers: LookupCounts::default(),
            others: LookupCounts::default(),
            crawler_networks: ExpiringCache::new(MAX_CRAWLER_NETWORKS),
            false_claims: HashMap::new(),
        }
    }

    /// Whether a look-up may begin. If so, it is counted, and runs until [`end`](Self::end). The
    /// look-up of a confirmed crawler is repeated whatever its network does.
    pub(super) fn begin(&mut self, address: IpAddr, now: u64, is_repeated: bool) -> bool {
        let runs = |used: &LookupCounts| used.running.contains(&address);
        if runs(&self.crawlers) || runs(&self.others) {
            return false;
        }
        self.enter_minute(now);
        let subnet = network(address).subnet();
        if is_repeated || self.crawler_networks.get(subnet, now).is_some() {
            let most = if is_repeated {
                usize::MAX
            } else {
                MAX_PER_SUBNET
            };
            return self
                .crawlers
                .begin(address, [(Width::Subnet(subnet), most)]);
        }
        let block = network(address).block();
        let others = self.others.running.iter();
        let running = others.filter(|other| network(**other).block() == block);
        if running.count() >= MAX_RUNNING_PER_BLOCK {
            return false;
        }
        let [subnet, block] = [Width::Subnet(subnet), Width::Block(block)];
        let claims = |width| {
            self.false_claims
                .get(&width)
                .map_or(0, |claims| claims.number)
        };
        let of_subnet = match claims(subnet) {
            ..MAX_FALSE_PER_SUBNET => MAX_PER_SUBNET,
            _ => 1,
        };
        let of_block = match (claims(block), claims(subnet)) {
            (..MAX_FALSE_PER_BLOCK, _) => MAX_PER_BLOCK,
            (_, 0) => MAX_PER_DOUBTFUL_BLOCK,
            _ => MAX_PER_DOUBTFUL_SUBNET,
        };
        self.others
            .begin(address, [(subnet, of_subnet), (block, of_block)])
    }

    /// Records that a look-up has ended.
    pub(super) fn end(&mut self, address: IpAddr) {
        for used in [&mut self.crawlers, &mut self.others] {
            used.running.retain(|running| *running != address);
        }
    }

    /// Records that an address is a crawler's.
    pub(super) fn confirm(&mut self, address: IpAddr, now: u64) {
        let subnet = network(address).subnet();
        self.crawler_networks.put(subnet, (), now, CRAWLERS_KEPT);
        self.false_claims.remove(&Width::Subnet(subnet));
    }

    /// Records that an address does not belong to a crawler, although its client claims to be one.
    pub(super) fn count_false_claim(&mut self, address: IpAddr, now: u64) {
        let network = network(address);
        if self.crawler_networks.get(network.subnet(), now).is_some() {
            return;
        }
        for width in [
            Width::Subnet(network.subnet()),
            Width::Block(network.block()),
        ] {
            let claims = self.false_claims.entry(width);
            let claims = claims.or_insert(FalseClaims {
                number: 0,
                last: now,
            });
            claims.number = claims.number.saturating_add(1);
            claims.last = now;
        }
    }

    /// Starts the counts anew if another minute has begun.
    fn enter_minute(&mut self, now: u64) {
        let minute = now / MINUTE;
        if self.minute == minute {
            return;
        }
        self.minute = minute;
        for used in [&mut self.crawlers, &mut self.others] {
            used.started = 0;
            used.networks.clear();
        }
        self.false_claims
            .retain(|_, claims| is_current(claims.last, FALSE_CLAIMS_KEPT, now));
    }
}

impl LookupCounts {
    /// Begins a look-up unless there are too many, in all or in one of these networks, each with
    /// its bound.
    fn begin<const N: usize>(&mut self, address: IpAddr, networks: [(Width, usize); N]) -> bool {
        let is_full = self.running.len() >= MAX_RUNNING || self.started >= MAX_PER_MINUTE;
        let begun = |width| self.networks.get(&width).copied().unwrap_or(0);
        if is_full || networks.iter().any(|(width, most)| begun(*width) >= *most) {
            return false;
        }
        for (width, _) in networks {
            *self.networks.entry(width).or_default() += 1;
        }
        self.started += 1;
        self.running.push(address);
        true
    }
}
