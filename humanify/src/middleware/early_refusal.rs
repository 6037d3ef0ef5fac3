//! Answers requests that are refused before judging: those of banned clients, and those that
//! contradict themselves.

use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};

use super::instance::Instance;
use super::request_head::RequestHead;
use super::request_kind::RequestKind;
use super::responder::{nonce, respond};
use super::site_address::SiteAddress;
use crate::client::{Client, names_one_host};
use crate::decision::{Decided, DecidedBy, DecisionAction, Reference, RequestFacts};
use crate::http::{plain_text, retry_after_seconds};
use crate::pages::{Context, Page, Problem, ProblemKind, Waiting};

/// The cause of the refusal of a path that no client sends in good faith.
pub(super) const UNREADABLE: DecidedBy = DecidedBy::Request {
    problem: "the path is encoded so often, or can be read in so many ways, that nobody means it",
};

/// The response where the server does not report the peer address.
pub(super) fn without_peer(
    instance: &Instance,
    head: RequestHead<'_>,
    is_local: bool,
) -> Box<Response> {
    let refusal = EarlyRefusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        action: DecisionAction::Error,
        decided_by: DecidedBy::Setup {
            problem: "the server does not report the client's address",
        },
    };
    let text = instance.warnings.no_peer(is_local);
    let facts = early_facts(None, head);
    let text = match refusal.report(instance, &facts) {
        Some(reference) => format!("{text}\nReference: {reference}\n"),
        None => format!("{text}\n"),
    };
    Box::new(plain_text(refusal.status, text))
}

/// The response to a request that is refused before judging, because its client is banned or it
/// contradicts itself; `None` for other requests.
#[inline]
pub(super) fn refuse_early(
    instance: &Instance,
    client: &Client,
    head: RequestHead<'_>,
) -> Option<Box<Response>> {
    match fails_early_checks(instance, client, head) {
        true => refuse_by_checks(instance, client, head),
        false => None,
    }
}

/// Whether a request is refused before judging, or would be if not everything were only observed.
#[inline(always)]
pub(super) fn fails_early_checks(
    instance: &Instance,
    client: &Client,
    head: RequestHead<'_>,
) -> bool {
    let mut checks = CHECKS.into_iter();
    checks.any(|check| check.refuses(instance, client, head))
}

/// The response by the first check that fails and is enforced.
#[cold]
fn refuse_by_checks(
    instance: &Instance,
    client: &Client,
    head: RequestHead<'_>,
) -> Option<Box<Response>> {
    for check in CHECKS {
        let Some(decided_by) = check.decides(instance, client, head) else {
            continue;
        };
        let refusal = EarlyRefusal {
            status: match check {
                EarlyCheck::Ban => StatusCode::FORBIDDEN,
                EarlyCheck::Host | EarlyCheck::Proxy => StatusCode::BAD_REQUEST,
            },
            action: check.action(),
            decided_by,
        };
        // The operator is warned also if the request is only observed.
        let problem = match check {
            EarlyCheck::Ban => None,
            EarlyCheck::Host => Some(SEVERAL_HOSTS),
            EarlyCheck::Proxy => Some(instance.warnings.headers_contradict()),
        };
        let facts = early_facts(Some(client), head);
        let Some(reference) = refusal.report(instance, &facts) else {
            continue;
        };
        return Some(Box::new(match problem {
            None => banned(instance, client, head, reference),
            Some(problem) => malformed(instance, client, head, (reference, problem)),
        }));
    }
    None
}

/// What is wrong with a request that fails the check of its host.
const SEVERAL_HOSTS: &str =
    "The request names its host in several ways, or in none that can be read.";

/// The response to a banned client: a page with the end of the ban for a browser, and a cheap line
/// of text for a program.
fn banned(
    instance: &Instance,
    client: &Client,
    head: RequestHead<'_>,
    reference: Reference,
) -> Response {
    let wait = instance.banned(client, head.headers).unwrap_or_default();
    if !RequestKind::of(head.method, head.headers).takes_pages() {
        let text = format!("Access denied for now.\nReference: {reference}\n");
        let mut response = plain_text(StatusCode::FORBIDDEN, text);
        let wait = HeaderValue::from(retry_after_seconds(wait));
        response.headers_mut().insert(RETRY_AFTER, wait);
        return response;
    }
    let place = SiteAddress::of(instance, client, head.uri, head.headers);
    let view = Waiting {
        retry_after: wait,
        return_to: None,
    };
    page(instance, head, (reference, &place), |context| {
        instance.pages.banned(context, &view)
    })
}

