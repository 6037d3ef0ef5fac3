//! Judges requests by policies, rules and limits.

mod attributes;
mod budgets;
mod clearances;
mod decision;
mod deferred_charges;
mod limits;
mod managed;
mod media;
mod statements;
mod sync;
mod trace;
mod verdict;

pub(crate) use decision::Decision;
pub(crate) use deferred_charges::{DeferredCharges, ResponseOutcome};
pub use managed::ManagedSteps;
pub(crate) use sync::SyncJudgement;
pub(crate) use verdict::{RuleDecision, Verdict};

use std::sync::Arc;

use humanify_syntax::{Demand, Exempt, Policy};

use crate::challenge::{Clearances, Task};
use crate::client::CounterKey;
use crate::decision::{DecidedBy, ExplanationStep, Reporter, StepOutcome, escaped};
use crate::limit::{Counter, RouteBuckets, UsedBuckets, counted_method};
use crate::rules::{MatchContext, RequestRoute, Rules};
use crate::store::{Bucket, CountList, CountMode, CountOutcome, OnStoreFailure, Store};
use attributes::attribute;
use clearances::PresentedClearances;
use limits::limits_of;
use trace::{Trace, Untraced};

/// The rules and the settings by which requests are judged.
pub(crate) struct Judge {
    pub(crate) rules: Rules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clearances: Clearances,
    /// The default challenge.
    pub(crate) task: Task,
    /// The steps that the signs of a client add to a managed challenge.
    pub(crate) managed_steps: ManagedSteps,
    pub(crate) on_store_failure: OnStoreFailure,
    pub(crate) routes: UsedBuckets,
    pub(crate) route_buckets: RouteBuckets,
    /// Whether CORS preflights pass statements that challenge.
    pub(crate) passes_preflights: bool,
    /// Whether a clearance holds for another user agent that requests media.
    pub(crate) media_players: bool,
    /// Receives the decisions of statements that only observe.
    pub(crate) reporter: Arc<Reporter>,
}

