//! An interpreter of rules over all requests of a small world, written after the guide.

pub(crate) mod strategies;

use std::fmt;

/// A request of the small world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The values of `headers.x`.
    pub(crate) header: &'static [&'static str],
    /// The values of `args.k`.
    pub(crate) arg: &'static [&'static str],
    pub(crate) is_bot: bool,
    pub(crate) is_tor: bool,
    pub(crate) is_inside: bool,
    /// Whether the client has solved a challenge.
    pub(crate) is_cleared: bool,
}

/// One path for each combination of targets that match it.
const PATHS: [&str; 15] = [
    "/", "/a", "/a/b", "/a/c", "/a/d", "/a/d/c", "/ab", "/ab/d", "/b", "/b/c", "/x", "/x/y",
    "/x/y/c", "/y/c", "/y/z",
];
/// The values of a header or a parameter. Conditions compare with "1" and "2", so "3" stands for every
/// other value. The sets are all that conditions can tell apart, by whether any value fits and by
/// whether all do.
const VALUES: [&[&str]; 7] = [
    &[],
    &["1"],
    &["2"],
    &["3"],
    &["1", "2"],
    &["1", "3"],
    &["2", "3"],
];

/// Every request of the small world.
pub(crate) fn requests() -> impl Iterator<Item = Request> {
    let flags = 0..16_u8;
    ["GET", "POST", "PUT"].into_iter().flat_map(move |method| {
        let flags = flags.clone();
        PATHS.into_iter().flat_map(move |path| {
            let flags = flags.clone();
            VALUES.into_iter().flat_map(move |header| {
                let flags = flags.clone();
                VALUES.into_iter().flat_map(move |arg| {
                    flags.clone().map(move |flags| Request {
                        method,
                        path,
                        header,
                        arg,
                        is_bot: flags & 1 > 0,
                        is_tor: flags & 2 > 0,
                        is_inside: flags & 4 > 0,
                        is_cleared: flags & 8 > 0,
                    })
                })
            })
        })
    })
}

/// A target: its text, and the paths of the small world that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target(pub(crate) &'static str, &'static [&'static str]);

pub(crate) const TARGETS: [Target; 9] = [
    Target("\"/a\"", &["/a"]),
    Target("\"/a/*\"", &["/a/b", "/a/c", "/a/d", "/a/d/c"]),
    Target("under \"/a\"", &["/a", "/a/b", "/a/c", "/a/d", "/a/d/c"]),
    Target("regex \"^/a/(b|c)$\"", &["/a/b", "/a/c"]),
    Target("\"/{one}\"", &["/a", "/ab", "/b", "/x"]),
    Target("\"/b\"", &["/b"]),
    Target("\"/*/c\"", &["/a/c", "/a/d/c", "/b/c", "/x/y/c", "/y/c"]),
    Target(
        "regex \"^/[ab]\"",
        &[
            "/a", "/a/b", "/a/c", "/a/d", "/a/d/c", "/ab", "/ab/d", "/b", "/b/c",
        ],
    ),
    Target("\"/x/*\"", &["/x/y", "/x/y/c"]),
];

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Method(bool, &'static str),
    Header(bool, &'static str),
    HeaderIsThere(bool),
    ArgIn(bool, &'static [&'static str]),
    IsTor,
    IsInside(bool),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |is: &bool| if *is { "==" } else { "!=" };
        let word = |is: &bool| if *is { "in" } else { "not in" };
        let joined = |parts: &[Condition], sign: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({part})")).collect();
            parts.join(sign)
        };
        match self {
            Condition::Method(is, method) => write!(f, "method {} {method}", sign(is)),
            Condition::Header(is, value) => write!(f, "headers.x {} \"{value}\"", sign(is)),
            Condition::HeaderIsThere(true) => f.write_str("headers.x is present"),
            Condition::HeaderIsThere(false) => f.write_str("headers.x is missing"),
            Condition::ArgIn(is, values) => write!(f, "args.k {} {values:?}", word(is)),
            Condition::IsTor => f.write_str("client.is_tor"),
            Condition::IsInside(is) => write!(f, "client.ip {} [\"10.0.0.0/8\"]", word(is)),
            Condition::Not(part) => write!(f, "!({part})"),
            Condition::All(parts) => f.write_str(&joined(parts, " && ")),
            Condition::Any(parts) => f.write_str(&joined(parts, " || ")),
        }
    }
}

