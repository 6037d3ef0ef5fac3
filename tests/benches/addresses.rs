//! Measures the look-up of an address in sets, beside the crates `prefix-trie` and
//! `ip_network_table`, a search in a sorted vector, and one read of memory as the lower bound. All
//! contenders answer the same look-ups in turns, with the same results.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench addresses`

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use humanify::{Group, testing::Addresses};
use ip_network::IpNetwork;
use ip_network_table::IpNetworkTable;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;

/// How often each contender answers the same look-ups.
const ROUNDS: u32 = 7;

/// The number of look-ups in a round.
const ADDRESSES: usize = 500_000;

const GROUPS: [Group; 4] = [
    Group::Datacenter,
    Group::TorExitNodes,
    Group::StopForumSpam,
    Group::FireholLevel1,
];

type Contender<'a> = (&'static str, Box<dyn Fn(&[IpAddr]) -> usize + 'a>);

fn main() {
    for count in [300_000, 3_000_000] {
        for v4 in [true, false] {
            measure(count, v4);
        }
    }
}

fn measure(count: usize, v4: bool) {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let networks: Vec<IpNet> = (0..count)
        .map(|_| if v4 { random.v4() } else { random.v6() })
        .collect();
    let family = if v4 { 4 } else { 6 };
    println!("\n{count} networks of IPv{family}");

    let grouped = GROUPS.into_iter().cycle().zip(networks.iter().copied());
    let (sets, compiled) = timed(|| Addresses::compile(grouped));
    let (bytes, written) = timed(|| sets.to_bytes());
    let (sets, read) = timed(|| Addresses::from_bytes(&bytes).unwrap());
    println!(
        "humanify: compiled in {compiled:.0?}, {:.1} bytes a network; written in {written:.0?}, read in {read:.1?}",
        bytes.len() as f64 / count as f64
    );
    let sorted = Sorted::new(&networks);
    let mut table = IpNetworkTable::new();
    let (mut trie_v4, mut trie_v6) = (
        PrefixMap::<Ipv4Net, ()>::new(),
        PrefixMap::<Ipv6Net, ()>::new(),
    );
    for network in &networks {
        let whole = IpNetwork::new(network.network(), network.prefix_len()).unwrap();
        table.insert(whole, ());
        match network {
            IpNet::V4(network) => trie_v4.insert(*network, ()),
            IpNet::V6(network) => trie_v6.insert(*network, ()),
        };
    }
    // As many bytes as humanify's sets take.
    let memory = vec![1_u8; bytes.len().next_power_of_two() / 2];

    let contenders: [Contender<'_>; 5] = [
        (
            "humanify",
            Box::new(|addresses| all(addresses, |address| sets.contain(address))),
        ),
        (
            "prefix-trie",
            Box::new(|addresses| {
                all(addresses, |address| match address {
                    IpAddr::V4(v4) => trie_v4.get_lpm(&v4.into()).is_some(),
                    IpAddr::V6(v6) => trie_v6.get_lpm(&v6.into()).is_some(),
                })
            }),
        ),
        (
            "ip_network_table",
            Box::new(|addresses| all(addresses, |address| table.longest_match(address).is_some())),
        ),
        (
            "sorted vector",
            Box::new(|addresses| all(addresses, |address| sorted.contains(address))),
        ),
        (
            "one read",
            Box::new(|addresses| {
                // Each address depends on the previous read, so that the reads are sequential.
                let mut read = 0;
                for address in addresses {
                    let mixed = (number(*address) as u64 ^ (number(*address) >> 64) as u64)
                        .wrapping_add(read)
                        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    read = u64::from(memory[(mixed >> 32) as usize & (memory.len() - 1)]);
                }
                usize::try_from(black_box(read)).unwrap()
            }),
        ),
    ];
    let anywhere: Vec<IpAddr> = (0..ADDRESSES)
        .map(|_| {
            if v4 {
                random.address_v4()
            } else {
                random.address_v6()
            }
        })
        .collect();
    let inside: Vec<IpAddr> = (0..ADDRESSES)
        .map(|place| {
            let network = networks[random.below(networks.len())];
            // Addresses within a network; every eighth is just outside of it.
            let (first, last) = (number(network.network()), number(network.broadcast()));
            let bits = match place % 8 {
                0 => last.wrapping_add(1),
                1 => first,
                2 => last,
                _ => first + random.wide() % (last - first + 1).max(1),
            };
            if v4 {
                Ipv4Addr::from_bits(bits as u32).into()
            } else {
                Ipv6Addr::from_bits(bits).into()
            }
        })
        .collect();
    for (kind, addresses) in [("anywhere", anywhere), ("in and beside networks", inside)] {
        let mut best = [Duration::MAX; 5];
        let mut found = [0; 5];
        for _ in 0..ROUNDS {
            for ((best, found), (_, ask)) in best.iter_mut().zip(&mut found).zip(&contenders) {
                let (yes, time) = timed(|| ask(black_box(&addresses)));
                *best = (*best).min(time);
                *found = yes;
            }
        }
        assert!(found[..4].iter().all(|yes| *yes == found[0]), "{found:?}");
        println!(
            " addresses {kind}, {} % of them in the sets",
            found[0] * 100 / ADDRESSES
        );
        for (time, (name, _)) in best.iter().zip(&contenders) {
            println!(
                "  {name:17} {:6.1} ns, {:5.2} times humanify",
                time.as_nanos() as f64 / ADDRESSES as f64,
                time.as_secs_f64() / best[0].as_secs_f64()
            );
        }
    }
}

