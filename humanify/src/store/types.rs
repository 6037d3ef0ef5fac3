//! Buckets, counts and attempts: what a store is asked and answers.

use std::time::Duration;

use humanify_syntax::{Counts, Rate};
use smallvec::SmallVec;

use super::gcra::Gcra;
use crate::client::CounterKey;
use crate::net::Network;

/// One bucket that a request counts in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    pub(crate) key: CounterKey,
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

/// Names a limit among those of the same rate, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Label {
    pub(crate) scope: Option<&'static str>,
    /// The statuses of the responses that count, if only failures do.
    pub(crate) failures: Option<&'static [u16]>,
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
    pub(crate) fn new(key: CounterKey, rate: Rate) -> Bucket {
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

/// The effect of a request on its buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountMode {
    /// It counts in all of them if it fits into all of them, and otherwise in none.
    Acquire,
    /// It is looked whether it would fit.
    Peek,
    /// It counts, whether it fits or not; nobody owes more than the bucket holds.
    Charge,
    /// It counted, and is taken back, as far as it has not flowed back already.
    Refund,
}

impl CountMode {
    /// Whether it matters that the request fits in.
    pub(crate) fn asks(self) -> bool {
        matches!(self, CountMode::Acquire | CountMode::Peek)
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
        Gcra::new(self.rate, 1).remaining(self.arrival, self.now)
    }

    /// How long until there is one more; nothing, if all of them are there.
    pub(crate) fn next_in(&self) -> Duration {
        Gcra::new(self.rate, 1).next_in(self.arrival, self.now)
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
        let (length, unit) = self.rate.period_in_units();
        let mut name = match length {
            1 => format!("{}/{unit}", self.rate.count()),
            _ => format!("{}/{length} {unit}s", self.rate.count()),
        };
        if let Some(scope) = self.label.scope {
            name.push_str(" in ");
            name.push_str(scope);
        }
        if let Some(statuses) = self.label.failures {
            name.push_str(" failures");
            if statuses != Counts::FAILURES {
                for status in statuses {
                    name.push_str(&format!(" {status}"));
                }
            }
        }
        name.push_str(match self.label.part {
            Part::Client => "",
            Part::Address => " per address",
            Part::Key => " per key",
        });
        name
    }
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
    pub(crate) fn new(counts: CountList, wait: Option<u64>) -> Counted {
        match wait {
            None => Counted::Within(counts),
            Some(wait) => Counted::Over {
                wait: Duration::from_micros(wait),
                counts,
            },
        }
    }
}

/// An answer to a challenge. Whether it is right is known before the store is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The challenge, of which the first answer counts.
    pub(crate) challenge: [u8; 16],
    /// When it was made, in milliseconds since 1970.
    pub(crate) made: u64,
    /// When the challenge expires, in milliseconds since 1970.
    pub(crate) expires: u64,
    pub(crate) right: bool,
    /// The browser that answers.
    pub(crate) browser: CounterKey,
    /// How many wrong answers close the challenge to the browser; `None` where nothing is
    /// guessed, so that wrong answers neither count nor close anything.
    pub(crate) allowed: Option<u32>,
    /// The address that it answers from.
    pub(crate) address: CounterKey,
    /// The mark of the browser's failures when its row of right answers began.
    pub(crate) mark: u64,
}

impl Attempt {
    /// The id of this wrong answer.
    pub(super) fn mark(&self) -> u64 {
        let (first, _) = self
            .challenge
            .split_first_chunk::<8>()
            .unwrap_or((&[0; 8], &[]));
        // Zero stands for none.
        u64::from_be_bytes(*first).max(1)
    }
}

/// Wrong answers in the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Failures {
    /// Those of the browser.
    pub(crate) browser: u32,
    /// Those of all browsers at its address.
    pub(crate) address: u32,
    /// The id of the browser's last wrong answer; zero without one.
    pub(crate) mark: u64,
}

impl Failures {
    /// In a network with many visitors somebody has always erred.
    pub(crate) fn in_a_crowd(self, crowded: bool) -> Failures {
        Failures {
            address: self.address.max(u32::from(crowded)),
            ..self
        }
    }
}

/// The outcome of the first answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Answered {
    pub(crate) right: bool,
    /// Whether the browser gave no wrong answer since its row of right ones began.
    pub(crate) unbroken: bool,
    /// With this one, if it is wrong.
    pub(crate) failures: Failures,
    /// When it came, in milliseconds since 1970.
    pub(crate) at: u64,
}

/// The outcome of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is the first one to its challenge.
    First(Answered),
    /// The challenge had an answer before, which came to this. The present one costs nothing.
    Again(Answered),
    /// The challenge is older than what the store remembers, so that it may have had its
    /// answer. It costs nothing.
    Forgotten,
    /// The browser gave too many wrong answers.
    Closed { wait: Duration },
}

/// The kinds of ids that can be spent once. Each kind has room of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpendKind {
    /// A form that a challenge interrupted.
    Form,
    /// A ticket for a check of the application's own.
    Ticket,
    /// A token of ALTCHA.
    #[cfg(feature = "captcha")]
    Token,
    /// The token of another captcha.
    #[cfg(feature = "captcha-verify")]
    ForeignToken,
    /// The nonce of an agent's signature.
    #[cfg(feature = "web-bot-auth")]
    Nonce,
}

/// What happens when there is no room for another id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// The network with the most ids loses one, and with it all that expire as early. The ids are
    /// [`spendable_id`](super::spendable_id)s.
    Shared,
    /// It is refused. The ids are others', so they tell no network, or their expiry is not sealed.
    #[cfg_attr(
        not(any(test, feature = "captcha-verify", feature = "web-bot-auth")),
        allow(dead_code, reason = "all ids are our own")
    )]
    Fixed,
}

impl SpendKind {
    pub(super) fn room(self) -> Room {
        match self {
            SpendKind::Form | SpendKind::Ticket => Room::Shared,
            #[cfg(feature = "captcha")]
            SpendKind::Token => Room::Shared,
            #[cfg(feature = "captcha-verify")]
            SpendKind::ForeignToken => Room::Fixed,
            #[cfg(feature = "web-bot-auth")]
            SpendKind::Nonce => Room::Fixed,
        }
    }
}

/// An id that is to be spent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spending {
    pub(crate) kind: SpendKind,
    pub(crate) id: [u8; 16],
    /// When the id was made, in milliseconds since 1970.
    pub(crate) made: u64,
    /// When it expires, in milliseconds since 1970. If the room is shared, it is the same each
    /// time.
    pub(crate) expires: u64,
}

/// The outcome of spending an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpendOutcome {
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

/// The wrong answers of a browser and of its address, before a challenge is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) failures: Failures,
    /// How long challenges that can be guessed stay closed to the browser, if they are.
    pub(crate) closed: Option<Duration>,
}
