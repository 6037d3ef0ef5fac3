//! `Problem`: problem documents (RFC 9457), for clients that do not accept HTML.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;

use super::page_renderer::Page;
use crate::http::retry_after_seconds;
use crate::pages::headers;

/// The kind of a problem, with its fixed type, title and usual status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    ChallengeRequired,
    AccessDenied,
    RateLimited,
    Busy,
    Checking,
    /// A problem that the status alone describes.
    Status(StatusCode),
}

/// A problem document under construction.
#[derive(Clone, Debug)]
pub(crate) struct Problem<'a> {
    kind: ProblemKind,
    status: StatusCode,
    detail: &'a str,
    challenge: Option<&'a str>,
    retry_after: Option<Duration>,
    violated: &'a [String],
    reference: Option<&'a str>,
}

impl<'a> Problem<'a> {
    pub(crate) fn new(kind: ProblemKind) -> Problem<'a> {
        Problem {
            kind,
            status: kind.status(),
            detail: kind.detail(),
            challenge: None,
            retry_after: None,
            violated: &[],
            reference: None,
        }
    }

    /// Adds the address at which a person can solve the challenge.
    pub(crate) fn challenge(self, address: &'a str) -> Problem<'a> {
        let challenge = Some(address);
        Problem { challenge, ..self }
    }

    /// Adds the time to wait, in whole seconds in the document and as `Retry-After`.
    pub(crate) fn retry_after(self, wait: Duration) -> Problem<'a> {
        let retry_after = Some(wait);
        Problem {
            retry_after,
            ..self
        }
    }

    /// Adds the names of the limits that the client is over.
    pub(crate) fn violated(self, violated: &'a [String]) -> Problem<'a> {
        Problem { violated, ..self }
    }

    /// Adds a sentence on what is wrong with the request.
    pub(crate) fn detail(self, detail: &'a str) -> Problem<'a> {
        Problem { detail, ..self }
    }

    /// Adds the reference that is also in the log.
    pub(crate) fn reference(self, reference: Option<&'a str>) -> Problem<'a> {
        Problem { reference, ..self }
    }

    /// The response with the document.
    pub(crate) fn page(&self) -> Page {
        let mut headers = headers::without_resources("application/problem+json", "en");
        if let Some(wait) = self.retry_after {
            headers::set_retry_after(&mut headers, wait);
        }
        let document = Document {
            kind: self.kind.address(),
            title: self.kind.title(),
            status: self.status.as_u16(),
            detail: self.detail,
            challenge: self.challenge,
            retry_after: self.retry_after.map(retry_after_seconds),
            violated: self.violated,
            reference: self.reference,
        };
        Page {
            status: self.status,
            headers,
            // Strings and numbers always serialise. An empty object is a legal document, too.
            body: serde_json::to_string(&document).unwrap_or_else(|_| "{}".to_owned()),
        }
    }
}

impl ProblemKind {
    /// The usual status of the kind.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            ProblemKind::ChallengeRequired | ProblemKind::AccessDenied => StatusCode::FORBIDDEN,
            ProblemKind::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ProblemKind::Busy | ProblemKind::Checking => StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Status(status) => status,
        }
    }

    /// The identifier of the kind, to compare with and not to fetch.
    fn address(self) -> &'static str {
        match self {
            ProblemKind::ChallengeRequired => "urn:humanify:problem:challenge-required",
            ProblemKind::AccessDenied => "urn:humanify:problem:access-denied",
            ProblemKind::RateLimited => {
                "https://iana.org/assignments/http-problem-types#quota-exceeded"
            }
            ProblemKind::Busy => "urn:humanify:problem:busy",
            ProblemKind::Checking => "urn:humanify:problem:checking",
            ProblemKind::Status(_) => "about:blank",
        }
    }

    fn title(self) -> &'static str {
        match self {
            ProblemKind::ChallengeRequired => "Challenge required",
            ProblemKind::AccessDenied => "Access denied",
            ProblemKind::RateLimited => "Too many requests",
            ProblemKind::Busy => "Too busy",
            ProblemKind::Checking => "Being checked",
            ProblemKind::Status(status) => status.canonical_reason().unwrap_or("Error"),
        }
    }

    fn detail(self) -> &'static str {
        match self {
            ProblemKind::ChallengeRequired => {
                "A person has to solve a challenge before this client gets an answer."
            }
            ProblemKind::AccessDenied => "This client does not get an answer here.",
            ProblemKind::RateLimited => "This client sent more requests than its limit allows.",
            ProblemKind::Busy => "The server has more to do than it can manage just now.",
            ProblemKind::Checking => {
                "Whether this client is the crawler that it says is being checked. Ask again soon."
            }
            ProblemKind::Status(_) => "",
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(
        rename = "violated-policies",
        skip_serializing_if = "<[String]>::is_empty"
    )]
    violated: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
}
