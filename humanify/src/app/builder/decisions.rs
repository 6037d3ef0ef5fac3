//! Settings of the builder that say who hears of decisions.

use super::HumanifyBuilder;
use crate::decision::{DecisionLog, DecisionReport, Hook};

impl HumanifyBuilder {
    /// What is logged of decisions: levels, addresses, and how many a second. Default:
    /// [`DecisionLog::default`].
    pub fn decision_log(mut self, log: DecisionLog) -> Self {
        self.decision_log = log;
        self
    }

    /// Calls a function with each decision that is not simply to let a request pass, for
    /// applications that keep their own books. Default: none.
    ///
    /// It runs on the request's task before the response goes out: what takes long belongs into a
    /// queue.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// # fn main() -> Result<(), humanify::ConfigError> {
    /// let (decisions, _received) = std::sync::mpsc::sync_channel(1_000);
    /// let humanify = Humanify::builder()
    ///     .on_decision(move |decision| {
    ///         // A queue that is full loses decisions, and holds nobody up.
    ///         let _ = decisions.try_send(decision.clone());
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_decision(
        mut self,
        function: impl Fn(&DecisionReport) + Send + Sync + 'static,
    ) -> Self {
        self.on_decision = Some(Hook::new(function));
        self
    }

    /// Whether everybody passes, and what would have become of them is logged, counted and summed
    /// up by [`Humanify::observed`](crate::Humanify::observed). Default: `false`.
    ///
    /// Limits count and bans are imposed as ever, so that what is reported is what would have
    /// happened. Only a request without a peer address, which is a mistake of the set-up, and
    /// humanify's own pages are answered as ever. A single statement observes by `observe` in
    /// [`protect!`](crate::protect).
    pub fn observe_only(mut self, observe_only: bool) -> Self {
        self.observe_only = observe_only;
        self
    }
}
