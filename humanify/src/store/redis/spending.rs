//! Spends ids in Redis, and lets an attempt be repeated whose response did not arrive.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{RedisStore, SERVER_RUN_KEY, spent_by_network};
use crate::crypto::random_bytes;
use crate::store::MARGIN;
use crate::store::failure::StoreError;
use crate::store::spending::{IdOrigin, SpendOutcome, SpendRequest};

impl RedisStore {
    pub(super) async fn spend_in_one_step(
        &self,
        spending: SpendRequest,
    ) -> Result<SpendOutcome, StoreError> {
        let now = self.clock.milliseconds();
        let kept = spending.expires.saturating_sub(now).saturating_add(MARGIN);
        let names = self.names().await?;
        let attempt = self.unsure_spends.begin(spending, now)?;
        let mut script = self.scripts.spend.prepare_invoke();
        script.key(names.one(SERVER_RUN_KEY));
        script.key(names.spent(spending.id));
        let origin = spending.origin;
        script.arg(origin.run_text()).arg(origin.time_text());
        script.arg(kept).arg(attempt.mark);
        let quota = spent_by_network::quota_of(spending.kind);
        self.add_quotas((&mut script, &names), quota, spending.id, spending.expires);
        // If the script is repeated after a lost connection, it finds its own mark.
        let outcome: String = self.run(script).await?;
        let outcome = match outcome.as_str() {
            "first" => SpendOutcome::First,
            "again" => SpendOutcome::Again,
            "forgotten" => SpendOutcome::Forgotten,
            _ => return Err(StoreError::Unreachable),
        };
        attempt.end();
        Ok(outcome)
    }
}

impl IdOrigin {
    /// The number of the run, as scripts write it; nothing for a foreign id.
    pub(super) fn run_text(self) -> String {
        match self {
            IdOrigin::Own { run, .. } => format!("{run:016x}"),
            #[cfg(feature = "web-bot-auth")]
            IdOrigin::Foreign { .. } => String::new(),
            #[cfg(feature = "captcha-verify")]
            IdOrigin::Vouched => String::new(),
        }
    }

    /// The time of a foreign id, if it is known.
    fn time_text(self) -> String {
        match self {
            IdOrigin::Own { .. } => String::new(),
            #[cfg(feature = "web-bot-auth")]
            IdOrigin::Foreign { created_at } => created_at.to_string(),
            #[cfg(feature = "captcha-verify")]
            IdOrigin::Vouched => String::new(),
        }
    }
}

/// Parses the number of a run.
pub(super) fn run_number(text: &str) -> Result<u64, StoreError> {
    u64::from_str_radix(text, 16).map_err(|_| StoreError::Unreachable)
}

/// The attempts to spend an id whose outcome this process does not know.
///
/// The server writes the mark of an attempt beside the id. Nobody acted on an attempt without a
/// response, so the next attempt in this process takes its mark: if the server finds it, the id was
/// spent by that attempt alone, and is the next one's.
#[derive(Default)]
pub(super) struct UnsureSpends(Mutex<HashMap<[u8; 16], UnsureSpend>>);

struct UnsureSpend {
    mark: u64,
    expires: u64,
}

/// The maximum number of attempts that are remembered. Beyond, an id without a known outcome counts
/// as spent.
const MAX_UNSURE: usize = 10_000;

/// An attempt that waits for its response. It becomes unsure if it is dropped before it ends.
pub(super) struct SpendAttempt<'a> {
    unsure: &'a UnsureSpends,
    id: [u8; 16],
    mark: u64,
    expires: u64,
    now: u64,
    has_ended: bool,
}

impl UnsureSpends {
    fn begin(&self, spending: SpendRequest, now: u64) -> Result<SpendAttempt<'_>, StoreError> {
        // An attempt takes the mark away: of several at the same time, one has it.
        let known = self.attempts().remove(&spending.id);
        let mark = match known {
            Some(known) => known.mark,
            None => u64::from_le_bytes(random_bytes().map_err(|_| StoreError::Unreachable)?),
        };
        Ok(SpendAttempt {
            unsure: self,
            id: spending.id,
            mark,
            expires: spending.expires,
            now,
            has_ended: false,
        })
    }

    fn attempts(&self) -> MutexGuard<'_, HashMap<[u8; 16], UnsureSpend>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpendAttempt<'_> {
    fn end(mut self) {
        self.has_ended = true;
    }
}

impl Drop for SpendAttempt<'_> {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        let mut attempts = self.unsure.attempts();
        if attempts.len() >= MAX_UNSURE {
            attempts.retain(|_, attempt| self.now < attempt.expires);
        }
        if attempts.len() < MAX_UNSURE {
            let (mark, expires) = (self.mark, self.expires);
            attempts.insert(self.id, UnsureSpend { mark, expires });
        }
    }
}
