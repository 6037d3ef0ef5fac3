//! One request on its way through the middleware.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::request::Parts;
use humanify_syntax::{Exempt, Policy, Sign};
use smallvec::smallvec;

use super::carried_form::{self, CarriedForm, SentBody};
use super::decision_record::DecisionRecord;
use super::early_refusal::{UNREADABLE, refuse_early, without_peer};
use super::endpoint_path::Endpoint;
use super::error_pages::Audience;
use super::finisher::{FurtherChanges, ResponseFinisher, add_cookie, is_shared};
use super::instance::Instance;
use super::nested_router::note_nesting;
use super::refusal::refuse;
use super::request_head::RequestHead;
use super::request_kind::RequestKind;
use super::responder::Responder;
use crate::client::{Client, CounterKey, Peer};
use crate::detect::Detection;
use crate::handler::JudgedMarker;
use crate::judge::{Decision, ResponseOutcome, Verdict};
use crate::limit::set_headers;
use crate::middleware::endpoints;
use crate::rules::{MatchContext, RequestRoute};

/// A request whose sender is known.
pub(crate) struct RequestContext {
    pub(super) instance: Arc<Instance>,
    pub(super) detection: Detection,
    /// The prefix of the path that proxies and the router removed: the path at which visitors reach
    /// the instance.
    prefix: String,
}

/// The outcome of judging a request, before its response exists.
#[allow(
    clippy::large_enum_variant,
    reason = "almost every request passes, and is moved once"
)]
pub(super) enum Outcome {
    Forward(Request, ResponseFinisher),
    Respond(Box<Response>),
}

impl RequestContext {
    /// Identifies the client of the request.
    ///
    /// # Errors
    /// The response, if the client is unknown or is refused before judging.
    #[inline(always)]
    pub(crate) fn begin(
        instance: &Arc<Instance>,
        peer: Option<Peer>,
        head: RequestHead<'_>,
    ) -> Result<RequestContext, Box<Response>> {
        let is_local = peer == Some(Peer::Local);
        let peer = peer.filter(|_| !is_local || instance.settings.trust_unix_socket);
        let Some(peer) = peer else {
            return Err(without_peer(instance, head, is_local));
        };
        let detection = identified(instance, peer, head);
        let client = detection.client();
        instance.warn_about(client, head.headers);
        instance.read_bans();
        note_nesting(instance, head);
        if let Some(refusal) = refuse_early(instance, client, head) {
            return Err(refusal);
        }
        Ok(RequestContext::new(instance, detection, head))
    }

    #[inline(always)]
    pub(super) fn new(
        instance: &Arc<Instance>,
        detection: Detection,
        head: RequestHead<'_>,
    ) -> Self {
        RequestContext {
            instance: Arc::clone(instance),
            prefix: head.removed_prefix(detection.client().stripped_prefix()),
            detection,
        }
    }

    pub(super) fn client(&self) -> &Client {
        self.detection.client()
    }

