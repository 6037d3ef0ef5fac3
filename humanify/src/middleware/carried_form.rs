//! `CarriedForm`: a form that a challenge interrupts, sealed into the pages of the challenge.
//!
//! The page never contains the form in clear. After the last round it has a button that sends the
//! sealed form to the address of the original request, as `text/plain`: a type that forms of
//! applications do not use, so that no other body is read here. The layer opens the form, judges
//! the request as if it had arrived in that form, and spends the form once the request passes. The
//! name of the field belongs to the instance: the form of a nested instance passes untouched.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode};

use super::browser_cookie;
use super::fetch_metadata::is_same_origin;
use super::form::{FormFields, is_urlencoded};
use super::instance::Instance;
use super::read_body::{BodyError, read_body};
use super::request_head::RequestHead;
use super::request_kind::RequestKind;
use super::responder::Responder;
use crate::challenge::Browser;
use crate::clock::is_current;
use crate::crypto::{Purpose, SealError};
use crate::store::{IdOrigin, SpendKind, SpendOutcome, SpendRequest, spendable_id};

/// The longest body that is kept, in bytes.
const MAX_BODY_BYTES: usize = 8 * 1024;

/// The longest address of a form that is kept, in bytes.
const MAX_TARGET_LENGTH: usize = 2 * 1024;

/// The longest content type of a form that is kept, in bytes.
const MAX_TYPE_LENGTH: usize = 128;

/// How long a form is kept, in milliseconds.
const FORM_LIFE: u64 = 600_000;

/// Sealed forms are padded to a multiple of this, in bytes, so that their length reveals little.
const PADDING_STEP: usize = 1024;

const HEAD: usize = 16 + 8 + 8 + 3 * 2;

const MAX_LENGTH: usize =
    (HEAD + MAX_BODY_BYTES + MAX_TARGET_LENGTH + MAX_TYPE_LENGTH).next_multiple_of(PADDING_STEP);

const _: () = assert!(
    MAX_BODY_BYTES <= u16::MAX as usize,
    "a length has two bytes"
);

/// The longest value that the button sends beside the name of the field: `=`, Base64, a line break.
const MAX_SENT_BYTES: usize = 1 + (MAX_LENGTH + 64).div_ceil(3) * 4 + 2;

/// A form that was interrupted by a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CarriedForm {
    id: [u8; 16],
    /// The time of the interruption, in milliseconds since 1970.
    created_at: u64,
    /// The run of the store in which it was interrupted.
    run: u64,
    /// The address of the original request, with path and query.
    pub(super) target: String,
    content_type: String,
    body: Vec<u8>,
}

impl CarriedForm {
    /// Takes the form out of a request that is challenged; `None` if the request has no form that
    /// can be kept.
    ///
    /// Another site's form is never carried: our button would send it in the visitor's name.
    pub(super) async fn take(responder: &Responder<'_>, body: Body) -> Option<CarriedForm> {
        let Responder {
            client,
            uri,
            method,
            headers,
            ..
        } = *responder;
        let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let target = responder.address()?;
        let fits = *method == Method::POST
            && is_urlencoded(headers)
            && is_same_origin(client, uri, headers)
            && content_type.len() <= MAX_TYPE_LENGTH
            && target.len() <= MAX_TARGET_LENGTH
            && length(headers).is_none_or(|length| length <= MAX_BODY_BYTES);
        if !fits {
            return None;
        }
        let body = read(responder, body, MAX_BODY_BYTES).await.ok()?;
        let run = responder.instance.store.run().wait().await.ok()?;
        Some(CarriedForm {
            id: spendable_id(client.network()).ok()?,
            created_at: responder.instance.clock.milliseconds(),
            run,
            target,
            content_type: content_type.to_owned(),
            body: body.into(),
        })
    }