/// The response to a request that contradicts itself: a page for a browser, and a problem document
/// for a program.
fn malformed(
    instance: &Instance,
    client: &Client,
    head: RequestHead<'_>,
    (reference, problem): (Reference, &str),
) -> Response {
    let status = StatusCode::BAD_REQUEST;
    if !RequestKind::of(head.method, head.headers).takes_pages() {
        let problem = Problem::new(ProblemKind::Status(status)).detail(problem);
        return respond(problem.reference(Some(reference.as_str())).page());
    }
    let place = SiteAddress {
        // The page is not signed with a host that may be somebody else's.
        host: None,
        ..SiteAddress::of(instance, client, head.uri, head.headers)
    };
    page(instance, head, (reference, &place), |context| {
        instance.pages.error(context, status, false)
    })
}

/// Renders a page before judging.
fn page(
    instance: &Instance,
    head: RequestHead<'_>,
    (reference, place): (Reference, &SiteAddress),
    render: impl FnOnce(&Context<'_>) -> Page,
) -> Response {
    let nonce = nonce();
    respond(render(&Context {
        nonce: &nonce,
        language: head.language(),
        reference: Some(reference.as_str()),
        host: place.host.as_deref(),
        home: &place.home,
        now: instance.clock.milliseconds(),
    }))
}

/// A check before judging.
#[derive(Debug, Clone, Copy)]
pub(super) enum EarlyCheck {
    /// Whether the client is banned.
    Ban,
    /// Whether the request names one host.
    Host,
    /// Whether the headers of proxies agree.
    Proxy,
}

/// All checks, in order.
pub(super) const CHECKS: [EarlyCheck; 3] = [EarlyCheck::Ban, EarlyCheck::Host, EarlyCheck::Proxy];

impl EarlyCheck {
    /// Returns the cause of refusal, if the check fails.
    pub(super) fn decides(
        self,
        instance: &Instance,
        client: &Client,
        head: RequestHead<'_>,
    ) -> Option<DecidedBy> {
        let refuses = self.refuses(instance, client, head);
        refuses.then_some(self.decided_by())
    }

    /// Whether the check fails.
    #[inline(always)]
    fn refuses(self, instance: &Instance, client: &Client, head: RequestHead<'_>) -> bool {
        match self {
            EarlyCheck::Ban => instance.banned(client, head.headers).is_some(),
            EarlyCheck::Host => !names_one_host(head.original_uri, head.headers),
            EarlyCheck::Proxy => client.contradicts_its_proxy(),
        }
    }

    /// The cause if the check fails.
    pub(super) fn decided_by(self) -> DecidedBy {
        match self {
            EarlyCheck::Ban => DecidedBy::Ban,
            EarlyCheck::Host => DecidedBy::Request {
                problem: "the host is named in several ways, or in none that can be read",
            },
            EarlyCheck::Proxy => DecidedBy::Request {
                problem: "headers contradict each other on where the request comes from",
            },
        }
    }

    /// The outcome of a request that fails the check.
    pub(super) fn action(self) -> DecisionAction {
        match self {
            EarlyCheck::Ban => DecisionAction::Ban,
            EarlyCheck::Host | EarlyCheck::Proxy => DecisionAction::BadRequest,
        }
    }
}

/// The facts of a decision that precedes detection.
fn early_facts<'a>(client: Option<&'a Client>, head: RequestHead<'a>) -> RequestFacts<'a> {
    RequestFacts {
        method: head.method,
        uri: head.original_uri,
        headers: head.headers,
        route: head.route(),
        handler: None,
        client,
        detection: None,
    }
}

/// A request that is refused before judging.
#[derive(Debug, Clone, Copy)]
struct EarlyRefusal {
    status: StatusCode,
    action: DecisionAction,
    decided_by: DecidedBy,
}

impl EarlyRefusal {
    /// Reports the request, and gives it a reference; `None` if it passes, since everything is only
    /// observed.
    fn report(self, instance: &Instance, facts: &RequestFacts<'_>) -> Option<Reference> {
        // A request without a client cannot pass.
        let observed = instance.settings.observe_only && facts.client.is_some();
        let reference = Reference::new();
        let decided = Decided {
            reference: (!observed).then_some(reference),
            action: self.action,
            decided_by: self.decided_by,
            status: (!observed).then_some(self.status),
        };
        instance.reporter.report(&decided, facts);
        decided.reference
    }
}
