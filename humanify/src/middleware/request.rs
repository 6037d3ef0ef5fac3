//! One request on its way through the middleware.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Uri;
use http::request::Parts;
use humanify_syntax::{Exempt, Policy, Sign};
use smallvec::smallvec;

use super::carried_form::{self, CarriedForm, Sent};
use super::early_refusal::{UNREADABLE, turned_away, without_peer};
use super::endpoint_path::Endpoint;
use super::error_pages::Audience;
use super::finisher::{ResponseFinisher, add_cookie};
use super::instance::Instance;
use super::parts::{original_uri, template};
use super::record::DecisionRecord;
use super::refusal::refuse;
use super::request_kind::RequestKind;
use super::responder::Responder;
use crate::client::{Client, Peer};
use crate::detect::Detection;
use crate::handler::JudgedMarker;
use crate::judge::{Decision, ResponseOutcome, Verdict};
use crate::limit::set_headers;
use crate::middleware::{endpoints, listener};
use crate::rules::MatchContext;

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
    pub(crate) fn begin(
        instance: &Arc<Instance>,
        parts: &mut Parts,
    ) -> Result<RequestContext, Box<Response>> {
        let peer = listener::peer(&mut parts.extensions);
        let is_local = peer == Some(Peer::Local);
        let peer = peer.filter(|_| !is_local || instance.settings.trust_unix_socket);
        let Some(peer) = peer else {
            return Err(without_peer(instance, parts, is_local));
        };
        let client = instance.client(peer, &parts.headers);
        instance.refresh_bans();
        let uri = original_uri(parts);
        if let Some(turned_away) = turned_away(instance, &client, parts, uri) {
            return Err(turned_away);
        }
        Ok(RequestContext {
            instance: Arc::clone(instance),
            prefix: prefix(client.stripped_prefix(), uri, &parts.uri),
            detection: instance.detection(client, &parts.extensions),
        })
    }

    pub(super) fn client(&self) -> &Client {
        self.detection.client()
    }

    /// The request in the form that rules judge; `None` if its path is encoded more often than any
    /// client does in good faith.
    pub(crate) fn asked<'b>(
        &'b self,
        parts: &'b Parts,
        policy: Option<&'static Policy>,
    ) -> Option<MatchContext<'b>> {
        MatchContext::new(
            parts,
            original_uri(parts),
            template(parts).map(MatchedPath::as_str),
            policy,
            &self.detection,
        )
    }

    /// Judges the request by the handler's policy and the rules.
    async fn judged(&self, parts: &Parts, policy: Option<&'static Policy>) -> Decision {
        let Some(asked) = self.asked(parts, policy) else {
            return Decision::new(Verdict::Ambiguous, true).by(UNREADABLE);
        };
        #[cfg(feature = "metrics")]
        let begun = self.instance.clock.now();
        let decision = self.instance.judge.judge(&asked, policy).await;
        #[cfg(feature = "metrics")]
        {
            let passes = decision.verdict == Verdict::Pass;
            let reporter = &self.instance.reporter;
            reporter.judged(begun, passes, &self.detection);
        }
        decision
    }

    /// Judges the request without waiting, if possible: it requests none of humanify's own pages,
    /// has neither a kept form nor a signature, and all counters are in this process.
    pub(super) fn judged_at_once(
        &self,
        parts: &Parts,
        policy: Option<&'static Policy>,
    ) -> Option<Decision> {
        let instance = &*self.instance;
        #[cfg(feature = "web-bot-auth")]
        if instance.signatures.is_some() && self.message(parts).is_signed() {
            return None;
        }
        if !instance.store.answers_at_once()
            || carried_form::may_be_sent(instance, parts)
            || self.own_page(parts).is_some()
        {
            return None;
        }
        let mut nobody = Context::from_waker(Waker::noop());
        match pin!(self.judged(parts, policy)).poll(&mut nobody) {
            Poll::Ready(decision) => Some(decision),
            Poll::Pending => None,
        }
    }

    /// Whether a request with this decision is forwarded without further work.
    pub(super) fn simply_passes(
        &self,
        decision: &Decision,
        parts: &Parts,
        policy: Option<&'static Policy>,
    ) -> bool {
        decision.verdict == Verdict::Pass && !self.wants_id(parts, policy)
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
        self.look_for_a_signature(&parts).await;
        // A handler that is exempt never challenges, so no form was kept for it.
        let (body, carried) =
            match !is_exempt(policy) && carried_form::may_be_sent(&self.instance, &parts) {
                true => match Box::pin(self.open_form(&mut parts, policy, body)).await {
                    Ok(opened) => opened,
                    Err(response) => return Outcome::Respond(response),
                },
                false => (body, None),
            };
        if let Some(page) = self.own_page(&parts)
            && self.asked(&parts, policy).is_some()
        {
            let response = Box::pin(self.serve(&parts, body, policy, page)).await;
            return Outcome::Respond(Box::new(response));
        }
        let decision = self.judged(&parts, policy).await;
        self.conclude(parts, body, (policy, decision, carried))
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
        let shut_out = self
            .asked(parts, policy)
            .and_then(|asked| self.instance.judge.shut_out(&asked));
        let response = match shut_out.map(|ruled| Decision::shut_out(&ruled)) {
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
    pub(super) async fn conclude(
        self,
        mut parts: Parts,
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
        let id_cookie = if self.wants_id(&parts, policy) {
            Box::pin(self.instance.new_client_id(self.client())).await
        } else {
            None
        };
        let finisher = self.forward(&mut parts, policy, decision, id_cookie);
        Outcome::Forward(Request::from_parts(parts, body), finisher)
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
        parts: &mut Parts,
        policy: Option<&'static Policy>,
        decision: Decision,
        id_cookie: Option<String>,
    ) -> ResponseFinisher {
        let finisher = ResponseFinisher {
            private: decision.private,
            permission_only: decision.permission_only,
            counts: decision.counts,
            deferred_charges: decision.deferred_charges,
            id_cookie,
            audience: match &self.instance.settings.error_pages {
                Some(_) => Audience::of(&self.instance, self.detection.client(), parts),
                None => None,
            },
            instance: Arc::clone(&self.instance),
        };
        // Code that reads the detection later, without the extractor, must get all signs by which
        // the request was judged.
        if self.detection.needs_headers(Sign::Bot) {
            self.detection.note(&parts.headers);
        }
        let outer = parts.extensions.insert(JudgedMarker {
            judged_by: smallvec![self.instance.id],
            policy,
            hidden: self.instance,
            prefix: self.prefix,
            detection: self.detection,
        });
        if let Some(outer) = outer
            && let Some(marker) = parts.extensions.get_mut::<JudgedMarker>()
        {
            marker.judged_by.extend(outer.judged_by);
        }
        finisher
    }

    /// Whether the application's response sets a client id.
    fn wants_id(&self, parts: &Parts, policy: Option<&'static Policy>) -> bool {
        self.instance.wants_id(self.client())
            && !is_exempt(policy)
            && RequestKind::of(&parts.method, &parts.headers) == RequestKind::Navigation
    }

    /// The requested page of humanify's own, if it is one.
    fn own_page(&self, parts: &Parts) -> Option<Endpoint> {
        Endpoint::at(parts.uri.path(), &self.instance.settings.mount)
    }

    fn responder<'b>(&'b self, parts: &'b Parts, policy: Option<&'static Policy>) -> Responder<'b> {
        Responder {
            instance: &self.instance,
            client: self.client(),
            uri: original_uri(parts),
            method: &parts.method,
            headers: &parts.headers,
            prefix: &self.prefix,
            record: DecisionRecord::new(
                template(parts).map(MatchedPath::as_str),
                policy,
                &self.detection,
            ),
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
            Sent::Other(body) => Ok((body, None)),
            Sent::Form(form, body) => {
                carried_form::restore_headers(&mut parts.headers, &form);
                Ok((body, Some(form)))
            }
        }
    }

    async fn with_id(&self, mut response: Response, parts: &Parts) -> Response {
        if self.instance.wants_id(self.client())
            && RequestKind::of(&parts.method, &parts.headers).takes_pages()
            && let Some(cookie) = self.instance.new_client_id(self.client()).await
        {
            add_cookie(&mut response, &cookie);
        }
        response
    }
}

/// Whether a handler is exempt from everything.
fn is_exempt(policy: Option<&'static Policy>) -> bool {
    policy.is_some_and(|policy| policy.exempt == Exempt::All)
}

/// The prefix of the path that proxies and the router removed.
fn prefix(stripped: &str, original: &Uri, here: &Uri) -> String {
    let nested = original
        .path()
        .strip_suffix(here.path())
        .filter(|prefix| !prefix.is_empty() && crate::pages::local(prefix).is_some())
        .unwrap_or_default();
    match (stripped, nested) {
        ("", "") => String::new(),
        _ => [stripped, nested].concat(),
    }
}