    /// The request in the form that rules judge; `None` if its path is encoded more often than any
    /// client does in good faith.
    #[inline]
    pub(crate) fn asked<'b>(
        &'b self,
        head: RequestHead<'b>,
        policy: Option<&'static Policy>,
    ) -> Option<MatchContext<'b>> {
        let request = (head.method, head.original_uri, head.headers);
        let route = RequestRoute::In(head.extensions);
        MatchContext::new(request, route, policy, &self.detection)
    }

    /// Judges the request by the handler's policy and the rules.
    async fn judged(&self, head: RequestHead<'_>, policy: Option<&'static Policy>) -> Decision {
        let Some(asked) = self.asked(head, policy) else {
            return unreadable();
        };
        #[cfg(feature = "metrics")]
        let begun = self.instance.clock.now();
        let decision = self.instance.judge.judge(&asked, policy).await;
        #[cfg(feature = "metrics")]
        self.count_judged(begun, decision.verdict);
        decision
    }

    /// Whether a request with this decision does not reach the application.
    pub(super) fn refuses(&self, decision: &Decision) -> bool {
        decision.verdict != Verdict::Pass && !self.instance.settings.observe_only
    }

    /// Judges the request, and responds to it unless it passes.
    ///
    /// The futures for the few requests that do not simply pass are boxed, so that the future of
    /// the others stays small.
    pub(super) async fn enter(
        self,
        mut parts: Parts,
        body: Body,
        policy: Option<&'static Policy>,
    ) -> Outcome {
        #[cfg(feature = "web-bot-auth")]
        self.look_for_a_signature((&parts).into()).await;
        // A handler that is exempt never challenges, so no form was kept for it.
        let (body, carried) = match !is_exempt(policy)
            && carried_form::may_be_sent(&self.instance, (&parts).into())
        {
            true => match Box::pin(self.open_form(&mut parts, policy, body)).await {
                Ok(opened) => opened,
                Err(response) => return Outcome::Respond(response),
            },
            false => (body, None),
        };
        if let Some(page) = self.own_page((&parts).into())
            && self.asked((&parts).into(), policy).is_some()
        {
            let response = Box::pin(self.serve(&parts, body, policy, page)).await;
            return Outcome::Respond(Box::new(response));
        }
        let decision = self.judged((&parts).into(), policy).await;
        self.carry_out(parts, body, (policy, decision, carried))
            .await
    }

    /// Responds to a request for one of humanify's own pages.
    async fn serve(
        &self,
        parts: &Parts,
        body: Body,
        policy: Option<&'static Policy>,
        page: Endpoint,
    ) -> Response {
        let responder = self.responder(parts, policy);
        let denied_to_all = self
            .asked(parts.into(), policy)
            .and_then(|asked| self.instance.judge.denied_to_all(&asked));
        let response = match denied_to_all.map(|ruled| Decision::denied_to_all(&ruled)) {
            Some(decision) if self.refuses(&decision) => {
                refuse(&responder, &decision, None, None).await
            }
            would => {
                if let Some(decision) = would {
                    responder.observe(&decision).await;
                }
                endpoints::serve(&responder, page, body).await
            }
        };
        responder.report(&response);
        self.with_id(response, parts).await
    }

    /// Carries out the decision: forwards the request or refuses it.
    pub(super) async fn carry_out(
        self,
        parts: Parts,
        body: Body,
        (policy, mut decision, carried): (Option<&'static Policy>, Decision, Option<CarriedForm>),
    ) -> Outcome {
        if self.refuses(&decision) {
            let decided = (policy, decision, carried);
            return Outcome::Respond(Box::new(self.refused(parts, body, decided).await));
        }
        if decision.verdict != Verdict::Pass {
            let responder = self.responder(&parts, policy);
            decision = Box::pin(responder.observe(&decision)).await;
        }
        if let Some(form) = &carried {
            let responder = self.responder(&parts, policy);
            if let Err(error) = Box::pin(form.spend(&responder)).await {
                let mut response = error.response(&responder);
                let store = &*self.instance.store;
                let settled = decision.deferred_charges.settle(
                    store,
                    ResponseOutcome::NotAtAll,
                    &mut decision.counts,
                );
                Box::pin(settled).await;
                set_headers(response.headers_mut(), &decision.counts);
                responder.report(&response);
                return Outcome::Respond(Box::new(response));
            }
        }
        let id_cookie = if self.needs_id((&parts).into(), policy) {
            Box::pin(self.instance.new_client_id(self.client())).await
        } else {
            None
        };
        let mut request = Request::from_parts(parts, body);
        let finisher = self.forward(&mut request, policy, decision, id_cookie);
        Outcome::Forward(request, finisher)
    }

    /// The response to a request that does not reach the application.
    pub(super) async fn refused(
        self,
        parts: Parts,
        body: Body,
        (policy, decision, carried): (Option<&'static Policy>, Decision, Option<CarriedForm>),
    ) -> Response {
        let responder = self.responder(&parts, policy);
        let refusal = refuse(&responder, &decision, Some(body), carried.as_ref());
        let mut response = Box::pin(refusal).await;
        set_headers(response.headers_mut(), &decision.counts);
        responder.report(&response);
        Box::pin(self.with_id(response, &parts)).await
    }

    /// Prepares a request that passes, and the changes to its response.
    pub(super) fn forward(
        self,
        request: &mut Request,
        policy: Option<&'static Policy>,
        decision: Decision,
        id_cookie: Option<String>,
    ) -> ResponseFinisher {
        let mut further = self.error_page((&*request).into());
        if decision.permission_only
            || !decision.deferred_charges.is_nothing()
            || id_cookie.is_some()
        {
            let more = further.get_or_insert_with(|| FurtherChanges::none(&self.instance));
            more.permission_only = decision.permission_only;
            more.deferred_charges = decision.deferred_charges;
            more.id_cookie = id_cookie;
        }
        self.mark(request, policy, decision.charged);
        ResponseFinisher {
            private: decision.private,
            counts: decision.counts,
            further,
        }
    }

    /// What is needed to fill an error of the application with a page, if there are such pages.
    #[inline]
    pub(super) fn error_page(&self, head: RequestHead<'_>) -> Option<Box<FurtherChanges>> {
        let pages = &self.instance.settings.error_pages;
        pages.is_some().then(|| self.needed_for_error_page(head))
    }

    fn needed_for_error_page(&self, head: RequestHead<'_>) -> Box<FurtherChanges> {
        let mut further = FurtherChanges::none(&self.instance);
        further.audience = Audience::of(&self.instance, self.client(), head);
        further
    }

    /// Marks a request that passes, for the handler and its extractors.
    #[inline(always)]
    pub(super) fn mark(
        self,
        request: &mut Request,
        policy: Option<&'static Policy>,
        charged: Option<CounterKey>,
    ) {
        // Code that reads the detection later, without the extractor, must get all signs by which
        // the request was judged.
        if self.detection.needs_headers(Sign::Bot) {
            self.detection.note(request.headers());
        }
        let outer = request.extensions_mut().insert(JudgedMarker {
            judged_by: smallvec![self.instance.id],
            policy,
            charged: charged.map(Box::new),
            hidden: self.instance,
            prefix: self.prefix,
            detection: self.detection,
        });
        if let Some(outer) = outer
            && let Some(marker) = request.extensions_mut().get_mut::<JudgedMarker>()
        {
            marker.judged_by.extend(outer.judged_by);
        }
    }

    /// Whether the application's response sets a client id.
    pub(super) fn needs_id(&self, head: RequestHead<'_>, policy: Option<&'static Policy>) -> bool {
        self.instance.needs_id(self.client())
            && !is_exempt(policy)
            && RequestKind::of(head.method, head.headers) == RequestKind::Navigation
    }

    /// The requested page of humanify's own, if it is one.
    pub(super) fn own_page(&self, head: RequestHead<'_>) -> Option<Endpoint> {
        Endpoint::at(head.path, &self.instance.settings.mount)
    }

    fn responder<'b>(&'b self, parts: &'b Parts, policy: Option<&'static Policy>) -> Responder<'b> {
        let head = RequestHead::from(parts);
        Responder {
            instance: &self.instance,
            client: self.client(),
            uri: head.original_uri,
            method: head.method,
            headers: head.headers,
            prefix: &self.prefix,
            record: DecisionRecord::new(head.route(), policy, &self.detection),
        }
    }

    /// Restores the form that a challenge interrupted, if the request contains it.
    async fn open_form(
        &self,
        parts: &mut Parts,
        policy: Option<&'static Policy>,
        body: Body,
    ) -> Result<(Body, Option<CarriedForm>), Box<Response>> {
        let responder = self.responder(parts, policy);
        let opened = carried_form::open_sent(&responder, body).await;
        let opened = opened.map_err(|error| {
            let response = error.response(&responder);
            responder.report(&response);
            Box::new(response)
        });
        match opened? {
            SentBody::Other(body) => Ok((body, None)),
            SentBody::Form(form, body) => {
                carried_form::restore_headers(&mut parts.headers, &form);
                Ok((body, Some(form)))
            }
        }
    }

    async fn with_id(&self, mut response: Response, parts: &Parts) -> Response {
        // An id that is not sent would still count as one of the address's.
        if self.instance.needs_id(self.client())
            && RequestKind::of(&parts.method, &parts.headers).takes_pages()
            && !is_shared(&response)
            && let Some(cookie) = self.instance.new_client_id(self.client()).await
        {
            add_cookie(&mut response, &cookie);
        }
        response
    }
}

/// The client of a request, and what is known of it.
#[inline(always)]
pub(super) fn identified(instance: &Instance, peer: Peer, head: RequestHead<'_>) -> Detection {
    let client = instance.identify(peer, head.headers);
    instance.detection(client, head.extensions)
}

/// The decision about a path that is encoded so often that nobody means it.
pub(super) fn unreadable() -> Decision {
    Decision::new(Verdict::Ambiguous, true).by(UNREADABLE)
}

/// Whether a handler is exempt from everything.
fn is_exempt(policy: Option<&'static Policy>) -> bool {
    policy.is_some_and(|policy| policy.exempt == Exempt::All)
}
