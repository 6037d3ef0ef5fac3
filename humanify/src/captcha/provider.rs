//! `Provider` and `Account`: the providers of captchas, and the application's keys.

use std::fmt;

/// A provider, which sets captchas and verifies their tokens.
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
    /// ALTCHA, which needs no third party: this server sets and verifies it.
    Altcha,
}

impl Provider {
    /// All providers.
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

/// Prints the provider's brand name.
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

/// A product of a provider.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CaptchaService {
    RecaptchaV2,
    RecaptchaV3 { action: String, min_score: f64 },
    Hcaptcha,
    Turnstile,
    FriendlyV1,
    FriendlyV2,
}

impl CaptchaService {
    pub(super) const fn provider(&self) -> Provider {
        match self {
            CaptchaService::RecaptchaV2 | CaptchaService::RecaptchaV3 { .. } => Provider::Recaptcha,
            CaptchaService::Hcaptcha => Provider::Hcaptcha,
            CaptchaService::Turnstile => Provider::Turnstile,
            CaptchaService::FriendlyV1 | CaptchaService::FriendlyV2 => Provider::Friendly,
        }
    }

    /// The field of the form that its widget fills in.
    pub(super) const fn field(&self) -> &'static str {
        match self {
            CaptchaService::RecaptchaV2 | CaptchaService::RecaptchaV3 { .. } => {
                "g-recaptcha-response"
            }
            CaptchaService::Hcaptcha => "h-captcha-response",
            CaptchaService::Turnstile => "cf-turnstile-response",
            CaptchaService::FriendlyV1 => "frc-captcha-solution",
            CaptchaService::FriendlyV2 => "frc-captcha-response",
        }
    }

    /// The address that verifies tokens.
    #[cfg(feature = "captcha-verify")]
    pub(super) const fn endpoint(&self) -> &'static str {
        match self {
            CaptchaService::RecaptchaV2 | CaptchaService::RecaptchaV3 { .. } => {
                "https://www.google.com/recaptcha/api/siteverify"
            }
            CaptchaService::Hcaptcha => "https://api.hcaptcha.com/siteverify",
            CaptchaService::Turnstile => {
                "https://challenges.cloudflare.com/turnstile/v0/siteverify"
            }
            CaptchaService::FriendlyV1 => "https://api.friendlycaptcha.com/api/v1/siteverify",
            CaptchaService::FriendlyV2 => "https://global.frcapi.com/api/v2/captcha/siteverify",
        }
    }
}

/// The name of ALTCHA's field.
pub(super) const ALTCHA_FIELD: &str = "altcha";

/// The application's account at a third party.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) service: CaptchaService,
    pub(super) site_key: String,
    pub(super) secret: Secret,
    pub(super) endpoint: Option<String>,
}

/// A secret, which `Debug` hides.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
