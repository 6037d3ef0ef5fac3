//! `Responder`: builds humanify's pages, redirects and problem documents.

use axum::body::Body;
use axum::response::Response;
use http::header::{ACCEPT_LANGUAGE, HeaderValue, LOCATION};
use http::{HeaderMap, Method, StatusCode, Uri};
use humanify_syntax::Offence;

use super::decision_record::DecisionRecord;
use super::fetch_metadata::may_be_own_frame;
use super::instance::Instance;
use super::request_kind::RequestKind;
use super::site_address::SiteAddress;
use crate::challenge::CreationError;
use crate::client::Client;
use crate::crypto::random_bytes;
use crate::decision::{DecidedBy, DecisionAction, Reference};
use crate::language::Language;
use crate::pages::{
    Context, CookiesView, Denied, FormReady, LockedOut, Nonce, Page, Problem, ProblemKind, Waiting,
    allow_own_frames, local,
};
use crate::sampler::EventSampler;
use crate::store::Count;

/// `Retry-After` of an overloaded server.
const RETRY_WHEN_BUSY: std::time::Duration = std::time::Duration::from_secs(2);

/// `Retry-After` while a crawler is being checked: longer than a check takes.
const RETRY_AFTER_CHECK: std::time::Duration = std::time::Duration::from_secs(6);

/// Builds responses for one request.
pub(super) struct Responder<'a> {
    pub(super) instance: &'a Instance,
    pub(super) client: &'a Client,
    /// The URI that the client requested.
    pub(super) uri: &'a Uri,
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// The prefix under which the instance is nested.
    pub(super) prefix: &'a str,
    /// The decision, and the facts of the request.
    pub(super) record: DecisionRecord<'a>,
}

