//! `ErrorCode`: the reasons that providers give.

use std::fmt;

/// Why a provider did not accept a request.
///
/// Each code that a provider documents has a name of its own, whichever way that provider
/// spells it. It prints as humanify's name for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The application sent no secret.
    MissingSecret,
    /// The application's secret is wrong.
    InvalidSecret,
    /// The site key and the secret do not belong together.
    SitekeySecretMismatch,
    /// The provider does not know the site key.
    InvalidSitekey,
    /// There was no token.
    MissingResponse,
    /// The token is wrong.
    InvalidResponse,
    /// The token is too old.
    ExpiredResponse,
    /// The token was verified before.
    DuplicateResponse,
    /// The token is too old or was verified before.
    ExpiredOrDuplicate,
    /// The token is wrong or was verified before.
    InvalidOrDuplicate,
    /// A test key got a token that is not the test's.
    NotDummyToken,
    /// The client's address is missing.
    MissingAddress,
    /// The client's address is wrong.
    InvalidAddress,
    /// The provider cannot read the request.
    BadRequest,
    /// The provider has an error of its own.
    InternalError,
    /// An undocumented code, cut to 64 characters.
    Other(String),
}

/// Every documented code, as reCAPTCHA, hCaptcha and Turnstile, then as Friendly Captcha's
/// first version, then as its second spells it.
const KNOWN: &[(&str, ErrorCode)] = &[
    ("missing-input-secret", ErrorCode::MissingSecret),
    ("invalid-input-secret", ErrorCode::InvalidSecret),
    ("sitekey-secret-mismatch", ErrorCode::SitekeySecretMismatch),
    ("missing-input-response", ErrorCode::MissingResponse),
    ("invalid-input-response", ErrorCode::InvalidResponse),
    ("expired-input-response", ErrorCode::ExpiredResponse),
    ("already-seen-response", ErrorCode::DuplicateResponse),
    ("timeout-or-duplicate", ErrorCode::ExpiredOrDuplicate),
    (
        "invalid-or-already-seen-response",
        ErrorCode::InvalidOrDuplicate,
    ),
    ("not-using-dummy-passcode", ErrorCode::NotDummyToken),
    ("missing-remoteip", ErrorCode::MissingAddress),
    ("invalid-remoteip", ErrorCode::InvalidAddress),
    ("bad-request", ErrorCode::BadRequest),
    ("internal-error", ErrorCode::InternalError),
    ("secret_missing", ErrorCode::MissingSecret),
    ("secret_invalid", ErrorCode::InvalidSecret),
    ("solution_missing", ErrorCode::MissingResponse),
    ("solution_invalid", ErrorCode::InvalidResponse),
    (
        "solution_timeout_or_duplicate",
        ErrorCode::ExpiredOrDuplicate,
    ),
    ("auth_required", ErrorCode::MissingSecret),
    ("auth_invalid", ErrorCode::InvalidSecret),
    ("sitekey_invalid", ErrorCode::InvalidSitekey),
    ("response_missing", ErrorCode::MissingResponse),
    ("response_invalid", ErrorCode::InvalidResponse),
    ("response_timeout", ErrorCode::ExpiredResponse),
    ("response_duplicate", ErrorCode::DuplicateResponse),
    ("bad_request", ErrorCode::BadRequest),
];

/// The longest code that is kept, in characters.
const MAX_CODE_LENGTH: usize = 64;

impl ErrorCode {
    /// The code that a provider spells this way.
    #[must_use]
    pub fn parse(text: &str) -> ErrorCode {
        KNOWN.iter().find(|(known, _)| *known == text).map_or_else(
            || ErrorCode::Other(text.chars().take(MAX_CODE_LENGTH).collect()),
            |(_, code)| code.clone(),
        )
    }

    /// Whether the application's own keys are wrong, so that no token at all is accepted.
    #[must_use]
    pub fn is_misconfiguration(&self) -> bool {
        matches!(
            self,
            ErrorCode::MissingSecret
                | ErrorCode::InvalidSecret
                | ErrorCode::InvalidSitekey
                | ErrorCode::NotDummyToken
                | ErrorCode::MissingAddress
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Codes from outside are printed with special characters escaped.
            ErrorCode::Other(text) => write!(f, "{text:?}"),
            known => fmt::Debug::fmt(known, f),
        }
    }
}
