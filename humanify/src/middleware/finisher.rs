//! `ResponseFinisher`: adds headers, cookies and error pages to the application's response.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, HeaderValue, SET_COOKIE, VARY,
};

use super::error_pages::{Audience, explain};
use super::hidden_handlers::HiddenOutcome;
use super::instance::Instance;
use crate::http::set_unless_present;
use crate::judge::{DeferredCharges, ResponseOutcome};
use crate::limit::set_headers;
use crate::store::CountList;

/// The changes to the application's response. It is moved with every request, so it is small.
#[derive(Default)]
pub(super) struct ResponseFinisher {
    pub(super) private: bool,
    pub(super) counts: CountList,
    pub(super) further: Option<Box<FurtherChanges>>,
}

/// The changes that few responses need.
pub(super) struct FurtherChanges {
    pub(super) instance: Arc<Instance>,
    pub(super) permission_only: bool,
    pub(super) deferred_charges: DeferredCharges,
    pub(super) id_cookie: Option<String>,
    /// The recipient of an error page, if there is one.
    pub(super) audience: Option<Audience>,
}

impl FurtherChanges {
    pub(super) fn none(instance: &Arc<Instance>) -> Box<FurtherChanges> {
        Box::new(FurtherChanges {
            instance: Arc::clone(instance),
            permission_only: false,
            deferred_charges: DeferredCharges::default(),
            id_cookie: None,
            audience: None,
        })
    }
}

impl ResponseFinisher {
    /// Whether the response has to wait for the store, which makes deferred charges.
    pub(super) fn has_charges(&self) -> bool {
        let further = self.further.as_ref();
        further.is_some_and(|further| !further.deferred_charges.is_nothing())
    }

    /// Makes the deferred charges, and finishes the response.
    pub(super) async fn settle(mut self, mut response: Response) -> Response {
        if let Some(further) = &mut self.further {
            let deferred_charges = std::mem::take(&mut further.deferred_charges);
            let store = &*further.instance.store;
            deferred_charges
                .settle(store, ResponseOutcome::by(&response), &mut self.counts)
                .await;
        }
        self.finish(&mut response);
        response
    }

    /// Adds headers, cookies and error pages to the response, once all charges are made. Called once.
    pub(super) fn finish(&mut self, response: &mut Response) {
        if !response.extensions().is_empty()
            && let Some(HiddenOutcome { counts, private }) = response.extensions_mut().remove()
        {
            self.counts.extend(counts);
            self.private |= private;
        }
        let mut id_cookie = None;
        if let Some(further) = self.further.take() {
            if further.permission_only {
                keep_cors_headers_only(response);
            }
            if let Some(audience) = further.audience {
                explain(&further.instance, audience, response);
            }
            id_cookie = further.id_cookie;
        }
        set_headers(response.headers_mut(), &self.counts);
        if self.private {
            make_private(response);
        }
        if let Some(cookie) = id_cookie {
            add_cookie(response, &cookie);
        }
    }
}

/// Reduces the response to a preflight to its permission, so that nothing of a handler or fallback
/// for any method reaches a client without a clearance.
fn keep_cors_headers_only(response: &mut Response) {
    // The server would hand the connection over to the handler.
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    *response.body_mut() = Body::empty();
    let permits = response.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN);
    let headers = std::mem::take(response.headers_mut());
    let kept = headers.into_iter().scan(None, |last, (name, value)| {
        // Only the first line of a field with several lines has a name.
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

/// Whether shared caches may store the response, which then must not contain a cookie.
pub(super) fn is_shared(response: &Response) -> bool {
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

/// Adds a cookie, and forbids shared caches to store the response. A response that they may store
/// stays without it.
pub(super) fn add_cookie(response: &mut Response, cookie: &str) {
    if !is_shared(response)
        && let Ok(value) = HeaderValue::from_str(cookie)
    {
        response.headers_mut().append(SET_COOKIE, value);
        make_private(response);
    }
}

/// Forbids shared caches to store the response, unless it says itself who may.
#[inline]
fn make_private(response: &mut Response) {
    let private = HeaderValue::from_static("private");
    set_unless_present(response.headers_mut(), &CACHE_CONTROL, private);
}