    /// Seals the form for the browser that shows its challenge.
    pub(super) fn seal(
        &self,
        responder: &Responder<'_>,
        browser: Browser,
    ) -> Result<String, SealError> {
        let parts = [
            self.target.as_bytes(),
            self.content_type.as_bytes(),
            &self.body,
        ];
        let mut content = Vec::with_capacity(MAX_LENGTH);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.created_at.to_le_bytes());
        content.extend_from_slice(&self.run.to_le_bytes());
        for part in parts {
            // Each part is shorter than 64 KiB.
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            content.extend_from_slice(&length.to_le_bytes());
        }
        for part in parts {
            content.extend_from_slice(part);
        }
        content.resize(content.len().next_multiple_of(PADDING_STEP), 0);
        let sealer = &responder.instance.sealer;
        sealer.seal(Purpose::Form, &browser.id(), &content)
    }

    /// Opens a sealed form that this browser received less than ten minutes ago.
    pub(super) fn open(
        responder: &Responder<'_>,
        browser: Option<Browser>,
        sealed: &str,
    ) -> Option<CarriedForm> {
        let instance = responder.instance;
        let content = instance.sealer.open_up_to(
            MAX_LENGTH,
            Purpose::Form,
            &browser?.id(),
            sealed.as_bytes(),
        )?;
        let form = CarriedForm::from_bytes(&content)?;
        let now = instance.clock.milliseconds();
        is_current(form.created_at, FORM_LIFE, now).then_some(form)
    }

    fn from_bytes(content: &[u8]) -> Option<CarriedForm> {
        let (id, rest) = content.split_first_chunk::<16>()?;
        let (created_at, rest) = rest.split_first_chunk::<8>()?;
        let (run, rest) = rest.split_first_chunk::<8>()?;
        let (target, rest) = rest.split_first_chunk::<2>()?;
        let (content_type, rest) = rest.split_first_chunk::<2>()?;
        let (body, rest) = rest.split_first_chunk::<2>()?;
        let length = |bytes: &[u8; 2]| usize::from(u16::from_le_bytes(*bytes));
        let (target, rest) = rest.split_at_checked(length(target))?;
        let (content_type, rest) = rest.split_at_checked(length(content_type))?;
        let (body, _) = rest.split_at_checked(length(body))?;
        Some(CarriedForm {
            id: *id,
            created_at: u64::from_le_bytes(*created_at),
            run: u64::from_le_bytes(*run),
            target: String::from_utf8(target.to_vec()).ok()?,
            content_type: String::from_utf8(content_type.to_vec()).ok()?,
            body: body.to_vec(),
        })
    }

    /// The form with the id and the time of `before`, if that is the same form from an earlier challenge.
    pub(super) fn with_time_of(self, before: Option<&CarriedForm>) -> CarriedForm {
        let before = before.unwrap_or(&self);
        CarriedForm {
            id: before.id,
            created_at: before.created_at,
            run: before.run,
            ..self
        }
    }

    /// Spends the form, so that it is sent once.
    pub(super) async fn spend(&self, responder: &Responder<'_>) -> Result<(), FormError> {
        let spending = responder.instance.store.spend(SpendRequest {
            kind: SpendKind::Form,
            id: self.id,
            origin: IdOrigin::Own {
                created_at: self.created_at,
                run: self.run,
            },
            expires: self.created_at.saturating_add(FORM_LIFE),
        });
        match spending.wait().await {
            Ok(SpendOutcome::First) => Ok(()),
            Ok(SpendOutcome::Again) => Err(FormError::Sent),
            Ok(SpendOutcome::Forgotten) => Err(FormError::Lost),
            Err(_) => Err(FormError::Busy),
        }
    }
}

/// Why a form is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormError {
    /// It was sent already.
    Sent,
    /// It has expired, belongs to another browser, or has another address.
    Lost,
    /// It did not arrive in time.
    Slow,
    /// There is no room to read it or to mark it as spent.
    Busy,
}

