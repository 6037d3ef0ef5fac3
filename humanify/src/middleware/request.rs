//! One request on its way through the middleware.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, HeaderValue, SET_COOKIE, VARY,
};
use http::request::Parts;
use http::{StatusCode, Uri};
use humanify_syntax::{Exempt, Policy, Sign};

use super::carried_form::{self, CarriedForm, Sent};
use super::early_refusal::{UNREADABLE, turned_away, without_peer};
use super::endpoint_path::Endpoint;
use super::error_pages::{Audience, explain};
use super::hidden::HiddenCounts;
use super::instance::Instance;
use super::parts::{original_uri, template};
use super::record::DecisionRecord;
use super::refusal::refuse;
use super::request_kind::RequestKind;
use super::responder::Responder;
use crate::client::{Client, Peer};
use crate::detect::Detection;
use crate::handler::{JudgedMarker, RoutePolicy};
use crate::judge::{Decision, DeferredCharges, Verdict};
use crate::limit::set_headers;
use crate::middleware::{endpoints, listener};
use crate::rules::MatchContext;
use crate::store::CountList;
#[cfg(feature = "web-bot-auth")]
use crate::verify::Message;

/// A request whose sender is known.
pub(crate) struct RequestContext<'a> {
    instance: &'a Arc<Instance>,
    client: Client,
    detection: Detection,
    uri: Uri,
    route: Option<MatchedPath>,
    /// What of the path proxies and the router took off: the prefix under which visitors find the
    /// instance.
    prefix: String,
}

/// What becomes of a request at the entrance.
#[allow(
    clippy::large_enum_variant,
    reason = "almost every request passes, and is moved once"
)]
pub(super) enum Outcome {
    Forward(Request, ResponseFinisher),
    Respond(Box<Response>),
}

/// What is to be done on the way out.
pub(super) struct ResponseFinisher {
    instance: Arc<Instance>,
    private: bool,
    permission_only: bool,
    counts: CountList,
    owed: DeferredCharges,
    id_cookie: Option<String>,
    /// Who is told of an error, if anybody is.
    audience: Option<Audience>,
}

