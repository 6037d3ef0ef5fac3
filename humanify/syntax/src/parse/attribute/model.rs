//! `AttributeInput`, an attribute as it is written, and `Attribute`, the same after parsing.

use proc_macro2::TokenStream;

use crate::parse::finding::Place;
use crate::{BotAction, Demand, Exempt, Limit};

/// One of humanify's attributes.
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
    /// All attributes, with their names.
    pub const NAMES: &[(&str, AttributeKind)] = &[
        ("require_human", AttributeKind::RequireHuman),
        ("always_challenge", AttributeKind::AlwaysChallenge),
        ("block_bots", AttributeKind::BlockBots),
        ("rate_limit", AttributeKind::RateLimit),
        ("exempt", AttributeKind::Exempt),
        ("endpoint", AttributeKind::Endpoint),
    ];

    /// The name of the attribute.
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
    /// The tokens in its brackets.
    pub arguments: TokenStream,
    /// The place of the whole attribute.
    pub place: Place,
}

/// The meaning of one attribute.
#[derive(Debug, Clone)]
pub enum Setting {
    /// What happens to detected bots.
    Bots(BotAction),
    /// Everyone solves a challenge.
    Everyone(Demand),
    /// A limit, and the place of its rates.
    Limits(Limit, Place),
    /// What the handler is exempt from.
    Exempt(Exempt),
    /// The handler's name.
    Endpoint(&'static str),
}

/// A parsed attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Which one.
    pub kind: AttributeKind,
    /// Its meaning.
    pub setting: Setting,
    /// The place of the whole attribute.
    pub place: Place,
}
