//! The one place that judges: a client, a policy and the rules make a verdict.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method, StatusCode};
use humanify_syntax::{Action, BotAction, Counts, Demand, Exempt, Limit, Offence, Policy, Sign};
use smallvec::SmallVec;

use crate::challenge::{Clearances, Task};
use crate::limit::{Counter, Routes, buckets, counted_method};
use crate::rules::{Asked, Rule, Rules};
use crate::store::{
    Bucket, BucketList, Count, CountList, Counted, Counting, OnStoreFailure, Store,
};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// The client solves this first.
    Challenge(Task),
    Deny,
    /// Denied, where nobody has any business.
    Trapped,
    /// There is room again after this long.
    Limited(Duration),
    /// It could not be found out whether the request may pass.
    Unavailable,
    /// Who the client claims to be is being checked.
    Checking,
}

/// A verdict, and what it says of the answer.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    /// Whether the answer is for this client only.
    pub(crate) private: bool,
    /// How the client stands in its limits.
    pub(crate) counts: CountList,
    /// What is settled once the answer is there.
    pub(crate) owed: Owed,
}

/// The buckets of limits that count failures only, each with its place among the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owed {
    buckets: SmallVec<[(usize, Bucket); 1]>,
}

impl Owed {
    /// Whether there is nothing to settle.
    pub(crate) fn is_nothing(&self) -> bool {
        self.buckets.is_empty()
    }

    /// What a request owes that counted so in these buckets. It owes nothing where it was not
    /// counted, since the store failed.
    fn of(buckets: &[Bucket], counts: &[Count]) -> Owed {
        let counted = buckets.iter().zip(counts).enumerate();
        let owed = counted.filter(|(_, (bucket, _))| bucket.label.failures);
        let owed = owed.map(|(place, (bucket, count))| {
            let taken = count.arrival;
            (place, Bucket { taken, ..*bucket })
        });
        Owed {
            buckets: owed.collect(),
        }
    }

    /// Settles once the answer is known: what was looked at is charged for a failure, and
    /// what was taken is given back for anything else. The counts then say how the client
    /// stands.
    pub(crate) async fn settle(self, store: &dyn Store, status: StatusCode, counts: &mut [Count]) {
        let failed = matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
        );
        let (counting, look) = match failed {
            true => (Counting::Charge, true),
            false => (Counting::Return, false),
        };
        let open = self.buckets.into_iter();
        let (places, buckets): (SmallVec<[usize; 1]>, BucketList) =
            open.filter(|(_, bucket)| bucket.look == look).unzip();
        if buckets.is_empty() {
            return;
        }
        match store.count(&buckets, counting).wait().await {
            Ok(
                Counted::Within(settled)
                | Counted::Over {
                    counts: settled, ..
                },
            ) => {
                for (place, count) in places.into_iter().zip(settled) {
                    if let Some(known) = counts.get_mut(place) {
                        *known = count;
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a failure was not counted as it should be");
            }
        }
    }
}

/// The rules, and what is asked to apply them.
pub(crate) struct Judge {
    pub(crate) rules: Rules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clearances: Clearances,
    /// The challenge where nothing else is said.
    pub(crate) task: Task,
    pub(crate) on_store_failure: OnStoreFailure,
    pub(crate) routes: Routes,
}

impl Judge {
    /// Judges a request by its handler's policy and the rules.
    pub(crate) async fn judge(
        &self,
        asked: &Asked<'_>,
        policy: Option<&'static Policy>,
    ) -> Decision {
        let exempt = policy.map_or(Exempt::Nothing, |policy| policy.exempt);
        if exempt == Exempt::All {
            return Decision::new(Verdict::Pass, false);
        }
        if let Some(verdict) = self.shut_out(asked) {
            return Decision::new(verdict, true);
        }
        let buckets = self.limits(asked, policy, true).await;
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let (verdict, private) = match policy {
            Some(policy) if policy.judges() => (self.by_policy(asked, policy).await, true),
            _ => self.by_rules(asked, policy.is_some()).await,
        };
        self.decided(asked, verdict, private, (counts, buckets))
            .await
    }

    /// Whether a request like this one would be over a limit.
    pub(crate) async fn is_limited(
        &self,
        asked: &Asked<'_>,
        policy: Option<&'static Policy>,
    ) -> bool {
        if policy.is_some_and(|policy| policy.exempt == Exempt::All) {
            return false;
        }
        let buckets = self.limits(asked, policy, false).await;
        match self.store.count(&buckets, Counting::Look).wait().await {
            Ok(counted) => matches!(counted, Counted::Over { .. }),
            Err(_) => self.on_store_failure != OnStoreFailure::Allow,
        }
    }

    /// Judges by a policy that came to light only after the rules had judged. It can add to
    /// what they demanded; it exempts from nothing.
    pub(crate) async fn judge_hidden(
        &self,
        asked: &Asked<'_>,
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
        let verdict = self.by_policy(asked, policy).await;
        self.decided(asked, verdict, policy.judges(), (counts, buckets))
            .await
    }

