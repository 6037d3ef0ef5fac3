//! The clearances that a request shows, looked for when they are first needed.

use super::Judge;
use crate::challenge::Task;
use crate::rules::MatchContext;

/// The clearances that a request shows, looked for when they are first needed.
pub(super) struct PresentedClearances {
    solved: Option<Vec<Task>>,
    /// Whether nothing is noted of where they are shown.
    only_looks: bool,
}

impl PresentedClearances {
    pub(super) fn new(only_looks: bool) -> PresentedClearances {
        PresentedClearances {
            solved: None,
            only_looks,
        }
    }

    pub(super) async fn satisfies(
        &mut self,
        judge: &Judge,
        context: &MatchContext<'_>,
        demand: Task,
    ) -> bool {
        let solved = match &mut self.solved {
            Some(solved) => solved,
            none => {
                let (clearances, only_looks) = (&judge.clearances, self.only_looks);
                let shown = clearances.presented(context.client, context.headers, !only_looks);
                none.insert(Box::pin(shown).await)
            }
        };
        solved.iter().any(|solved| solved.satisfies(demand))
    }
}
