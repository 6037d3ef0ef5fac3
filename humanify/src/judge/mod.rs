//! Judges requests by policies, rules and limits.

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

/// The rules, and what is asked to apply them.
pub(crate) struct Judge {
    pub(crate) rules: Rules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clearances: Clearances,
    /// The challenge where nothing else is said.
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
        asked: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> Decision {
        let exempt = policy.map_or(Exempt::Nothing, |policy| policy.exempt);
        if exempt == Exempt::All {
            return Decision::new(Verdict::Pass, false);
        }
        if asked.is_ambiguous() && Box::pin(self.depends_on_reading(asked, policy)).await {
            return Decision::new(Verdict::Ambiguous, true);
        }
        if let Some(verdict) = self.shut_out(asked) {
            return Decision::new(verdict, true);
        }
        let buckets = self.limits(asked, policy, true).await;
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let mut ruled = match policy {
            Some(policy) if policy.judges() => Ruled {
                private: true,
                ..Ruled::new(self.by_policy(asked, policy).await)
            },
            _ => self.by_rules(asked, policy.is_some()).await,
        };
        // Of whom a statement denies a shared cache knows nothing.
        ruled.private |= self
            .rules
            .denying()
            .any(|rule| !rule.observe && rule.depends_on_client() && rule.aims_at(asked));
        self.decided(asked, ruled, (counts, buckets)).await
    }

