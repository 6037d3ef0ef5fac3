//! Ids that are spent once: their kinds, their origin, and the outcome of spending one.

/// The kinds of ids that can be spent once. Each kind has its own space.
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

/// The treatment of another id when there is no space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenFull {
    /// The network with the most ids forgets the one that expires first, and refuses all ids that
    /// expire as early. The ids are [`spendable_id`](super::spendable_id)s, or the nonces of agents,
    /// which contain an agent in place of a network.
    ForgetOldest,
    /// The id is refused. Others made the ids, so they contain no network, or their expiry is not
    /// sealed.
    #[cfg_attr(
        not(any(test, feature = "captcha-verify")),
        allow(dead_code, reason = "all ids are our own")
    )]
    Refuse,
}

impl SpendKind {
    pub(super) fn when_full(self) -> WhenFull {
        match self {
            SpendKind::Form | SpendKind::Ticket => WhenFull::ForgetOldest,
            #[cfg(feature = "captcha")]
            SpendKind::Token => WhenFull::ForgetOldest,
            #[cfg(feature = "captcha-verify")]
            SpendKind::ForeignToken => WhenFull::Refuse,
            #[cfg(feature = "web-bot-auth")]
            SpendKind::Nonce => WhenFull::ForgetOldest,
        }
    }
}

/// The origin of an id. By this a store recognises ids that it may have forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IdOrigin {
    /// This application made it at this time, in milliseconds since 1970, and in this run of the
    /// store.
    Own { created_at: u64, run: u64 },
    /// Somebody else made it at this time, in milliseconds since 1970.
    #[cfg(feature = "web-bot-auth")]
    Foreign { created_at: u64 },
    /// Somebody else made it, and vouches that it is used once.
    #[cfg(feature = "captcha-verify")]
    Vouched,
}

/// An id to spend.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpendRequest {
    pub(crate) kind: SpendKind,
    pub(crate) id: [u8; 16],
    pub(crate) origin: IdOrigin,
    /// When it expires, in milliseconds since 1970. For [`WhenFull::ForgetOldest`] it is the same
    /// each time.
    pub(crate) expires: u64,
}

/// The outcome of spending an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SpendOutcome {
    /// The id was not spent before; it is now.
    First,
    /// The id was spent before.
    Again,
    /// The id is older than the store's memory, so it may have been spent before.
    Forgotten,
}
