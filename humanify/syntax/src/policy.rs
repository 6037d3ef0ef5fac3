//! `Policy`: the combined declarations of one handler's attributes.

use crate::{Demand, Limit};

/// The action on a detected bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotAction {
    /// The bot solves a challenge first.
    Challenge(Demand),
    /// The bot is refused, even with a clearance.
    Deny,
}

/// The checks from which a handler is exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Exempt {
    /// Nothing.
    #[default]
    Nothing,
    /// Limits: `#[exempt(rate_limit)]`.
    Limits,
    /// Everything: `#[exempt]`.
    All,
}

/// The combined declarations of all attributes over one handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The handler's name: that of `#[endpoint]`, or its path with the crate in front.
    pub name: &'static str,
    /// Whether the name was given by `#[endpoint]`.
    pub named: bool,
    /// `#[require_human]` and `#[block_bots]`.
    pub bots: Option<BotAction>,
    /// `#[always_challenge]`.
    pub everyone: Option<Demand>,
    /// `#[rate_limit]`; empty without it.
    pub limits: &'static [Limit],
    /// `#[exempt]`.
    pub exempt: Exempt,
}

impl Policy {
    /// The name that `endpoint` targets match: that of `#[endpoint]`, or the module path without
    /// the crate.
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        if self.named {
            return self.name;
        }
        // Searching only for a colon is fast: each request needs the name.
        let end_of_crate = self.name.bytes().position(|byte| byte == b':');
        end_of_crate
            .and_then(|end| self.name.get(end..)?.strip_prefix("::"))
            .unwrap_or(self.name)
    }

    /// Whether an attribute challenges or denies, and so replaces the rules that do.
    #[must_use]
    pub const fn judges(&self) -> bool {
        self.bots.is_some() || self.everyone.is_some()
    }
}