impl Condition {
    /// "A missing value equals nothing, so `!=`, `!~` and `not in` hold for it. Where a name
    /// occurs several times, one matching value is enough for a statement that protects, and all
    /// have to match for one that exempts."
    fn holds(&self, request: &Request, protects: bool, affirmed: bool) -> bool {
        let values = |values: &[&str], is: bool, fits: &dyn Fn(&str) -> bool| {
            let fits = |value: &&str| fits(value) == is;
            match (values.is_empty(), protects) {
                (true, _) => !is,
                (false, true) => values.iter().any(fits),
                (false, false) => values.iter().all(fits),
            }
        };
        match self {
            Condition::Method(is, method) => (request.method == *method) == (*is == affirmed),
            Condition::Header(is, value) => {
                values(request.header, *is == affirmed, &|one| one == *value)
            }
            Condition::HeaderIsThere(is) => values(request.header, *is == affirmed, &|_| true),
            Condition::ArgIn(is, list) => {
                values(request.arg, *is == affirmed, &|one| list.contains(&one))
            }
            Condition::IsTor => request.is_tor == affirmed,
            Condition::IsInside(is) => request.is_inside == (*is == affirmed),
            Condition::Not(part) => part.holds(request, protects, !affirmed),
            Condition::All(parts) if affirmed => {
                parts.iter().all(|part| part.holds(request, protects, true))
            }
            Condition::All(parts) => parts
                .iter()
                .any(|part| part.holds(request, protects, false)),
            Condition::Any(parts) if affirmed => {
                parts.iter().any(|part| part.holds(request, protects, true))
            }
            Condition::Any(parts) => parts
                .iter()
                .all(|part| part.holds(request, protects, false)),
        }
    }
}

/// The action of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Exempt,
    ChallengeBots,
    DenyBots,
    DenyEveryone,
    AlwaysChallenge,
    AlwaysDeny,
    Trap,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) observe: bool,
    pub(crate) action: Action,
    pub(crate) on: Vec<Target>,
    pub(crate) except: Vec<Target>,
    pub(crate) when: Option<Condition>,
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.observe {
            f.write_str("observe ")?;
        }
        let names_sign = self
            .when
            .as_ref()
            .is_some_and(|when| when.to_string().contains("is_tor"));
        f.write_str(match self.action {
            Action::Exempt => "exempt",
            Action::ChallengeBots => "challenge bots",
            Action::DenyBots => "deny_access bots",
            Action::DenyEveryone if names_sign => "deny_access those",
            Action::DenyEveryone => "deny_access everyone",
            Action::AlwaysChallenge => "always_challenge",
            Action::AlwaysDeny => "always_deny",
            Action::Trap => "trap",
        })?;
        for (clause, targets) in [("on", &self.on), ("except", &self.except)] {
            if !targets.is_empty() {
                let targets: Vec<&str> = targets.iter().map(|target| target.0).collect();
                write!(f, " {clause} {}", targets.join(", "))?;
            }
        }
        match &self.when {
            Some(when) => write!(f, " when {when};"),
            None => f.write_str(";"),
        }
    }
}

impl Statement {
    fn acts_on(&self, request: &Request) -> bool {
        let hits = |targets: &[Target]| {
            targets
                .iter()
                .any(|target| target.1.contains(&request.path))
        };
        let protects = self.action != Action::Exempt;
        let when = self.when.as_ref();
        (self.on.is_empty() || hits(&self.on))
            && !hits(&self.except)
            && when.is_none_or(|when| when.holds(request, protects, true))
            && match self.action {
                Action::ChallengeBots => request.is_bot && !request.is_cleared,
                Action::DenyBots => request.is_bot,
                Action::AlwaysChallenge => !request.is_cleared,
                _ => true,
            }
    }

    fn refuses_first(&self) -> bool {
        matches!(self.action, Action::AlwaysDeny | Action::Trap)
    }
}

/// The outcome of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Pass,
    Challenge,
    Deny,
}

/// The outcome of a request under statements without default exemptions, and the statements that
/// act on it: the deciding one, and observing ones before it.
pub(crate) fn judge(statements: &[Statement], request: &Request) -> (Outcome, Vec<usize>) {
    let mut acting = Vec::new();
    let numbered = || statements.iter().enumerate();
    // A trap is reported before a refusal; an observing statement is reported beside a refusal.
    let mut refused = None;
    for (number, statement) in numbered().filter(|(_, statement)| statement.refuses_first()) {
        if !statement.acts_on(request) {
            continue;
        }
        if statement.observe {
            acting.push(number);
        } else if statement.action == Action::Trap {
            acting.push(number);
            return (Outcome::Deny, acting);
        } else {
            refused = refused.or(Some(number));
        }
    }
    if let Some(number) = refused {
        acting.push(number);
        return (Outcome::Deny, acting);
    }
    for (number, statement) in numbered().filter(|(_, statement)| !statement.refuses_first()) {
        if !statement.acts_on(request) {
            continue;
        }
        acting.push(number);
        if !statement.observe {
            let outcome = match statement.action {
                Action::Exempt => Outcome::Pass,
                Action::ChallengeBots | Action::AlwaysChallenge => Outcome::Challenge,
                _ => Outcome::Deny,
            };
            return (outcome, acting);
        }
    }
    (Outcome::Pass, acting)
}
