//! Judges a request without a future, where the store answers at once.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use humanify_syntax::{Exempt, Policy};

use super::clearances::PresentedClearances;
use super::trace::Untraced;
use super::{Decision, DeferredCharges, Judge, RuleDecision, Verdict, decision, log};
use crate::limit::{Counter, RequestBuckets};
use crate::rules::{MatchContext, RequestRoute};
use crate::store::{Bucket, CountList, Fits};

/// The outcome of judging a request without waiting.
pub(crate) enum SyncJudgement {
    /// The request passes, and nothing is left to count. Almost every request ends here.
    Passes {
        private: bool,
    },
    Decided(Box<Decision>),
    /// Judging has to wait for the store.
    Waits,
}

impl SyncJudgement {
    /// The judgement of a request of which nothing is demanded.
    #[inline]
    pub(crate) fn without_demands(route: RequestRoute<'_>, path: &str) -> SyncJudgement {
        log(route, path, Verdict::Pass);
        SyncJudgement::Passes { private: false }
    }
}

impl Judge {
    /// Whether neither the rules nor the policy of a handler demand anything of any request.
    #[inline]
    pub(crate) fn has_nothing_for(&self, policy: Option<&Policy>) -> bool {
        self.rules.do_nothing()
            && policy.is_none_or(|policy| !policy.judges() && policy.limits.is_empty())
    }

    /// Judges a request by the same steps in the same order as [`judge`](Judge::judge), if the store
    /// answers at once. Almost every request is judged here, without the state of a future. A
    /// request that needs more than one call of the store is left to `judge`. The property test in
    /// `tests/model_comparison.rs` compares the two orders by the layer and by `explain`.
    ///
    /// If the request passes, its counts are appended to `counts`, which are empty before.
    #[inline(always)]
    pub(crate) fn judge_sync(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        counts: &mut CountList,
    ) -> SyncJudgement {
        if context.is_ambiguous() || self.rules.observe_limits() {
            return self.judge_by_polling(context, policy);
        }
        if policy.is_some_and(|policy| policy.exempt == Exempt::All) {
            return SyncJudgement::without_demands(context.route, context.path);
        }
        if let Some(ruled) = self.denied_to_all(context) {
            return decided(Decision::denied_to_all(&ruled));
        }
        let limits = self.counted_limits(context, policy);
        let (buckets, client) = limits.of_any_client();
        if !buckets.is_empty() {
            match self.store.count_at_once((buckets, client), counts) {
                Some(Fits::Yes) => {}
                Some(Fits::After(wait)) => {
                    let counted = (wait, std::mem::take(counts));
                    return self.over_limit_now(context, policy, limits, counted);
                }
                None => return SyncJudgement::Waits,
            }
        }
        // Clearances are opened when a statement first needs them.
        let mut shown = PresentedClearances::NOT_LOOKED_FOR;
        let ruled = self.ruled(context, policy, &mut shown, &mut Untraced);
        if ruled.verdict != Verdict::Pass || shown.is_used() {
            let counted = (std::mem::take(counts), buckets);
            return self.settle_by_polling(context, policy, (ruled, shown), counted);
        }
        if ruled.permission_only || DeferredCharges::are_due(buckets) {
            let deferred_charges = DeferredCharges::of(buckets, counts);
            let counts = std::mem::take(counts);
            return decided(decision(context, &ruled, counts, deferred_charges));
        }
        log(context.route, context.path, Verdict::Pass);
        SyncJudgement::Passes {
            private: ruled.private,
        }
    }

    /// The decision about a request that does not fit into its buckets.
    #[cold]
    fn over_limit_now(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        limits: RequestBuckets<'_>,
        counted: (Duration, CountList),
    ) -> SyncJudgement {
        let counter = Counter::route(context.route(), context.method);
        let buckets = limits.into_list();
        SyncJudgement::Decided(self.over_limit(context, policy, (counter, &buckets), counted))
    }

    /// Judges a request by the future, which is ready at once.
    #[cold]
    fn judge_by_polling(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
    ) -> SyncJudgement {
        poll_once(self.judge(context, policy))
    }

    /// Completes a judgement by the future, which is ready at once.
    #[inline(never)]
    fn settle_by_polling(
        &self,
        context: &MatchContext<'_>,
        policy: Option<&'static Policy>,
        judged: (RuleDecision, PresentedClearances),
        (counts, buckets): (CountList, &[Bucket]),
    ) -> SyncJudgement {
        let counted = (counts, buckets, DeferredCharges::default());
        poll_once(self.settle_clearances(context, policy, judged, counted))
    }
}

#[inline(never)]
fn decided(decision: Decision) -> SyncJudgement {
    SyncJudgement::Decided(Box::new(decision))
}

/// The decision of a future, if it is ready at once.
fn poll_once(future: impl Future<Output = Decision>) -> SyncJudgement {
    let mut nobody = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut nobody) {
        Poll::Ready(decision) => decided(decision),
        Poll::Pending => SyncJudgement::Waits,
    }
}
