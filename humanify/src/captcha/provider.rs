//! The providers, and what is fixed about each of them.

use std::fmt;

/// Who sets the captcha and says whether it was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// Google's reCAPTCHA, version 2 or 3.
    Recaptcha,
    /// hCaptcha.
    Hcaptcha,
    /// Cloudflare's Turnstile.
    Turnstile,
    /// Friendly Captcha, version 1 or 2.
    Friendly,
    /// ALTCHA, which needs no third party: this server sets it and checks it.
    Altcha,
}

impl Provider {
    /// All of them.
    pub const ALL: [Provider; 5] = [
        Provider::Recaptcha,
        Provider::Hcaptcha,
        Provider::Turnstile,
        Provider::Friendly,
        Provider::Altcha,
    ];

    /// Its name in templates: `recaptcha`, `hcaptcha`, `turnstile`, `friendly`, `altcha`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Provider::Recaptcha => "recaptcha",
            Provider::Hcaptcha => "hcaptcha",
            Provider::Turnstile => "turnstile",
            Provider::Friendly => "friendly",
            Provider::Altcha => "altcha",
        }
    }
}

/// The name that people know it by.
impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Provider::Recaptcha => "reCAPTCHA",
            Provider::Hcaptcha => "hCaptcha",
            Provider::Turnstile => "Turnstile",
            Provider::Friendly => "Friendly Captcha",
            Provider::Altcha => "ALTCHA",
        })
    }
}

/// What of a provider was chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Service {
    RecaptchaV2,
    RecaptchaV3 { action: String, min_score: f64 },
    Hcaptcha,
    Turnstile,
    FriendlyV1,
    FriendlyV2,
}

impl Service {
    pub(super) const fn provider(&self) -> Provider {
        match self {
            Service::RecaptchaV2 | Service::RecaptchaV3 { .. } => Provider::Recaptcha,
            Service::Hcaptcha => Provider::Hcaptcha,
            Service::Turnstile => Provider::Turnstile,
            Service::FriendlyV1 | Service::FriendlyV2 => Provider::Friendly,
        }
    }

    /// The field of the form that its widget fills in.
    pub(super) const fn field(&self) -> &'static str {
        match self {
            Service::RecaptchaV2 | Service::RecaptchaV3 { .. } => "g-recaptcha-response",
            Service::Hcaptcha => "h-captcha-response",
            Service::Turnstile => "cf-turnstile-response",
            Service::FriendlyV1 => "frc-captcha-solution",
            Service::FriendlyV2 => "frc-captcha-response",
        }
    }

    /// Where tokens are verified.
    #[cfg(feature = "captcha-verify")]
    pub(super) const fn endpoint(&self) -> &'static str {
        match self {
            Service::RecaptchaV2 | Service::RecaptchaV3 { .. } => {
                "https://www.google.com/recaptcha/api/siteverify"
            }
            Service::Hcaptcha => "https://api.hcaptcha.com/siteverify",
            Service::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
            Service::FriendlyV1 => "https://api.friendlycaptcha.com/api/v1/siteverify",
            Service::FriendlyV2 => "https://global.frcapi.com/api/v2/captcha/siteverify",
        }
    }
}

/// The name of ALTCHA's field.
pub(super) const ALTCHA_FIELD: &str = "altcha";

/// What one third party was told.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) service: Service,
    pub(super) site_key: String,
    pub(super) secret: Secret,
    pub(super) endpoint: Option<String>,
}

/// A key that never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
