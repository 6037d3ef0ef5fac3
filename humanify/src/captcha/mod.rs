//! Captchas in an application's own forms: widgets of four third parties and of ALTCHA, and the
//! verification of their tokens. Feature `captcha`; the verification by third parties takes an
//! HTTP client, feature `captcha-verify`.
//!
//! A captcha is part of one form, while a challenge of humanify guards a whole page. Captchas
//! work without a protected router.
//!
//! ```
//! use axum::{Form, Router, response::Html, routing::get};
//! use humanify::captcha::{Altcha, CaptchaError, Captchas, Verified};
//!
//! #[derive(serde::Deserialize)]
//! struct Login {
//!     name: String,
//! }
//!
//! async fn form(captchas: axum::extract::State<Captchas>) -> Result<Html<String>, CaptchaError> {
//!     let widget = captchas.altcha()?;
//!     Ok(Html(format!("<form method=post><input name=name>{widget}<button>Go</button></form>")))
//! }
//!
//! /// Only with a solved captcha; 422 without.
//! async fn login(Verified(Form(login), _): Verified<Altcha, Form<Login>>) -> String {
//!     format!("Hello, {}!", login.name)
//! }
//!
//! # fn main() -> Result<(), CaptchaError> {
//! let captchas = Captchas::builder()
//!     .altcha("a secret of at least thirty-two bytes")
//!     .build()?;
//! let app: Router = Router::new()
//!     .route("/login", get(form).post(login))
//!     .merge(captchas.router())
//!     .with_state(captchas);
//! # Ok(())
//! # }
//! ```
//!
//! # What a solved captcha does not prove
//!
//! * **Any captcha**: that a person filled in the form. Paid solvers and programs solve captchas.
//!   A token says that somebody, somewhere, got it; it is bound neither to the client that sends
//!   it nor to the rest of the form.
//! * **reCAPTCHA version 2**: more than that the box was ticked on a page with your site key.
//!   Say [`hostnames`](CaptchasBuilder::hostnames), or set the domains in its console.
//! * **reCAPTCHA version 3**: anything at all below the score that you ask for; a score is a
//!   guess about the visitor's browser. The action says which form the token was made for.
//! * **hCaptcha**: which form it was solved in; its token names no action.
//! * **Turnstile**: that a person was there. It proves a browser that Cloudflare found ordinary.
//! * **Friendly Captcha, ALTCHA**: that a person was there. They prove that a computer worked
//!   for a while, which makes many requests expensive and one request cheap. ALTCHA is solved
//!   by any program that takes the trouble, in less time than a browser takes.
//! * Friendly Captcha version 1 reports neither where nor when a captcha was solved.

mod altcha;
mod build;
mod builder;
mod error;
mod error_code;
mod extract;
mod policy;
mod provider;
mod settings;
#[cfg(feature = "captcha-verify")]
mod siteverify;
mod templates;
mod theme;
#[cfg(feature = "captcha-verify")]
mod time;
mod verification;
mod verify;
mod widget;

pub use altcha::AltchaProtocol;
pub use builder::CaptchasBuilder;
pub use error::CaptchaError;
pub use error_code::ErrorCode;
pub use extract::{
    Altcha, AltchaAt, CaptchaRejection, Check, Friendly, Hcaptcha, Proof, Recaptcha, Turnstile,
    Verified,
};
pub use policy::CspSources;
pub use provider::Provider;
pub use theme::Theme;
pub use verification::{Unavailable, Verification, VerifyError, WhenUnavailable};
pub use widget::Widget;

use std::fmt;
use std::sync::Arc;

use axum::Router;
use humanify_syntax::Hardness;

use crate::clock::SharedClock;
use crate::store::Store;
use altcha::Issuer;
use provider::Account;
use widget::WidgetKind;

/// The captchas of an application. Clones share everything.
///
/// [The module](self) has an example, from the form to the check.
#[derive(Clone)]
pub struct Captchas(Arc<CaptchasInner>);

struct CaptchasInner {
    theme: Theme,
    language: Option<String>,
    accounts: Vec<Account>,
    altcha: Option<Issuer>,
    mount: String,
    store: Arc<dyn Store>,
    clock: SharedClock,
    #[cfg(feature = "captcha-verify")]
    verifier: siteverify::SiteVerifier,
}

impl Captchas {
    /// A builder with the default settings.
    pub fn builder() -> CaptchasBuilder {
        CaptchasBuilder::default()
    }

    /// The widget of reCAPTCHA.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn recaptcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Recaptcha)
    }

    /// The widget of hCaptcha.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn hcaptcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Hcaptcha)
    }

    /// The widget of Turnstile.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn turnstile(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Turnstile)
    }

    /// The widget of Friendly Captcha.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn friendly(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Friendly)
    }

    /// The widget of ALTCHA, as hard as the builder says. Its script and its challenges come
    /// from [`router`](Self::router), and it works in secure contexts only: over HTTPS, or on
    /// `localhost`.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn altcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Altcha)
    }

    /// The widget of ALTCHA with this hardness, 1 to 5: a browser tries up to 25,000 numbers for
    /// each step. [`AltchaAt`] checks that a solution is as hard.
    ///
    /// # Errors
    /// If ALTCHA is not configured, or the hardness is outside 1 to 5.
    pub fn altcha_at(&self, hardness: u8) -> Result<Widget<'_>, CaptchaError> {
        let hardness = Hardness::new(hardness).ok_or(CaptchaError::Hardness(hardness))?;
        self.issuer()?;
        Ok(self.new_widget(WidgetKind::Altcha(hardness)))
    }

    /// The widget of a provider.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn widget(&self, provider: Provider) -> Result<Widget<'_>, CaptchaError> {
        let kind = match provider {
            Provider::Altcha => WidgetKind::Altcha(self.issuer()?.hardness),
            _ => WidgetKind::ThirdParty(self.account(provider)?),
        };
        Ok(self.new_widget(kind))
    }

    /// The field of the form that a provider's widget fills in, such as
    /// `cf-turnstile-response`.
    ///
    /// # Errors
    /// If the provider is not configured.
    pub fn field(&self, provider: Provider) -> Result<&'static str, CaptchaError> {
        match provider {
            Provider::Altcha => self.issuer().map(|_| provider::ALTCHA_FIELD),
            _ => self
                .account(provider)
                .map(|account| account.service.field()),
        }
    }

    /// The routes of ALTCHA: challenges at `/humanify/altcha`, and the files of its widget below.
    /// Empty without ALTCHA.
    ///
    /// Merge it into the outermost router, since the widget requests these paths. Browsers may
    /// cache the files for a year; their names change with their contents.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        altcha::router(self)
    }

    fn new_widget<'a>(&'a self, kind: WidgetKind<'a>) -> Widget<'a> {
        Widget {
            captchas: &self.0,
            kind,
            nonce: None,
            action: None,
        }
    }

    fn account(&self, provider: Provider) -> Result<&Account, CaptchaError> {
        let mut accounts = self.0.accounts.iter();
        accounts
            .find(|account| account.service.provider() == provider)
            .ok_or(CaptchaError::NotConfigured(provider))
    }

    fn issuer(&self) -> Result<&Issuer, CaptchaError> {
        let issuer = self.0.altcha.as_ref();
        issuer.ok_or(CaptchaError::NotConfigured(Provider::Altcha))
    }
}

impl fmt::Debug for Captchas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Debug for CaptchasInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secrets stay out.
        f.debug_struct("Captchas")
            .field("theme", &self.theme)
            .field("language", &self.language)
            .field("mount", &self.mount)
            .finish_non_exhaustive()
    }
}
