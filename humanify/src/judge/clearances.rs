//! `PresentedClearances`: the clearances in the cookies of a request, opened on demand.

use http::header::COOKIE;

use super::Judge;
use super::media::is_for_media;
use crate::challenge::{Showing, Task};
use crate::rules::MatchContext;

/// The clearances that a request shows.
pub(super) enum PresentedClearances {
    /// They are looked for when something first asks for them.
    NotLookedFor,
    Known(Vec<Task>),
}

impl PresentedClearances {
    /// The clearances of a request. Where the store has to be waited for, that is done now, if a
    /// clearance can matter; `notes` says whether it is noted where they are shown.
    pub(super) async fn of(
        judge: &Judge,
        context: &MatchContext<'_>,
        notes: bool,
    ) -> PresentedClearances {
        if notes && judge.store.answers_at_once() {
            return PresentedClearances::NotLookedFor;
        }
        if !context.headers.contains_key(COOKIE) {
            return PresentedClearances::Known(Vec::new());
        }
        let clearances = &judge.clearances;
        let shown = clearances.presented(showing(judge, context), notes);
        PresentedClearances::Known(Box::pin(shown).await)
    }

    pub(super) fn satisfies(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> bool {
        if let PresentedClearances::NotLookedFor = self {
            let clearances = &judge.clearances;
            let shown = match context.headers.contains_key(COOKIE) {
                true => clearances.presented_now(showing(judge, context)),
                false => Vec::new(),
            };
            *self = PresentedClearances::Known(shown);
        }
        match self {
            PresentedClearances::Known(shown) => shown.iter().any(|task| task.satisfies(demand)),
            PresentedClearances::NotLookedFor => false,
        }
    }
}

fn showing<'a>(judge: &Judge, context: &MatchContext<'a>) -> Showing<'a> {
    Showing {
        client: context.client,
        headers: context.headers,
        for_media: judge.media_players && is_for_media(context),
    }
}
