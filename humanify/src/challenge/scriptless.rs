//! Managed challenges for browsers without scripts: a wait, during which the page loads a mark, and
//! then a picture or a recording.
//!
//! The wait is sealed, so that nobody can shorten it. Waiting costs a program no work; each network
//! therefore has a quota of such waits, and their clearances are short.

use std::time::Duration;

use humanify_syntax::{ChallengeType, Rate};

use super::browser::Browser;
use super::clearance::with_binding;
use super::error::CreationError;
use super::progress::Progress;
use super::scriptless_wait::ScriptlessWait;
use super::task::Task;
use super::token::{CHALLENGE_LIFE, FieldReader};
use super::{Challenges, Modality};
use crate::client::{Client, ClientKey};
use crate::clock::is_current;
use crate::crypto::{Purpose, SealError, Sha256};
use crate::limit::{Counter, SCRIPTLESS_V4, SCRIPTLESS_V6};
use crate::net::Network;
use crate::store::{
    Bucket, CountMode, CountOutcome, NetworkClass, NetworkUse, StoreError, spendable_id,
};

/// The wait of a browser that loads the mark of its page, in milliseconds.
const WAIT_MILLISECONDS: u64 = 5_000;

/// The wait of a browser that does not load the mark, such as a text browser, in milliseconds.
const LONG_WAIT_MILLISECONDS: u64 = 30_000;

/// How many marks a network may load for each place in its quota: pages are left and loaded again.
const MARKS_PER_PLACE: u32 = 8;

/// The single member of the sets that record loaded marks and taken places.
const LOADED: Network = Network::V4(0);

const WAIT: NetworkUse = NetworkUse::Wait;

/// The state of a browser without scripts.
#[derive(Debug, Clone)]
pub(crate) enum Scriptless {
    /// The browser has waited long enough, or needs no wait.
    Passes,
    /// The browser waits for `remaining` from now on.
    Waits {
        browser: Browser,
        progress: Progress,
        remaining: Duration,
        /// The sealed name of the mark that the page loads.
        mark: String,
    },
    /// The quota of its network is used up.
    Full { wait: Duration },
}

impl Challenges {
    /// The state of a browser that asks for a challenge without scripts.
    pub(crate) async fn scriptless(
        &self,
        (client, known): (&Client, Option<Browser>),
        (modality, task): (Modality, Task),
        progress: Progress,
    ) -> Result<Scriptless, CreationError> {
        let is_managed = task.challenge_type == ChallengeType::Managed;
        if !is_managed || !modality.is_guessable() || progress.wait == ScriptlessWait::No {
            return Ok(Scriptless::Passes);
        }
        let now = self.clock.milliseconds();
        let (since, id) = match progress.wait {
            ScriptlessWait::Since { at, id } if is_current(at, CHALLENGE_LIFE, now) => (at, id),
            _ => (now, spendable_id(client.network())?),
        };
        if let Some(wait) = self.room(client, id, CountMode::Peek).await? {
            return Ok(Scriptless::Full { wait });
        }
        let waited = now.saturating_sub(since);
        let long = match waited < WAIT_MILLISECONDS || self.is_noted(id).await? {
            true => WAIT_MILLISECONDS,
            false => LONG_WAIT_MILLISECONDS,
        };
        if waited < long {
            let browser = match known {
                Some(browser) => browser,
                None => Browser::new()?,
            };
            let wait = ScriptlessWait::Since { at: since, id };
            return Ok(Scriptless::Waits {
                browser,
                progress: Progress { wait, ..progress },
                remaining: Duration::from_millis(long - waited),
                mark: self.seal_mark(id, now)?,
            });
        }
        match self.room(client, id, CountMode::Acquire).await? {
            Some(wait) => Ok(Scriptless::Full { wait }),
            None => Ok(Scriptless::Passes),
        }
    }