impl Responder<'_> {
    /// Counts an offence towards a ban.
    pub(super) async fn offend(&self, offence: Offence) {
        self.instance
            .offend(self.client, (self.method, self.uri, self.headers), offence)
            .await;
    }

    pub(super) fn denied(&self) -> Response {
        self.record.answer(DecisionAction::Deny, DecidedBy::OwnPage);
        if self.kind().takes_pages() {
            let here = self.here();
            let view = Denied {
                return_to: here.as_deref(),
            };
            self.page(|context| self.instance.pages.denied(context, &view))
        } else {
            self.problem(Problem::new(ProblemKind::AccessDenied))
        }
    }

    /// The page for a browser without cookies, which cannot solve a challenge.
    pub(super) fn cookies(&self, challenge: &str) -> Response {
        self.record.answer(DecisionAction::Deny, DecidedBy::Answers);
        let view = CookiesView {
            return_to: Some(challenge),
        };
        self.page(|context| self.instance.pages.cookies(context, &view))
    }

    pub(super) fn limited(&self, wait: std::time::Duration, counts: &[Count]) -> Response {
        self.record
            .answer(DecisionAction::Limit, DecidedBy::OwnPage);
        if self.kind().takes_pages() {
            let here = self.here();
            let view = Waiting {
                retry_after: wait,
                return_to: here.as_deref(),
            };
            self.page(|context| self.instance.pages.rate_limited(context, &view))
        } else {
            let violated: Vec<String> = counts
                .iter()
                .filter(|count| count.over)
                .map(Count::name)
                .collect();
            self.problem(
                Problem::new(ProblemKind::RateLimited)
                    .retry_after(wait)
                    .violated(&violated),
            )
        }
    }

    /// The page for a browser with too many wrong answers.
    pub(super) fn locked_out(&self, wait: std::time::Duration, next: &str) -> Response {
        self.record
            .decide(DecisionAction::LockOut, DecidedBy::Answers);
        let view = LockedOut {
            status: StatusCode::TOO_MANY_REQUESTS,
            retry_after: wait,
            return_to: Some(next),
        };
        self.page(|context| self.instance.pages.locked_out(context, &view))
    }

    /// The page for a browser without scripts whose network has no place left.
    pub(super) fn wait_quota_exceeded(&self, wait: std::time::Duration, next: &str) -> Response {
        self.record
            .answer(DecisionAction::Limit, DecidedBy::OwnPage);
        let view = Waiting {
            retry_after: wait,
            return_to: Some(next),
        };
        self.page(|context| self.instance.pages.wait_quota_exceeded(context, &view))
    }

    /// The page after a solved challenge, with a button that sends the interrupted form.
    pub(super) fn form_ready(&self, target: &str, form: &str) -> Response {
        let view = FormReady {
            target,
            form,
            field: &self.instance.settings.cookies.form_field,
        };
        self.page(|context| self.instance.pages.form_ready(context, &view))
    }

    /// The page for a form that was sent already.
    pub(super) fn form_sent(&self) -> Response {
        self.record
            .answer(DecisionAction::BadRequest, DecidedBy::OwnPage);
        self.page(|context| self.instance.pages.form_sent(context))
    }

    /// The page for a form that can no longer be sent.
    pub(super) fn form_lost(&self) -> Response {
        self.record
            .answer(DecisionAction::BadRequest, DecidedBy::OwnPage);
        self.page(|context| self.instance.pages.form_lost(context))
    }

    pub(super) fn busy(&self) -> Response {
        self.retry_later(ProblemKind::Busy, RETRY_WHEN_BUSY)
    }

    /// The response while a client's claim is being checked. Only programs make such claims, so the
    /// page for people only says when to try again.
    pub(super) fn checking(&self) -> Response {
        self.retry_later(ProblemKind::Checking, RETRY_AFTER_CHECK)
    }

    fn retry_later(&self, kind: ProblemKind, wait: std::time::Duration) -> Response {
        self.record
            .answer(DecisionAction::Unavailable, DecidedBy::Capacity);
        if self.kind().takes_pages() {
            let here = self.here();
            let view = Waiting {
                retry_after: wait,
                return_to: here.as_deref(),
            };
            self.page(|context| self.instance.pages.busy(context, &view))
        } else {
            self.problem(Problem::new(kind).retry_after(wait))
        }
    }

    pub(super) fn bad_request(&self) -> Response {
        self.error(StatusCode::BAD_REQUEST)
    }

    /// An error of one of humanify's own pages.
    pub(super) fn error(&self, status: StatusCode) -> Response {
        self.record
            .answer(DecisionAction::BadRequest, DecidedBy::OwnPage);
        if self.kind().takes_pages() {
            let can_reload = self.here().is_some();
            self.page(|context| self.instance.pages.error(context, status, can_reload))
        } else {
            self.problem(Problem::new(ProblemKind::Status(status)))
        }
    }

    /// The response if no challenge can be set.
    pub(super) fn not_set(&self, error: CreationError, next: &str) -> Response {
        match error {
            CreationError::LockedOut { wait } => self.locked_out(wait, next),
            CreationError::Busy => self.busy(),
            CreationError::Failed(_) | CreationError::Store(_) => {
                static SAMPLER: EventSampler = EventSampler::new();
                SAMPLER.log(|left_out| tracing::error!(left_out, "{error}"));
                self.busy()
            }
        }
    }

    /// A problem document for this client.
    pub(super) fn problem(&self, problem: Problem<'_>) -> Response {
        let reference = self.record.reference();
        let reference = reference.as_ref().map(Reference::as_str);
        respond(problem.reference(reference).page())
    }

    /// Renders a page for this client.
    pub(super) fn page(&self, render: impl FnOnce(&Context<'_>) -> Page) -> Response {
        let nonce = nonce();
        let reference = self.record.reference();
        let place = SiteAddress::of(self.instance, self.client, self.uri, self.headers);
        let mut page = render(&Context {
            nonce: &nonce,
            language: self.language(),
            reference: reference.as_ref().map(Reference::as_str),
            host: place.host.as_deref(),
            home: &place.home,
            now: self.instance.clock.milliseconds(),
        });
        if may_be_own_frame(self.headers) {
            allow_own_frames(&mut page.headers);
        }
        respond(page)
    }

    /// The language of the visitor.
    pub(super) fn language(&self) -> Language {
        let accepted = self.headers.get(ACCEPT_LANGUAGE);
        Language::choose(accepted.map(HeaderValue::as_bytes))
    }

    pub(super) fn kind(&self) -> RequestKind {
        RequestKind::of(self.method, self.headers)
    }

    /// The address that the client requested, if a link can lead there.
    pub(super) fn here(&self) -> Option<String> {
        let only_asks = matches!(*self.method, Method::GET | Method::HEAD);
        only_asks.then(|| self.address()).flatten()
    }

    /// The path and query that the client requested, as visitors know them; `None` if a browser or
    /// a proxy could take them for another site.
    pub(super) fn address(&self) -> Option<String> {
        let path = self.uri.path_and_query()?;
        let path = format!("{}{path}", self.client.stripped_prefix());
        local(&path).is_some().then_some(path)
    }
}

/// Marks a response of humanify. Error pages never replace it.
#[derive(Debug, Clone, Copy)]
pub(super) struct HumanifyResponse;

/// Converts a page into a response.
pub(super) fn respond(page: Page) -> Response {
    let mut response = Response::new(Body::from(page.body));
    *response.status_mut() = page.status;
    *response.headers_mut() = page.headers;
    response.extensions_mut().insert(HumanifyResponse);
    response
}

/// 303 See Other, to the challenge or to the address that the visitor requested.
pub(super) fn redirect(address: &str) -> Response {
    let mut response = respond(Page::redirect());
    if let Ok(location) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

pub(super) fn with_status(mut response: Response, status: StatusCode) -> Response {
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// A nonce for a page. Without randomness the page goes out unstyled.
pub(super) fn nonce() -> Nonce {
    Nonce::new(random_bytes().unwrap_or_default())
}
