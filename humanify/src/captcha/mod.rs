//! Captchas in an application's own forms: the widgets of four third parties and of ALTCHA,
//! and the check of what they send. Feature `captcha`; asking the third parties takes an HTTP
//! client, feature `captcha-verify`.
//!
//! This is apart from humanify's own challenges: those stand before a whole page, a captcha
//! stands in one form. It works without a protected router.
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
//! * **Any of them**: that a person filled in the form. Captchas are solved by people who are
//!   paid for it, and by programs. A token says that somebody, somewhere, got it; it is not
//!   bound to the client that sends it, nor to the rest of the form.
//! * **reCAPTCHA version 2**: more than that the box was ticked on a page with your site key.
//!   Say [`hostnames`](CaptchasBuilder::hostnames), or set the domains in its console.
//! * **reCAPTCHA version 3**: anything at all below the score that you ask for; a score is a
//!   guess about the visitor's browser. The action says which form the token was made for.
//! * **hCaptcha**: which form it was solved in; its token names no action.
//! * **Turnstile**: that a person was there. It proves a browser that Cloudflare found ordinary.
//! * **Friendly Captcha, ALTCHA**: that a person was there. They prove that a computer worked
//!   for a while, which makes many requests expensive and one request cheap. ALTCHA is solved
//!   by any program that takes the trouble, in less time than a browser takes.
//! * Friendly Captcha version 1 tells neither where nor when a captcha was solved.

mod altcha;
mod builder;
mod error;
mod error_code;
mod extract;
#[cfg(feature = "captcha-verify")]
mod http;
mod policy;
mod provider;
mod settings;
#[cfg(feature = "captcha-verify")]
mod siteverify;
mod templates;
#[cfg(feature = "captcha-verify")]
mod time;
mod verify;
mod widget;

pub use altcha::AltchaProtocol;
pub use builder::{CaptchasBuilder, Theme, WhenUnavailable};
pub use error::CaptchaError;
pub use error_code::ErrorCode;
pub use extract::{
    Altcha, AltchaAt, CaptchaRejection, Check, Friendly, Hcaptcha, Proof, Recaptcha, Turnstile,
    Verified,
};
pub use policy::CspSources;
pub use provider::Provider;
pub use verify::{Unavailable, Verification, VerifyError};
pub use widget::Widget;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use humanify_syntax::Hardness;

use crate::clock::SharedClock;
use crate::store::Store;
use altcha::Issuer;
use provider::Account;
use widget::Kind;

/// The captchas of an application. Clones are the same captchas.
///
/// [The module](self) shows the way from the form to the check.
#[derive(Clone)]
pub struct Captchas(Arc<Inner>);

struct Inner {
    theme: Theme,
    language: Option<String>,
    accounts: Vec<Account>,
    altcha: Option<Issuer>,
    mount: String,
    store: Arc<dyn Store>,
    clock: SharedClock,
    #[cfg(feature = "captcha-verify")]
    verifying: verify::Verifying,
}

impl Captchas {
    /// All settings, with their defaults.
    pub fn builder() -> CaptchasBuilder {
        CaptchasBuilder::default()
    }