impl<'a> RequestContext<'a> {
    /// Finds out who sends the request. The error is the answer where that cannot be known.
    pub(crate) fn begin(
        instance: &'a Arc<Instance>,
        parts: &mut Parts,
    ) -> Result<RequestContext<'a>, Box<Response>> {
        let peer = listener::peer(&mut parts.extensions);
        let uri = original_uri(parts);
        let is_local = peer == Some(Peer::Local);
        let peer = peer.filter(|_| !is_local || instance.settings.trust_unix_socket);
        let Some(peer) = peer else {
            return Err(without_peer(instance, parts, &uri, is_local));
        };
        let client = instance.client(peer, &parts.headers);
        instance.refresh_bans();
        if let Some(turned_away) = turned_away(instance, &client, parts, &uri) {
            return Err(turned_away);
        }
        let detection = instance.detection(client.clone(), &parts.extensions);
        let nested = prefix(&uri, &parts.uri);
        Ok(RequestContext {
            instance,
            detection,
            route: template(parts),
            prefix: format!("{}{nested}", client.stripped_prefix()),
            client,
            uri,
        })
    }

    /// The request as the rules see it; none, if its path is encoded so often that nobody
    /// means it.
    pub(crate) fn asked<'b>(
        &'b self,
        parts: &'b Parts,
        policy: Option<&'static Policy>,
    ) -> Option<MatchContext<'b>> {
        MatchContext::new(
            parts,
            &self.uri,
            self.route.as_ref().map(MatchedPath::as_str),
            policy.map(Policy::endpoint),
            &self.client,
            &self.detection,
        )
    }

    /// Judges the request, and answers it unless it passes.
    ///
    /// What is done for the few requests that do not simply pass is boxed, so that the others
    /// do not carry the room for it along.
    pub(super) async fn enter(
        self,
        mut parts: Parts,
        body: Body,
        announced: RoutePolicy,
    ) -> Outcome {
        #[cfg(feature = "web-bot-auth")]
        self.look_for_a_signature(&parts).await;
        let policy = match announced {
            RoutePolicy::One(policy) => Some(policy),
            RoutePolicy::Nothing | RoutePolicy::Several => None,
        };
        // A handler that is exempt never challenges, so no form was kept for it.
        let exempt = policy.is_some_and(|policy| policy.exempt == Exempt::All);
        let (body, carried) = match !exempt && carried_form::may_be_sent(&parts) {
            true => match Box::pin(self.open_form(&mut parts, policy, body)).await {
                Ok(opened) => opened,
                Err(response) => return Outcome::Respond(response),
            },
            false => (body, None),
        };
        let answering = self.responder(&parts, policy);
        let observe_only = self.instance.settings.observe_only;
        let mut decision = match self.asked(&parts, policy) {
            None => Decision::new(Verdict::Ambiguous, true).by(UNREADABLE),
            Some(asked) => {
                let mount = &self.instance.settings.mount;
                if let Some(page) = Endpoint::at(parts.uri.path(), mount) {
                    let shut_out = self.instance.judge.shut_out(&asked);
                    let response = match shut_out.map(|ruled| Decision::shut_out(&ruled)) {
                        Some(decision) if !observe_only => {
                            Box::pin(refuse(&answering, &decision, None, None)).await
                        }
                        would => {
                            if let Some(decision) = would {
                                Box::pin(answering.observe(&decision)).await;
                            }
                            Box::pin(endpoints::serve(&answering, page, body)).await
                        }
                    };
                    answering.report(&response);
                    return Outcome::answered(Box::pin(self.with_id(response, &parts)).await);
                }
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
        };
        if decision.verdict != Verdict::Pass && observe_only {
            decision = Box::pin(answering.observe(&decision)).await;
        }
        if decision.verdict != Verdict::Pass {
            let refusal = refuse(&answering, &decision, Some(body), carried.as_ref());
            let mut response = Box::pin(refusal).await;
            set_headers(response.headers_mut(), &decision.counts);
            answering.report(&response);
            return Outcome::answered(Box::pin(self.with_id(response, &parts)).await);
        }

        if let Some(form) = &carried
            && let Err(error) = Box::pin(form.spend(&answering)).await
        {
            let mut response = error.response(&answering);
            // The application was not asked, so nothing has failed there.
            let store = &*self.instance.store;
            let settled = decision
                .owed
                .settle(store, StatusCode::OK, &mut decision.counts);
            Box::pin(settled).await;
            set_headers(response.headers_mut(), &decision.counts);
            answering.report(&response);
            return Outcome::answered(response);
        }
        let wants_id = !exempt
            && self.instance.wants_id(&self.client)
            && RequestKind::of(&parts.method, &parts.headers) == RequestKind::Navigation;
        let id_cookie = if wants_id {
            Box::pin(self.instance.new_client_id(&self.client)).await
        } else {
            None
        };
        let exit = ResponseFinisher {
            instance: Arc::clone(self.instance),
            private: decision.private,
            permission_only: decision.permission_only,
            counts: decision.counts,
            owed: decision.owed,
            id_cookie,
            audience: match &self.instance.settings.error_pages {
                Some(_) => Audience::of(self.instance, &self.client, &parts),
                None => None,
            },
        };
        let mut judged_by = parts
            .extensions
            .remove::<JudgedMarker>()
            .map(|outer| outer.judged_by)
            .unwrap_or_default();
        judged_by.push(self.instance.id);
        parts.extensions.insert(JudgedMarker {
            judged_by,
            policy,
            hidden: Arc::clone(self.instance) as _,
            prefix: self.prefix,
        });
        parts.extensions.insert(self.client);
        // Whoever asks later without the extractor must not be told less than was judged by.
        if self.detection.needs_headers(Sign::Bot) {
            self.detection.note(&parts.headers);
        }
        parts.extensions.insert(self.detection);
        Outcome::Forward(Request::from_parts(parts, body), exit)
    }

    fn responder<'b>(&'b self, parts: &'b Parts, policy: Option<&'static Policy>) -> Responder<'b> {
        Responder {
            instance: self.instance,
            client: &self.client,
            uri: &self.uri,
            method: &parts.method,
            headers: &parts.headers,
            prefix: &self.prefix,
            record: DecisionRecord::new(
                self.route.as_ref().map(MatchedPath::as_str),
                policy,
                &self.detection,
            ),
        }
    }

    /// Puts the form that a challenge interrupted back in place, if the request brings it.
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

    /// Finds out whose signature the request has, if it has one and any agents are known.
    #[cfg(feature = "web-bot-auth")]
    async fn look_for_a_signature(&self, parts: &Parts) {
        let Some(signatures) = &self.instance.signatures else {
            return;
        };
        let message = Message {
            method: &parts.method,
            uri: &self.uri,
            headers: &parts.headers,
            https: self.client.is_https(),
        };
        if message.is_signed()
            && let Some(signed_by) = Box::pin(signatures.signer(&message)).await
        {
            self.detection.sign(signed_by);
        }
    }

    async fn with_id(&self, mut response: Response, parts: &Parts) -> Response {
        if self.instance.wants_id(&self.client)
            && RequestKind::of(&parts.method, &parts.headers).takes_pages()
            && let Some(cookie) = self.instance.new_client_id(&self.client).await
        {
            add_cookie(&mut response, &cookie);
        }
        response
    }
}

