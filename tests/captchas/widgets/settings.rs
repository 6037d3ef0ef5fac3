//! Which settings of captchas are refused.

use humanify::captcha::{CaptchaError, Captchas, Provider};

use super::all_providers;
use crate::captchas::SECRET;

#[test]
fn settings_that_cannot_work_are_refused() {
    let some = || Captchas::builder().turnstile("key", "secret");
    let table = [
        (Captchas::builder(), CaptchaError::NoProvider),
        (
            Captchas::builder().hcaptcha("", "secret"),
            CaptchaError::Key {
                provider: Provider::Hcaptcha,
                key: "site key",
            },
        ),
        (
            Captchas::builder().friendly("key", "se cret"),
            CaptchaError::Key {
                provider: Provider::Friendly,
                key: "secret",
            },
        ),
        (
            Captchas::builder().turnstile("key", "secret\n"),
            CaptchaError::Key {
                provider: Provider::Turnstile,
                key: "secret",
            },
        ),
        (
            Captchas::builder().altcha("short"),
            CaptchaError::ShortSecret,
        ),
        (
            Captchas::builder().altcha(SECRET).altcha_hardness(6),
            CaptchaError::Hardness(6),
        ),
        (
            Captchas::builder()
                .altcha(SECRET)
                .altcha_lifetime(std::time::Duration::ZERO),
            CaptchaError::NoTime,
        ),
        (
            some().max_age(std::time::Duration::ZERO),
            CaptchaError::NoTime,
        ),
        (
            Captchas::builder().recaptcha_v3("key", "secret", "login", 1.5),
            CaptchaError::Score(1.5),
        ),
        (
            Captchas::builder().recaptcha_v3("key", "secret", "log in", 0.5),
            CaptchaError::Action("log in".to_owned()),
        ),
        (
            Captchas::builder().recaptcha_v3("key", "secret", "log-in", 0.5),
            CaptchaError::Action("log-in".to_owned()),
        ),
        (
            some().language("<b>"),
            CaptchaError::Language("<b>".to_owned()),
        ),
        (
            some().language("german language"),
            CaptchaError::Language("german language".to_owned()),
        ),
        (
            some().hostnames(["https://a.example"]),
            CaptchaError::Hostname("https://a.example".to_owned()),
        ),
        (
            some().endpoint(Provider::Turnstile, "http://a.example/"),
            CaptchaError::Endpoint("http://a.example/".to_owned()),
        ),
        (
            some().endpoint(Provider::Turnstile, "ftp://127.0.0.1/"),
            CaptchaError::Endpoint("ftp://127.0.0.1/".to_owned()),
        ),
        (
            some().endpoint(Provider::Hcaptcha, "https://a.example/"),
            CaptchaError::NotConfigured(Provider::Hcaptcha),
        ),
        (
            some().mount("captchas"),
            CaptchaError::Mount("captchas".to_owned()),
        ),
    ];
    for (builder, error) in table {
        assert_eq!(builder.build().unwrap_err(), error);
    }
}

#[test]
fn each_provider_has_its_own_rules_for_actions() {
    let all = all_providers("key").build().unwrap();
    let v3 = Captchas::builder()
        .recaptcha_v3("key", "secret", "log/in_1", 0.5)
        .build()
        .unwrap();
    let (short, long) = ("x".repeat(32), "x".repeat(33));
    for (action, by_recaptcha, by_turnstile) in [
        ("login", true, true),
        ("log_in", true, true),
        ("log-in", false, true),
        ("log/in", true, false),
        ("log in", false, false),
        ("", false, false),
        (&short, true, true),
        (&long, true, false),
    ] {
        let accepts = |captchas: &Captchas, provider| {
            let widget = captchas.widget(provider).unwrap();
            widget.action(action).is_ok()
        };
        assert_eq!(accepts(&v3, Provider::Recaptcha), by_recaptcha, "{action}");
        assert_eq!(accepts(&all, Provider::Turnstile), by_turnstile, "{action}");
        for ignores in [Provider::Hcaptcha, Provider::Friendly, Provider::Altcha] {
            let expected = by_recaptcha || by_turnstile;
            assert_eq!(accepts(&all, ignores), expected, "{action} {ignores}");
        }
    }
}

#[test]
fn no_secret_is_printed() {
    let builder = all_providers("key").recaptcha("key", "s3cret-of-recaptcha");
    assert!(!format!("{builder:?}").contains("s3cret"));
    assert!(!format!("{builder:?}").contains(SECRET));
    let captchas = builder.build().unwrap();
    let widget = captchas.recaptcha().unwrap();
    for printed in [
        format!("{captchas:?}"),
        format!("{widget:?}"),
        widget.to_string(),
    ] {
        assert!(
            !printed.contains("s3cret") && !printed.contains(SECRET),
            "{printed}"
        );
    }
}
