//! What the statements say, with the tokens that they came from.

use humanify_syntax::{Ban, Demand, Kind, Sign};
use proc_macro2::TokenStream;

use crate::limit::Limit;

/// All statements that could be read, in order.
#[derive(Default)]
pub(super) struct Rules {
    pub(super) statements: Vec<Statement>,
    pub(super) bans: Vec<Ban>,
    pub(super) no_default_exemptions: Option<TokenStream>,
}

/// One statement.
pub(super) struct Statement {
    pub(super) tokens: TokenStream,
    pub(super) observe: bool,
    pub(super) action: Action,
    pub(super) on: Vec<Target>,
    pub(super) except: Vec<Target>,
    pub(super) when: Option<Condition>,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    Challenge(Demand),
    DenyAccess,
    AlwaysChallenge(Demand),
    AlwaysDeny,
    Exempt,
    Limit(Limit),
    Trap,
}

/// How a target is compared, and with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matched {
    Path,
    PathRegex,
    Endpoint,
    EndpointRegex,
    Route,
}

/// Which requests a statement is about.
pub(super) struct Target {
    pub(super) matched: Matched,
    pub(super) text: String,
    pub(super) tokens: TokenStream,
}

/// What a statement asks of a request.
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Is(Sign),
    Compare(What, Comparison),
}

impl Condition {
    /// Whether something that detection says is asked for.
    pub(super) fn names_sign(&self) -> bool {
        match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().any(Condition::names_sign)
            }
            Condition::Not(part) => part.names_sign(),
            Condition::Is(_) => true,
            Condition::Compare(what, _) => {
                matches!(what, What::Crawler | What::CrawlerKind | What::VpnProvider)
            }
        }
    }
}

/// A value of the request, and how the source names it.
pub(super) struct Field {
    pub(super) what: What,
    pub(super) tokens: TokenStream,
    /// As messages show it.
    pub(super) shown: String,
}

/// Which value of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Method,
    Path,
    Host,
    Scheme,
    Arg(String),
    Header(String),
    Cookie(String),
    Ip,
    Crawler,
    CrawlerKind,
    VpnProvider,
}

impl What {
    /// What the value is; as `Field::kind` of humanify-syntax has it.
    pub(super) const fn kind(&self) -> Kind {
        match self {
            What::Method => Kind::Method,
            What::Ip => Kind::Address,
            What::CrawlerKind => Kind::CrawlerKind,
            _ => Kind::Text,
        }
    }
}

/// How a field is compared.
pub(super) enum Comparison {
    In(Vec<String>),
    NotIn(Vec<String>),
    Matches(String),
    NotMatches(String),
}
