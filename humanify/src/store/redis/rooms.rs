//! The space of each network for spent ids, as keys and arguments of the Lua scripts.

use redis::ScriptInvocation;

use super::RedisStore;
use super::names::{KeyKind, RoomKind};
use crate::store::types::SpendKind;
use crate::store::{MARGIN, NetworkClass};

/// The shares of a class of /24s or /48s, and of a class of /16s or /32s: one in this many ids.
const SHARES: [usize; 2] = [256, 16];

/// The shares of a key and of an agent. There are few of them, and each request has a nonce.
#[cfg(feature = "web-bot-auth")]
const SHARES_OF_AGENTS: [usize; 2] = [32, 16];

/// The minimum of a share: a household answers several challenges while one of them is remembered.
const LEAST_ROOM: usize = 256;

/// The space of a kind; `None` if it is unbounded: tokens that the providers of captchas bound.
pub(super) fn room_of(kind: SpendKind) -> Option<RoomKind> {
    match kind {
        SpendKind::Form => Some(RoomKind::Forms),
        SpendKind::Ticket => Some(RoomKind::Tickets),
        #[cfg(feature = "captcha")]
        SpendKind::Token => Some(RoomKind::Tokens),
        #[cfg(feature = "captcha-verify")]
        SpendKind::ForeignToken => None,
        #[cfg(feature = "web-bot-auth")]
        SpendKind::Nonce => Some(RoomKind::Nonces),
    }
}

impl RedisStore {
    /// The key of an id that can be spent.
    pub(super) fn spent_key(&self, id: [u8; 16]) -> String {
        let rest = self.names.id(KeyKind::Spent, id);
        format!("{}{rest}", self.names.before_id(KeyKind::Spent))
    }

    /// The keys and arguments by which a script keeps an id within the room of its networks.
    pub(super) fn name_rooms(
        &self,
        script: &mut ScriptInvocation<'_>,
        kind: Option<RoomKind>,
        id: [u8; 16],
        expires: u64,
    ) {
        script.arg(expires.saturating_add(MARGIN));
        script.arg(self.names.before_id(KeyKind::Spent));
        script.arg(self.names.id(KeyKind::Spent, id));
        let Some(kind) = kind else {
            return;
        };
        for name in self.names.rooms(kind, NetworkClass::of_id(&id)) {
            script.key(name);
        }
        let shares = match kind {
            #[cfg(feature = "web-bot-auth")]
            RoomKind::Nonces => SHARES_OF_AGENTS,
            _ => SHARES,
        };
        for part in shares {
            script.arg((self.capacity / part).max(LEAST_ROOM));
        }
    }
}
