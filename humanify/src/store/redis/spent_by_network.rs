//! The quota of each network for spent ids, as keys and arguments of the Lua scripts.

use redis::ScriptInvocation;

use super::RedisStore;
use super::names::{KeyKind, KeyNames, QuotaKind};
use crate::store::spending::SpendKind;
use crate::store::{MARGIN, NetworkClass};

/// The quotas of a class of /24s or /48s, and of a class of /16s or /32s: one in this many ids.
const SHARES: [usize; 2] = [256, 16];

/// The quotas of a key and of an agent. There are few of them, and each request has a nonce.
#[cfg(feature = "web-bot-auth")]
const SHARES_OF_AGENTS: [usize; 2] = [32, 16];

/// The least quota: a household answers several challenges while one of them is remembered.
const MIN_QUOTA: usize = 256;

/// The kind of quota for a kind of id; `None` without a quota: for tokens that the providers of
/// captchas bound.
pub(super) fn quota_of(kind: SpendKind) -> Option<QuotaKind> {
    match kind {
        SpendKind::Form => Some(QuotaKind::Forms),
        SpendKind::Ticket => Some(QuotaKind::Tickets),
        #[cfg(feature = "captcha")]
        SpendKind::Token => Some(QuotaKind::Tokens),
        #[cfg(feature = "captcha-verify")]
        SpendKind::ForeignToken => None,
        #[cfg(feature = "web-bot-auth")]
        SpendKind::Nonce => Some(QuotaKind::Nonces),
    }
}

impl RedisStore {
    /// Adds the keys and arguments by which a script keeps an id within the quotas of its networks.
    pub(super) fn add_quotas(
        &self,
        (script, names): (&mut ScriptInvocation<'_>, &KeyNames),
        kind: Option<QuotaKind>,
        id: [u8; 16],
        expires: u64,
    ) {
        script.arg(expires.saturating_add(MARGIN));
        script.arg(names.before_id(KeyKind::Spent));
        script.arg(names.id(KeyKind::Spent, id));
        let Some(kind) = kind else {
            return;
        };
        for name in names.quotas(kind, NetworkClass::of_id(&id)) {
            script.key(name);
        }
        let shares = match kind {
            #[cfg(feature = "web-bot-auth")]
            QuotaKind::Nonces => SHARES_OF_AGENTS,
            _ => SHARES,
        };
        for part in shares {
            script.arg((self.capacity / part).max(MIN_QUOTA));
        }
    }
}
