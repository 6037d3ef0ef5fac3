//! Checks keys, actions, languages, addresses and host names in the settings.

use super::error::CaptchaError;
use super::provider::{Account, CaptchaService};

/// Checks the form of an account's keys.
pub(super) fn check(account: &Account) -> Result<(), CaptchaError> {
    let provider = account.service.provider();
    for (key, value) in [
        ("site key", &account.site_key),
        ("secret", &account.secret.0),
    ] {
        if value.is_empty()
            || value.contains(|char: char| char.is_whitespace() || char.is_control())
        {
            return Err(CaptchaError::Key { provider, key });
        }
    }
    if let CaptchaService::RecaptchaV3 { action, min_score } = &account.service {
        if !(0.0..=1.0).contains(min_score) {
            return Err(CaptchaError::Score(*min_score));
        }
        if !is_action(Some(&account.service), action) {
            return Err(CaptchaError::Action(action.clone()));
        }
    }
    Ok(())
}

/// Whether a service accepts a text as an action. ALTCHA, which is `None`, and most other services
/// ignore actions, and accept those of every service.
pub(super) fn is_action(service: Option<&CaptchaService>, action: &str) -> bool {
    let (longest, signs) = match service {
        Some(CaptchaService::RecaptchaV3 { .. }) => (100, &b"/_"[..]),
        Some(CaptchaService::Turnstile) => (32, &b"_-"[..]),
        _ => (100, &b"/_-"[..]),
    };
    (1..=longest).contains(&action.len())
        && action
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
}

/// Whether a text has the form of a language tag.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// Whether a secret may be sent to an address.
pub(super) fn is_private_enough(address: &str) -> bool {
    let Ok(uri) = address.parse::<http::Uri>() else {
        return false;
    };
    let here = uri.host().is_some_and(|host| {
        let host = host.trim_matches(['[', ']']);
        host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    });
    match uri.scheme_str() {
        Some("https") => uri.host().is_some_and(|host| !host.is_empty()),
        Some("http") => here,
        _ => false,
    }
}

/// Whether a text is a host name alone.
pub(super) fn is_host_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', ':', ' ', '*'])
}
