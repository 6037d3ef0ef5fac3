//! What must be shared between processes: limits, failed attempts, spent challenges.

mod attempts;
mod cells;
#[cfg(feature = "redis")]
mod failover;
mod gcra;
mod memory;
#[cfg(feature = "web-bot-auth")]
mod nonces;
#[cfg(feature = "redis")]
mod redis;
mod spent;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::time::Duration;

use humanify_syntax::Rate;
use ipnet::{IpNet, Ipv6Net};
use smallvec::SmallVec;

#[cfg(feature = "redis")]
pub(crate) use self::redis::{Redis, Server};
#[cfg(feature = "redis")]
pub(crate) use failover::Failover;
pub(crate) use memory::Memory;

/// How long a wrong answer counts, and how long a client with too many is blocked, in
/// milliseconds.
const WINDOW_MS: u64 = 3_600_000;

/// Networks beside the first that a clearance may be shown in.
const ROAMING: usize = 7;

/// What is counted: who asks, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) who: Who,
    pub(crate) what: u64,
}

/// By what a client is told from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Who {
    /// An IPv4 address, or the first 64 bits of an IPv6 one.
    Address(Network),
    /// A client id.
    Id([u8; 16]),
    /// Whoever shows a value: the start of its SHA-256.
    Value([u8; 16]),
    /// Somebody whose address a trusted proxy does not tell.
    Unknown,
    /// The other end of a unix socket.
    Local,
}

/// A part of the address space that counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    V4(u32),
    V6(u64),
}

impl Network {
    /// The part of a network that counts as one: of IPv4 the address, of IPv6 the first 64 bits.
    #[cfg(feature = "redis")]
    pub(crate) fn of(net: IpNet) -> Network {
        match net {
            IpNet::V4(net) => Network::V4(net.addr().to_bits()),
            IpNet::V6(net) => {
                Network::V6(u64::try_from(net.addr().to_bits() >> 64).unwrap_or_default())
            }
        }
    }

    /// As a network: one address, or a /64.
    pub(crate) fn to_net(self) -> IpNet {
        match self {
            Network::V4(bits) => IpNet::from(IpAddr::V4(Ipv4Addr::from_bits(bits))),
            Network::V6(bits) => {
                let start = Ipv6Addr::from_bits(u128::from(bits) << 64);
                IpNet::V6(Ipv6Net::new_assert(start, 64))
            }
        }
    }

    /// The wider network that this one is in: so many bits of IPv4, and so many of IPv6.
    pub(crate) fn wider(self, v4: u32, v6: u32) -> Network {
        match self {
            Network::V4(bits) => Network::V4(bits & !u32::MAX.checked_shr(v4).unwrap_or(0)),
            Network::V6(bits) => Network::V6(bits & !u64::MAX.checked_shr(v6).unwrap_or(0)),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_net().fmt(f)
    }
}

/// One bucket that a request counts in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    pub(crate) key: Key,
    pub(crate) rate: Rate,
    /// How many units the request takes.
    pub(crate) cost: u32,
    /// Whether it is only looked whether the request fits in.
    pub(crate) look: bool,
    /// When what the request took will have flowed back by itself, in microseconds: what is
    /// given back is the rest.
    pub(crate) taken: u64,
    pub(crate) label: Label,
}

/// What tells limits of the same rate from each other, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Label {
    pub(crate) scope: Option<&'static str>,
    /// Whether only failures count.
    pub(crate) failures: bool,
    pub(crate) part: Part,
}

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Part {
    /// The client's own.
    #[default]
    Client,
    /// That of all clients at an address.
    Address,
    /// That of all who show a value.
    Key,
}

impl Bucket {
    /// A bucket of which each request takes one unit.
    pub(crate) fn new(key: Key, rate: Rate) -> Bucket {
        Bucket {
            key,
            rate,
            cost: 1,
            look: false,
            taken: 0,
            label: Label::default(),
        }
    }
}

/// The buckets of one request, of which most have one.
pub(crate) type BucketList = SmallVec<[Bucket; 1]>;

/// How a client stands in each of them.
pub(crate) type CountList = SmallVec<[Count; 1]>;

/// What is done with a request in its buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counting {
    /// It counts in all of them if it fits into all of them, and otherwise in none.
    Take,
    /// It is looked whether it would fit.
    Look,
    /// It counts, whether it fits or not; nobody owes more than the bucket holds.
    Charge,
    /// It counted, and is taken back, as far as it has not flowed back already.
    Return,
}

