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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// A path without a slash at its end, and all below it.
    Under(&'static str),
}

/// How a target is compared.
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

/// Of whom a statement speaks that challenges or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Subject {
    /// Nothing is said: detected bots, or those whom the condition names, where it names a
    /// sign of detection.
    #[default]
    Unsaid,
    /// Detected bots, whatever the condition names.
    Bots,
    /// Everyone.
    Everyone,
    /// Those whom the condition names.
    Those,
}

impl Subject {
    /// Those that can be said, by their names.
    pub const NAMES: &[(&str, Subject)] = &[
        ("bots", Subject::Bots),
        ("everyone", Subject::Everyone),
        ("those", Subject::Those),
    ];
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// A challenge as the builder has it.
    #[doc(hidden)]
    pub const CHALLENGE: Action = Action::Challenge(Demand::DEFAULT);

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Statement {
    /// The name that logs and messages call it by.
    pub name: Option<&'static str>,
    /// Whether it only reports what it would have done.
    pub observe: bool,
    /// What it does.
    pub action: Action,
    /// Of whom it speaks.
    pub subject: Subject,
    /// What it is about; every path if empty.
    pub on: &'static [Target],
    /// What it is not about.
    pub except: &'static [Target],
    /// What it asks of the request.
    pub when: Option<Condition>,
    /// As it was written.
    pub source: &'static str,
}

impl Statement {
    /// What the macros write.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(action: Action, on: &'static [Target], source: &'static str) -> Statement {
        Statement {
            name: None,
            observe: false,
            action,
            subject: Subject::Unsaid,
            on,
            except: &[],
            when: None,
            source,
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
    pub const fn named(self, name: &'static str) -> Statement {
        Statement {
            name: Some(name),
            ..self
        }
    }

    /// Whether it is about clients beyond detected bots: everyone, or those that the condition
    /// names.
    #[must_use]
    pub fn means_more_than_bots(&self) -> bool {
        match self.subject {
            Subject::Unsaid => self.when.is_some_and(|when| when.names_sign()),
            Subject::Bots => false,
            Subject::Everyone | Subject::Those => true,
        }
    }
}

/// The rules of `protect!`, checked when they were compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "rules do nothing until they are given to `Humanify::builder().rules(…)`"]
pub struct RuleSet {
    statements: &'static [Statement],
    bans: &'static [Ban],
    default_exemptions: bool,
}

impl RuleSet {
    /// No statement, and the default exemptions.
    pub const EMPTY: RuleSet = RuleSet::new(&[], &[], true);

    /// What the macros write.
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

    /// Who is banned.
    #[doc(hidden)]
    #[must_use]
    pub const fn bans(&self) -> &'static [Ban] {
        self.bans
    }

    /// Whether [`DEFAULT_EXEMPTIONS`] stand before the statements.
    #[doc(hidden)]
    #[must_use]
    pub const fn default_exemptions(&self) -> bool {
        self.default_exemptions
    }
}
