//! Header fields of pages. They forbid loading, framing, indexing and caching.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use http::HeaderMap;
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    HeaderValue, REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::http::{VARY_ON, retry_after_seconds};

/// The nonce that allows a page's own style sheet in its Content Security Policy.
///
/// It consists of hexadecimal digits, so that it is safe in a header and in an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nonce(String);

impl Nonce {
    /// Encodes sixteen random bytes as 32 hexadecimal digits.
    pub(crate) fn new(random: [u8; 16]) -> Nonce {
        Nonce(format!("{:032x}", u128::from_be_bytes(random)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The header fields of an HTML page whose style sheet has `nonce`.
pub(super) fn html(nonce: &Nonce, language: &'static str) -> HeaderMap {
    let policy = page_policy(nonce, "");
    with_policy(policy, "text/html; charset=utf-8", language)
}

/// Allows the script with the nonce, and workers of this site. A worker obeys the policy of the
/// response with its own script. Safari before 15.5 knows no `worker-src`, and obeys `child-src`.
pub(super) fn allow_script(headers: &mut HeaderMap, nonce: &Nonce) {
    let sources = format!("script-src 'nonce-{nonce}'; worker-src 'self'; child-src 'self'; ");
    headers.insert(CONTENT_SECURITY_POLICY, page_policy(nonce, &sources));
}

/// Allows pictures of this site.
pub(super) fn allow_pictures(headers: &mut HeaderMap) {
    let policy = headers.get(CONTENT_SECURITY_POLICY);
    let policy = policy.and_then(|policy| policy.to_str().ok());
    let policy = policy.map(|policy| policy.replace("img-src data:", "img-src 'self' data:"));
    if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Allows the page's own script with the nonce.
pub(super) fn allow_inline_script(headers: &mut HeaderMap, nonce: &Nonce) {
    let sources = format!("script-src 'nonce-{nonce}'; ");
    headers.insert(CONTENT_SECURITY_POLICY, page_policy(nonce, &sources));
}

/// The header fields of a response that is not a page: it may neither load nor run anything.
pub(super) fn without_resources(content_type: &'static str, language: &'static str) -> HeaderMap {
    with_policy(CLOSED_POLICY, content_type, language)
}

/// The header fields of an HTML page of the application, which decides what the page may load.
pub(super) fn for_application_page(language: &'static str) -> HeaderMap {
    let mut headers = without_resources("text/html; charset=utf-8", language);
    headers.remove(CONTENT_SECURITY_POLICY);
    headers.remove(REFERRER_POLICY);
    headers.remove(X_FRAME_OPTIONS);
    headers
}

/// Lets pages of this site show the page in a frame: a visitor sees there what the site's own
/// page would have shown.
pub(crate) fn allow_own_frames(headers: &mut HeaderMap) {
    let policy = headers.get(CONTENT_SECURITY_POLICY);
    let policy = policy.and_then(|policy| policy.to_str().ok());
    let policy =
        policy.map(|policy| policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"));
    if let Some(policy) = policy.and_then(|policy| HeaderValue::from_str(&policy).ok()) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    }
}

/// Adds `Retry-After` in whole seconds, rounded up, and at least one.
pub(super) fn set_retry_after(headers: &mut HeaderMap, wait: Duration) {
    headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_seconds(wait)));
}

const CLOSED_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// The policy: the page's own style, embedded pictures and sounds, and `more`.
///
/// Chromium and Safari apply `form-action` to each redirect that follows a form, too:
/// <https://github.com/w3c/webappsec-csp/issues/8>. An answer leads to the requested page, which may
/// redirect to another site, as for a login there. The forms of our own pages lead to this site
/// anyway: their addresses are fixed or escaped, and `base-uri` keeps them from being moved.
fn page_policy(nonce: &Nonce, more: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; {more}style-src 'nonce-{nonce}'; img-src data:; media-src data:; \
         form-action 'self' https: http:; base-uri 'none'; frame-ancestors 'none'"
    );
    // A nonce has hexadecimal digits only, so the value is always legal. If it were not, the
    // page would lose its style and keep its protection.
    HeaderValue::from_str(&policy).unwrap_or(CLOSED_POLICY)
}

fn with_policy(
    policy: HeaderValue,
    content_type: &'static str,
    language: &'static str,
) -> HeaderMap {
    /// Every refusal needs these, so they are built once.
    static FIXED: OnceLock<HeaderMap> = OnceLock::new();
    let mut headers = FIXED.get_or_init(fixed).clone();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language));
    headers
}

/// The header fields that are the same on all pages.
fn fixed() -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    let fixed = [
        (CACHE_CONTROL, "no-store"),
        (VARY, VARY_ON),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // The server checks the origin of forms, so they need their referrer.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}