impl Counting {
    /// Whether it matters that the request fits in.
    fn asks(self) -> bool {
        matches!(self, Counting::Take | Counting::Look)
    }
}

/// How a client stands in one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) rate: Rate,
    pub(crate) label: Label,
    /// When the bucket is full again, and the instant of the request, in microseconds.
    pub(crate) arrival: u64,
    now: u64,
    /// Whether this bucket refused the request.
    pub(crate) over: bool,
}

impl Count {
    /// How many more units there are at this instant.
    pub(crate) fn remaining(&self) -> u32 {
        gcra::Pace::new(self.rate, 1).remaining(self.arrival, self.now)
    }

    /// How long until there is one more; nothing, if all of them are there.
    pub(crate) fn next_in(&self) -> Duration {
        gcra::Pace::new(self.rate, 1).next_in(self.arrival, self.now)
    }

    /// How a client stands in a bucket that is full again at `arrival`.
    pub(crate) fn new(bucket: &Bucket, arrival: u64, now: u64, over: bool) -> Count {
        Count {
            rate: bucket.rate,
            label: bucket.label,
            arrival,
            now,
            over,
        }
    }

    /// The name of the limit in headers, problem documents and statistics. It is of letters,
    /// digits, spaces and a few signs, and needs no escape.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        self.push_name(&mut name);
        name
    }

    /// Writes the name, without the machinery of formatting: every answer has it.
    pub(crate) fn push_name(&self, text: &mut String) {
        push_number(text, self.rate.count().into());
        text.push('/');
        let (length, unit) = self.rate.period_in_units();
        if length == 1 {
            text.push_str(unit);
        } else {
            push_number(text, length.into());
            text.push(' ');
            text.push_str(unit);
            text.push('s');
        }
        if let Some(scope) = self.label.scope {
            text.push_str(" in ");
            text.push_str(scope);
        }
        if self.label.failures {
            text.push_str(" failures");
        }
        text.push_str(match self.label.part {
            Part::Client => "",
            Part::Address => " per address",
            Part::Key => " per key",
        });
    }
}

/// Writes a number in decimal.
pub(crate) fn push_number(text: &mut String, number: u64) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    // A digit is one byte.
    let digit = u8::try_from(number % 10).unwrap_or_default();
    text.push(char::from(b'0' + digit));
}

/// What counting a request in several buckets said; the counts are in the order of the
/// buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It fits into all of them.
    Within(CountList),
    /// It does not fit into all of them, and will after `wait`.
    Over { wait: Duration, counts: CountList },
}

impl Counted {
    fn new(counts: CountList, wait: Option<u64>) -> Counted {
        match wait {
            None => Counted::Within(counts),
            Some(wait) => Counted::Over {
                wait: Duration::from_micros(wait),
                counts,
            },
        }
    }
}

/// An answer that somebody wants to have looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The challenge, which takes one answer.
    pub(crate) challenge: [u8; 16],
    /// When it was made, in milliseconds since 1970.
    pub(crate) made: u64,
    /// When the challenge expires, in milliseconds since 1970.
    pub(crate) expires: u64,
    /// Who answers, and how many wrong answers they have.
    pub(crate) client: (Key, u32),
    /// The address that they come from, and how many it may have; with client ids only.
    pub(crate) address: Option<(Key, u32)>,
    /// Where the address is.
    pub(crate) network: Option<Network>,
}

/// Wrong answers in the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Failures {
    /// Those of the client.
    pub(crate) client: u32,
    /// Those of all clients at its address, where clients have ids.
    pub(crate) address: u32,
}

impl Failures {
    /// With one more.
    pub(crate) fn and_one(self) -> Failures {
        Failures {
            client: self.client.saturating_add(1),
            address: self.address.saturating_add(1),
        }
    }
}

/// Whether an answer is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is; it counts as wrong until it is forgiven. `failures` are those before it.
    Granted { failures: Failures },
    /// The challenge had an answer already; this one counts as wrong.
    Spent { failures: Failures },
    /// The challenge is older than what the store remembers, so that it may have had its
    /// answer. It costs nothing.
    Forgotten,
    /// There were too many wrong answers.
    Blocked { wait: Duration },
}

/// What can be spent once. Each kind has room of its own, so that none is in another's way.
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spendable {
    /// The token of a captcha.
    #[cfg(feature = "captcha")]
    Token,
    /// The nonce of an agent's signature.
    #[cfg(feature = "web-bot-auth")]
    Nonce,
}