    /// Whether `always_deny` holds, or `trap`, above which stands nothing but `#[exempt]`.
    pub(crate) fn shut_out(&self, asked: &Asked<'_>) -> Option<Verdict> {
        let (mut denied, mut checking) = (None, None);
        for rule in self.rules.denying().filter(|rule| rule.aims_at(asked)) {
            match rule.when(asked) {
                Some(true) if !observed(rule, asked) => {
                    if rule.action == Action::Trap {
                        return Some(Verdict::Trapped);
                    }
                    denied = Some(Verdict::Deny);
                }
                None if !rule.observe => checking = Some(Verdict::Checking),
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
        asked: &Asked<'_>,
        verdict: Verdict,
        private: bool,
        (mut counts, buckets): (CountList, BucketList),
    ) -> Decision {
        let mut owed = Owed::of(&buckets, &counts);
        if verdict != Verdict::Pass && !owed.is_nothing() {
            let owed = std::mem::take(&mut owed);
            Box::pin(owed.settle(&*self.store, StatusCode::OK, &mut counts)).await;
        }
        tracing::trace!(path = ?asked.path, ?verdict, "judged");
        Decision {
            verdict,
            private,
            counts,
            owed,
        }
    }

    /// The buckets that a request counts in.
    async fn limits(
        &self,
        asked: &Asked<'_>,
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

    /// The buckets of the rules' limits, but for those in whose place the handler has declared
    /// one that counts the same.
    async fn limits_by_rule(
        &self,
        asked: &Asked<'_>,
        declared: &[Limit],
        counts: bool,
    ) -> BucketList {
        let mut enforced = BucketList::new();
        for (rule, limit) in self.rules.limits(asked) {
            let replaces = |declared: &Limit| {
                declared.counts == limit.counts && declared.is_about(asked.method.as_str())
            };
            if declared.iter().any(replaces) {
                continue;
            }
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
            let counted = self.store.count(&buckets, Counting::Take).wait().await;
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
        match self.store.count(buckets, Counting::Take).wait().await {
            Ok(Counted::Within(counts)) => Ok(counts),
            Ok(Counted::Over { wait, counts }) => Err(Decision {
                counts,
                ..Decision::new(Verdict::Limited(wait), true)
            }),
            Err(_) if self.on_store_failure == OnStoreFailure::Allow => Ok(CountList::new()),
            Err(_) => Err(Decision::new(Verdict::Unavailable, true)),
        }
    }

    async fn by_policy(&self, asked: &Asked<'_>, policy: &Policy) -> Verdict {
        let mut shown = Shown::default();
        let is_bot = || asked.tell(Sign::Bot);
        if policy.bots == Some(BotAction::Deny) {
            match is_bot() {
                Some(true) => return Verdict::Deny,
                None => return Verdict::Checking,
                Some(false) => {}
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
            if !shown.satisfies(self, asked, task).await && is_bot() != Some(false) {
                return demand_of(asked, task);
            }
        }
        Verdict::Pass
    }

    async fn by_rules(&self, asked: &Asked<'_>, guarded: bool) -> (Verdict, bool) {
        let mut shown = Shown::default();
        // A browser asks for permission without cookies and without a way to show a page.
        let preflight = !guarded && is_preflight(asked.method, asked.headers);
        let mut private = false;
        // Nothing, once it is being found out whether a statement exempts.
        let mut exempt = Some(false);
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
                private = true;
            }
            if challenge.is_some() && preflight {
                continue;
            }
            let mut acts = rule.when(asked);
            if acts == Some(false) {
                continue;
            }
            if let Some(task) = challenge
                && shown.satisfies(self, asked, task).await
            {
                continue;
            }
            if matches!(rule.action, Action::Challenge(_) | Action::DenyAccess) {
                acts = match (acts, rule.means(asked)) {
                    (_, Some(false)) => Some(false),
                    (Some(true), means) => means,
                    (acts, _) => acts,
                };
            }
            match acts {
                Some(true) if observed(rule, asked) => continue,
                Some(true) => {}
                // Nothing is reported before it is known.
                None if !rule.observe => {
                    if rule.action != Action::Exempt {
                        return (Verdict::Checking, private);
                    }
                    // It matters only if the request does not pass anyway.
                    exempt = None;
                    continue;
                }
                _ => continue,
            }
            let verdict = match (rule.action, challenge) {
                (Action::Exempt, _) => Verdict::Pass,
                _ if exempt.is_none() => Verdict::Checking,
                (_, Some(task)) => demand_of(asked, task),
                _ => Verdict::Deny,
            };
            return (verdict, private);
        }
        (Verdict::Pass, private)
    }
}

impl Decision {
    /// What a client that gets this answer has done.
    pub(crate) fn offence(&self) -> Option<Offence> {
        match self.verdict {
            Verdict::Deny => Some(Offence::Denial),
            Verdict::Trapped => Some(Offence::Trap),
            Verdict::Limited(_) => Some(Offence::Overrun),
            Verdict::Pass | Verdict::Challenge(_) | Verdict::Unavailable | Verdict::Checking => {
                None
            }
        }
    }

    pub(crate) fn new(verdict: Verdict, private: bool) -> Self {
        Decision {
            verdict,
            private,
            counts: CountList::new(),
            owed: Owed::default(),
        }
    }
}

/// The clearance that a request shows, looked for when it is first needed.
#[derive(Default)]
struct Shown(Option<Vec<Task>>);

impl Shown {
    async fn satisfies(&mut self, judge: &Judge, asked: &Asked<'_>, demand: Task) -> bool {
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
fn demand_of(asked: &Asked<'_>, task: Task) -> Verdict {
    if asked.client.is_unknown() {
        Verdict::Deny
    } else if asked.detection.is_being_checked() {
        Verdict::Checking
    } else {
        Verdict::Challenge(task)
    }
}

fn limits_of(counter: Counter<'_>, asked: &Asked<'_>, limits: &[Limit]) -> BucketList {
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
fn observed(rule: &Rule, asked: &Asked<'_>) -> bool {
    if rule.observe {
        tracing::info!(
            target: "humanify::observe",
            statement = rule.number,
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
