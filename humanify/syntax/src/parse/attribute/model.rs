//! Attributes, as they are written and as they are understood.

use proc_macro2::TokenStream;

use crate::parse::finding::Place;
use crate::{BotAction, Demand, Exempt, Limit};

/// Which attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// `#[require_human]`.
    RequireHuman,
    /// `#[always_challenge]`.
    AlwaysChallenge,
    /// `#[block_bots]`.
    BlockBots,
    /// `#[rate_limit]`.
    RateLimit,
    /// `#[exempt]`.
    Exempt,
    /// `#[endpoint]`.
    Endpoint,
}

impl AttributeKind {
    /// All of them, with their names.
    pub const NAMES: &[(&str, AttributeKind)] = &[
        ("require_human", AttributeKind::RequireHuman),
        ("always_challenge", AttributeKind::AlwaysChallenge),
        ("block_bots", AttributeKind::BlockBots),
        ("rate_limit", AttributeKind::RateLimit),
        ("exempt", AttributeKind::Exempt),
        ("endpoint", AttributeKind::Endpoint),
    ];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            AttributeKind::RequireHuman => "require_human",
            AttributeKind::AlwaysChallenge => "always_challenge",
            AttributeKind::BlockBots => "block_bots",
            AttributeKind::RateLimit => "rate_limit",
            AttributeKind::Exempt => "exempt",
            AttributeKind::Endpoint => "endpoint",
        }
    }
}

/// One attribute, as it is written.
#[derive(Debug, Clone)]
pub struct AttributeInput {
    /// Which one.
    pub kind: AttributeKind,
    /// What stands in its brackets.
    pub arguments: TokenStream,
    /// All of it, for what is wrong with it as a whole.
    pub place: Place,
}

/// What one attribute says.
#[derive(Debug, Clone)]
pub enum Setting {
    /// What becomes of detected bots.
    Bots(BotAction),
    /// Everyone solves a challenge.
    Everyone(Demand),
    /// A limit, and where its rates stand.
    Limits(Limit, Place),
    /// What the handler is exempt from.
    Exempt(Exempt),
    /// The handler's name.
    Endpoint(&'static str),
}

/// One attribute that was understood.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Which one.
    pub kind: AttributeKind,
    /// What it says.
    pub setting: Setting,
    /// All of it.
    pub place: Place,
}