/// What became of an id that somebody wanted to spend.
#[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spending {
    /// It is spent now.
    First,
    /// It was spent before.
    Again,
    /// It is older than what the store remembers.
    Forgotten,
}

/// The list of bans that processes share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SharedBans {
    /// They share none.
    NotShared,
    /// It is the one that is known.
    #[cfg_attr(
        not(feature = "redis"),
        allow(dead_code, reason = "memory shares nothing")
    )]
    Unchanged,
    /// Each network with the instant when its ban ends, in milliseconds since 1970.
    #[cfg_attr(
        not(feature = "redis"),
        allow(dead_code, reason = "memory shares nothing")
    )]
    List {
        version: u64,
        /// Which list it is: another number if the server lost one.
        since: u64,
        bans: Vec<(Network, u64)>,
    },
}

/// What is known of a client's wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// So many in the last hour.
    Failures(Failures),
    /// Too many.
    Blocked { wait: Duration },
}

/// What becomes of limits while the store that processes share cannot be reached. Challenges
/// never fall back: without a record of the spending there is no clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnStoreFailure {
    /// Each process counts in its own memory.
    #[default]
    Fallback,
    /// What is limited is answered with 503.
    Deny,
    /// Nothing is limited.
    Allow,
}

/// The store could not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// More challenges were answered in ten minutes, in all or from one network, than there
    /// is room to remember.
    #[error("the memory for spent challenges is full")]
    Full,
    /// The store does not answer, or not in time.
    #[error("the store cannot be reached")]
    Unreachable,
}

/// What a store says: at once if it is in memory, later if it is far away.
pub(crate) enum Reply<'a, T> {
    Now(Result<T, StoreError>),
    #[cfg_attr(
        not(feature = "redis"),
        allow(dead_code, reason = "memory answers at once")
    )]
    Later(Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>),
}

impl<T> Reply<'_, T> {
    pub(crate) async fn wait(self) -> Result<T, StoreError> {
        match self {
            Reply::Now(result) => result,
            Reply::Later(future) => future.await,
        }
    }
}

/// What must be shared between processes.
pub(crate) trait Store: Send + Sync {
    /// CountList one request in all the buckets, or in none of them, in one step.
    fn count<'a>(&'a self, buckets: &'a [Bucket], counting: Counting) -> Reply<'a, Counted>;

    /// Forgets buckets.
    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> Reply<'a, ()>;

    /// Takes the one answer that a challenge has, and one of the client's attempts, in one
    /// step: of any number at the same time, at most one is granted for a challenge, and no
    /// more than the attempts that are left for a client.
    fn admit(&self, attempt: Attempt) -> Reply<'_, Admission>;

    /// Spends an id that was made and expires at these instants, in milliseconds since 1970.
    #[cfg(any(feature = "captcha", feature = "web-bot-auth"))]
    fn spend(&self, what: Spendable, id: [u8; 16], made: u64, expires: u64) -> Reply<'_, Spending>;

    /// Gives the attempt back: the answer was right.
    fn forgive(&self, attempt: Attempt) -> Reply<'_, ()>;

    /// How a client stands.
    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>) -> Reply<'_, Standing>;

    /// Notes that a clearance was shown in a network away from home, and says whether that
    /// is still allowed: at most seven beside the one in which it was made.
    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> Reply<'_, bool>;

    /// How often the store began to fail.
    fn failures(&self) -> u64 {
        0
    }

    /// Whether other processes use the same store.
    fn is_shared(&self) -> bool {
        false
    }

    /// Writes a ban into the list that processes share, which has room for so many, and says
    /// which list that is; nothing, if it was written `again` and has been lifted.
    fn ban(
        &self,
        _network: Network,
        _time: Duration,
        _room: usize,
        _again: bool,
    ) -> Reply<'_, Option<u64>> {
        Reply::Now(Ok(Some(0)))
    }

    /// Takes a ban out of the list that processes share, and says whether it was in there. So
    /// many that were lifted are remembered.
    fn lift(&self, _network: Network, _room: usize) -> Reply<'_, bool> {
        Reply::Now(Ok(false))
    }

    /// The list that processes share, unless it is still the one of this version.
    fn bans(&self, _known: Option<u64>) -> Reply<'_, SharedBans> {
        Reply::Now(Ok(SharedBans::NotShared))
    }
}
