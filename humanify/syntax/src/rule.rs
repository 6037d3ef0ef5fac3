//! What the statements of `protect!` declare.

use crate::{Ban, Condition, Demand, Limit};

/// The paths that are exempt by default, as if written first.
pub const DEFAULT_EXEMPTIONS: &[Target] = &[
    Target::Path("/favicon.ico"),
    Target::Path("/robots.txt"),
    Target::Path("/sitemap.xml"),
    Target::Path("/.well-known/*"),
    Target::Path("/apple-touch-icon*.png"),
    Target::Path("/browserconfig.xml"),
    Target::Path("/manifest.json"),
    Target::Path("/site.webmanifest"),
    Target::Path("/_health"),
    Target::Path("/_healthz"),
    Target::Path("/health"),
    Target::Path("/healthz"),
    Target::Path("/ping"),
    Target::Path("/status"),
];

/// Which requests a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A glob on the whole path.
    Path(&'static str),
    /// An expression searched in the path.
    PathRegex(&'static str),
    /// A glob on the handler's name.
    Endpoint(&'static str),
    /// An expression searched in the handler's name.
    EndpointRegex(&'static str),
    /// The router's template, as it was written there.
    Route(&'static str),
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Detected bots without clearance solve a challenge.
    Challenge(Demand),
    /// Detected bots are refused, clearance or not.
    DenyAccess,
    /// Everyone without clearance solves a challenge.
    AlwaysChallenge(Demand),
    /// Everyone is refused.
    AlwaysDeny,
    /// The rules end.
    Exempt,
    /// Requests are counted, per client, method and route.
    Limit(Limit),
    /// Nobody has any business here: everyone is refused, and bans count it.
    Trap,
}

impl Action {
    /// The keyword.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Action::Challenge(_) => "challenge",
            Action::DenyAccess => "deny_access",
            Action::AlwaysChallenge(_) => "always_challenge",
            Action::AlwaysDeny => "always_deny",
            Action::Exempt => "exempt",
            Action::Limit(_) => "limit",
            Action::Trap => "trap",
        }
    }

    /// Whether the statement protects, so that a doubt about what was asked for makes it hold.
    #[must_use]
    pub const fn protects(&self) -> bool {
        !matches!(self, Action::Exempt)
    }
}

/// One statement of `protect!`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Whether it only reports what it would have done.
    pub observe: bool,
    /// What it does.
    pub action: Action,
    /// What it is about; every path if empty.
    pub on: &'static [Target],
    /// What it is not about.
    pub except: &'static [Target],
    /// What it asks of the request.
    pub when: Option<Condition>,
    /// As it was written.
    pub source: &'static str,
}

/// The rules of `protect!`, checked when they were compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSet {
    /// The statements, in order.
    pub statements: &'static [Statement],
    /// Who is banned.
    pub bans: &'static [Ban],
    /// Whether [`DEFAULT_EXEMPTIONS`] stand before them.
    pub default_exemptions: bool,
}

impl RuleSet {
    /// No statement, and the default exemptions.
    pub const EMPTY: RuleSet = RuleSet {
        statements: &[],
        bans: &[],
        default_exemptions: true,
    };
}
