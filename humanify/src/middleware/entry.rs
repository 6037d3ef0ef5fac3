//! `Entry`: judges a request without waiting, if possible, and says how to go on.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use humanify_syntax::Policy;

use super::carried_form;
use super::finisher::ResponseFinisher;
use super::instance::Instance;
use super::listener::peer;
use super::request::{RequestContext, unreadable};
use super::request_head::RequestHead;
use crate::judge::{Decision, SyncJudgement, Verdict};
use crate::rules::{RequestRoute, is_plain};
use crate::store::CountList;

/// How to go on with a request.
pub(super) enum Entry {
    /// The request passes without further work, as almost every request does.
    Passes,
    /// The request is judged, and needs further work.
    Judged(Box<RequestContext>, Box<Decision>),
    /// Judging has to wait for a store, a body or a look-up.
    Waits(Box<RequestContext>),
    /// The client is unknown, or is refused before judging.
    Answered(Box<Response>),
}

impl Entry {
    /// Judges a request without waiting, if possible. If it passes, the changes to its response are
    /// written to `finisher`, which holds none before.
    pub(super) fn of(
        instance: &Arc<Instance>,
        policy: Option<&'static Policy>,
        request: &mut Request,
        finisher: &mut ResponseFinisher,
    ) -> Entry {
        let peer = peer(request.extensions());
        let head = RequestHead::from(&*request);
        let mut context = match RequestContext::begin(instance, peer, head) {
            Ok(context) => context,
            Err(response) => return Entry::Answered(response),
        };
        let judged = context.judge_sync(head, policy, &mut finisher.counts);
        let does_more = || instance.catches_panics() || context.needs_id(head, policy);
        match judged {
            SyncJudgement::Passes { private } if !does_more() => {
                finisher.private = private;
                finisher.further = context.error_page(head);
                context.mark(request, policy, None);
                Entry::Passes
            }
            SyncJudgement::Passes { private } => {
                let counts = std::mem::take(&mut finisher.counts);
                let decision = Decision {
                    counts,
                    ..Decision::new(Verdict::Pass, private)
                };
                Entry::Judged(Box::new(context), Box::new(decision))
            }
            SyncJudgement::Decided(decision)
                if decision.verdict == Verdict::Pass && !does_more() =>
            {
                *finisher = context.forward(request, policy, *decision, None);
                Entry::Passes
            }
            SyncJudgement::Decided(decision) => Entry::Judged(Box::new(context), decision),
            SyncJudgement::Waits => Entry::Waits(Box::new(context)),
        }
    }
}

impl RequestContext {
    /// Judges the request without waiting, if possible: it requests none of humanify's own pages,
    /// has neither a kept form nor a signature, and all counters are in this process.
    #[inline(always)]
    fn judge_sync(
        &mut self,
        head: RequestHead<'_>,
        policy: Option<&'static Policy>,
        counts: &mut CountList,
    ) -> SyncJudgement {
        #[cfg(feature = "web-bot-auth")]
        if self.instance.signatures.is_some() && self.message(head).is_signed() {
            return SyncJudgement::Waits;
        }
        let instance = &self.instance;
        if !instance.store_is_sync
            || carried_form::may_be_sent(instance, head)
            || self.own_page(head).is_some()
        {
            return SyncJudgement::Waits;
        }
        if policy.is_some_and(|policy| policy.bots.is_some()) {
            self.detection.inspect();
        }
        #[cfg(feature = "metrics")]
        let begun = self.instance.clock.now();
        let path = head.original_path;
        let judge = &self.instance.judge;
        let judged = if judge.has_nothing_for(policy) && is_plain(path) {
            SyncJudgement::without_demands(RequestRoute::In(head.extensions), path)
        } else if let Some(asked) = self.asked(head, policy) {
            judge.judge_sync(&asked, policy, counts)
        } else {
            return SyncJudgement::Decided(Box::new(unreadable()));
        };
        #[cfg(feature = "metrics")]
        match &judged {
            SyncJudgement::Passes { .. } => self.count_judged(begun, Verdict::Pass),
            SyncJudgement::Decided(decision) => self.count_judged(begun, decision.verdict),
            SyncJudgement::Waits => {}
        }
        judged
    }
}
