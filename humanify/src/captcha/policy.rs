//! `CspSources`: the sources that a page's Content Security Policy has to allow.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::CaptchaError;
use super::provider::{Account, CaptchaService, Provider};
use super::theme::Theme;
use super::widget::{ADAPT_SCRIPT, EXECUTE, FRIENDLY_V1, FRIENDLY_V2};
use super::{Captchas, CaptchasInner};
use crate::crypto::Sha256;

/// The sources that captchas need in the Content Security Policy of their pages; made by
/// [`Captchas::content_security_policy`](super::Captchas::content_security_policy).
///
/// `Display` prints directives, to be joined with the page's own. A page that gives its nonce to
/// the widgets does not need `script-src`.
///
/// ```
/// # use humanify::captcha::Captchas;
/// # fn main() -> Result<(), humanify::captcha::CaptchaError> {
/// let captchas = Captchas::builder().turnstile("site-key", "secret").build()?;
/// let sources = captchas.content_security_policy();
/// assert_eq!(
///     sources.to_string(),
///     "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com"
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CspSources {
    directives: [BTreeSet<String>; 5],
}

const NAMES: [&str; 5] = [
    "script-src",
    "style-src",
    "frame-src",
    "connect-src",
    "worker-src",
];

const SCRIPT: usize = 0;

const STYLE: usize = 1;

const FRAME: usize = 2;

const CONNECT: usize = 3;

const WORKER: usize = 4;

impl CspSources {
    /// The sources of one directive, such as `frame-src`.
    pub fn of(&self, directive: &str) -> impl Iterator<Item = &str> {
        NAMES
            .iter()
            .zip(&self.directives)
            .filter(move |(name, _)| **name == directive)
            .flat_map(|(_, sources)| sources.iter().map(String::as_str))
    }

    /// Each directive with sources.
    pub fn directives(&self) -> impl Iterator<Item = (&'static str, impl Iterator<Item = &str>)> {
        NAMES
            .into_iter()
            .zip(&self.directives)
            .filter(|(_, sources)| !sources.is_empty())
            .map(|(name, sources)| (name, sources.iter().map(String::as_str)))
    }

    pub(super) fn add_account(&mut self, account: &Account, captchas: &CaptchasInner) {
        let auto_theme = captchas.theme == Theme::Auto;
        match &account.service {
            CaptchaService::RecaptchaV2 | CaptchaService::RecaptchaV3 { .. } => {
                self.add(SCRIPT, "https://www.google.com/recaptcha/");
                self.add(SCRIPT, "https://www.gstatic.com/recaptcha/");
                self.add(FRAME, "https://www.google.com/recaptcha/");
                self.add(FRAME, "https://recaptcha.google.com/recaptcha/");
                self.add(CONNECT, "https://www.google.com/recaptcha/");
                match account.service {
                    CaptchaService::RecaptchaV3 { .. } => self.add_inline(EXECUTE),
                    _ if auto_theme => self.add_inline(ADAPT_SCRIPT),
                    _ => {}
                }
            }
            CaptchaService::Hcaptcha => {
                for directive in [SCRIPT, STYLE, FRAME, CONNECT] {
                    self.add(directive, "https://hcaptcha.com");
                    self.add(directive, "https://*.hcaptcha.com");
                }
                if auto_theme {
                    self.add_inline(ADAPT_SCRIPT);
                }
            }
            CaptchaService::Turnstile => {
                self.add(SCRIPT, "https://challenges.cloudflare.com");
                self.add(FRAME, "https://challenges.cloudflare.com");
            }
            CaptchaService::FriendlyV1 => {
                self.add(SCRIPT, FRIENDLY_V1);
                self.add(SCRIPT, "'wasm-unsafe-eval'");
                // Its script writes its style sheet into the page.
                self.add(STYLE, "'unsafe-inline'");
                self.add(WORKER, "blob:");
                self.add(CONNECT, "https://api.friendlycaptcha.com");
                if auto_theme || captchas.language.is_none() {
                    self.add_inline(ADAPT_SCRIPT);
                }
            }
            CaptchaService::FriendlyV2 => {
                self.add(SCRIPT, FRIENDLY_V2);
                self.add(FRAME, "https://*.frcapi.com");
                self.add(CONNECT, "https://*.frcapi.com");
            }
        }
    }

    pub(super) fn add_altcha(&mut self) {
        for directive in [SCRIPT, STYLE, CONNECT, WORKER] {
            self.add(directive, "'self'");
        }
    }

    fn add(&mut self, directive: usize, source: &str) {
        if let Some(sources) = self.directives.get_mut(directive) {
            sources.insert(source.to_owned());
        }
    }

    /// Inline scripts do not vary, so the policy can name their digests.
    fn add_inline(&mut self, script: &str) {
        let digest = STANDARD.encode(Sha256::of(script));
        self.add(SCRIPT, &format!("'sha256-{digest}'"));
    }
}

impl fmt::Display for CspSources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (name, sources)) in self.directives().enumerate() {
            if position > 0 {
                f.write_str("; ")?;
            }
            f.write_str(name)?;
            for source in sources {
                write!(f, " {source}")?;
            }
        }
        Ok(())
    }
}

impl Captchas {
    /// The sources that a page with any of these captchas needs.
    #[must_use]
    pub fn content_security_policy(&self) -> CspSources {
        let mut sources = CspSources::default();
        for account in &self.0.accounts {
            sources.add_account(account, &self.0);
        }
        if self.0.altcha.is_some() {
            sources.add_altcha();
        }
        sources
    }

    /// The sources that a page with this provider's captcha needs.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn content_security_policy_of(
        &self,
        provider: Provider,
    ) -> Result<CspSources, CaptchaError> {
        let mut sources = CspSources::default();
        match provider {
            Provider::Altcha => {
                self.issuer()?;
                sources.add_altcha();
            }
            _ => sources.add_account(self.account(provider)?, &self.0),
        }
        Ok(sources)
    }
}
