//! `Policy`: the combined declarations of one handler's attributes.

use crate::{Hardness, Limit};

/// The type of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ChallengeType {
    /// Six pictures; the visitor clicks the one that shows the same as the preview.
    #[default]
    OneClick,
    /// Nine pictures; the visitor chooses all that show the subject.
    Grid,
    /// Spoken characters; the visitor types them.
    Audio,
    /// The browser computes for about a second; the visitor does nothing.
    ProofOfWork,
    /// The browser computes, the longer the more signs of a bot the client has; the visitor does
    /// nothing, and can choose pictures or sound instead.
    Managed,
}

impl ChallengeType {
    /// All types, with their names in rules and attributes.
    pub const NAMES: &[(&str, ChallengeType)] = &[
        ("one_click", ChallengeType::OneClick),
        ("grid", ChallengeType::Grid),
        ("audio", ChallengeType::Audio),
        ("proof_of_work", ChallengeType::ProofOfWork),
        ("managed", ChallengeType::Managed),
    ];

    /// The name in rules and attributes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ChallengeType::OneClick => "one_click",
            ChallengeType::Grid => "grid",
            ChallengeType::Audio => "audio",
            ChallengeType::ProofOfWork => "proof_of_work",
            ChallengeType::Managed => "managed",
        }
    }
}

/// The challenge that a rule or an attribute demands. `None` stands for the builder's setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Demand {
    /// The type of challenge.
    pub challenge_type: Option<ChallengeType>,
    /// How hard the challenge is.
    pub hardness: Option<Hardness>,
}

impl Demand {
    /// The builder's type and hardness.
    pub const DEFAULT: Demand = Demand {
        challenge_type: None,
        hardness: None,
    };
}

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
