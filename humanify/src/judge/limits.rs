//! Counts a request in its limits, and names the limit that refuses it.

use std::time::Duration;

use humanify_syntax::{Exempt, Limit, Policy};

use super::attributes::attribute;
use super::trace::{Trace, statement};
use super::{Decision, DeferredCharges, Judge, Verdict};
use crate::decision::{DecidedBy, StepOutcome};
use crate::http::retry_after_seconds;
use crate::limit::{Counter, RequestBuckets, RouteKey, add_buckets, buckets};
use crate::rules::{MatchContext, Rule, depends_on_route_and_client};
use crate::store::{
    Bucket, BucketList, CountList, CountMode, CountOutcome, OnStoreFailure, StoreError,
};
use crate::truth::Truth;

impl Judge {
    /// The limits of the rules, without those that the handler replaces by one of its own that
    /// counts the same.
    pub(super) fn limits_in_force<'a>(
        &'a self,
        context: &'a MatchContext<'_>,
        declared: &'a [Limit],
    ) -> impl Iterator<Item = (&'a Rule, &'a Limit)> {
        self.rules
            .limits(context)
            .into_iter()
            .filter(move |(_, limit)| !is_replaced(limit, declared, context))
    }

    /// The buckets that a request counts in.
    pub(super) fn limits(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> BucketList {
        let declared = match policy {
            Some(policy) if policy.exempt != Exempt::Nothing => return BucketList::new(),
            Some(policy) => policy.limits,
            None => &[],
        };
        if declared.is_empty() && !self.rules.have_limits() {
            return BucketList::new();
        }
        let counter = Counter::route(context.route(), context.method);
        let mut held = match declared {
            [] => BucketList::new(),
            declared => limits_of(counter, context, declared),
        };
        let mut count = |rule: &Rule, limit: &Limit| {
            if !rule.observe && !is_replaced(limit, declared, context) {
                add_buckets(&mut held, counter, context, limit);
            }
        };
        match self.rules.limits_of_all() {
            Some(limits) => limits.for_each(|(rule, limit)| count(rule, limit)),
            None => {
                for (rule, limit) in self.rules.limits(context) {
                    count(rule, limit);
                }
            }
        }
        held
    }

    /// The buckets that a request counts in, which are noted for statistics.
    #[inline]
    pub(super) fn counted_limits(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> RequestBuckets<'_> {
        let exempt = policy.is_some_and(|policy| policy.exempt != Exempt::Nothing);
        let declares_none = policy.is_none_or(|policy| policy.limits.is_empty());
        if exempt || (declares_none && !self.rules.have_limits()) {
            return RequestBuckets::Own(BucketList::new());
        }
        let key = RouteKey {
            template: context.route(),
            method: context.method,
            policy,
        };
        let kept = self.route_buckets.find(key, context.client);
        kept.unwrap_or_else(|| RequestBuckets::Own(self.new_limits(context, key)))
    }

    /// The buckets of a request to a route whose buckets are not kept. Keeps them, if other requests
    /// to the route have the same ones.
    #[inline(never)]
    fn new_limits(&self, context: &MatchContext<'_>, key: RouteKey<'_>) -> BucketList {
        let buckets = self.limits(context, key.policy);
        self.routes
            .note(Counter::route(key.template, key.method), &buckets);
        let declared = key.policy.map_or(&[][..], |policy| policy.limits);
        if self.rules.all_limits_are_plain() && declared.iter().all(depends_on_route_and_client) {
            self.route_buckets.keep(key, context.client, &buckets);
        }
        buckets
    }

    /// Subtracts what the layer has surely counted of a request, in the scopes that its rules name. It
    /// may have seen no route, or this one.
    pub(super) fn subtract_counted(
        &self,
        buckets: &mut BucketList,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) {
        let counted = self.limits(context, policy);
        let without_route = self.limits(&context.without_route(), policy);
        let cost_in = |counted: &BucketList, bucket: &Bucket| {
            let same = counted.iter().find(|other| other.key == bucket.key);
            same.map_or(0, |same| same.cost)
        };
        for bucket in buckets.iter_mut() {
            let known = cost_in(&counted, bucket).min(cost_in(&without_route, bucket));
            bucket.cost = bucket.cost.saturating_sub(known);
        }
        buckets.retain(|bucket| bucket.cost > 0);
    }

    /// Counts a request in the limits that only observe, and reports those that it exceeds. Returns
    /// the charges that depend on its outcome.
    pub(super) async fn observe_limits(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> DeferredCharges {
        let mut deferred_charges = DeferredCharges::default();
        let declared = match policy {
            Some(policy) if policy.exempt != Exempt::Nothing => return deferred_charges,
            Some(policy) => policy.limits,
            None => &[],
        };
        for (rule, limit) in self.limits_in_force(context, declared) {
            if rule.observe {
                let buckets = observed_buckets(rule, context, limit);
                match self.store.count(&buckets, CountMode::Acquire).wait().await {
                    Ok(CountOutcome::Within(counts)) => {
                        deferred_charges.add_observed(&buckets, &counts);
                    }
                    Ok(CountOutcome::Over { .. }) => {
                        self.observes(rule, context);
                    }
                    Err(_) => {}
                }
            }
        }
        deferred_charges
    }

    /// The counts of a request that fits into its buckets.
    ///
    /// # Errors
    /// The decision, if it does not fit or cannot be counted.
    pub(super) fn require_within_limits(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&Policy>,
        (counter, buckets): (Counter<'_>, &[Bucket]),
        counted: Result<CountOutcome, StoreError>,
    ) -> Result<CountList, Box<Decision>> {
        match counted {
            Ok(CountOutcome::Within(counts)) => Ok(counts),
            Ok(CountOutcome::Over { wait, counts }) => {
                Err(self.over_limit(context, policy, (counter, buckets), (wait, counts)))
            }
            Err(_) if self.on_store_failure == OnStoreFailure::Allow => Ok(CountList::new()),
            Err(_) => Err(Box::new(
                Decision::new(Verdict::Unavailable, true).by(DecidedBy::Store),
            )),
        }
    }

    /// The decision about a request that does not fit into its buckets.
    #[cold]
    pub(super) fn over_limit(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&Policy>,
        (counter, buckets): (Counter<'_>, &[Bucket]),
        (wait, counts): (Duration, CountList),
    ) -> Box<Decision> {
        let over = buckets.iter().zip(&counts).find(|(_, count)| count.over);
        let by = over.and_then(|(bucket, _)| self.limit_of(context, policy, counter, bucket));
        Box::new(Decision {
            counts,
            decided_by: by,
            ..Decision::new(Verdict::Limited(wait), true)
        })
    }

    /// The limit of a bucket: the handler's or a statement's.
    fn limit_of(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&Policy>,
        counter: Counter<'_>,
        bucket: &Bucket,
    ) -> Option<DecidedBy> {
        let has = |limit: &Limit| {
            let buckets = buckets(counter, context, limit);
            buckets.iter().any(|known| known.key == bucket.key)
        };
        let declared = policy.map_or(&[][..], |policy| policy.limits);
        if let Some(policy) = policy
            && declared.iter().any(has)
        {
            return Some(attribute("rate_limit", policy));
        }
        let mut rules = self.limits_in_force(context, declared);
        rules
            .find(|(rule, limit)| !rule.observe && has(limit))
            .map(|(rule, _)| statement(rule))
    }

    /// Reports the state of each limit, or the reason for which it does not apply. Nothing is
    /// counted.
    pub(super) async fn explain_limits<T: Trace>(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        trace: &mut T,
    ) {
        let counter = Counter::route(context.route(), context.method);
        let declared = policy.map_or(&[][..], |policy| policy.limits);
        let is_exempt = policy.is_some_and(|policy| policy.exempt != Exempt::Nothing);
        if let Some(policy) = policy {
            for limit in declared {
                let outcome = if limit.is_about(context.method.as_str()) {
                    self.state_of(&buckets(counter, context, limit)).await
                } else {
                    StepOutcome::OtherRequests
                };
                trace.step(attribute("rate_limit", policy), outcome);
            }
        }
        let in_force: Vec<usize> = self
            .limits_in_force(context, declared)
            .map(|(rule, _)| rule.number)
            .collect();
        let matching: Vec<usize> = self
            .rules
            .limits(context)
            .into_iter()
            .map(|(rule, _)| rule.number)
            .collect();
        for rule in self.rules.all() {
            let Some(limit) = rule.limit() else { continue };
            let outcome =
                if !rule.targets_match(context) || !limit.is_about(context.method.as_str()) {
                    StepOutcome::OtherRequests
                } else if rule.when(context) == Truth::No {
                    StepOutcome::ConditionFails
                } else if !matching.contains(&rule.number) {
                    StepOutcome::GivesWay
                } else if is_exempt || !in_force.contains(&rule.number) {
                    StepOutcome::Replaced
                } else if rule.observe {
                    let buckets = observed_buckets(rule, context, limit);
                    match self.state_of(&buckets).await {
                        StepOutcome::OverLimit { .. } => StepOutcome::Observes,
                        within => within,
                    }
                } else {
                    self.state_of(&buckets(counter, context, limit)).await
                };
            trace.rule(rule, outcome);
        }
    }

    /// The state of the buckets of one limit.
    async fn state_of(&self, buckets: &[Bucket]) -> StepOutcome {
        match self.store.count(buckets, CountMode::Peek).wait().await {
            Ok(CountOutcome::Within(counts)) => StepOutcome::WithinLimit {
                remaining: counts
                    .iter()
                    .map(|count| count.remaining)
                    .min()
                    .unwrap_or(u32::MAX),
            },
            Ok(CountOutcome::Over { wait, .. }) => StepOutcome::OverLimit {
                wait: retry_after_seconds(wait),
            },
            Err(_) => StepOutcome::Pending,
        }
    }
}

/// The buckets of a limit that only observes. They count as the buckets of the limit would, and are
/// separate from those of all limits that refuse.
fn observed_buckets(rule: &Rule, context: &MatchContext<'_>, limit: &Limit) -> BucketList {
    let route = (context.route(), context.method);
    let counter = Counter::observed(rule.number, limit, route);
    let unshared = Limit {
        scope: None,
        ..*limit
    };
    buckets(counter, context, &unshared)
}

/// The buckets of limits whose `methods` contain the method of the request.
pub(super) fn limits_of(
    counter: Counter<'_>,
    context: &MatchContext<'_>,
    limits: &[Limit],
) -> BucketList {
    let mut held = BucketList::new();
    let method = context.method.as_str();
    for limit in limits.iter().filter(|limit| limit.is_about(method)) {
        add_buckets(&mut held, counter, context, limit);
    }
    held
}

/// Whether a handler's own limits replace one of the rules, since one of them counts the same.
fn is_replaced(limit: &Limit, declared: &[Limit], context: &MatchContext<'_>) -> bool {
    declared.iter().any(|declared| {
        declared.counts == limit.counts && declared.is_about(context.method.as_str())
    })
}
