//! What the attributes of one handler declare.

use crate::{Hardness, Limit};

/// The kinds of challenge, by the names that rules and attributes use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ChallengeType {
    /// Six pictures; the one that shows the same as the preview is clicked.
    #[default]
    OneClick,
    /// Nine pictures; all that show the subject are chosen.
    Grid,
    /// Spoken characters, to be typed.
    Audio,
    /// The browser computes; nothing is asked of the person.
    ProofOfWork,
}

impl ChallengeType {
    /// All of them, with the names that rules and attributes use.
    pub const NAMES: &[(&str, ChallengeType)] = &[
        ("one_click", ChallengeType::OneClick),
        ("grid", ChallengeType::Grid),
        ("audio", ChallengeType::Audio),
        ("proof_of_work", ChallengeType::ProofOfWork),
    ];

    /// The name in rules and attributes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ChallengeType::OneClick => "one_click",
            ChallengeType::Grid => "grid",
            ChallengeType::Audio => "audio",
            ChallengeType::ProofOfWork => "proof_of_work",
        }
    }
}

/// What a challenge must be; what is not said is as the builder has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Demand {
    /// The type of challenge.
    pub challenge_type: Option<ChallengeType>,
    /// The level.
    pub hardness: Option<Hardness>,
}

impl Demand {
    /// Nothing said.
    pub const DEFAULT: Demand = Demand {
        challenge_type: None,
        hardness: None,
    };
}

/// What happens to a detected bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotAction {
    /// It solves a challenge first.
    Challenge(Demand),
    /// It is refused, clearance or not.
    Deny,
}

/// What a handler is exempt from.
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

/// What the attributes over one handler declare, together.
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
    /// `#[rate_limit]`; empty where it is not said.
    pub limits: &'static [Limit],
    /// `#[exempt]`.
    pub exempt: Exempt,
}

impl Policy {
    /// The name that `endpoint` targets are matched against: the one given, or the module
    /// path without the crate.
    #[must_use]
    pub fn endpoint(&self) -> &'static str {
        match self.name.split_once("::") {
            Some((_, path)) if !self.named => path,
            _ => self.name,
        }
    }

    /// Whether an attribute speaks of humans and bots, so that the rules on that do not hold.
    #[must_use]
    pub const fn judges(&self) -> bool {
        self.bots.is_some() || self.everyone.is_some()
    }
}
