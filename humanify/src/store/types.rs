//! Arguments and results of the store: buckets, counts, attempts.

use std::time::Duration;

use humanify_syntax::{Counts, Rate};
use smallvec::SmallVec;

use super::gcra::{BucketSize, Gcra};
use super::limit_label::{BucketOwner, LimitLabel};
use super::spending::IdOrigin;
use crate::client::{ClientKey, CounterKey};

/// One bucket that a request counts in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    pub(crate) key: CounterKey,
    pub(crate) rate: Rate,
    /// The size by the rate.
    pub(crate) size: BucketSize,
    /// How many units the request takes.
    pub(crate) cost: u32,
    /// Whether the request is only checked, and not counted.
    pub(crate) peek: bool,
    /// For a refund: the time at which the taken units have flowed back anyway, in microseconds.
    /// Only the rest is refunded.
    pub(crate) taken: u64,
    pub(crate) label: &'static LimitLabel,
}

impl Bucket {
    /// A bucket from which each request takes one unit.
    pub(crate) fn new(key: CounterKey, rate: Rate) -> Bucket {
        Bucket {
            key,
            rate,
            size: BucketSize::of(rate),
            cost: 1,
            peek: false,
            taken: 0,
            label: &LimitLabel::PLAIN,
        }
    }

    /// The same bucket of another client, if one is given.
    pub(crate) fn of(self, client: Option<ClientKey>) -> Bucket {
        Bucket {
            key: self.key_of(client),
            ..self
        }
    }

    /// The key, or that of another client, if one is given.
    #[inline]
    pub(super) fn key_of(&self, client: Option<ClientKey>) -> CounterKey {
        CounterKey {
            client: client.unwrap_or(self.key.client),
            ..self.key
        }
    }

    /// The weight of the request on this bucket.
    #[inline]
    pub(super) fn gcra(&self) -> Gcra {
        Gcra::of(self.size, self.cost)
    }
}

/// The buckets of one request. Most requests have one.
pub(crate) type BucketList = SmallVec<[Bucket; 1]>;

/// The counts of a request's buckets, in their order.
pub(crate) type CountList = SmallVec<[Count; 1]>;

/// The effect of a request on its buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountMode {
    /// Counts the request in all buckets if it fits into all of them, and otherwise in none.
    Acquire,
    /// Checks whether the request would fit.
    Peek,
    /// Counts the request even if it does not fit. At most one full bucket is charged in advance.
    Charge,
    /// Takes a counted request back, except for units that have flowed back already.
    Refund,
}

impl CountMode {
    /// Whether the mode requires the request to fit.
    pub(crate) fn asks(self) -> bool {
        matches!(self, CountMode::Acquire | CountMode::Peek)
    }
}

/// The state of one bucket after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) rate: Rate,
    pub(crate) label: &'static LimitLabel,
    /// The time at which the bucket is full again, in microseconds.
    pub(crate) arrival: u64,
    /// The number of units left.
    pub(crate) remaining: u32,
    /// The time until one more unit is left, in microseconds; zero if the bucket is full.
    pub(crate) next_in: u64,
    /// Whether this bucket refused the request.
    pub(crate) over: bool,
}

impl Count {
    /// The state at `now` of a bucket that is full again at `arrival`.
    #[inline]
    pub(crate) fn new(bucket: &Bucket, arrival: u64, now: u64, over: bool) -> Count {
        let gcra = bucket.gcra();
        Count {
            rate: bucket.rate,
            label: bucket.label,
            arrival,
            remaining: gcra.remaining(arrival, now),
            next_in: gcra.next_in(arrival, now),
            over,
        }
    }

    /// The name of the limit in headers, problem documents and statistics. It consists of letters,
    /// digits, spaces and a few signs, and needs no escaping.
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
            BucketOwner::Client => "",
            BucketOwner::Address => " per address",
            BucketOwner::Key => " per key",
        });
        name
    }
}

