//! `Verified`: the extractor of a form with a solved captcha.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

use super::Captchas;
use super::provider::Provider;
use super::verification::{Verification, VerifyError};
use crate::handler::JudgedMarker;
use crate::middleware::RequestKind;
use crate::sampler::EventSampler;

/// The demands of a form: a provider, and conditions on its token.
///
/// [`Recaptcha`], [`Hcaptcha`], [`Turnstile`], [`Friendly`], [`Altcha`] and [`AltchaAt`] demand
/// a valid token. Applications implement it for a form that demands more:
///
/// ```
/// use humanify::captcha::{Check, Provider};
///
/// /// The form that people log in with.
/// struct LoginForm;
///
/// impl Check for LoginForm {
///     const PROVIDER: Provider = Provider::Turnstile;
///     const ACTION: Option<&'static str> = Some("login");
/// }
/// ```
pub trait Check: Send + Sync + 'static {
    /// The provider of the captcha.
    const PROVIDER: Provider;
    /// The action of the token: reCAPTCHA version 3, Turnstile. Other providers report no action,
    /// so that none of their tokens is accepted.
    const ACTION: Option<&'static str> = None;
    /// The minimum score: reCAPTCHA version 3. The minimum of the builder holds, too.
    const MIN_SCORE: Option<f64> = None;
    /// The minimum hardness: ALTCHA. It replaces the hardness of the builder.
    const HARDNESS: Option<u8> = None;
}

/// Demands a valid token of reCAPTCHA.
#[derive(Debug, Clone, Copy)]
pub struct Recaptcha;

/// Demands a valid token of hCaptcha.
#[derive(Debug, Clone, Copy)]
pub struct Hcaptcha;

/// Demands a valid token of Turnstile.
#[derive(Debug, Clone, Copy)]
pub struct Turnstile;

/// Demands a valid token of Friendly Captcha.
#[derive(Debug, Clone, Copy)]
pub struct Friendly;

/// Demands a solution of ALTCHA, as hard as the builder says.
#[derive(Debug, Clone, Copy)]
pub struct Altcha;

/// Demands a solution of ALTCHA, at least as hard as this, 1 to 5.
#[derive(Debug, Clone, Copy)]
pub struct AltchaAt<const HARDNESS: u8>;

impl Check for Recaptcha {
    const PROVIDER: Provider = Provider::Recaptcha;
}

impl Check for Hcaptcha {
    const PROVIDER: Provider = Provider::Hcaptcha;
}

impl Check for Turnstile {
    const PROVIDER: Provider = Provider::Turnstile;
}

impl Check for Friendly {
    const PROVIDER: Provider = Provider::Friendly;
}

impl Check for Altcha {
    const PROVIDER: Provider = Provider::Altcha;
}

impl<const HARDNESS: u8> Check for AltchaAt<HARDNESS> {
    const PROVIDER: Provider = Provider::Altcha;
    const HARDNESS: Option<u8> = {
        assert!(1 <= HARDNESS && HARDNESS <= 5, "hardness is from 1 to 5");
        Some(HARDNESS)
    };
}

/// The value of the extractor `E`, if the request has a solved captcha `C`.
///
/// ```
/// # use axum::Form;
/// # use humanify::captcha::{Turnstile, Verified};
/// # #[derive(serde::Deserialize)] struct Login { name: String }
/// async fn login(Verified(Form(login), _): Verified<Turnstile, Form<Login>>) -> String {
///     format!("Hello, {}!", login.name)
/// }
/// ```
///
/// The token is the field of the form, or of the top level of a JSON object, that the
/// provider's widget fills in. `E` runs first, so that a form that does not parse costs no token.
/// Other bodies get 415; for those, such as forms with files, there is [`Captchas::verify`].
///
/// The application's state is, or holds ([`FromRef`]), the [`Captchas`]. A handler that responds
/// to rejections itself takes a `Result<Verified<…>, CaptchaRejection>`.
#[derive(Debug, Clone)]
pub struct Verified<C, E>(pub E, pub Proof<C>);

/// The verification of a token that met a [`Check`].
#[derive(Debug, Clone)]
pub struct Proof<C> {
    verification: Verification,
    check: PhantomData<fn() -> C>,
}

impl<C> Proof<C> {
    /// The verification.
    pub fn into_inner(self) -> Verification {
        self.verification
    }
}

