//! `PresentedClearances`: the clearances in the cookies of a request, opened on demand.

use http::header::COOKIE;

use super::Judge;
use super::media::is_for_media;
use crate::challenge::{Showing, Task};
use crate::rules::MatchContext;

/// The clearances in the cookies of a request.
pub(super) enum PresentedClearances {
    /// Nothing has asked for them yet.
    NotLookedFor,
    Known(Vec<Task>),
}

impl PresentedClearances {
    /// Opens the clearances of a request. If the store is remote, this waits for it, provided that
    /// a clearance can matter. `notes` says whether the store records the network of the client.
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
        let presented = clearances.presented(showing(judge, context), notes);
        PresentedClearances::Known(Box::pin(presented).await)
    }

    pub(super) fn satisfies(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> bool {
        if let PresentedClearances::NotLookedFor = self {
            let clearances = &judge.clearances;
            let presented = match context.headers.contains_key(COOKIE) {
                true => clearances.presented_now(showing(judge, context)),
                false => Vec::new(),
            };
            *self = PresentedClearances::Known(presented);
        }
        match self {
            PresentedClearances::Known(presented) => {
                presented.iter().any(|task| task.satisfies(demand))
            }
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
