//! What must be shared between processes: limits, failed attempts, spent challenges.

mod attempts;
mod cells;
mod memory;
mod spent;

use std::pin::Pin;
use std::time::Duration;

use humanify_syntax::Rate;

pub(crate) use memory::Memory;

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

/// One bucket that a request counts in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    pub(crate) key: Key,
    pub(crate) rate: Rate,
}

/// What counting said of one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) rate: Rate,
    /// How many more requests would pass at this instant.
    pub(crate) remaining: u32,
    /// How long until the whole of the rate is there again.
    pub(crate) full_in: Duration,
}

/// What counting a request in several buckets said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It fits into all of them.
    Within(Vec<Count>),
    /// It does not fit into one, which has room again after `wait`.
    Over {
        wait: Duration,
        rate: Rate,
        counts: Vec<Count>,
    },
}

/// An answer that somebody wants to have looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    /// The challenge, which takes one answer.
    pub(crate) challenge: [u8; 16],
    /// When the challenge expires, in milliseconds since 1970.
    pub(crate) expires: u64,
    /// Who answers, and how many wrong answers they have.
    pub(crate) client: (Key, u32),
    /// The address that they come from, and how many it has; with client ids only.
    pub(crate) address: Option<(Key, u32)>,
}

/// Whether an answer is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is; it counts as wrong until it is forgiven. `failures` are those before it.
    Granted { failures: u32 },
    /// The challenge had an answer already; this one counts as wrong.
    Spent { failures: u32 },
    /// There were too many wrong answers.
    Blocked { wait: Duration },
}

/// What is known of a client's wrong answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// So many in the last hour.
    Failures(u32),
    /// Too many.
    Blocked { wait: Duration },
}

/// The store could not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    /// More challenges were answered in ten minutes than there is room to remember.
    #[error("the memory for spent challenges is full")]
    Full,
}

/// What a store says: at once if it is in memory, later if it is far away.
pub(crate) enum Reply<'a, T> {
    Now(Result<T, StoreError>),
    #[allow(dead_code, reason = "the store in memory is the only one so far")]
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
    /// Counts one request in all the buckets. A request that is over one of them counts in
    /// those with a longer period no more.
    fn count<'a>(&'a self, buckets: &'a [Bucket]) -> Reply<'a, Counted>;

    /// Takes the one answer that a challenge has, and one of the client's attempts, in one
    /// step: of any number at the same time, at most one is granted for a challenge, and no
    /// more than the attempts that are left for a client.
    fn admit(&self, attempt: Attempt) -> Reply<'_, Admission>;

    /// Spends an id until it expires, in milliseconds since 1970; `false` if it was spent.
    #[cfg(feature = "captcha")]
    fn spend(&self, id: [u8; 16], expires: u64) -> Reply<'_, bool>;

    /// Gives the attempt back: the answer was right.
    fn forgive(&self, attempt: Attempt) -> Reply<'_, ()>;

    /// How a client stands.
    fn standing(&self, client: (Key, u32), address: Option<(Key, u32)>) -> Reply<'_, Standing>;

    /// Notes that a clearance was shown in a network away from home, and says whether that
    /// is still allowed: at most seven beside the one in which it was made.
    fn roam(&self, clearance: [u8; 16], network: Network, expires: u64) -> Reply<'_, bool>;

    /// Challenges made before this instant, in milliseconds since 1970, may have been spent
    /// without this store knowing.
    fn knows_since(&self) -> u64;
}
