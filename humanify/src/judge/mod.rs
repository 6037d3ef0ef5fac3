//! `Judge`: decides about requests by policies, rules and limits.

mod decision;
mod deferred_charges;
mod verdict;

pub(crate) use decision::Decision;
pub(crate) use deferred_charges::DeferredCharges;
pub(crate) use verdict::Verdict;

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method, StatusCode};
use humanify_syntax::{Action, BotAction, Counts, Demand, Exempt, Limit, Policy, Sign};

use crate::challenge::{Clearances, Task};
use crate::limit::{Counter, Routes, buckets, counted_method};
use crate::rules::{MatchContext, Rule, Rules};
use crate::store::{Bucket, BucketList, CountList, CountMode, Counted, OnStoreFailure, Store};
use crate::truth::Truth;

/// The rules, and the parts that they need: store, clearances, defaults.
pub(crate) struct Judge {
    pub(crate) rules: Rules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clearances: Clearances,
    /// The challenge of statements and attributes that name none.
    pub(crate) task: Task,
    pub(crate) on_store_failure: OnStoreFailure,
    pub(crate) routes: Routes,
    /// Whether CORS preflights pass statements that challenge.
    pub(crate) passes_preflights: bool,
}

impl Judge {
    /// Judges a request by its handler's policy and the rules.
    pub(crate) async fn judge(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> Decision {
        let exempt = policy.map_or(Exempt::Nothing, |policy| policy.exempt);
        if exempt == Exempt::All {
            return Decision::new(Verdict::Pass, false);
        }
        if context.is_ambiguous() && Box::pin(self.depends_on_reading(context, policy)).await {
            return Decision::new(Verdict::Ambiguous, true);
        }
        if let Some(verdict) = self.shut_out(context) {
            return Decision::new(verdict, true);
        }
        let buckets = self.limits(context, policy, true).await;
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let mut ruled = match policy {
            Some(policy) if policy.judges() => Ruled {
                private: true,
                ..Ruled::new(self.by_policy(context, policy).await)
            },
            _ => self.by_rules(context, policy.is_some()).await,
        };
        // A shared cache does not know which clients a statement denies.
        ruled.private |= self
            .rules
            .denying()
            .any(|rule| !rule.observe && rule.depends_on_client() && rule.aims_at(context));
        self.decided(context, ruled, (counts, buckets)).await
    }

    /// Whether two readings of the path lead to different decisions. Counts nothing.
    async fn depends_on_reading(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
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
                _ => self.by_rules(&reading, policy.is_some()).await.verdict,
            };
            let decided = (self.shut_out(&reading), limits, verdict);
            if *first.get_or_insert_with(|| decided.clone()) != decided {
                return true;
            }
        }
        false
    }

    /// The limits of the rules, without those that a limit declared by the handler replaces because
    /// it counts the same.
    fn limits_in_force<'a>(
        &'a self,
        context: &'a MatchContext<'_>,
        declared: &'a [Limit],
    ) -> impl Iterator<Item = (&'a Rule, &'a Limit)> {
        self.rules.limits(context).filter(move |(_, limit)| {
            !declared.iter().any(|declared| {
                declared.counts == limit.counts && declared.is_about(context.method.as_str())
            })
        })
    }

    /// Whether a request like this one would exceed a limit. Counts nothing.
    pub(crate) async fn is_limited(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> bool {
        if policy.is_some_and(|policy| policy.exempt == Exempt::All) {
            return false;
        }
        let buckets = self.limits(context, policy, false).await;
        match self.store.count(&buckets, CountMode::Peek).wait().await {
            Ok(counted) => matches!(counted, Counted::Over { .. }),
            Err(_) => self.on_store_failure != OnStoreFailure::Allow,
        }
    }

    /// Judges by the policy of a handler that the layer could not see, after the rules have judged.
    /// The policy can demand more than the rules; it exempts from nothing.
    pub(crate) async fn judge_hidden(
        &self,
        context: &MatchContext<'_>,
        policy: &'static Policy,
    ) -> Decision {
        let counter = Counter::Hidden {
            handler: policy.name,
            method: counted_method(context.method),
        };
        let buckets = limits_of(counter, context, policy.limits);
        self.routes.note(counter, &buckets);
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let ruled = Ruled {
            private: policy.judges(),
            ..Ruled::new(self.by_policy(context, policy).await)
        };
        self.decided(context, ruled, (counts, buckets)).await
    }

    /// The verdict of `always_deny` and `trap`; `None` if neither applies. Only `#[exempt]` and
    /// bans come before them.
    pub(crate) fn shut_out(&self, context: &MatchContext<'_>) -> Option<Verdict> {
        let (mut denied, mut checking) = (None, None);
        for rule in self.rules.denying().filter(|rule| rule.aims_at(context)) {
            match rule.when(context) {
                Truth::Yes if !observed(rule, context) => {
                    if rule.action == Action::Trap {
                        return Some(Verdict::Trapped);
                    }
                    denied = Some(Verdict::Deny);
                }
                Truth::Pending if !rule.observe => checking = Some(Verdict::Checking),
                _ => {}
            }
        }
        denied.or(checking)
    }

    /// The challenge that a demand means, with the builder's defaults filled in.
    pub(crate) fn task(&self, demand: Demand) -> Task {
        Task {
            challenge_type: demand.challenge_type.unwrap_or(self.task.challenge_type),
            hardness: demand.hardness.unwrap_or(self.task.hardness),
        }
    }

    /// The decision for a verdict and its counts. A request that does not reach the application
    /// cannot fail there, so its charges for failures are refunded at once.
    async fn decided(
        &self,
        context: &MatchContext<'_>,
        ruled: Ruled,
        (mut counts, buckets): (CountList, BucketList),
    ) -> Decision {
        let verdict = ruled.verdict;
        let mut owed = DeferredCharges::of(&buckets, &counts);
        if verdict != Verdict::Pass && !owed.is_nothing() {
            let owed = std::mem::take(&mut owed);
            Box::pin(owed.settle(&*self.store, StatusCode::OK, &mut counts)).await;
        }
        tracing::trace!(path = ?context.path, ?verdict, "judged");
        Decision {
            verdict,
            private: ruled.private,
            permission_only: ruled.permission_only,
            counts,
            owed,
        }
    }

    /// The buckets in which a request counts. With `counts = false` nothing is noted or counted.
    async fn limits(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        counts: bool,
    ) -> BucketList {
        let counter = Counter::route(context.route, context.method);
        let declared = match policy {
            Some(policy) if policy.exempt != Exempt::Nothing => return BucketList::new(),
            Some(policy) => policy.limits,
            None => &[],
        };
        let mut buckets = limits_of(counter, context, declared);
        add(
            &mut buckets,
            self.limits_by_rule(context, declared, counts).await,
        );
        if counts && !buckets.is_empty() {
            self.routes.note(counter, &buckets);
        }
        buckets
    }

    /// The buckets of the rules' limits. Limits that are only observed are counted here and left
    /// out.
    async fn limits_by_rule(
        &self,
        context: &MatchContext<'_>,
        declared: &[Limit],
        counts: bool,
    ) -> BucketList {
        let mut enforced = BucketList::new();
        for (rule, limit) in self.limits_in_force(context, declared) {
            if !rule.observe {
                let counter = Counter::route(context.route, context.method);
                add(&mut enforced, buckets(counter, context, limit));
                continue;
            }
            if !counts {
                continue;
            }
            let counter = Counter::Observed {
                statement: rule.number,
            };
            let mut observing = *limit;
            // An observed limit has buckets of its own, and counts requests before any has failed.
            (observing.scope, observing.counts) = (None, Counts::Requests);
            let buckets = buckets(counter, context, &observing);
            let counted = self.store.count(&buckets, CountMode::Acquire).wait().await;
            if let Ok(Counted::Over { .. }) = counted {
                observed(rule, context);
            }
        }
        enforced
    }

    async fn count(&self, buckets: &[Bucket]) -> Result<CountList, Decision> {
        if buckets.is_empty() {
            return Ok(CountList::new());
        }
        match self.store.count(buckets, CountMode::Acquire).wait().await {
            Ok(Counted::Within(counts)) => Ok(counts),
            Ok(Counted::Over { wait, counts }) => Err(Decision {
                counts,
                ..Decision::new(Verdict::Limited(wait), true)
            }),
            Err(_) if self.on_store_failure == OnStoreFailure::Allow => Ok(CountList::new()),
            Err(_) => Err(Decision::new(Verdict::Unavailable, true)),
        }
    }

    async fn by_policy(&self, context: &MatchContext<'_>, policy: &Policy) -> Verdict {
        let mut shown = PresentedClearances::default();
        let is_bot = || context.tell(Sign::Bot);
        if policy.bots == Some(BotAction::Deny) {
            match is_bot() {
                Truth::Yes => return Verdict::Deny,
                Truth::Pending => return Verdict::Checking,
                Truth::No => {}
            }
        }
        if let Some(demand) = policy.everyone {
            let task = self.task(demand);
            if !shown.satisfies(self, context, task).await {
                return demand_of(context, task);
            }
        }
        if let Some(BotAction::Challenge(demand)) = policy.bots {
            let task = self.task(demand);
            if !shown.satisfies(self, context, task).await && is_bot() != Truth::No {
                return demand_of(context, task);
            }
        }
        Verdict::Pass
    }

    async fn by_rules(&self, context: &MatchContext<'_>, guarded: bool) -> Ruled {
        let mut shown = PresentedClearances::default();
        // A browser sends preflights without cookies, and cannot show a page for one.
        let preflight =
            self.passes_preflights && !guarded && is_preflight(context.method, context.headers);
        let mut ruled = Ruled::new(Verdict::Pass);
        // Whether a statement may exempt the client, depending on a check that is still running.
        let mut may_be_exempt = false;
        for rule in self.rules.judging() {
            if !rule.aims_at(context) {
                continue;
            }
            let challenge = match rule.action {
                Action::Challenge(demand) | Action::AlwaysChallenge(demand) => {
                    Some(self.task(demand))
                }
                _ => None,
            };
            if rule.action.protects() && !rule.observe {
                // The decision depends on the client, so a shared cache must not repeat it.
                ruled.private = true;
            }
            if challenge.is_some() && preflight {
                ruled.permission_only |= !rule.observe;
                continue;
            }
            let mut acts = rule.when(context);
            if acts == Truth::No {
                continue;
            }
            if let Some(task) = challenge
                && shown.satisfies(self, context, task).await
            {
                continue;
            }
            if matches!(rule.action, Action::Challenge(_) | Action::DenyAccess) {
                acts = Truth::all([acts, rule.means(context)]);
            }
            match acts {
                Truth::Yes if observed(rule, context) => continue,
                Truth::Yes => {}
                // An observed statement is reported only once its condition is known.
                Truth::Pending if !rule.observe => {
                    if rule.action != Action::Exempt {
                        return Ruled {
                            verdict: Verdict::Checking,
                            ..ruled
                        };
                    }
                    // The exemption matters only if a later statement stops the request.
                    may_be_exempt = true;
                    continue;
                }
                _ => continue,
            }
            let verdict = match (rule.action, challenge) {
                (Action::Exempt, _) => Verdict::Pass,
                _ if may_be_exempt => Verdict::Checking,
                (_, Some(task)) => demand_of(context, task),
                _ => Verdict::Deny,
            };
            return Ruled { verdict, ..ruled };
        }
        ruled
    }
}

