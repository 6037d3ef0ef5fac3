//! `CaptchasBuilder::build`: checks the settings and assembles the captchas.

use std::collections::BTreeMap;
use std::sync::Arc;

use humanify_syntax::Hardness;
use ring::hmac;

use super::altcha::{Files, Issuer};
use super::builder::CaptchasBuilder;
use super::error::CaptchaError;
use super::provider::Secret;
use super::settings::{check, is_host_name, is_language, is_private_enough};
#[cfg(feature = "captcha-verify")]
use super::siteverify;
use super::{Captchas, CaptchasInner};
use crate::app::mount_path;
use crate::clock::{SharedClock, SystemClock};
use crate::crypto::MIN_SECRET_BYTES;
use crate::store::{MemoryStore, Store};

/// How many accepted tokens the captchas' own store has room for.
const CAPACITY: usize = 1_000_000;

impl CaptchasBuilder {
    /// Checks the settings and makes [`Captchas`] of them.
    ///
    /// # Errors
    /// The first setting that cannot work, and what to do about it.
    pub fn build(self) -> Result<Captchas, CaptchaError> {
        if self.accounts.is_empty() && self.altcha.is_none() {
            return Err(CaptchaError::NoProvider);
        }
        if let Some(language) = &self.language
            && !is_language(language)
        {
            return Err(CaptchaError::Language(language.clone()));
        }
        if self.timeout.is_zero() || self.max_age.is_zero() || self.altcha_lifetime.as_secs() == 0 {
            return Err(CaptchaError::NoTime);
        }
        let mut accounts = BTreeMap::new();
        for account in self.accounts {
            check(&account)?;
            accounts.insert(account.service.provider().name(), account);
        }
        for (provider, address) in self.endpoints {
            let Some(account) = accounts.get_mut(provider.name()) else {
                return Err(CaptchaError::NotConfigured(provider));
            };
            if !is_private_enough(&address) {
                return Err(CaptchaError::Endpoint(address));
            }
            account.endpoint = Some(address);
        }
        for name in &self.hostnames {
            if !is_host_name(name) {
                return Err(CaptchaError::Hostname(name.clone()));
            }
        }
        let shared = self.humanify.map(|humanify| humanify.instance);
        let mount = match (self.mount, &shared) {
            (Some(mount), _) => {
                mount_path(&mount).map_err(|_| CaptchaError::Mount(mount.clone()))?
            }
            (None, Some(instance)) => instance.settings.mount.clone(),
            (None, None) => "/humanify".to_owned(),
        };
        let clock = match (self.clock, &shared) {
            (Some(clock), _) => clock,
            (None, Some(instance)) => instance.clock.clone(),
            (None, None) => SharedClock::new(SystemClock::default()),
        };
        let store: Arc<dyn Store> = match shared {
            Some(instance) => Arc::clone(&instance.store),
            None => Arc::new(MemoryStore::new(clock.clone(), CAPACITY)),
        };
        let hardness = Hardness::new(self.altcha_hardness)
            .ok_or(CaptchaError::Hardness(self.altcha_hardness))?;
        let altcha = match self.altcha {
            Some(Secret(secret)) if secret.len() < MIN_SECRET_BYTES => {
                return Err(CaptchaError::ShortSecret);
            }
            secret => secret.map(|Secret(secret)| Issuer {
                key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
                protocol: self.altcha_protocol,
                hardness,
                lifetime: self.altcha_lifetime,
                files: Files::new(),
            }),
        };
        Ok(Captchas(Arc::new(CaptchasInner {
            theme: self.theme,
            language: self.language,
            accounts: accounts.into_values().collect(),
            altcha,
            mount,
            store,
            clock,
            #[cfg(feature = "captcha-verify")]
            verifier: siteverify::SiteVerifier {
                hostnames: self.hostnames,
                max_age: self.max_age,
                send_client_address: self.send_client_address,
                when_unavailable: self.when_unavailable,
                client: siteverify::client(self.timeout)?,
            },
        })))
    }
}