    /// The widget of reCAPTCHA.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn recaptcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Recaptcha)
    }

    /// The widget of hCaptcha.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn hcaptcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Hcaptcha)
    }

    /// The widget of Turnstile.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn turnstile(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Turnstile)
    }

    /// The widget of Friendly Captcha.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn friendly(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Friendly)
    }

    /// The widget of ALTCHA, as hard as the builder said. Its script and its challenges come
    /// from [`router`](Self::router), and it works in secure contexts only: over HTTPS, or on
    /// `localhost`.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn altcha(&self) -> Result<Widget<'_>, CaptchaError> {
        self.widget(Provider::Altcha)
    }

    /// The widget of ALTCHA, as hard as is said here, 1 to 5: a browser tries up to 25,000
    /// numbers for each step. [`AltchaAt`] makes sure that it was as hard.
    ///
    /// # Errors
    /// If it is not configured, or there is no such hardness.
    pub fn altcha_at(&self, hardness: u8) -> Result<Widget<'_>, CaptchaError> {
        let hardness = Hardness::new(hardness).ok_or(CaptchaError::Hardness(hardness))?;
        self.issuer()?;
        Ok(self.new_widget(Kind::Altcha(hardness)))
    }

    /// The widget of a provider.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn widget(&self, provider: Provider) -> Result<Widget<'_>, CaptchaError> {
        let kind = match provider {
            Provider::Altcha => Kind::Altcha(self.issuer()?.hardness),
            _ => Kind::ThirdParty(self.account(provider)?),
        };
        Ok(self.new_widget(kind))
    }

    /// The field of the form that a provider's widget fills in, such as
    /// `cf-turnstile-response`.
    ///
    /// # Errors
    /// If it is not configured.
    pub fn field(&self, provider: Provider) -> Result<&'static str, CaptchaError> {
        match provider {
            Provider::Altcha => self.issuer().map(|_| provider::ALTCHA_FIELD),
            _ => self
                .account(provider)
                .map(|account| account.service.field()),
        }
    }

    /// Gives minijinja's templates the values `recaptcha`, `hcaptcha`, `turnstile`,
    /// `friendly`, `altcha`, and `altcha1` to `altcha5`. One that is not configured is an error
    /// where it is used.
    ///
    /// ```
    /// # use humanify::captcha::Captchas;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let captchas = Captchas::builder().turnstile("site-key", "secret").build()?;
    /// let mut templates = minijinja::Environment::new();
    /// captchas.register(&mut templates);
    ///
    /// let page = templates.render_str("<form>{{ turnstile|safe }}</form>", ())?;
    /// assert!(page.contains(r#"data-sitekey="site-key""#));
    ///
    /// // With the nonce of the page's Content Security Policy, and what the form is for:
    /// let source = r#"{{ turnstile(nonce=nonce, action="login")|safe }}"#;
    /// let page = templates.render_str(source, minijinja::context! { nonce => "r4nd0m" })?;
    /// assert!(page.contains(r#"nonce="r4nd0m""#));
    ///
    /// let error = templates.render_str("{{ hcaptcha|safe }}", ()).unwrap_err();
    /// assert!(error.to_string().contains("hCaptcha is not configured"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn register(&self, environment: &mut minijinja::Environment<'_>) {
        templates::register(self, environment);
    }

    /// What the Content Security Policy of a page with any of these captchas has to allow.
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

    /// What the Content Security Policy of a page with this provider's captcha has to allow.
    ///
    /// # Errors
    /// If it is not configured.
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

    /// The routes that ALTCHA needs: challenges at `/humanify/altcha`, and its widget's files
    /// below. Without ALTCHA there are none.
    ///
    /// Merge it into the application at the top, since the widget asks for these paths. The
    /// files may be kept by browsers for a year; their names change with what is in them.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        altcha::router(self)
    }

    /// Asks whether a token is right.
    ///
    /// A token is accepted once. ALTCHA's has to be as hard as the builder said; for more,
    /// reCAPTCHA's action and the like, there is [`verify_as`](Self::verify_as).
    ///
    /// The address of the client, such as [`client.ip()`](crate::Client::ip), goes out only if
    /// [`send_client_address`](CaptchasBuilder::send_client_address) was asked for; `None` is
    /// always fine.
    ///
    /// # Errors
    /// Whenever there is any doubt. [`VerifyError::is_clients_fault`] tells a wrong token from a
    /// provider that is down.
    pub async fn verify(
        &self,
        provider: Provider,
        token: &str,
        client: impl Into<Option<IpAddr>>,
    ) -> Result<Verification, VerifyError> {
        let asked = verify::MatchContext {
            provider,
            action: None,
            min_score: None,
            hardness: None,
        };
        self.check(&asked, token, client.into()).await
    }

    /// Asks whether a token is right and meets all that a [`Check`] demands.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub async fn verify_as<C: Check>(
        &self,
        token: &str,
        client: impl Into<Option<IpAddr>>,
    ) -> Result<Verification, VerifyError> {
        let hardness = match C::HARDNESS.map(|level| (level, Hardness::new(level))) {
            None => None,
            Some((_, Some(hardness))) => Some(hardness),
            Some((level, None)) => return Err(CaptchaError::Hardness(level).into()),
        };
        let asked = verify::MatchContext {
            provider: C::PROVIDER,
            action: C::ACTION,
            min_score: C::MIN_SCORE,
            hardness,
        };
        self.check(&asked, token, client.into()).await
    }

    fn new_widget<'a>(&'a self, kind: Kind<'a>) -> Widget<'a> {
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

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secrets stay out.
        f.debug_struct("Captchas")
            .field("theme", &self.theme)
            .field("language", &self.language)
            .field("mount", &self.mount)
            .finish_non_exhaustive()
    }
}
