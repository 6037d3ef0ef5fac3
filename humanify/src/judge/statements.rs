//! Judges by the statements of `protect!` that challenge, deny or exempt, from top to bottom.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method};
use humanify_syntax::Action;

use super::clearances::PresentedClearances;
use super::trace::{Trace, statement};
use super::verdict::{RuleDecision, Verdict, demand_of};
use super::{Judge, Untraced};
use crate::decision::{Decided, DecisionAction, RequestFacts, StepOutcome};
use crate::rules::{MatchContext, Rule};
use crate::truth::Truth;

impl Judge {
    /// The decision of `always_deny` or `trap`, over which only `#[exempt]` takes precedence.
    #[inline]
    pub(crate) fn denied_to_all(&self, context: &MatchContext<'_>) -> Option<RuleDecision> {
        if !self.rules.deny_everyone() {
            return None;
        }
        self.denied_to_all_traced(context, &mut Untraced)
    }

    pub(super) fn denied_to_all_traced<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        trace: &mut T,
    ) -> Option<RuleDecision> {
        if !self.rules.deny_everyone() {
            return None;
        }
        let (mut denied, mut checking) = (None, None);
        for rule in self.rules.denying((!T::EXPLAINS).then_some(context)) {
            if !rule.targets_match(context) {
                trace.rule(rule, StepOutcome::OtherRequests);
                continue;
            }
            let acts = rule.when(context);
            trace.rule(rule, step_of(rule, acts));
            match acts {
                Truth::Yes if !self.observes(rule, context) => {
                    if rule.action == Action::Trap {
                        return Some(RuleDecision::by(Verdict::Trapped, statement(rule)));
                    }
                    denied = Some(RuleDecision::by(Verdict::Deny, statement(rule)));
                }
                Truth::Pending if !rule.observe => {
                    checking = Some(RuleDecision::by(Verdict::Checking, statement(rule)));
                }
                _ => {}
            }
        }
        denied.or(checking)
    }

    pub(super) fn by_rules<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        guarded: bool,
        presented: &mut PresentedClearances,
        trace: &mut T,
    ) -> RuleDecision {
        // A browser sends a preflight without cookies, and cannot show a page in response.
        let preflight =
            self.passes_preflights && !guarded && is_preflight(context.method, context.headers);
        let mut ruled = RuleDecision::new(Verdict::Pass);
        // Whether an exemption depends on a running check.
        let mut may_be_exempt = false;
        let mut rules = self
            .rules
            .judging((!T::EXPLAINS).then_some(context))
            .into_iter();
        while let Some(rule) = rules.next() {
            if !rule.targets_match(context) {
                trace.rule(rule, StepOutcome::OtherRequests);
                continue;
            }
            let challenge = match rule.action {
                Action::Challenge(demand) | Action::AlwaysChallenge(demand) => {
                    Some(self.task_for(demand, context))
                }
                _ => None,
            };
            if rule.action.protects() && !rule.observe {
                // Whether the condition holds depends on the client, so a shared cache must not
                // serve the response to others.
                ruled.private = true;
            }
            if challenge.is_some() && preflight {
                ruled.permission_only |= !rule.observe;
                trace.rule(rule, StepOutcome::Preflight);
                continue;
            }
            let mut acts = rule.when(context);
            if acts == Truth::No {
                trace.rule(rule, StepOutcome::ConditionFails);
                continue;
            }
            if let Some(task) = challenge
                && let Some(satisfying) = presented.satisfying(self, context, task)
            {
                // Whom the statement does not stop passes without the clearance.
                if satisfying.budget.is_some() && stops(rule, context) {
                    presented.note_used(&satisfying);
                }
                trace.rule(rule, StepOutcome::Cleared);
                continue;
            }
            if matches!(rule.action, Action::Challenge(_) | Action::DenyAccess) {
                acts = Truth::all([acts, rule.covers_client(context)]);
            }
            trace.rule(
                rule,
                match acts {
                    Truth::No => StepOutcome::NotABot,
                    acts => step_of(rule, acts),
                },
            );
            match acts {
                Truth::Yes if self.observes(rule, context) => continue,
                Truth::Yes => {}
                // Nothing is reported before the check has ended.
                Truth::Pending if !rule.observe => {
                    if rule.action != Action::Exempt {
                        return ruled.decided(Verdict::Checking, statement(rule));
                    }
                    // The exemption matters only if the request is stopped otherwise.
                    may_be_exempt = true;
                    continue;
                }
                _ => continue,
            }
            let verdict = match (rule.action, challenge) {
                (Action::Exempt, _) => {
                    // A shared cache must not serve what the others are not exempt from.
                    ruled.private |= rule.depends_on_client()
                        && rules.any(|later| {
                            later.action.protects()
                                && !later.observe
                                && later.targets_match(context)
                        });
                    return ruled;
                }
                _ if may_be_exempt => Verdict::Checking,
                (_, Some(task)) => demand_of(context, task),
                _ => Verdict::Deny,
            };
            return ruled.decided(verdict, statement(rule));
        }
        ruled
    }

    /// Reports what a statement that only observes would have done.
    pub(super) fn observes(&self, rule: &Rule, context: &MatchContext<'_>) -> bool {
        if rule.observe && !context.is_dry_run {
            let decided = Decided {
                reference: None,
                action: action_of(&rule.action),
                decided_by: statement(rule),
                status: None,
            };
            self.reporter.report(&decided, &facts(context));
        }
        rule.observe
    }
}

/// Whether a statement that challenges stops a client without a clearance, or may do so.
fn stops(rule: &Rule, context: &MatchContext<'_>) -> bool {
    let is_about_bots = matches!(rule.action, Action::Challenge(_));
    !rule.observe && (!is_about_bots || rule.covers_client(context) != Truth::No)
}

/// The facts of a request, for reports.
fn facts<'a>(context: &MatchContext<'a>) -> RequestFacts<'a> {
    RequestFacts {
        method: context.method,
        uri: context.uri,
        headers: context.headers,
        route: context.route(),
        handler: context.endpoint(),
        client: Some(context.client),
        detection: Some(context.detection),
    }
}

/// The outcome of a statement that matches the request.
fn step_of(rule: &Rule, acts: Truth) -> StepOutcome {
    match acts {
        Truth::No => StepOutcome::ConditionFails,
        Truth::Yes if rule.observe => StepOutcome::Observes,
        Truth::Yes => StepOutcome::Decides,
        Truth::Pending => StepOutcome::Pending,
    }
}

/// The outcome that a statement's action leads to.
fn action_of(action: &Action) -> DecisionAction {
    match action {
        Action::Challenge(_) | Action::AlwaysChallenge(_) => DecisionAction::Challenge,
        Action::DenyAccess | Action::AlwaysDeny => DecisionAction::Deny,
        Action::Exempt => DecisionAction::Pass,
        Action::Limit(_) => DecisionAction::Limit,
        Action::Trap => DecisionAction::Trap,
    }
}

/// Whether a request is a CORS preflight ([Fetch], CORS-preflight request).
///
/// [Fetch]: https://fetch.spec.whatwg.org/#cors-preflight-request
fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