    /// Records that a browser has loaded the mark of its page. Returns whether the mark is valid
    /// and recorded. Each network may have a bounded number of marks, so that no network fills the
    /// store.
    pub(crate) async fn load_mark(&self, client: &Client, mark: &[u8]) -> bool {
        let Some(content) = self.sealer.open::<24>(Purpose::Mark, b"", mark) else {
            return false;
        };
        let mut fields = FieldReader(&content);
        let (Some(id), Some(created_at)) = (fields.take(), fields.take()) else {
            return false;
        };
        let created_at = u64::from_le_bytes(created_at);
        if !is_current(created_at, CHALLENGE_LIFE, self.clock.milliseconds()) {
            return false;
        }
        if matches!(self.is_noted(id).await, Ok(true)) {
            return true;
        }
        let buckets = networks(client, |bits| Counter::Marks { bits }, MARKS_PER_PLACE);
        let counted = self.store.count(&buckets, CountMode::Acquire).wait().await;
        if !matches!(counted, Ok(CountOutcome::Within(_))) {
            return false;
        }
        let expires = created_at.saturating_add(CHALLENGE_LIFE);
        let noted = self.store.record_network(WAIT, id, LOADED, 1, expires);
        noted.wait().await.unwrap_or(false)
    }

    fn seal_mark(&self, id: [u8; 16], now: u64) -> Result<String, SealError> {
        let content = [&id[..], &now.to_le_bytes()].concat();
        self.sealer.seal(Purpose::Mark, b"", &content)
    }

    async fn is_noted(&self, id: [u8; 16]) -> Result<bool, StoreError> {
        // With `most` zero, the store only looks up and records nothing.
        let noted = self.store.record_network(WAIT, id, LOADED, 0, 0);
        noted.wait().await
    }

    /// Whether the place that a client took for its wait has given no clearance to another series
    /// of right answers. Copies of the last answer belong to one series.
    pub(super) async fn use_wait(
        &self,
        client: &Client,
        wait: ScriptlessWait,
        series: [u8; 16],
    ) -> Result<bool, StoreError> {
        let ScriptlessWait::Since { at, id } = wait else {
            return Ok(true);
        };
        let used = place(client, b"used", id);
        // The last picture may be asked for at the end of the wait's life.
        let expires = at.saturating_add(2 * CHALLENGE_LIFE);
        let [series @ .., _, _, _, _, _, _, _, _] = digest(&[b"series", &series]);
        let series = Network::V6(u64::from_le_bytes(series));
        let held = self.store.record_network(WAIT, used, series, 1, expires);
        held.wait().await
    }

    /// The time until the quotas of a client's networks have a free place; `None` if they have one,
    /// or the client already took its place for this wait. Another client with the same wait takes
    /// a place of its own.
    async fn room(
        &self,
        client: &Client,
        id: [u8; 16],
        mode: CountMode,
    ) -> Result<Option<Duration>, StoreError> {
        let buckets = networks(client, |bits| Counter::Scriptless { bits }, 1);
        let place = place(client, b"place", id);
        if buckets.is_empty() || self.is_noted(place).await? {
            return Ok(None);
        }
        match self.store.count(&buckets, mode).wait().await? {
            CountOutcome::Over { wait, .. } => Ok(Some(wait)),
            CountOutcome::Within(_) => {
                if mode == CountMode::Acquire {
                    let expires = self.clock.milliseconds().saturating_add(CHALLENGE_LIFE);
                    self.store
                        .record_network(WAIT, place, LOADED, 1, expires)
                        .wait()
                        .await?;
                }
                Ok(None)
            }
        }
    }
}

/// The id of a client's place for a wait, for one purpose.
fn place(client: &Client, purpose: &[u8], id: [u8; 16]) -> [u8; 16] {
    let [who, address] =
        [client.who(), client.address()].map(|key| with_binding(client, key, digest));
    let place = digest(&[purpose, &id, &who, &address]);
    NetworkClass::of(client.network()).mark(place)
}

/// A digest without a key: processes with different current secrets have to find the same place. The
/// store hides it behind a key of its own.
fn digest(fields: &[&[u8]]) -> [u8; 16] {
    let hash = Sha256::new().with_fields(fields.iter().copied());
    hash.finish_short()
}

/// The buckets of a client's networks, with room for `times` the number of places.
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
