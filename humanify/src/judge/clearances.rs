//! `PresentedClearances`: the clearances in the cookies of a request, opened on demand.

use http::header::COOKIE;

use super::Judge;
use super::media::is_for_media;
use crate::challenge::{Presented, Showing, Task};
use crate::rules::MatchContext;
use crate::store::Bucket;

/// The clearances that a request shows.
pub(super) struct PresentedClearances {
    /// None before something first asks for them.
    shown: Option<Vec<Presented>>,
    /// What the request is taken out of that one of them has let pass, if that is counted.
    used: Option<Bucket>,
}

impl PresentedClearances {
    /// Those of a request for which nobody has looked.
    pub(super) const NOT_LOOKED_FOR: PresentedClearances = PresentedClearances {
        shown: None,
        used: None,
    };

    /// The clearances of a request. Where the store has to be waited for, that is done now, if a
    /// clearance can matter; `notes` says whether it is noted where they are shown.
    pub(super) async fn of(
        judge: &Judge,
        context: &MatchContext<'_>,
        notes: bool,
    ) -> PresentedClearances {
        if notes && judge.store.answers_at_once() {
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
            used: None,
        }
    }

    /// Whether one is enough for what is demanded. One whose requests are not counted is taken
    /// first.
    pub(super) fn satisfies(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> bool {
        let shown = self
            .shown
            .get_or_insert_with(|| match context.headers.contains_key(COOKIE) {
                true => judge.clearances.presented_now(showing(judge, context)),
                false => Vec::new(),
            });
        if shown.is_empty() {
            return false;
        }
        let enough = || shown.iter().filter(|shown| shown.task.satisfies(demand));
        let best = enough()
            .find(|shown| shown.requests.is_none())
            .or_else(|| enough().next());
        if let Some(Presented {
            requests: Some(bucket),
            ..
        }) = best
        {
            self.used = Some(*bucket);
        }
        best.is_some()
    }

    /// Whether any of those that are known counts its requests.
    pub(super) fn count_requests(&self) -> bool {
        let mut shown = self.shown.iter().flatten();
        shown.any(|shown| shown.requests.is_some())
    }

    /// Whether a clearance has let the request pass that counts.
    pub(super) fn is_used(&self) -> bool {
        self.used.is_some()
    }

    /// What the request is taken out of, if a clearance has let it pass that counts.
    pub(super) fn take_used(&mut self) -> Option<Bucket> {
        self.used.take()
    }

    /// Forgets the clearance whose requests are used up.
    pub(super) fn forget(&mut self, spent: &Bucket) {
        if let Some(shown) = &mut self.shown {
            let is_spent = |own: &Bucket| own.key == spent.key;
            shown.retain(|shown| !shown.requests.as_ref().is_some_and(is_spent));
        }
    }

    /// Forgets all whose requests are used up, where nothing may be counted.
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

fn showing<'a>(judge: &Judge, context: &MatchContext<'a>) -> Showing<'a> {
    Showing {
        client: context.client,
        headers: context.headers,
        for_media: judge.media_players && is_for_media(context),
    }
}