fn all(addresses: &[IpAddr], contains: impl Fn(IpAddr) -> bool) -> usize {
    let found = addresses.iter().filter(|address| contains(**address));
    found.count()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed())
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_bits().into(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// Ranges that do not overlap, in ascending order.
enum Sorted {
    V4(Vec<(u32, u32)>),
    V6(Vec<(u128, u128)>),
}

impl Sorted {
    fn new(networks: &[IpNet]) -> Sorted {
        let networks = IpNet::aggregate(&networks.to_vec());
        if networks
            .iter()
            .all(|network| matches!(network, IpNet::V4(_)))
        {
            let range = |network: &IpNet| {
                (
                    number(network.network()) as u32,
                    number(network.broadcast()) as u32,
                )
            };
            let mut ranges: Vec<_> = networks.iter().map(range).collect();
            ranges.sort_unstable();
            Sorted::V4(ranges)
        } else {
            let range = |network: &IpNet| (number(network.network()), number(network.broadcast()));
            let mut ranges: Vec<_> = networks.iter().map(range).collect();
            ranges.sort_unstable();
            Sorted::V6(ranges)
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Sorted::V4(ranges), IpAddr::V4(v4)) => holds(ranges, v4.to_bits()),
            (Sorted::V6(ranges), IpAddr::V6(v6)) => holds(ranges, v6.to_bits()),
            _ => false,
        }
    }
}

fn holds<K: Ord + Copy>(ranges: &[(K, K)], key: K) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= key);
    after
        .checked_sub(1)
        .is_some_and(|before| key <= ranges[before].1)
}

/// Xorshift, always from the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 32) as usize % bound
    }

    fn address_v4(&mut self) -> IpAddr {
        Ipv4Addr::from_bits((self.next() >> 32) as u32).into()
    }

    /// A random address in 2000::/3, the allocated part.
    fn address_v6(&mut self) -> IpAddr {
        Ipv6Addr::from_bits(self.wide() >> 3 | 1 << 125).into()
    }

    /// With prefix lengths as in lists; half of the networks are in a small part of the address
    /// space.
    fn v4(&mut self) -> IpNet {
        let length = match self.below(100) {
            0..2 => 16,
            2..10 => 20,
            10..30 => 22,
            30..60 => 24,
            60..70 => 28,
            _ => 32,
        };
        let mut bits = (self.next() >> 32) as u32;
        if self.below(2) == 0 {
            bits = bits & 0xffff | (self.below(2_000) as u32 * 31) << 16;
        }
        Ipv4Net::new(Ipv4Addr::from_bits(bits), length)
            .unwrap()
            .trunc()
            .into()
    }

    fn v6(&mut self) -> IpNet {
        let length = match self.below(100) {
            0..10 => 32,
            10..20 => 40,
            20..60 => 48,
            60..70 => 56,
            70..95 => 64,
            _ => 128,
        };
        let mut bits = self.wide() >> 3 | 1 << 125;
        if self.below(2) == 0 {
            bits = bits & (u128::MAX >> 32) | (0x2000_0000 + self.below(3_000) as u128 * 977) << 96;
        }
        Ipv6Net::new(Ipv6Addr::from_bits(bits), length)
            .unwrap()
            .trunc()
            .into()
    }
}