impl Judge {
    /// Judges a request by its handler's policy and the rules.
    pub(crate) async fn judge(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> Decision {
        self.judge_traced(context, policy, &mut Untraced).await
    }

    /// Judges a request without counting it, and returns each step.
    pub(crate) async fn explain(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> (Decision, Vec<ExplanationStep>) {
        let mut steps = Vec::new();
        let decision = self.judge_traced(context, policy, &mut steps).await;
        (decision, steps)
    }

    async fn judge_traced<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        trace: &mut T,
    ) -> Decision {
        let exempt = policy.map_or(Exempt::Nothing, |policy| policy.exempt);
        if let Some(policy) = policy.filter(|_| exempt == Exempt::All) {
            trace.step(attribute("exempt", policy), StepOutcome::Decides);
            return Decision::new(Verdict::Pass, false);
        }
        let mut shown = match self.asks_for_clearances(policy) {
            true => PresentedClearances::of(self, context, !T::EXPLAINS).await,
            false => PresentedClearances::NOT_LOOKED_FOR,
        };
        if T::EXPLAINS {
            shown.forget_spent(self).await;
        }
        if context.is_ambiguous() && self.depends_on_reading(context, policy, &mut shown) {
            let by = DecidedBy::Request {
                problem: "the path can be read in several ways, which are decided differently",
            };
            trace.step(by, StepOutcome::Decides);
            return Decision::new(Verdict::Ambiguous, true).by(by);
        }
        if let Some(ruled) = self.denied_to_all_traced(context, trace) {
            return Decision::denied_to_all(&ruled);
        }
        let buckets = match T::EXPLAINS {
            true => self.limits(context, policy),
            false => self.counted_limits(context, policy).into_list(),
        };
        let mode = match T::EXPLAINS {
            true => {
                Box::pin(self.explain_limits(context, policy, trace)).await;
                CountMode::Peek
            }
            false => CountMode::Acquire,
        };
        // Judging the readings of the path must not use up the clearance.
        shown.take_used();
        // A remote store counts limits and budget in one round trip.
        let mut early = None;
        let mut budget = None;
        if !T::EXPLAINS && shown.count_requests() {
            // Nothing is reported yet, since a limit may refuse the request.
            let trial = context.as_dry_run();
            let ruled = self.ruled(&trial, policy, &mut shown, trace);
            let used = shown.take_used();
            budget = used.filter(|_| ruled.verdict == Verdict::Pass);
            early = Some(ruled);
        }
        let mut counts = CountList::new();
        if !buckets.is_empty() || budget.is_some() {
            let counted = match budget {
                None => self.store.count(&buckets, mode).wait().await,
                Some(budget) => {
                    let counting = Box::pin(self.count_with(&buckets, budget));
                    let (counted, is_spent) = counting.await;
                    if is_spent {
                        shown.forget(&budget);
                        early = None;
                    } else {
                        shown.note_charged(&budget);
                    }
                    counted
                }
            };
            let counter = Counter::route(context.route(), context.method);
            match self.require_within_limits(context, policy, (counter, &buckets), counted) {
                Ok(within) => counts = within,
                Err(decision) => return *decision,
            }
        }
        // A request that another limit refuses is counted by none.
        let observed = match !T::EXPLAINS && self.rules.observe_limits() {
            true => Box::pin(self.observe_limits(context, policy)).await,
            false => DeferredCharges::default(),
        };
        let mut ruled = match early {
            Some(ruled) if !self.rules.observe_statements() => ruled,
            _ => self.ruled(context, policy, &mut shown, trace),
        };
        if T::EXPLAINS {
            if context.is_ambiguous() {
                self.restrict_by_readings(context, policy, &mut shown, &mut ruled);
            }
            return Decision::new(ruled.verdict, ruled.private).by(ruled.decided_by);
        }
        let counted = (counts, &buckets[..], observed);
        self.settle_clearances(context, policy, (ruled, shown), counted)
            .await
    }

    /// The decision about a request that is counted and judged: once the clearance is counted that
    /// has let it pass, and with what other readings of its path demand.
    async fn settle_clearances(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        (mut ruled, mut shown): (RuleDecision, PresentedClearances),
        counted: (CountList, &[Bucket], DeferredCharges),
    ) -> Decision {
        while shown.is_used() && Box::pin(self.is_spent(&ruled, &mut shown)).await {
            // What observed statements would have done was reported the first time.
            let trial = context.as_dry_run();
            ruled = self.ruled(&trial, policy, &mut shown, &mut Untraced);
        }
        if context.is_ambiguous() {
            self.restrict_by_readings(context, policy, &mut shown, &mut ruled);
        }
        Decision {
            charged: shown.charged(),
            ..self.decided(context, ruled, counted).await
        }
    }

    /// Whether a clearance can matter to a handler with this policy.
    fn asks_for_clearances(&self, policy: Option<&Policy>) -> bool {
        policy.is_some_and(Policy::judges) || self.rules.judge()
    }

    /// The decision of the policy or, without one, of the rules.
    #[inline]
    fn ruled<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        shown: &mut PresentedClearances,
        trace: &mut T,
    ) -> RuleDecision {
        let mut ruled = match policy {
            Some(policy) if policy.judges() => RuleDecision {
                private: true,
                ..self.by_policy(context, policy, shown, trace)
            },
            _ => self.by_rules(context, policy.is_some(), shown, trace),
        };
        // A shared cache cannot tell which clients the statement denies.
        ruled.private |= self.rules.deny_everyone()
            && self.rules.denying(Some(context)).into_iter().any(|rule| {
                !rule.observe && rule.depends_on_client() && rule.targets_match(context)
            });
        ruled
    }

    /// Whether the rules decide differently about one reading of the path than about another.
    /// Nothing is counted.
    fn depends_on_reading(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        shown: &mut PresentedClearances,
    ) -> bool {
        let declared = policy.map_or(&[][..], |policy| policy.limits);
        let mut first = None;
        for reading in context.readings() {
            let limits: Vec<usize> = self
                .limits_in_force(&reading, declared)
                .filter(|(rule, _)| !rule.observe)
                .map(|(rule, _)| rule.number)
                .collect();
            let verdict = match policy {
                Some(policy) if policy.judges() => Verdict::Pass,
                _ => {
                    let trace = &mut Untraced;
                    self.by_rules(&reading, policy.is_some(), shown, trace)
                        .verdict
                }
            };
            let denied_to_all = self.denied_to_all(&reading).map(|ruled| ruled.verdict);
            let decided = (denied_to_all, limits, verdict);
            if *first.get_or_insert_with(|| decided.clone()) != decided {
                return true;
            }
        }
        false
    }

    /// Applies the restrictions of every reading of the path to the response. Even if all readings
    /// pass, some may make the response private or reduce it to the permission of a preflight.
    fn restrict_by_readings(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        shown: &mut PresentedClearances,
        ruled: &mut RuleDecision,
    ) {
        for reading in context.readings() {
            let other = self.ruled(&reading, policy, shown, &mut Untraced);
            ruled.private |= other.private;
            ruled.permission_only |= other.permission_only;
        }
    }

