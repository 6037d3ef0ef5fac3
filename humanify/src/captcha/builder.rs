//! `CaptchasBuilder`: all settings of the captchas.

use std::time::Duration;

use super::altcha::AltchaProtocol;
use super::provider::{Account, Provider, Secret, Service};
use super::theme::Theme;
use super::verification::WhenUnavailable;
use crate::app::Humanify;
use crate::clock::{Clock, SharedClock};

/// How old a captcha may be that a provider says was solved, unless said otherwise.
const MAX_AGE: Duration = Duration::from_secs(600);

/// How long a provider may take, unless said otherwise.
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
    /// How the widgets look. Default: [`Theme::Auto`].
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
        self.account(Service::RecaptchaV2, site_key.into(), secret.into())
    }

    /// reCAPTCHA version 3, which shows nothing and gives a score from 0 (a bot) to 1. A token
    /// is accepted if it was made for `action` and its score is at least `min_score`.
    pub fn recaptcha_v3(
        self,
        site_key: impl Into<String>,
        secret: impl Into<String>,
        action: impl Into<String>,
        min_score: f64,
    ) -> Self {
        let action = action.into();
        let service = Service::RecaptchaV3 { action, min_score };
        self.account(service, site_key.into(), secret.into())
    }

    /// hCaptcha.
    pub fn hcaptcha(self, site_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.account(Service::Hcaptcha, site_key.into(), secret.into())
    }

    /// Turnstile.
    pub fn turnstile(self, site_key: impl Into<String>, secret: impl Into<String>) -> Self {
        self.account(Service::Turnstile, site_key.into(), secret.into())
    }

    /// Friendly Captcha version 2.
    pub fn friendly(self, site_key: impl Into<String>, api_key: impl Into<String>) -> Self {
        self.account(Service::FriendlyV2, site_key.into(), api_key.into())
    }

    /// Friendly Captcha version 1.
    pub fn friendly_v1(self, site_key: impl Into<String>, api_key: impl Into<String>) -> Self {
        self.account(Service::FriendlyV1, site_key.into(), api_key.into())
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

    /// How hard ALTCHA is where nothing else is said, 1 to 5. Default: 1.
    pub fn altcha_hardness(mut self, hardness: u8) -> Self {
        self.altcha_hardness = hardness;
        self
    }

    /// How long an ALTCHA challenge can be answered. Default: ten minutes.
    pub fn altcha_lifetime(mut self, lifetime: Duration) -> Self {
        self.altcha_lifetime = lifetime;
        self
    }

    /// The host names of this application's pages. A captcha that was solved on another is
    /// refused, as far as the provider tells: reCAPTCHA, hCaptcha, Turnstile and Friendly
    /// Captcha version 2 do. Default: none, and nothing is checked.
    pub fn hostnames<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.hostnames = names.into_iter().map(Into::into).collect();
        self
    }

    /// How long ago a captcha may have been solved, as far as the provider tells: all but
    /// Friendly Captcha version 1 do. Default: ten minutes.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How long a provider may take to answer, connection included. It is asked directly:
    /// proxies that the environment names are not used. Default: 3 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether the provider is told the client's address. Friendly Captcha never is. Default:
    /// `false`.
    pub fn send_client_address(mut self, send: bool) -> Self {
        self.send_client_address = send;
        self
    }

    /// What to do while a provider cannot be asked. Default: [`WhenUnavailable::Closed`].
    pub fn when_unavailable(mut self, policy: WhenUnavailable) -> Self {
        self.when_unavailable = policy;
        self
    }

    /// Asks somebody else than the provider, a proxy or a test's own server, whether tokens are
    /// right. The address is `https`, or `http` on this machine.
    pub fn endpoint(mut self, provider: Provider, address: impl Into<String>) -> Self {
        self.endpoints.push((provider, address.into()));
        self
    }

    /// Where the routes of [`Captchas::router`](super::Captchas::router) are. Default: that of the [`Humanify`] whose
    /// store is shared, or else `/humanify`.
    pub fn mount(mut self, prefix: impl Into<String>) -> Self {
        self.mount = Some(prefix.into());
        self
    }

    /// Keeps what was accepted where `humanify` keeps its spent challenges, and takes its time
    /// and mount. Default: a memory of its own, for a million tokens.
    pub fn store_of(mut self, humanify: &Humanify) -> Self {
        self.humanify = Some(humanify.clone());
        self
    }

    /// Where the time comes from. Default: that of the [`Humanify`] whose store is shared, or
    /// else [`SystemClock`](crate::SystemClock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }

    fn account(mut self, service: Service, site_key: String, secret: String) -> Self {
        self.accounts.push(Account {
            service,
            site_key,
            secret: Secret(secret),
            endpoint: None,
        });
        self
    }
}
