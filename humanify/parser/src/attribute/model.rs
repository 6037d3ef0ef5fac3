//! `AttributeInput`: an attribute in the source; `Attribute`: a parsed attribute.

use proc_macro2::TokenStream;

use crate::finding::Place;
use humanify_syntax::{BotAction, Demand, Exempt, Limit};

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

/// One attribute in the source.
#[derive(Debug, Clone)]
pub struct AttributeInput {
    /// The kind of the attribute.
    pub kind: AttributeKind,
    /// The tokens in its brackets.
    pub arguments: TokenStream,
    /// The place of the whole attribute.
    pub place: Place,
}

/// The meaning of one attribute.
#[derive(Debug, Clone)]
pub enum AttributeSetting {
    /// The action on detected bots.
    Bots(BotAction),
    /// Everyone solves a challenge.
    Everyone(Demand),
    /// A limit, and the place of its rates.
    Limits(Limit, Place),
    /// The checks from which the handler is exempt.
    Exempt(Exempt),
    /// The handler's name.
    Endpoint(&'static str),
}

/// A parsed attribute.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The kind of the attribute.
    pub kind: AttributeKind,
    /// Its meaning.
    pub setting: AttributeSetting,
    /// The place of the whole attribute.
    pub place: Place,
}
