//! `ChallengeType`: the types of challenges. `Demand`: the challenge that a rule demands.

use crate::Hardness;

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