/// The outcome of the rules or of a policy for a request.
#[derive(Debug, Clone, Copy)]
struct Ruled {
    verdict: Verdict,
    private: bool,
    permission_only: bool,
}

impl Ruled {
    fn new(verdict: Verdict) -> Ruled {
        Ruled {
            verdict,
            private: false,
            permission_only: false,
        }
    }
}

/// The clearances that a request presents, read when they are first needed.
#[derive(Default)]
struct PresentedClearances(Option<Vec<Task>>);

impl PresentedClearances {
    async fn satisfies(&mut self, judge: &Judge, context: &MatchContext<'_>, demand: Task) -> bool {
        let solved = match &mut self.0 {
            Some(solved) => solved,
            none => {
                let shown = judge.clearances.shown(context.client, context.headers);
                none.insert(Box::pin(shown).await)
            }
        };
        solved.iter().any(|solved| solved.satisfies(demand))
    }
}

/// The verdict for a client that needs a clearance. A client without a known address is denied:
/// its clearance would open for every other such client. A crawler that is being checked is
/// told to come back later, since it cannot solve a challenge.
fn demand_of(context: &MatchContext<'_>, task: Task) -> Verdict {
    if context.client.is_unknown() {
        Verdict::Deny
    } else if context.detection.is_being_checked() {
        Verdict::Checking
    } else {
        Verdict::Challenge(task)
    }
}

