//! Explains the decision about a request without applying it.

use axum::extract::MatchedPath;
use http::request::Parts;
use humanify_syntax::Policy;

use super::early_refusal::{CHECKS, UNREADABLE};
use super::endpoint_path::Endpoint;
use super::instance::Instance;
use super::listener;
use super::request_head::RequestHead;
use crate::client::Peer;
use crate::decision::{
    ClientReport, DecidedBy, DecisionAction, Explanation, ExplanationStep, RequestFacts,
    StepOutcome, escaped,
};
use crate::detect::Detection;
use crate::handler::{FoundRoute, RouteFinder, RoutePolicy};
use crate::rules::{MatchContext, RequestRoute};

impl Instance {
    /// Explains the decision about a request, step by step. Nothing is counted.
    pub(crate) async fn explain(&self, parts: Parts) -> Explanation {
        let found = self.find_route(&parts);
        let route = found.as_ref().and_then(|found| found.route.clone());
        let policy = match found.map(|found| found.policy) {
            Some(RoutePolicy::One(policy)) => Some(policy),
            Some(RoutePolicy::Nothing | RoutePolicy::Several) | None => None,
        };
        let peer = listener::peer(&parts.extensions);
        let peer = peer.filter(|peer| *peer != Peer::Local || self.settings.trust_unix_socket);
        let client = peer.map(|peer| self.identify(peer, &parts.headers));
        let detection = client.map(|client| self.detection(client, &parts.extensions));
        let route = route.as_ref().map(MatchedPath::as_str);
        let (steps, action, decided_by) = match &detection {
            Some(detection) => {
                let request = (&parts, route, detection);
                self.explain_steps(request, policy).await
            }
            None => {
                let by = DecidedBy::Setup {
                    problem: "the request has no peer address: add `ConnectInfo<SocketAddr>` to \
                              its extensions",
                };
                (decides(by), DecisionAction::Error, Some(by))
            }
        };
        let uri = RequestHead::from(&parts).original_uri;
        let client = ClientReport::new(&RequestFacts {
            method: &parts.method,
            uri,
            headers: &parts.headers,
            route,
            handler: policy.map(Policy::endpoint),
            client: detection.as_ref().map(Detection::client),
            detection: detection.as_ref(),
        });
        Explanation {
            method: escaped(parts.method.as_str().as_bytes()),
            path: escaped(uri.path().as_bytes()),
            route: route.map(str::to_owned),
            handler: policy.map(Policy::endpoint),
            client,
            steps,
            action,
            decided_by,
            observed: self.settings.observe_only && action != DecisionAction::Pass,
        }
    }

    async fn explain_steps(
        &self,
        (parts, route, detection): (&Parts, Option<&str>, &Detection),
        policy: Option<&'static Policy>,
    ) -> (Vec<ExplanationStep>, DecisionAction, Option<DecidedBy>) {
        let head = RequestHead::from(parts);
        let uri = head.original_uri;
        let mut steps = Vec::new();
        for check in CHECKS {
            if let Some(by) = check.decides(self, detection.client(), head) {
                steps.extend(decides(by));
                return (steps, check.action(), Some(by));
            }
            steps.push(ExplanationStep {
                subject: check.decided_by(),
                outcome: StepOutcome::DoesNotHold,
            });
        }
        let request = (head.method, uri, head.headers);
        let asked = MatchContext::new(request, RequestRoute::Known(route), policy, detection);
        let Some(asked) = asked.as_ref().map(MatchContext::as_dry_run) else {
            steps.extend(decides(UNREADABLE));
            return (steps, DecisionAction::BadRequest, Some(UNREADABLE));
        };
        if Endpoint::at(uri.path(), &self.settings.mount).is_some() {
            if let Some(ruled) = self.judge.denied_to_all(&asked) {
                steps.extend(ruled.decided_by.map(decides).into_iter().flatten());
                return (steps, ruled.verdict.action(), ruled.decided_by);
            }
            steps.extend(decides(DecidedBy::OwnPage));
            return (steps, DecisionAction::Pass, Some(DecidedBy::OwnPage));
        }
        let (decision, judged) = Box::pin(self.judge.explain(&asked, policy)).await;
        steps.extend(judged);
        (steps, decision.verdict.action(), decision.decided_by)
    }

    /// The route that a request reaches: of the first application that has a matching one,
    /// otherwise the fallback of the last.
    fn find_route(&self, parts: &Parts) -> Option<FoundRoute> {
        let mut last = None;
        for (finder, services) in self.route_finders() {
            let path = parts.uri.path();
            let mut found = RouteFinder::find(&finder, &parts.method, path);
            if let (Some(found), Some(services)) = (&mut found, services) {
                let route = found.route.as_ref().map(MatchedPath::as_str);
                if services.handle(route, path, false) {
                    found.policy = RoutePolicy::Several;
                }
            }
            if found.as_ref().is_some_and(|found| found.route.is_some()) {
                return found;
            }
            last = found.or(last);
        }
        last
    }
}

fn decides(subject: DecidedBy) -> Vec<ExplanationStep> {
    let outcome = StepOutcome::Decides;
    vec![ExplanationStep { subject, outcome }]
}