impl<C> Deref for Proof<C> {
    type Target = Verification;

    fn deref(&self) -> &Verification {
        &self.verification
    }
}

impl<S, C, E> FromRequest<S> for Verified<C, E>
where
    S: Send + Sync,
    Captchas: FromRef<S>,
    C: Check,
    E: FromRequest<S> + Send,
{
    type Rejection = CaptchaRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, CaptchaRejection> {
        let captchas = Captchas::from_ref(state);
        let (parts, body) = request.into_parts();
        let takes_pages = RequestKind::of(&parts.method, &parts.headers).takes_pages();
        let refuse = |error| CaptchaRejection::Captcha { error, takes_pages };
        let field = captchas
            .field(C::PROVIDER)
            .map_err(|error| refuse(error.into()))?;
        let Some(kind) = FormType::of(&parts.headers) else {
            return Err(CaptchaRejection::Other(
                StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response(),
            ));
        };
        // `Bytes` keeps the application's limit for bodies.
        let request = Request::from_parts(parts.clone(), body);
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| CaptchaRejection::Other(rejection.into_response()))?;
        let token = kind.token(&body, field);
        let client = parts.extensions.get::<JudgedMarker>();
        let client = client.and_then(|mark| mark.detection.client().ip());

        let request = Request::from_parts(parts, Body::from(body));
        let content = E::from_request(request, state)
            .await
            .map_err(|rejection| CaptchaRejection::Other(rejection.into_response()))?;
        let verification = captchas
            .verify_as::<C>(token.as_deref().unwrap_or_default(), client)
            .await
            .map_err(refuse)?;
        let check = PhantomData;
        Ok(Verified(
            content,
            Proof {
                verification,
                check,
            },
        ))
    }
}

/// A request without a solved captcha, or with a body that cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum CaptchaRejection {
    /// No valid token: 422, or 503 if the provider cannot be reached.
    Captcha {
        /// The reason.
        error: VerifyError,
        /// Whether a person reads the response: plain text instead of a problem document.
        takes_pages: bool,
    },
    /// The body is too large, of another type, or not what `E` accepts.
    Other(Response),
}

impl IntoResponse for CaptchaRejection {
    fn into_response(self) -> Response {
        let (error, takes_pages) = match self {
            CaptchaRejection::Captcha { error, takes_pages } => (error, takes_pages),
            CaptchaRejection::Other(response) => return response,
        };
        let status = error.status();
        let (kind, message) = if error.is_clients_fault() {
            tracing::debug!("{error}");
            (
                "urn:humanify:problem:captcha-required",
                "The captcha was not solved, or too long ago. Go back, solve it, and send the \
                 form again.",
            )
        } else {
            static SAMPLER: EventSampler = EventSampler::new();
            SAMPLER.log(|left_out| tracing::error!(left_out, "{error}"));
            (
                "urn:humanify:problem:captcha-unavailable",
                "The captcha cannot be checked just now. Try again in a moment.",
            )
        };
        let (content_type, body) = if takes_pages {
            ("text/plain; charset=utf-8", format!("{message}\n"))
        } else {
            let document = serde_json::json!({
                "type": kind,
                "title": status.canonical_reason(),
                "status": status.as_u16(),
                "detail": message,
            });
            ("application/problem+json", document.to_string())
        };
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(
            http::header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        );
        response
    }
}

/// The types of bodies that can hold a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FormType {
    Form,
    Json,
}

impl FormType {
    fn of(headers: &HeaderMap) -> Option<FormType> {
        let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let kind = value.split(';').next()?.trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => Some(FormType::Form),
            "application/json" => Some(FormType::Json),
            kind if kind.starts_with("application/") && kind.ends_with("+json") => {
                Some(FormType::Json)
            }
            _ => None,
        }
    }

    /// The token; `None` if there is none, or several that differ.
    fn token(self, body: &[u8], field: &str) -> Option<String> {
        match self {
            FormType::Form => {
                let mut tokens = form_urlencoded::parse(body)
                    .filter(|(name, _)| name == field)
                    .map(|(_, value)| value.into_owned());
                let first = tokens.next()?;
                tokens.all(|other| other == first).then_some(first)
            }
            FormType::Json => {
                let value: serde_json::Value = serde_json::from_slice(body).ok()?;
                Some(value.get(field)?.as_str()?.to_owned())
            }
        }
    }
}
