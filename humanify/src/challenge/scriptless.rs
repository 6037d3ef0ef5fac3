//! The way of a browser without a script through a managed challenge: a wait, something to load
//! meanwhile, and then a picture or a recording.
//!
//! The wait is sealed, so that nobody shortens it. It costs a program no work, and so the door has
//! a quota of its own, by network, and what it earns does not hold for long.

use std::time::Duration;

use humanify_syntax::{ChallengeType, Rate};

use super::browser::Browser;
use super::clearance::binding;
use super::error::SetError;
use super::progress::Progress;
use super::task::Task;
use super::token::{CHALLENGE_LIFE, Fields};
use super::wait::Wait;
use super::{Challenges, Modality};
use crate::client::{Client, ClientKey};
use crate::clock::is_current;
use crate::crypto::{Purpose, SealError, random_bytes};
use crate::limit::{Counter, SCRIPTLESS_V4, SCRIPTLESS_V6};
use crate::net::Network;
use crate::store::{Bucket, CountMode, Counted, StoreError};

/// How long a browser waits that loads what its page has, in milliseconds.
const WAIT: u64 = 5_000;

/// How long one waits that does not, as a browser that shows text only.
const LONG_WAIT: u64 = 30_000;

/// A network has this many times as many marks as places: pages are left and loaded anew.
const MARKS_OF_A_PLACE: u32 = 8;

/// The only member of the set in which it is noted that a mark was loaded.
const LOADED: Network = Network::V4(0);

/// How a browser stands that has no script.
#[derive(Debug, Clone)]
pub(crate) enum Scriptless {
    /// It has waited, or need not.
    Passes,
    /// It waits for so long from now on.
    Waits {
        browser: Browser,
        progress: Progress,
        left: Duration,
        /// The sealed name of what the page loads.
        mark: String,
    },
    /// Too many came this way from its network.
    Full { wait: Duration },
}

impl Challenges {
    /// How a browser stands that wants a challenge in this way.
    pub(crate) async fn scriptless(
        &self,
        (client, known): (&Client, Option<Browser>),
        (modality, task): (Modality, Task),
        progress: Progress,
    ) -> Result<Scriptless, SetError> {
        let is_managed = task.challenge_type == ChallengeType::Managed;
        if !is_managed || !modality.is_guessable() || progress.wait == Wait::No {
            return Ok(Scriptless::Passes);
        }
        let now = self.clock.milliseconds();
        let (since, id) = match progress.wait {
            Wait::Since { at, id } => (at, id),
            Wait::No | Wait::Asked => (now, random_bytes()?),
        };
        if let Some(wait) = self.room(client, id, CountMode::Peek).await? {
            return Ok(Scriptless::Full { wait });
        }
        let waited = now.saturating_sub(since);
        let long = match waited < WAIT || self.is_noted(id).await? {
            true => WAIT,
            false => LONG_WAIT,
        };
        if waited < long {
            let browser = match known {
                Some(browser) => browser,
                None => Browser::new()?,
            };
            let wait = Wait::Since { at: since, id };
            return Ok(Scriptless::Waits {
                browser,
                progress: Progress { wait, ..progress },
                left: Duration::from_millis(long - waited),
                mark: self.seal_mark(id, now)?,
            });
        }
        match self.room(client, id, CountMode::Acquire).await? {
            Some(wait) => Ok(Scriptless::Full { wait }),
            None => Ok(Scriptless::Passes),
        }
    }

    /// Notes that a browser has loaded what its page has. Says whether it was one of ours, and
    /// noted: what remembers marks has room for so many of each network, so that no network fills
    /// it.
    pub(crate) async fn load_mark(&self, client: &Client, mark: &[u8]) -> bool {
        let Some(content) = self.seal.open::<24>(Purpose::Mark, b"", mark) else {
            return false;
        };
        let mut fields = Fields(&content);
        let (Some(id), Some(made)) = (fields.take(), fields.take()) else {
            return false;
        };
        let made = u64::from_le_bytes(made);
        if !is_current(made, CHALLENGE_LIFE, self.clock.milliseconds()) {
            return false;
        }
        if matches!(self.is_noted(id).await, Ok(true)) {
            return true;
        }
        let buckets = networks(client, |bits| Counter::Marks { bits }, MARKS_OF_A_PLACE);
        let counted = self.store.count(&buckets, CountMode::Acquire).wait().await;
        if !matches!(counted, Ok(Counted::Within(_))) {
            return false;
        }
        let expires = made.saturating_add(CHALLENGE_LIFE);
        let noted = self.store.roam(id, LOADED, 1, expires);
        noted.wait().await.unwrap_or(false)
    }

    fn seal_mark(&self, id: [u8; 16], now: u64) -> Result<String, SealError> {
        let content = [&id[..], &now.to_le_bytes()].concat();
        self.seal.seal(Purpose::Mark, b"", &content)
    }

    async fn is_noted(&self, id: [u8; 16]) -> Result<bool, StoreError> {
        // With room for none nothing is noted.
        self.store.roam(id, LOADED, 0, 0).wait().await
    }

    /// How long until there is room for one more in the networks of a client, if there is none. A
    /// client that has taken its place has it, however often the page is loaded; another one that
    /// shows the same wait takes a place of its own.
    async fn room(
        &self,
        client: &Client,
        id: [u8; 16],
        mode: CountMode,
    ) -> Result<Option<Duration>, StoreError> {
        let buckets = networks(client, |bits| Counter::Scriptless { bits }, 1);
        let [who, address] = [client.who(), client.address()];
        let [who, address] = [who, address].map(|key| binding(&self.seal, client, key));
        let place = self.seal.digest(&[b"place", &id, &who, &address]);
        if buckets.is_empty() || self.is_noted(place).await? {
            return Ok(None);
        }
        match self.store.count(&buckets, mode).wait().await? {
            Counted::Over { wait, .. } => Ok(Some(wait)),
            Counted::Within(_) => {
                if mode == CountMode::Acquire {
                    let expires = self.clock.milliseconds().saturating_add(CHALLENGE_LIFE);
                    self.store.roam(place, LOADED, 1, expires).wait().await?;
                }
                Ok(None)
            }
        }
    }
}

/// Buckets of the networks of a client, with `times` as much room as there are places.
fn networks(client: &Client, counter: fn(u32) -> Counter<'static>, times: u32) -> Vec<Bucket> {
    let ClientKey::Address(network) = client.address() else {
        return Vec::new();
    };
    let quotas = match network {
        Network::V4(_) => &SCRIPTLESS_V4[..],
        Network::V6(_) => &SCRIPTLESS_V6[..],
    };
    let buckets = quotas.iter().map(|(bits, rate)| {
        let wider = ClientKey::Address(network.wider(*bits, *bits));
        let rate = Rate::new(rate.count().saturating_mul(times), rate.seconds());
        Bucket::new(counter(*bits).key(wider), rate)
    });
    buckets.collect()
}
