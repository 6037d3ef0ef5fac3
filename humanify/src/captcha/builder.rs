//! `CaptchasBuilder`: all settings of the captchas.

use std::time::Duration;

use super::altcha::AltchaProtocol;
use super::provider::{Account, CaptchaService, Provider, Secret};
use super::theme::Theme;
use super::verification::WhenUnavailable;
use crate::app::Humanify;
use crate::clock::{Clock, SharedClock};

/// The default maximum age of a solved captcha, and lifetime of an ALTCHA challenge.
const MAX_AGE: Duration = Duration::from_secs(600);

/// The default time-out of a provider.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Builder for [`Captchas`](super::Captchas); made by
/// [`Captchas::builder`](super::Captchas::builder).
///
/// ```
/// use humanify::captcha::{Captchas, Theme};
///
/// # fn main() -> Result<(), humanify::captcha::CaptchaError> {
/// let captchas = Captchas::builder()
///     .theme(Theme::Dark)
///     .language("de")
///     .turnstile("1x00000000000000000000AA", "1x0000000000000000000000000000000AA")
///     .altcha("a secret of at least thirty-two bytes")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing before `build`"]
#[derive(Debug)]
pub struct CaptchasBuilder {
    pub(super) theme: Theme,
    pub(super) language: Option<String>,
    pub(super) accounts: Vec<Account>,
    pub(super) endpoints: Vec<(Provider, String)>,
    pub(super) altcha: Option<Secret>,
    pub(super) altcha_protocol: AltchaProtocol,
    pub(super) altcha_hardness: u8,
    pub(super) altcha_lifetime: Duration,
    pub(super) hostnames: Vec<String>,
    pub(super) max_age: Duration,
    pub(super) timeout: Duration,
    pub(super) send_client_address: bool,
    pub(super) when_unavailable: WhenUnavailable,
    pub(super) mount: Option<String>,
    pub(super) humanify: Option<Humanify>,
    pub(super) clock: Option<SharedClock>,
}

impl Default for CaptchasBuilder {
    fn default() -> Self {
        CaptchasBuilder {
            theme: Theme::default(),
            language: None,
            accounts: Vec::new(),
            endpoints: Vec::new(),
            altcha: None,
            altcha_protocol: AltchaProtocol::default(),
            altcha_hardness: 1,
            altcha_lifetime: MAX_AGE,
            hostnames: Vec::new(),
            max_age: MAX_AGE,
            timeout: TIMEOUT,
            send_client_address: false,
            when_unavailable: WhenUnavailable::default(),
            mount: None,
            humanify: None,
            clock: None,
        }
    }
}

