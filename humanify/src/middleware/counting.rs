//! Counts judged requests, shown challenges and answers. Feature `metrics`; without it nothing is
//! counted.

#[cfg(feature = "metrics")]
use super::request::RequestContext;
use super::responder::Responder;
use crate::challenge::{AnswerOutcome, Challenge, Modality};
#[cfg(feature = "metrics")]
use crate::judge::Verdict;

#[cfg(feature = "metrics")]
impl RequestContext {
    /// Counts a request whose judging began at `begun`.
    pub(super) fn count_judged(&self, begun: std::time::Duration, verdict: Verdict) {
        let passes = verdict == Verdict::Pass || self.instance.settings.observe_only;
        let reporter = &self.instance.reporter;
        reporter.judged(begun, passes, &self.detection);
    }
}

impl Responder<'_> {
    /// Counts a challenge that is shown.
    pub(super) fn count_shown(&self, challenge: &Challenge) {
        #[cfg(feature = "metrics")]
        let reporter = &self.instance.reporter;
        #[cfg(feature = "metrics")]
        reporter.challenge_shown(challenge.type_name());
        #[cfg(not(feature = "metrics"))]
        let _ = challenge;
    }

    /// Counts the outcome of the first answer to a challenge.
    pub(super) fn count_answer(
        &self,
        modality: Modality,
        (token, next): (&str, &str),
        outcome: &AnswerOutcome,
    ) {
        #[cfg(feature = "metrics")]
        {
            let solved = match outcome {
                AnswerOutcome::Cleared(_) | AnswerOutcome::Next(..) => true,
                AnswerOutcome::Wrong { .. } => false,
                // The answer was not checked.
                AnswerOutcome::Incomplete(..)
                | AnswerOutcome::Stale
                | AnswerOutcome::LockedOut { .. }
                | AnswerOutcome::Unavailable => return,
            };
            let Some(opened) = self.instance.challenges.opened(modality, token, next) else {
                return;
            };
            let reporter = &self.instance.reporter;
            reporter.challenge_answered(opened.kind, opened.created_at, solved);
            if matches!(outcome, AnswerOutcome::Cleared(_)) {
                crate::metrics::cleared(opened.kind);
            }
        }
        #[cfg(not(feature = "metrics"))]
        let _ = (modality, token, next, outcome);
    }
}