    /// Whether a request like this one would be over a limit.
    pub(crate) async fn is_limited(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> bool {
        if policy.is_some_and(|policy| policy.exempt == Exempt::All) {
            return false;
        }
        let buckets = self.limits(context, policy);
        match self.store.count(&buckets, CountMode::Peek).wait().await {
            Ok(counted) => matches!(counted, CountOutcome::Over { .. }),
            Err(_) => self.on_store_failure != OnStoreFailure::Allow,
        }
    }

    /// Judges by a policy that was discovered only after the rules had judged, and the layer by the
    /// policy that it knew. It can add to their demands; it exempts from nothing. The budget that has
    /// counted the request does not count it again.
    pub(crate) async fn judge_hidden(
        &self,
        context: &MatchContext<'_>,
        policy: &'static Policy,
        (known, charged): (Option<&'static Policy>, Option<CounterKey>),
    ) -> Decision {
        let counter = Counter::Hidden {
            handler: policy.name,
            method: counted_method(context.method),
        };
        let mut buckets = limits_of(counter, context, policy.limits);
        if policy.limits.iter().any(|limit| limit.scope.is_some()) {
            self.subtract_counted(&mut buckets, &context.with_policy(known), known);
        }
        self.routes.note(counter, &buckets);
        let mut counts = CountList::new();
        if !buckets.is_empty() {
            let counted = self.store.count(&buckets, CountMode::Acquire).wait().await;
            match self.require_within_limits(context, Some(policy), (counter, &buckets), counted) {
                Ok(within) => counts = within,
                Err(decision) => return *decision,
            }
        }
        let shown = PresentedClearances::of(self, context, true).await;
        let mut shown = shown.charged_by(charged);
        let mut ruled = self.by_policy(context, policy, &mut shown, &mut Untraced);
        while shown.is_used() && Box::pin(self.is_spent(&ruled, &mut shown)).await {
            ruled = self.by_policy(context, policy, &mut shown, &mut Untraced);
        }
        let ruled = RuleDecision {
            private: policy.judges(),
            ..ruled
        };
        let counted = (counts, &buckets[..], DeferredCharges::default());
        Decision {
            charged: shown.charged(),
            ..self.decided(context, ruled, counted).await
        }
    }

    /// The task of a demand.
    pub(crate) fn task(&self, demand: Demand) -> Task {
        Task {
            challenge_type: demand.challenge_type.unwrap_or(self.task.challenge_type),
            hardness: demand.hardness.unwrap_or(self.task.hardness),
        }
    }

    /// The decision with its deferred charges, including those of limits that only observe. A request
    /// that the application does not get is no failure.
    async fn decided(
        &self,
        context: &MatchContext<'_>,
        ruled: RuleDecision,
        (mut counts, buckets, observed): (CountList, &[Bucket], DeferredCharges),
    ) -> Decision {
        let mut deferred_charges = DeferredCharges::of(buckets, &counts).and(observed);
        if ruled.verdict != Verdict::Pass && !deferred_charges.is_nothing() {
            let deferred_charges = std::mem::take(&mut deferred_charges);
            Box::pin(deferred_charges.settle(&*self.store, ResponseOutcome::NotAtAll, &mut counts))
                .await;
        }
        decision(context, &ruled, counts, deferred_charges)
    }
}

/// Logs the verdict, with the route, or with the path where no route matched.
#[inline]
fn log(route: RequestRoute<'_>, path: &str, verdict: Verdict) {
    #[cold]
    fn log_now(route: RequestRoute<'_>, path: &str, verdict: Verdict) {
        let route = route.template();
        let path = route.is_none().then(|| escaped(path.as_bytes()));
        tracing::trace!(route, path, ?verdict, "judged");
    }
    if tracing::enabled!(tracing::Level::TRACE) {
        log_now(route, path, verdict);
    }
}

fn decision(
    context: &MatchContext<'_>,
    ruled: &RuleDecision,
    counts: CountList,
    deferred_charges: DeferredCharges,
) -> Decision {
    log(context.route, context.path, ruled.verdict);
    Decision {
        verdict: ruled.verdict,
        private: ruled.private,
        permission_only: ruled.permission_only,
        counts,
        deferred_charges,
        charged: None,
        decided_by: ruled.decided_by,
    }
}
