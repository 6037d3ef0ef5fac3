//! `PresentedClearances`: the clearances in the cookies of a request, opened on demand.

use http::header::COOKIE;

use super::Judge;
use super::media::is_for_media;
use crate::challenge::{ClearanceRequest, PresentedClearance, Task};
use crate::client::CounterKey;
use crate::rules::MatchContext;
use crate::store::Bucket;

/// The clearances that a request presents.
pub(super) struct PresentedClearances {
    /// The clearances; `None` until they are first needed.
    shown: Option<Vec<PresentedClearance>>,
    /// The budget of the clearance that let the request pass, if it has one.
    used: Option<Bucket>,
    /// The key of the budget that has counted the request already.
    charged: Option<CounterKey>,
}

/// A clearance that satisfies a demand.
pub(super) struct Satisfying {
    /// Its request budget, if it has one.
    pub(super) budget: Option<Bucket>,
}

impl PresentedClearances {
    /// The clearances of a request whose cookies have not been read yet.
    pub(super) const NOT_LOOKED_FOR: PresentedClearances = PresentedClearances {
        shown: None,
        used: None,
        charged: None,
    };

    /// Reads the clearances of a request. With a store in memory, they are read on demand instead.
    /// `notes` says whether to record the networks in which they are presented; without recording
    /// they are always read now.
    pub(super) async fn of(
        judge: &Judge,
        context: &MatchContext<'_>,
        notes: bool,
    ) -> PresentedClearances {
        if notes && judge.store.is_sync() {
            return PresentedClearances::NOT_LOOKED_FOR;
        }
        let shown = match context.headers.contains_key(COOKIE) {
            true => {
                let clearances = &judge.clearances;
                let shown = clearances.presented(showing(judge, context), notes);
                Box::pin(shown).await
            }
            false => Vec::new(),
        };
        PresentedClearances {
            shown: Some(shown),
            ..PresentedClearances::NOT_LOOKED_FOR
        }
    }

    /// The same clearances of a request that a budget has counted already.
    pub(super) fn charged_by(self, budget: Option<CounterKey>) -> PresentedClearances {
        PresentedClearances {
            charged: budget,
            ..self
        }
    }

    /// The clearance that satisfies the demand, if there is one. A clearance without a request budget
    /// is preferred.
    pub(super) fn satisfying(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> Option<Satisfying> {
        let shown = self
            .shown
            .get_or_insert_with(|| match context.headers.contains_key(COOKIE) {
                true => judge.clearances.presented_now(showing(judge, context)),
                false => Vec::new(),
            });
        if shown.is_empty() {
            return None;
        }
        let enough = || shown.iter().filter(|shown| shown.task.satisfies(demand));
        let best = enough()
            .find(|shown| shown.requests.is_none())
            .or_else(|| enough().next())?;
        Some(Satisfying {
            budget: best.requests,
        })
    }

    /// Whether a clearance satisfies the demand. It is noted as used.
    pub(super) fn satisfies(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> bool {
        let satisfying = self.satisfying(judge, context, demand);
        if let Some(satisfying) = &satisfying {
            self.note_used(satisfying);
        }
        satisfying.is_some()
    }

    /// Notes that a request passes because of a clearance.
    pub(super) fn note_used(&mut self, satisfying: &Satisfying) {
        self.used = satisfying.budget.or(self.used);
    }

    /// Whether any clearance read so far has a request budget.
    pub(super) fn count_requests(&self) -> bool {
        let mut shown = self.shown.iter().flatten();
        shown.any(|shown| shown.requests.is_some())
    }

    /// Whether a clearance with a request budget let the request pass.
    pub(super) fn is_used(&self) -> bool {
        self.used.is_some()
    }

    /// Takes the budget of the clearance that let the request pass, if it has one.
    pub(super) fn take_used(&mut self) -> Option<Bucket> {
        self.used.take()
    }

    /// Notes that a budget has counted the request.
    pub(super) fn note_charged(&mut self, budget: &Bucket) {
        self.charged = Some(budget.key);
    }

    /// The key of the budget that has counted the request.
    pub(super) fn charged(&self) -> Option<CounterKey> {
        self.charged
    }

    /// Forgets the clearance whose budget is used up.
    pub(super) fn forget(&mut self, spent: &Bucket) {
        if let Some(shown) = &mut self.shown {
            let is_spent = |own: &Bucket| own.key == spent.key;
            shown.retain(|shown| !shown.requests.as_ref().is_some_and(is_spent));
        }
    }

    /// Forgets the clearances whose budgets are used up, without counting anything.
    pub(super) async fn forget_spent(&mut self, judge: &Judge) {
        let Some(shown) = self.shown.take() else {
            return;
        };
        let mut kept = Vec::with_capacity(shown.len());
        for presented in shown {
            if judge.clearances.has_requests_left(&presented).await {
                kept.push(presented);
            }
        }
        self.shown = Some(kept);
    }
}

fn showing<'a>(judge: &Judge, context: &MatchContext<'a>) -> ClearanceRequest<'a> {
    ClearanceRequest {
        client: context.client,
        headers: context.headers,
        for_media: judge.media_players && is_for_media(context),
    }
}
