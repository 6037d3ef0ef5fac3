//! Human-readable summary of the active configuration.

use std::fmt;
use std::sync::Arc;

use humanify_syntax::analysis::undecided;
use humanify_syntax::{Action, BotAction, Counts, Demand, Exempt, Field, Limit, Policy};

use crate::middleware::Instance;
use crate::rules::Rule;
use crate::truth::Truth;

/// Human-readable summary of the active configuration: limits, other rules in order, bans, and
/// the attributes of the protected handlers. Made by [`describe`](crate::Humanify::describe).
///
/// ```
/// # use humanify::prelude::*;
/// # fn main() -> Result<(), humanify::ConfigError> {
/// #[rate_limit("5/minute", burst = 10)]
/// async fn report() -> &'static str {
///     "report"
/// }
///
/// let humanify = Humanify::builder()
///     .rules(protect! {
///         limit "100/hour";
///         limit "10/minute", scope = "api" on "/api/*";
///     })
///     .build()?;
/// let app = axum::Router::<()>::new().route("/report", axum::routing::get(report));
/// let _app = humanify.protect(app)?;
///
/// println!("{}", humanify.describe());
/// let limits = humanify.describe().path("/api/users").to_string();
/// assert!(limits.contains("10/minute") && !limits.contains("100/hour"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Description {
    instance: Arc<Instance>,
    path: Option<String>,
}

impl Description {
    pub(crate) fn new(instance: &Arc<Instance>) -> Self {
        Description {
            instance: Arc::clone(instance),
            path: None,
        }
    }

    /// Keeps the rules that apply to a path, and those that may apply because they depend on more
    /// than the path, such as handlers and routes.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The limits, without default limits that another one replaces, and the other rules.
    fn rules(&self) -> (Vec<&Rule>, Vec<&Rule>) {
        let about = |rule: &&Rule| {
            let path = self.path.as_deref();
            path.is_none_or(|path| rule.applies_to_path(path) != Truth::No)
        };
        let (mut limits, others): (Vec<_>, Vec<_>) = self
            .instance
            .judge
            .rules
            .all()
            .filter(about)
            .partition(|rule| matches!(rule.action, Action::Limit(_)));
        if let Some(path) = &self.path {
            let special: Vec<Counts> = limits
                .iter()
                .filter(|rule| {
                    !rule.is_default() && !rule.observe && rule.applies_to_path(path) == Truth::Yes
                })
                .filter_map(|rule| rule.limit().filter(|limit| limit.methods.is_empty()))
                .map(|limit| limit.counts)
                .collect();
            let gives_way = |limit: &Limit| special.contains(&limit.counts);
            limits.retain(|rule| !(rule.is_default() && rule.limit().is_some_and(gives_way)));
        }
        (limits, others)
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (limits, others) = self.rules();
        let sources = |rules: Vec<&Rule>| -> Vec<String> {
            rules.iter().map(|rule| rule.source.to_owned()).collect()
        };
        // Computed here, since only the description needs them.
        let undecided = undecided(self.instance.judge.rules.sets());
        let all = limits.iter().chain(&others);
        let shown: Vec<&str> = all.map(|rule| rule.source).collect();
        let undecided = undecided.iter().map(|statement| statement.source);
        let undecided = undecided.filter(|source| shown.contains(source));
        let undecided: Vec<String> = undecided.map(str::to_owned).collect();
        section(f, "limits", &sources(limits))?;
        section(f, "rules", &sources(others))?;
        section(
            f,
            "rules that may never act, which took too long to find out",
            &undecided,
        )?;
        let bans = self.instance.bans.rules();
        let bans: Vec<String> = bans.iter().map(|ban| format!("ban {ban}")).collect();
        section(f, "bans", &bans)?;
        let handlers: Vec<String> = self
            .instance
            .known_policies()
            .into_iter()
            .map(|policy| format!("{}: {}", policy.endpoint(), declared(policy)))
            .collect();
        section(f, "handlers", &handlers)
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}")?;
    for line in lines {
        writeln!(f, "    {line}")?;
    }
    Ok(())
}

/// The attributes of a handler.
fn declared(policy: &Policy) -> String {
    let mut parts = Vec::new();
    match policy.bots {
        None => {}
        Some(BotAction::Deny) => parts.push("block_bots".to_owned()),
        Some(BotAction::Challenge(demand)) => parts.push(demanded("require_human", demand)),
    }
    if let Some(demand) = policy.everyone {
        parts.push(demanded("always_challenge", demand));
    }
    parts.extend(policy.limits.iter().map(limited));
    match policy.exempt {
        Exempt::Nothing => {}
        Exempt::Limits => parts.push("exempt(rate_limit)".to_owned()),
        Exempt::All => parts.push("exempt".to_owned()),
    }
    if parts.is_empty() {
        parts.push("the rules".to_owned());
    }
    parts.join(", ")
}

fn demanded(name: &str, demand: Demand) -> String {
    let mut settings = Vec::new();
    if let Some(challenge_type) = demand.challenge_type {
        settings.push(challenge_type.name().to_owned());
    }
    if let Some(hardness) = demand.hardness {
        settings.push(format!("hardness = {}", hardness.level()));
    }
    if settings.is_empty() {
        return name.to_owned();
    }
    format!("{name}({})", settings.join(", "))
}

fn limited(limit: &Limit) -> String {
    let rates: Vec<String> = limit.rates.iter().map(ToString::to_string).collect();
    let mut text = format!("rate_limit(\"{}\"", rates.join("; "));
    let mut say = |setting: String| {
        text.push_str(", ");
        text.push_str(&setting);
    };
    for rate in limit.rates {
        if rate.burst() != rate.count() {
            say(format!("burst = {}", rate.burst()));
        }
    }
    if limit.cost != 1 {
        say(format!("cost = {}", limit.cost));
    }
    match limit.key {
        None => {}
        Some(Field::Arg(name)) => say(format!("key = \"args.{name}\"")),
        Some(Field::Header(name)) => say(format!("key = \"headers.{name}\"")),
        Some(Field::Cookie(name)) => say(format!("key = \"cookies.{name}\"")),
        Some(Field::Host) => say("key = \"host\"".to_owned()),
        Some(_) => say("key = \"path\"".to_owned()),
    }
    if let Some(scope) = limit.scope {
        say(format!("scope = \"{scope}\""));
    }
    if let Counts::Failures(statuses) = limit.counts {
        say("count = \"failures\"".to_owned());
        if statuses != Counts::FAILURES {
            let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
            say(format!("failures = [{}]", statuses.join(", ")));
        }
    }
    if !limit.methods.is_empty() {
        say(format!("methods = [{}]", limit.methods.join(", ")));
    }
    text.push(')');
    text
}

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Description").finish_non_exhaustive()
    }
}
