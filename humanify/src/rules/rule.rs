//! `Rule`: one statement of `protect!`, compiled for matching.

use humanify_syntax::{Action, Counts, Limit, Sign, Statement};

use super::condition::CompiledCondition;
use super::context::MatchContext;
use super::error::RuleError;
use super::target::Matcher;
use crate::truth::Truth;

/// One statement.
pub(crate) struct Rule {
    pub(crate) action: Action,
    pub(crate) observe: bool,
    /// The number of the statement in the block, from 1; 0 for the default exemptions.
    pub(crate) number: usize,
    /// The statement as it was written.
    pub(crate) source: &'static str,
    /// The warnings that `intended(…)` before the statement silences.
    pub(super) intended: &'static [&'static str],
    /// The name before the statement, as in `name: challenge;`.
    pub(crate) name: Option<&'static str>,
    /// Whether the statement means more clients than detected bots: those whom its condition names,
    /// or everyone.
    pub(crate) means_more_than_bots: bool,
    pub(super) on: Vec<Matcher>,
    pub(super) except: Vec<Matcher>,
    pub(super) when: Option<CompiledCondition>,
}

/// The kinds of statements that are tried together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleKind {
    /// `always_deny` and `trap`.
    Denying,
    /// Statements that challenge, deny or exempt.
    Judging,
    Limiting,
}

impl Rule {
    pub(super) fn compile(statement: &Statement, number: usize) -> Result<Rule, RuleError> {
        let targets = |targets: &[humanify_syntax::Target]| {
            targets
                .iter()
                .map(Matcher::compile)
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Rule {
            action: statement.action,
            observe: statement.observe,
            number,
            source: statement.source,
            intended: statement.intended,
            name: statement.name,
            means_more_than_bots: statement.means_more_than_bots(),
            on: targets(statement.on)?,
            except: targets(statement.except)?,
            when: statement
                .when
                .as_ref()
                .map(CompiledCondition::compile)
                .transpose()?,
        })
    }

    pub(super) fn kind(&self) -> RuleKind {
        match self.action {
            Action::AlwaysDeny | Action::Trap => RuleKind::Denying,
            Action::Limit(_) => RuleKind::Limiting,
            _ => RuleKind::Judging,
        }
    }

    /// Whether the statement's targets match the path, the handler or the route of a request.
    pub(crate) fn targets_match(&self, context: &MatchContext<'_>) -> bool {
        let protects = self.action.protects();
        let aimed = self.on.is_empty() || self.on.iter().any(|on| on.matches(context, protects));
        // `except` in a protecting statement exempts, and in an exempting statement protects.
        aimed
            && !self
                .except
                .iter()
                .any(|out| out.matches(context, !protects))
    }

    /// Whether the statement applies to a path. Pending if that depends on more than the path.
    pub(crate) fn applies_to_path(&self, path: &str) -> Truth {
        let any = |targets: &[Matcher]| Truth::any(targets.iter().map(|on| on.matches_path(path)));
        let on = match self.on.is_empty() {
            true => Truth::Yes,
            false => any(&self.on),
        };
        let when = match self.when {
            None => Truth::Yes,
            Some(_) => Truth::Pending,
        };
        Truth::all([on, !any(&self.except), when])
    }

    /// Whether the statement has no targets, and so applies to every path.
    pub(crate) fn is_default(&self) -> bool {
        self.on.is_empty()
    }

    /// The limit, if the statement is one.
    pub(crate) fn limit(&self) -> Option<&Limit> {
        match &self.action {
            Action::Limit(limit) => Some(limit),
            _ => None,
        }
    }

    /// Whether the condition depends on more than the method and the URI, by which shared caches
    /// tell requests apart.
    pub(crate) fn depends_on_client(&self) -> bool {
        self.when
            .as_ref()
            .is_some_and(CompiledCondition::depends_on_client)
    }

    /// Whether the condition holds for a request. Yes if there is no condition.
    pub(crate) fn when(&self, context: &MatchContext<'_>) -> Truth {
        let protects = self.action.protects();
        let Some(when) = &self.when else {
            return Truth::Yes;
        };
        when.holds(context, protects)
    }

    /// Whether a limit applies to a request. An enforced limit also applies while its condition is
    /// pending.
    pub(super) fn matches(&self, context: &MatchContext<'_>) -> bool {
        self.targets_match(context) && self.when(context).or_if_pending(!self.observe)
    }

    /// Whether the statement applies to a request in every reading of its path.
    pub(super) fn matches_every_reading(&self, context: &MatchContext<'_>) -> bool {
        let aimed = self.on.is_empty() || self.on.iter().any(|on| on.matches(context, false));
        aimed
            && !self.except.iter().any(|out| out.matches(context, true))
            && self
                .when
                .as_ref()
                .is_none_or(|when| when.holds(context, false) == Truth::Yes)
    }

    /// Whether the statement means this client: detected bots only, unless the statement or a sign
    /// in its condition says otherwise.
    pub(crate) fn covers_client(&self, context: &MatchContext<'_>) -> Truth {
        if self.means_more_than_bots {
            return Truth::Yes;
        }
        context.sign_holds(Sign::Bot)
    }
}

/// Whether the buckets of a request under a limit depend on nothing but its route and its client.
pub(crate) fn depends_on_route_and_client(limit: &Limit) -> bool {
    limit.key.is_none() && limit.counts == Counts::Requests
}
