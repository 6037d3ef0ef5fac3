//! Spends ids in Redis.

use super::{RedisStore, SERVER_RUN_KEY, spent_by_network};
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
        let mut script = self.scripts.spend.prepare_invoke();
        script.key(self.names.one(SERVER_RUN_KEY));
        script.key(self.spent_key(spending.id));
        let origin = spending.origin;
        script.arg(origin.run_text()).arg(origin.time_text());
        script.arg(kept);
        let quota = spent_by_network::quota_of(spending.kind);
        self.add_quotas(&mut script, quota, spending.id, spending.expires);
        let outcome: String = self.run_once(script).await?;
        match outcome.as_str() {
            "first" => Ok(SpendOutcome::First),
            "again" => Ok(SpendOutcome::Again),
            "forgotten" => Ok(SpendOutcome::Forgotten),
            _ => Err(StoreError::Unreachable),
        }
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