impl CaptchasBuilder {
    /// The theme of the widgets. Default: [`Theme::Auto`].
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The language of the widgets, as a tag such as `de` or `pt-BR`, or `auto` for the
    /// visitor's own. Default: `auto`.
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into()).filter(|language| language != "auto");
        self
    }

    /// reCAPTCHA version 2, the check box.
    pub fn recaptcha(self, site_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.account(CaptchaService::RecaptchaV2, site_key.into(), secret.into())
    }

    /// reCAPTCHA version 3, which shows nothing and gives a score from 0 (a bot) to 1. A token
    /// is accepted if it was made for `action` (letters, digits, `/` and `_`) and its score is at
    /// least `min_score`.
    pub fn recaptcha_v3(
        self,
        site_key: impl Into<String>,
        secret: impl Into<String>,
        action: impl Into<String>,
        min_score: f64,
    ) -> Self {
        let action = action.into();
        let service = CaptchaService::RecaptchaV3 { action, min_score };
        self.account(service, site_key.into(), secret.into())
    }

    /// hCaptcha.
    pub fn hcaptcha(self, site_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.account(CaptchaService::Hcaptcha, site_key.into(), secret.into())
    }

    /// Turnstile.
    pub fn turnstile(self, site_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.account(CaptchaService::Turnstile, site_key.into(), secret.into())
    }

    /// Friendly Captcha version 2.
    pub fn friendly(self, site_key: impl Into<String>, api_key: impl Into<String>) -> Self {
        self.account(CaptchaService::FriendlyV2, site_key.into(), api_key.into())
    }

    /// Friendly Captcha version 1.
    pub fn friendly_v1(self, site_key: impl Into<String>, api_key: impl Into<String>) -> Self {
        self.account(CaptchaService::FriendlyV1, site_key.into(), api_key.into())
    }

    /// ALTCHA, under a secret of at least 32 bytes that nobody can guess.
    ///
    /// Its challenges and its widget come from routes of this application: merge
    /// [`Captchas::router`](super::Captchas::router) into it. Several processes need the same secret.
    pub fn altcha(mut self, secret: impl Into<String>) -> Self {
        self.altcha = Some(Secret(secret.into()));
        self
    }

    /// The protocol of ALTCHA's challenges. Both are always accepted. Default:
    /// [`AltchaProtocol::V2`].
    pub fn altcha_protocol(mut self, protocol: AltchaProtocol) -> Self {
        self.altcha_protocol = protocol;
        self
    }

    /// How hard ALTCHA is, 1 to 5, unless a widget or a form says otherwise. Default: 1.
    pub fn altcha_hardness(mut self, hardness: u8) -> Self {
        self.altcha_hardness = hardness;
        self
    }

    /// How long an ALTCHA challenge can be answered. Default: ten minutes.
    pub fn altcha_lifetime(mut self, lifetime: Duration) -> Self {
        self.altcha_lifetime = lifetime;
        self
    }

    /// The host names of this application's pages. A captcha that was solved on another host is
    /// refused, if the provider reports the host: reCAPTCHA, hCaptcha, Turnstile and Friendly
    /// Captcha version 2 do. Default: none, so that the host is not checked.
    pub fn hostnames<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.hostnames = names.into_iter().map(Into::into).collect();
        self
    }

    /// How long ago a captcha may have been solved, if the provider reports the time: all do
    /// except Friendly Captcha version 1. Default: ten minutes.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How long a provider may take to answer, including the connection. The request ignores
    /// proxies of the environment. Default: 3 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether to send the client's address to the provider. Friendly Captcha never gets it. Default:
    /// `false`.
    pub fn send_client_address(mut self, send: bool) -> Self {
        self.send_client_address = send;
        self
    }

    /// The policy while a provider cannot be reached. Default: [`WhenUnavailable::Closed`].
    pub fn when_unavailable(mut self, policy: WhenUnavailable) -> Self {
        self.when_unavailable = policy;
        self
    }

    /// The address that verifies tokens instead of the provider's: a proxy, or a server of a
    /// test. It starts with `https://`, or with `http://` if it is on this machine.
    pub fn endpoint(mut self, provider: Provider, address: impl Into<String>) -> Self {
        self.endpoints.push((provider, address.into()));
        self
    }

    /// The path of the routes of [`Captchas::router`](super::Captchas::router). Default: the path
    /// of the [`Humanify`] of [`store_of`](Self::store_of), or else `/humanify`.
    pub fn mount(mut self, prefix: impl Into<String>) -> Self {
        self.mount = Some(prefix.into());
        self
    }

    /// Keeps accepted tokens in the store of `humanify`, and uses its clock and its path.
    /// Default: a store of its own in memory, for a million tokens.
    pub fn store_of(mut self, humanify: &Humanify) -> Self {
        self.humanify = Some(humanify.clone());
        self
    }

    /// The clock. Default: the clock of the [`Humanify`] of [`store_of`](Self::store_of), or else
    /// [`SystemClock`](crate::SystemClock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }

    fn account(mut self, service: CaptchaService, site_key: String, secret: String) -> Self {
        self.accounts.push(Account {
            service,
            site_key,
            secret: Secret(secret),
            endpoint: None,
        });
        self
    }
}