    /// Whether the rules decide otherwise about one reading of the path than about another.
    /// Nothing is counted.
    async fn depends_on_reading(
        &self,
        asked: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> bool {
        let declared = policy.map_or(&[][..], |policy| policy.limits);
        let mut first = None;
        for reading in asked.readings() {
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

    /// The limits of the rules, but for those in whose place the handler has declared one that
    /// counts the same.
    fn limits_in_force<'a>(
        &'a self,
        asked: &'a MatchContext<'_>,
        declared: &'a [Limit],
    ) -> impl Iterator<Item = (&'a Rule, &'a Limit)> {
        self.rules.limits(asked).filter(move |(_, limit)| {
            !declared.iter().any(|declared| {
                declared.counts == limit.counts && declared.is_about(asked.method.as_str())
            })
        })
    }

    /// Whether a request like this one would be over a limit.
    pub(crate) async fn is_limited(
        &self,
        asked: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> bool {
        if policy.is_some_and(|policy| policy.exempt == Exempt::All) {
            return false;
        }
        let buckets = self.limits(asked, policy, false).await;
        match self.store.count(&buckets, CountMode::Peek).wait().await {
            Ok(counted) => matches!(counted, Counted::Over { .. }),
            Err(_) => self.on_store_failure != OnStoreFailure::Allow,
        }
    }

    /// Judges by a policy that came to light only after the rules had judged. It can add to
    /// what they demanded; it exempts from nothing.
    pub(crate) async fn judge_hidden(
        &self,
        asked: &MatchContext<'_>,
        policy: &'static Policy,
    ) -> Decision {
        let counter = Counter::Hidden {
            handler: policy.name,
            method: counted_method(asked.method),
        };
        let buckets = limits_of(counter, asked, policy.limits);
        self.routes.note(counter, &buckets);
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let ruled = Ruled {
            private: policy.judges(),
            ..Ruled::new(self.by_policy(asked, policy).await)
        };
        self.decided(asked, ruled, (counts, buckets)).await
    }

    /// Whether `always_deny` holds, or `trap`, above which stands nothing but `#[exempt]`.
    pub(crate) fn shut_out(&self, asked: &MatchContext<'_>) -> Option<Verdict> {
        let (mut denied, mut checking) = (None, None);
        for rule in self.rules.denying().filter(|rule| rule.aims_at(asked)) {
            match rule.when(asked) {
                Truth::Yes if !observed(rule, asked) => {
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

    /// The challenge that a demand asks for.
    pub(crate) fn task(&self, demand: Demand) -> Task {
        Task {
            challenge_type: demand.challenge_type.unwrap_or(self.task.challenge_type),
            hardness: demand.hardness.unwrap_or(self.task.hardness),
        }
    }

    /// The verdict, with what is owed for failures. A request that does not get to the
    /// application has not failed there.
    async fn decided(
        &self,
        asked: &MatchContext<'_>,
        ruled: Ruled,
        (mut counts, buckets): (CountList, BucketList),
    ) -> Decision {
        let verdict = ruled.verdict;
        let mut owed = DeferredCharges::of(&buckets, &counts);
        if verdict != Verdict::Pass && !owed.is_nothing() {
            let owed = std::mem::take(&mut owed);
            Box::pin(owed.settle(&*self.store, StatusCode::OK, &mut counts)).await;
        }
        tracing::trace!(path = ?asked.path, ?verdict, "judged");
        Decision {
            verdict,
            private: ruled.private,
            permission_only: ruled.permission_only,
            counts,
            owed,
        }
    }

    /// The buckets that a request counts in.
    async fn limits(
        &self,
        asked: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        counts: bool,
    ) -> BucketList {
        let counter = Counter::route(asked.route, asked.method);
        let declared = match policy {
            Some(policy) if policy.exempt != Exempt::Nothing => return BucketList::new(),
            Some(policy) => policy.limits,
            None => &[],
        };
        let mut buckets = limits_of(counter, asked, declared);
        add(
            &mut buckets,
            self.limits_by_rule(asked, declared, counts).await,
        );
        if counts && !buckets.is_empty() {
            self.routes.note(counter, &buckets);
        }
        buckets
    }

    /// The buckets of the limits of the rules that are in force.
    async fn limits_by_rule(
        &self,
        asked: &MatchContext<'_>,
        declared: &[Limit],
        counts: bool,
    ) -> BucketList {
        let mut enforced = BucketList::new();
        for (rule, limit) in self.limits_in_force(asked, declared) {
            if !rule.observe {
                let counter = Counter::route(asked.route, asked.method);
                add(&mut enforced, buckets(counter, asked, limit));
                continue;
            }
            if !counts {
                continue;
            }
            let counter = Counter::Observed {
                statement: rule.number,
            };
            let mut observing = *limit;
            // What is only observed is counted apart, and before anything has failed.
            (observing.scope, observing.counts) = (None, Counts::Requests);
            let buckets = buckets(counter, asked, &observing);
            let counted = self.store.count(&buckets, CountMode::Acquire).wait().await;
            if let Ok(Counted::Over { .. }) = counted {
                observed(rule, asked);
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

    async fn by_policy(&self, asked: &MatchContext<'_>, policy: &Policy) -> Verdict {
        let mut shown = PresentedClearances::default();
        let is_bot = || asked.tell(Sign::Bot);
        if policy.bots == Some(BotAction::Deny) {
            match is_bot() {
                Truth::Yes => return Verdict::Deny,
                Truth::Pending => return Verdict::Checking,
                Truth::No => {}
            }
        }
        if let Some(demand) = policy.everyone {
            let task = self.task(demand);
            if !shown.satisfies(self, asked, task).await {
                return demand_of(asked, task);
            }
        }
        if let Some(BotAction::Challenge(demand)) = policy.bots {
            let task = self.task(demand);
            if !shown.satisfies(self, asked, task).await && is_bot() != Truth::No {
                return demand_of(asked, task);
            }
        }
        Verdict::Pass
    }

    async fn by_rules(&self, asked: &MatchContext<'_>, guarded: bool) -> Ruled {
        let mut shown = PresentedClearances::default();
        // A browser asks for permission without cookies and without a way to show a page.
        let preflight =
            self.passes_preflights && !guarded && is_preflight(asked.method, asked.headers);
        let mut ruled = Ruled::new(Verdict::Pass);
        // Whether a statement exempts that a check under way decides.
        let mut may_be_exempt = false;
        for rule in self.rules.judging() {
            if !rule.aims_at(asked) {
                continue;
            }
            let challenge = match rule.action {
                Action::Challenge(demand) | Action::AlwaysChallenge(demand) => {
                    Some(self.task(demand))
                }
                _ => None,
            };
            if rule.action.protects() && !rule.observe {
                // Whom the condition means depends on who asks, so a shared cache must not
                // answer for it.
                ruled.private = true;
            }
            if challenge.is_some() && preflight {
                ruled.permission_only |= !rule.observe;
                continue;
            }
            let mut acts = rule.when(asked);
            if acts == Truth::No {
                continue;
            }
            if let Some(task) = challenge
                && shown.satisfies(self, asked, task).await
            {
                continue;
            }
            if matches!(rule.action, Action::Challenge(_) | Action::DenyAccess) {
                acts = Truth::all([acts, rule.means(asked)]);
            }
            match acts {
                Truth::Yes if observed(rule, asked) => continue,
                Truth::Yes => {}
                // Nothing is reported before it is known.
                Truth::Pending if !rule.observe => {
                    if rule.action != Action::Exempt {
                        return Ruled {
                            verdict: Verdict::Checking,
                            ..ruled
                        };
                    }
                    // It matters only if the request does not pass anyway.
                    may_be_exempt = true;
                    continue;
                }
                _ => continue,
            }
            let verdict = match (rule.action, challenge) {
                (Action::Exempt, _) => Verdict::Pass,
                _ if may_be_exempt => Verdict::Checking,
                (_, Some(task)) => demand_of(asked, task),
                _ => Verdict::Deny,
            };
            return Ruled { verdict, ..ruled };
        }
        ruled
    }
}

/// What the rules or a policy say of a request.
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

/// The clearance that a request shows, looked for when it is first needed.
#[derive(Default)]
struct PresentedClearances(Option<Vec<Task>>);

impl PresentedClearances {
    async fn satisfies(&mut self, judge: &Judge, asked: &MatchContext<'_>, demand: Task) -> bool {
        let solved = match &mut self.0 {
            Some(solved) => solved,
            none => {
                let shown = judge.clearances.shown(asked.client, asked.headers);
                none.insert(Box::pin(shown).await)
            }
        };
        solved.iter().any(|solved| solved.satisfies(demand))
    }
}

/// A challenge, or a refusal for a client that could not be given a clearance: where its
/// address is not known, one that it solves would open to everybody of whom that is true. A
/// crawler that is being checked comes back later, since it can solve nothing.
fn demand_of(asked: &MatchContext<'_>, task: Task) -> Verdict {
    if asked.client.is_unknown() {
        Verdict::Deny
    } else if asked.detection.is_being_checked() {
        Verdict::Checking
    } else {
        Verdict::Challenge(task)
    }
}

fn limits_of(counter: Counter<'_>, asked: &MatchContext<'_>, limits: &[Limit]) -> BucketList {
    let mut held = BucketList::new();
    let method = asked.method.as_str();
    for limit in limits.iter().filter(|limit| limit.is_about(method)) {
        add(&mut held, buckets(counter, asked, limit));
    }
    held
}

/// Adds buckets to others. Two statements that say the same are one bucket, in which a request
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

/// For a statement that only observes: reports what it would have done.
fn observed(rule: &Rule, asked: &MatchContext<'_>) -> bool {
    if rule.observe && !asked.is_trial {
        tracing::info!(
            target: "humanify::observe",
            statement = rule.number,
            name = rule.name,
            source = rule.source,
            action = rule.action.name(),
            ip = ?asked.client.ip(),
            path = ?asked.path,
            "would have acted"
        );
    }
    rule.observe
}

/// Whether a browser asks for permission to send something else ([Fetch], CORS-preflight).
///
/// [Fetch]: https://fetch.spec.whatwg.org/#cors-preflight-request
fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
