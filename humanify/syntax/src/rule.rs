//! `RuleSet`: the statements of `protect!`, with their targets and actions.

use crate::{Ban, Condition, Demand, Limit};

/// The paths that are exempt by default, as if an `exempt` statement with them came first.
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
    Target::Path("/livez"),
    Target::Path("/readyz"),
    Target::Path("/ping"),
    Target::Path("/status"),
];

/// A target of a statement (`on`, `except`): the requests to which it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A glob on the whole path.
    Path(&'static str),
    /// A regular expression that is searched in the path.
    PathRegex(&'static str),
    /// A glob on the handler's name.
    Endpoint(&'static str),
    /// A regular expression that is searched in the handler's name.
    EndpointRegex(&'static str),
    /// The router's template, as it is written there: `/items/{id}`.
    Route(&'static str),
    /// A path, without a trailing slash, and all paths below it.
    Under(&'static str),
}

/// The kind of a target, without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// See [`Target::Path`].
    Path,
    /// See [`Target::PathRegex`].
    PathRegex,
    /// See [`Target::Endpoint`].
    Endpoint,
    /// See [`Target::EndpointRegex`].
    EndpointRegex,
    /// See [`Target::Route`].
    Route,
    /// See [`Target::Under`].
    Under,
}

impl TargetKind {
    /// The target of this kind with a text.
    #[must_use]
    pub const fn of(self, text: &'static str) -> Target {
        match self {
            TargetKind::Path => Target::Path(text),
            TargetKind::PathRegex => Target::PathRegex(text),
            TargetKind::Endpoint => Target::Endpoint(text),
            TargetKind::EndpointRegex => Target::EndpointRegex(text),
            TargetKind::Route => Target::Route(text),
            TargetKind::Under => Target::Under(text),
        }
    }
}

/// The clients that a challenging or denying statement means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Subject {
    /// Not stated: detected bots or, if the condition names a sign, the clients for which the
    /// condition holds.
    #[default]
    Unspecified,
    /// Detected bots, whatever the condition names.
    Bots,
    /// Everyone.
    Everyone,
    /// All clients for which the condition holds.
    Those,
}

impl Subject {
    /// The subjects that can be stated, with their names in rules.
    pub const NAMES: &[(&str, Subject)] = &[
        ("bots", Subject::Bots),
        ("everyone", Subject::Everyone),
        ("those", Subject::Those),
    ];
}

/// The action of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Detected bots without a clearance solve a challenge.
    Challenge(Demand),
    /// Detected bots are refused, even with a clearance.
    DenyAccess,
    /// Everyone without a clearance solves a challenge.
    AlwaysChallenge(Demand),
    /// Everyone is refused.
    AlwaysDeny,
    /// No later statement challenges or denies. Limits and `always_deny` still apply.
    Exempt,
    /// Requests are limited per client, method and route.
    Limit(Limit),
    /// No honest client requests this: everyone is refused, and bans count it.
    Trap,
}

impl Action {
    /// A challenge with the builder's type and hardness.
    #[doc(hidden)]
    pub const CHALLENGE: Action = Action::Challenge(Demand::DEFAULT);

    /// The keyword of the action.
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

    /// Whether the action protects. In doubt, a protecting statement applies, and another one does
    /// not.
    #[must_use]
    pub const fn protects(&self) -> bool {
        !matches!(self, Action::Exempt)
    }
}

/// One statement of `protect!`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Its name in logs and messages.
    pub name: Option<&'static str>,
    /// Whether it only logs what it would have done.
    pub observe: bool,
    /// Its action.
    pub action: Action,
    /// Which clients it means.
    pub subject: Subject,
    /// The targets to which it applies; empty for every path.
    pub on: &'static [Target],
    /// The targets to which it does not apply.
    pub except: &'static [Target],
    /// Its condition.
    pub when: Option<Condition>,
    /// The statement as it was written.
    pub source: &'static str,
    /// The names of run-time warnings that `intended(…)` before the statement silences.
    pub intended: &'static [&'static str],
}

impl Statement {
    /// Constructor for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(action: Action, on: &'static [Target], source: &'static str) -> Statement {
        Statement {
            name: None,
            observe: false,
            action,
            subject: Subject::Unspecified,
            on,
            except: &[],
            when: None,
            source,
            intended: &[],
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn except(self, except: &'static [Target]) -> Statement {
        Statement { except, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn when(self, when: Condition) -> Statement {
        Statement {
            when: Some(when),
            ..self
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn about(self, subject: Subject) -> Statement {
        Statement { subject, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn observed(self) -> Statement {
        Statement {
            observe: true,
            ..self
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn intending(self, intended: &'static [&'static str]) -> Statement {
        Statement { intended, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn named(self, name: &'static str) -> Statement {
        Statement {
            name: Some(name),
            ..self
        }
    }

    /// Whether it means more clients than detected bots: everyone, or all clients for which its
    /// condition holds.
    #[must_use]
    pub fn means_more_than_bots(&self) -> bool {
        match self.subject {
            Subject::Unspecified => self.when.is_some_and(|when| when.names_sign()),
            Subject::Bots => false,
            Subject::Everyone | Subject::Those => true,
        }
    }
}

/// The rules of one `protect!` block, for
/// [`HumanifyBuilder::rules`](https://docs.rs/humanify/latest/humanify/struct.HumanifyBuilder.html#method.rules).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "rules do nothing until they are given to `Humanify::builder().rules(…)`"]
pub struct RuleSet {
    statements: &'static [Statement],
    bans: &'static [Ban],
    default_exemptions: bool,
}

impl RuleSet {
    /// A set without statements, with the default exemptions.
    pub const EMPTY: RuleSet = RuleSet::new(&[], &[], true);

    /// Constructor for generated code.
    #[doc(hidden)]
    pub const fn new(
        statements: &'static [Statement],
        bans: &'static [Ban],
        default_exemptions: bool,
    ) -> RuleSet {
        RuleSet {
            statements,
            bans,
            default_exemptions,
        }
    }

    /// The statements, in order.
    #[doc(hidden)]
    #[must_use]
    pub const fn statements(&self) -> &'static [Statement] {
        self.statements
    }

    /// The bans.
    #[doc(hidden)]
    #[must_use]
    pub const fn bans(&self) -> &'static [Ban] {
        self.bans
    }

    /// Whether [`DEFAULT_EXEMPTIONS`] apply.
    #[doc(hidden)]
    #[must_use]
    pub const fn default_exemptions(&self) -> bool {
        self.default_exemptions
    }
}