impl FormError {
    pub(super) fn response(self, responder: &Responder<'_>) -> Response {
        match self {
            FormError::Sent => responder.form_sent(),
            FormError::Lost => responder.form_lost(),
            FormError::Slow => responder.error(StatusCode::REQUEST_TIMEOUT),
            FormError::Busy => responder.busy(),
        }
    }
}

/// Whether a page carried a form that can no longer be sent.
pub(super) fn is_lost(fields: &FormFields<'_>, carried: Option<&CarriedForm>) -> bool {
    carried.is_none()
        && fields
            .first("form")
            .is_some_and(|sealed| !sealed.is_empty())
}

/// Whether the button may have sent this request. Only then is its body read.
pub(super) fn may_be_sent(instance: &Instance, head: RequestHead<'_>) -> bool {
    let field = instance.settings.cookies.form_field.len();
    *head.method == Method::POST
        && head
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
        && length(head.headers)
            .is_some_and(|length| (field..=field + MAX_SENT_BYTES).contains(&length))
        && RequestKind::of(head.method, head.headers) == RequestKind::FormSubmit
}

/// The body of a request that the button may have sent.
pub(super) enum SentBody {
    /// A body of the application or of another instance, untouched.
    Other(Body),
    /// A form, which replaces the request's body.
    Form(CarriedForm, Body),
}

/// Opens the form that the button has sent.
pub(super) async fn open_sent(
    responder: &Responder<'_>,
    body: Body,
) -> Result<SentBody, FormError> {
    let field = responder.instance.settings.cookies.form_field.as_bytes();
    let body = read(responder, body, field.len() + MAX_SENT_BYTES).await?;
    let sealed = body
        .strip_prefix(field)
        .and_then(|rest| rest.strip_prefix(b"="));
    let Some(sealed) = sealed else {
        return Ok(SentBody::Other(body.into()));
    };
    if !is_same_origin(responder.client, responder.uri, responder.headers) {
        return Err(FormError::Lost);
    }
    let sealed = std::str::from_utf8(sealed.trim_ascii()).map_err(|_| FormError::Lost)?;
    let browser = browser_cookie::find(responder);
    let form = CarriedForm::open(responder, browser, sealed)
        .filter(|form| responder.address().as_ref() == Some(&form.target))
        .ok_or(FormError::Lost)?;
    let body = Body::from(form.body.clone());
    Ok(SentBody::Form(form, body))
}

/// Restores the header fields of the original request.
pub(super) fn restore_headers(headers: &mut HeaderMap, form: &CarriedForm) {
    if let Ok(content_type) = HeaderValue::from_str(&form.content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    headers.insert(CONTENT_LENGTH, HeaderValue::from(form.body.len()));
}

/// The form that comes with an answer, or with a request for another challenge.
pub(super) fn of_page(
    responder: &Responder<'_>,
    browser: Option<Browser>,
    fields: &FormFields<'_>,
) -> Option<CarriedForm> {
    let sealed = fields.first("form").filter(|sealed| !sealed.is_empty())?;
    CarriedForm::open(responder, browser, sealed)
}

/// Reads a body that is short and arrives in time.
async fn read(responder: &Responder<'_>, body: Body, longest: usize) -> Result<Bytes, FormError> {
    let address = responder.client.address();
    let read = read_body(&responder.instance.forms, address, body, longest).await;
    read.map_err(|error| match error {
        BodyError::Large | BodyError::Broken => FormError::Lost,
        BodyError::Slow => FormError::Slow,
        BodyError::Displaced => FormError::Busy,
    })
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_form_does_not_open() {
        for length in 0..HEAD + 4 {
            let mut content = vec![0xff; length];
            assert_eq!(CarriedForm::from_bytes(&content), None, "{length}");
            content.fill(0);
            let form = CarriedForm::from_bytes(&content);
            assert_eq!(form.is_some(), length >= HEAD, "{length}");
        }
    }
}
