//! The one place that judges: a client, a policy and the rules make a verdict.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, Method};
use humanify_syntax::{Action, BotAction, Demand, Exempt, Policy, Rate, Sign};

use crate::challenge::{Clearances, Task};
use crate::limit::Counter;
use crate::rules::{Asked, Rule, Rules};
use crate::store::{Bucket, Count, Counted, Counting, Store, StoreError};

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Pass,
    /// The client solves this first.
    Challenge(Task),
    Deny,
    /// There is room again after this long.
    Limited(Duration),
    /// It could not be found out whether the request may pass.
    Unavailable,
}

/// A verdict, and what it says of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) verdict: Verdict,
    /// Whether the answer is for this client only.
    pub(crate) private: bool,
    /// How the client stands in its limits.
    pub(crate) counts: Vec<Count>,
}

/// The rules, and what is asked to apply them.
pub(crate) struct Judge {
    pub(crate) rules: Rules,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clearances: Clearances,
    /// The challenge where nothing else is said.
    pub(crate) task: Task,
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
        if self.is_shut_out(asked) {
            return Decision::new(Verdict::Deny, true);
        }
        let buckets = match policy {
            _ if exempt == Exempt::Limits => Vec::new(),
            Some(policy) if !policy.limits.is_empty() => {
                let counter = Counter::route(asked.route, asked.method);
                buckets(asked, counter, policy.limits)
            }
            _ => self.limits_by_rule(asked).await,
        };
        let counts = match self.count(&buckets).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        let (verdict, private) = match policy {
            Some(policy) if policy.judges() => (self.by_policy(asked, policy).await, true),
            _ => self.by_rules(asked, policy.is_some()).await,
        };
        Decision {
            verdict,
            private,
            counts,
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
            method: asked.method.as_str(),
        };
        let counts = match self.count(&buckets(asked, counter, policy.limits)).await {
            Ok(counts) => counts,
            Err(decision) => return decision,
        };
        Decision {
            verdict: self.by_policy(asked, policy).await,
            private: policy.judges(),
            counts,
        }
    }

    /// Whether `always_deny` holds, above which stands nothing but `#[exempt]`.
    pub(crate) fn is_shut_out(&self, asked: &Asked<'_>) -> bool {
        self.rules
            .denying()
            .filter(|rule| rule.matches(asked))
            .any(|rule| !observed(rule, asked))
    }

    /// The challenge that a demand asks for.
    pub(crate) fn task(&self, demand: Demand) -> Task {
        Task {
            challenge_type: demand.challenge_type.unwrap_or(self.task.challenge_type),
            hardness: demand.hardness.unwrap_or(self.task.hardness),
        }
    }

    async fn limits_by_rule(&self, asked: &Asked<'_>) -> Vec<Bucket> {
        let mut enforced = Vec::new();
        for (rule, rates) in self.rules.limits(asked) {
            if !rule.observe {
                let counter = Counter::route(asked.route, asked.method);
                enforced.extend(buckets(asked, counter, rates));
                continue;
            }
            let counter = Counter::Observed {
                statement: rule.number,
            };
            let buckets = buckets(asked, counter, rates);
            if let Ok(Counted::Over { .. }) =
                self.store.count(&buckets, Counting::Take).wait().await
            {
                observed(rule, asked);
            }
        }
        // Two statements that say the same are one bucket, in which a request counts once.
        let mut distinct: Vec<Bucket> = Vec::with_capacity(enforced.len());
        for bucket in enforced {
            if !distinct.iter().any(|known| known.key == bucket.key) {
                distinct.push(bucket);
            }
        }
        distinct
    }

    async fn count(&self, buckets: &[Bucket]) -> Result<Vec<Count>, Decision> {
        if buckets.is_empty() {
            return Ok(Vec::new());
        }
        match self.store.count(buckets, Counting::Take).wait().await {
            Ok(Counted::Within(counts)) => Ok(counts),
            Ok(Counted::Over { wait, counts }) => Err(Decision {
                verdict: Verdict::Limited(wait),
                private: true,
                counts,
            }),
            Err(StoreError::Full) => Err(Decision::new(Verdict::Unavailable, true)),
        }
    }

    async fn by_policy(&self, asked: &Asked<'_>, policy: &Policy) -> Verdict {
        let mut shown = Shown::default();
        let is_bot = || asked.detection.has(Sign::Bot);
        if policy.bots == Some(BotAction::Deny) && is_bot() {
            return Verdict::Deny;
        }
        if let Some(demand) = policy.everyone {
            let task = self.task(demand);
            if !shown.satisfies(self, asked, task).await {
                return demand_of(asked, task);
            }
        }
        if let Some(BotAction::Challenge(demand)) = policy.bots {
            let task = self.task(demand);
            if !shown.satisfies(self, asked, task).await && is_bot() {
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
            if (challenge.is_some() && preflight) || !rule.when(asked) {
                continue;
            }
            if let Some(task) = challenge
                && shown.satisfies(self, asked, task).await
            {
                continue;
            }
            let acts = match rule.action {
                Action::Challenge(_) | Action::DenyAccess => rule.means(asked),
                _ => true,
            };
            if !acts || observed(rule, asked) {
                continue;
            }
            let verdict = match (rule.action, challenge) {
                (_, Some(task)) => demand_of(asked, task),
                (Action::Exempt, _) => Verdict::Pass,
                _ => Verdict::Deny,
            };
            return (verdict, private);
        }
        (Verdict::Pass, private)
    }
}

impl Decision {
    pub(crate) fn new(verdict: Verdict, private: bool) -> Self {
        Decision {
            verdict,
            private,
            counts: Vec::new(),
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
            none => none.insert(judge.clearances.shown(asked.client, asked.headers).await),
        };
        solved.iter().any(|solved| solved.satisfies(demand))
    }
}

/// A challenge, or a refusal for a client that could not be given a clearance: where its
/// address is not known, one that it solves would open to everybody of whom that is true.
fn demand_of(asked: &Asked<'_>, task: Task) -> Verdict {
    if asked.client.is_unknown() {
        Verdict::Deny
    } else {
        Verdict::Challenge(task)
    }
}

fn buckets(asked: &Asked<'_>, counter: Counter<'_>, rates: &[Rate]) -> Vec<Bucket> {
    rates
        .iter()
        .flat_map(|rate| counter.buckets(asked.client, *rate))
        .collect()
}

/// For a statement that only observes: reports what it would have done.
fn observed(rule: &Rule, asked: &Asked<'_>) -> bool {
    if rule.observe {
        tracing::info!(
            target: "humanify::observe",
            statement = rule.number,
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
