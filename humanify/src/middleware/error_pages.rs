//! Fills empty error responses of the application with pages or problem documents.

use std::any::Any;

use axum::body::HttpBody;
use axum::response::Response;
use http::Method;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, HeaderName, LAST_MODIFIED, TRANSFER_ENCODING, VARY,
};

use super::instance::Instance;
use super::request_head::{LoggedPlace, RequestHead};
use super::request_kind::RequestKind;
use super::responder::{HumanifyResponse, nonce, respond};
use super::site_address::SiteAddress;
use crate::client::Client;
use crate::decision::Reference;
use crate::language::Language;
use crate::pages::{Context, Problem, ProblemKind};

/// The recipient of an error page, and the request.
#[derive(Debug, Clone)]
pub(super) struct Audience {
    method: Method,
    place: LoggedPlace,
    reader: Recipient,
}

#[derive(Debug, Clone)]
enum Recipient {
    Person {
        language: Language,
        place: SiteAddress,
        /// Whether the page can be reloaded.
        can_reload: bool,
    },
    Program,
}

impl Audience {
    /// `None` for a response without a body, such as one to HEAD.
    pub(super) fn of(
        instance: &Instance,
        client: &Client,
        head: RequestHead<'_>,
    ) -> Option<Audience> {
        if *head.method == Method::HEAD {
            return None;
        }
        let takes_pages = RequestKind::of(head.method, head.headers).takes_pages();
        let reader = if takes_pages {
            Recipient::Person {
                language: head.language(),
                place: SiteAddress::of(instance, client, head.uri, head.headers),
                can_reload: *head.method == Method::GET,
            }
        } else {
            Recipient::Program
        };
        Some(Audience {
            method: head.method.clone(),
            place: LoggedPlace::of(head),
            reader,
        })
    }
}

/// Header fields that describe a replaced body.
const OF_THE_BODY: [HeaderName; 9] = [
    ACCEPT_RANGES,
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    ETAG,
    LAST_MODIFIED,
    TRANSFER_ENCODING,
];

/// Fills an error response that has no body, or one that the application wants replaced, with a
/// page or a problem document. Its other headers stay.
pub(super) fn explain(instance: &Instance, audience: Audience, response: &mut Response) {
    let Some(pages) = &instance.settings.error_pages else {
        return;
    };
    let status = response.status();
    let replaceable = match response.body().size_hint().exact() {
        Some(0) => true,
        Some(_) => pages.replaces_bodies(),
        // The body is streamed.
        None => false,
    };
    let own = response.extensions().get::<HumanifyResponse>().is_some();
    if own || !replaceable || !pages.covers(status) {
        return;
    }
    let known = response.extensions().get::<Reference>().copied();
    let reference = known.unwrap_or_else(|| {
        let reference = Reference::new();
        let place = &audience.place;
        let asked = (&audience.method, place.route(), place.path());
        instance.reporter.error_shown(reference, status, asked);
        response.extensions_mut().insert(reference);
        reference
    });
    let reference = Some(reference.as_str());
    let page = match audience.reader {
        Recipient::Person {
            language,
            place,
            can_reload,
        } => {
            let nonce = nonce();
            let context = Context {
                nonce: &nonce,
                language,
                reference,
                host: place.host.as_deref(),
                home: &place.home,
                now: instance.clock.milliseconds(),
            };
            pages.render(&instance.pages, &context, status, can_reload)
        }
        Recipient::Program => Problem::new(ProblemKind::Status(status))
            .reference(reference)
            .page(),
    };
    let (head, body) = respond(page).into_parts();
    *response.body_mut() = body;
    let headers = response.headers_mut();
    for name in OF_THE_BODY {
        headers.remove(name);
    }
    for (name, value) in &head.headers {
        if name == VARY {
            headers.append(name, value.clone());
        } else {
            headers.insert(name, value.clone());
        }
    }
}

/// The message of a panic.
pub(crate) fn message(panicked: &(dyn Any + Send)) -> &str {
    panicked
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panicked.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it gives no reason")
}