/// Why a network is recorded for an id. Each has room of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkUse {
    /// An answer was sent from it. The id is that of an admitted challenge, and networks of IPv4
    /// and of IPv6 are counted apart.
    Answer,
    /// A clearance was presented in it.
    Clearance,
    /// A browser waits there without a script.
    Wait,
}

/// The result of counting a request. The counts are in the order of the buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CountOutcome {
    /// The request fits into all buckets.
    Within(CountList),
    /// The request does not fit into all buckets; it will after `wait`.
    Over { wait: Duration, counts: CountList },
}

/// Whether a request fits into its buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fits {
    Yes,
    /// It will after this time.
    After(Duration),
}

impl CountOutcome {
    pub(crate) fn new(counts: CountList, wait: Option<u64>) -> CountOutcome {
        match wait {
            None => CountOutcome::Within(counts),
            Some(wait) => CountOutcome::Over {
                wait: Duration::from_micros(wait),
                counts,
            },
        }
    }
}

/// An answer to a challenge. The caller has already checked whether it is right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The id of the challenge. Only the first answer to it counts.
    pub(crate) challenge: [u8; 16],
    pub(crate) origin: IdOrigin,
    /// When the challenge expires, in milliseconds since 1970.
    pub(crate) expires: u64,
    pub(crate) right: bool,
    /// The browser that answers.
    pub(crate) browser: CounterKey,
    /// The number of wrong answers that closes challenges to the browser; `None` for challenges
    /// that cannot be guessed, whose wrong answers are not counted.
    pub(crate) allowed: Option<u32>,
    /// The counter of the browser's address.
    pub(crate) address: CounterKey,
    /// The id of the browser's last wrong answer when its current run of right answers began.
    pub(crate) error_id: u64,
}

impl Attempt {
    /// The id of this answer if it is wrong.
    pub(super) fn error_id(&self) -> u64 {
        let (first, _) = self
            .challenge
            .split_first_chunk::<8>()
            .unwrap_or((&[0; 8], &[]));
        // Zero means none.
        u64::from_be_bytes(*first).max(1)
    }
}

/// Wrong answers in the last hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct WrongAnswers {
    /// The wrong answers of the browser.
    pub(crate) browser: u32,
    /// The wrong answers of all browsers at its address.
    pub(crate) address: u32,
    /// The id of the browser's last wrong answer; zero without one.
    pub(crate) error_id: u64,
}

impl WrongAnswers {
    /// In a crowded network, assumes at least one wrong answer from the address: somebody there has
    /// always erred.
    pub(crate) fn in_a_crowd(self, crowded: bool) -> WrongAnswers {
        WrongAnswers {
            address: self.address.max(u32::from(crowded)),
            ..self
        }
    }
}

/// The outcome of the first answer to a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FirstAnswer {
    pub(crate) right: bool,
    /// Whether the browser gave no wrong answer since its run of right answers began.
    pub(crate) unbroken: bool,
    /// The wrong answers, this one included.
    pub(crate) wrong_answers: WrongAnswers,
    /// When the answer came, in milliseconds since 1970.
    pub(crate) at: u64,
}

/// The outcome of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The answer is the first to its challenge.
    First(FirstAnswer),
    /// The challenge was answered before, with this outcome. The present answer is not counted.
    Again(FirstAnswer),
    /// The challenge is older than the store's memory, so it may have been answered before. The
    /// present answer is not counted.
    Forgotten,
    /// The browser gave too many wrong answers.
    LockedOut { wait: Duration },
}

/// The wrong answers of a browser and of its address, read before a challenge is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AttemptState {
    pub(crate) wrong_answers: WrongAnswers,
    /// How long guessable challenges stay closed to the browser; `None` if they are open.
    pub(crate) closed: Option<Duration>,
    /// The present [run](super::Store::run) of the store.
    pub(crate) run: u64,
}
