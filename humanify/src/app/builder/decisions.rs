//! Settings of the builder for decisions: their log, their hook, and observation only.

use super::HumanifyBuilder;
use crate::decision::{DecisionHook, DecisionLog, DecisionReport};

impl HumanifyBuilder {
    /// Which decisions are logged, at which levels, with which addresses, and how many per second.
    /// Default: [`DecisionLog::default`].
    pub fn decision_log(mut self, log: DecisionLog) -> Self {
        self.decision_log = log;
        self
    }

    /// Calls a function with each decision other than simply letting a request pass, for
    /// applications that record decisions themselves. Default: none.
    ///
    /// It runs on the request's task before the response is sent: move slow work into a queue.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// # fn main() -> Result<(), humanify::ConfigError> {
    /// let (decisions, _received) = std::sync::mpsc::sync_channel(1_000);
    /// let humanify = Humanify::builder()
    ///     .on_decision(move |decision| {
    ///         // A full queue loses decisions, and delays nobody.
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
        self.on_decision = Some(DecisionHook::new(function));
        self
    }

    /// Whether every request passes, and the suppressed decisions are logged, counted and summed up
    /// by [`Humanify::observed`](crate::Humanify::observed). Default: `false`.
    ///
    /// Limits count and bans are imposed as usual, so that the reports show what would have
    /// happened. Requests without a peer address, which is a mistake of configuration, and requests
    /// for humanify's own pages are answered as usual. A single statement observes by `observe` in
    /// [`protect!`](crate::protect).
    pub fn observe_only(mut self, observe_only: bool) -> Self {
        self.observe_only = observe_only;
        self
    }
}