impl Outcome {
    fn answered(response: Response) -> Outcome {
        Outcome::Respond(Box::new(response))
    }
}

impl ResponseFinisher {
    /// Adds to the application's answer what the judging owes it.
    pub(super) async fn finish(mut self, mut response: Response) -> Response {
        if !self.owed.is_nothing() {
            let store = &*self.instance.store;
            let settled = self.owed.settle(store, response.status(), &mut self.counts);
            Box::pin(settled).await;
        }
        if let Some(HiddenCounts(counts)) = response.extensions_mut().remove() {
            self.counts.extend(counts);
        }
        if self.permission_only {
            keep_permission(&mut response);
        }
        if let Some(audience) = self.audience {
            explain(&self.instance, audience, &mut response);
        }
        set_headers(response.headers_mut(), &self.counts);
        let told = response.headers().contains_key(CACHE_CONTROL);
        if self.private && !told {
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        if let Some(cookie) = self.id_cookie
            && !is_shared(&response)
        {
            add_cookie(&mut response, &cookie);
        }
        response
    }
}

/// Leaves of an answer to a preflight only the permission: of a handler or a fallback that takes
/// any method, nothing reaches a client that has not solved the challenge.
fn keep_permission(response: &mut Response) {
    *response.body_mut() = Body::empty();
    let permits = response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    let headers = std::mem::take(response.headers_mut());
    let kept = headers.into_iter().scan(None, |last, (name, value)| {
        // Of several lines of a field only the first has a name.
        *last = name.or_else(|| last.take());
        Some((last.clone()?, value))
    });
    for (name, value) in kept {
        let says_what_is_allowed = name == ALLOW || name == VARY;
        if says_what_is_allowed || (permits && name.as_str().starts_with("access-control-")) {
            response.headers_mut().append(name, value);
        }
    }
}

/// Whether the application lets shared caches keep the answer, in which a client's own
/// cookie has no place.
fn is_shared(response: &Response) -> bool {
    response
        .headers()
        .get_all(CACHE_CONTROL)
        .iter()
        .any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            !value
                .split(|byte| *byte == b',')
                .any(|directive| matches!(directive.trim_ascii(), b"private" | b"no-store"))
        })
}

/// Adds a cookie, which no shared cache may then keep.
fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
        response
            .headers_mut()
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private"));
    }
}

/// What the router took off the path on the way here.
fn prefix(original: &Uri, here: &Uri) -> String {
    original
        .path()
        .strip_suffix(here.path())
        .filter(|prefix| !prefix.is_empty() && crate::pages::local(prefix).is_some())
        .unwrap_or_default()
        .to_owned()
}