fn limits_of(counter: Counter<'_>, context: &MatchContext<'_>, limits: &[Limit]) -> BucketList {
    let mut held = BucketList::new();
    let method = context.method.as_str();
    for limit in limits.iter().filter(|limit| limit.is_about(method)) {
        add(&mut held, buckets(counter, context, limit));
    }
    held
}

/// Merges `more` into `buckets`. Two limits with one key share one bucket, in which the request
/// counts once, at the higher cost.
fn add(buckets: &mut BucketList, more: BucketList) {
    if buckets.is_empty() {
        *buckets = more;
        return;
    }
    for bucket in more {
        match buckets.iter_mut().find(|known| known.key == bucket.key) {
            Some(known) => known.cost = known.cost.max(bucket.cost),
            None => buckets.push(bucket),
        }
    }
}

/// Whether a statement only observes. If so, logs what it would have done.
fn observed(rule: &Rule, context: &MatchContext<'_>) -> bool {
    if rule.observe && !context.is_trial {
        tracing::info!(
            target: "humanify::observe",
            statement = rule.number,
            name = rule.name,
            source = rule.source,
            action = rule.action.name(),
            ip = ?context.client.ip(),
            path = ?context.path,
            "would have acted"
        );
    }
    rule.observe
}

/// Whether a request is a CORS preflight, by which a browser asks for permission ([Fetch]).
///
/// [Fetch]: https://fetch.spec.whatwg.org/#cors-preflight-request
fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
