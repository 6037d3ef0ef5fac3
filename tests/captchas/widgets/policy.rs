//! The Content-Security-Policy that the widgets need.

use humanify::captcha::{Captchas, Provider, Theme};

use super::all_providers;
use crate::captchas::SECRET;

#[test]
fn every_script_has_the_nonce() {
    let all = all_providers("key").build().unwrap();
    let v3 = Captchas::builder().recaptcha_v3("key", "secret", "login", 0.5);
    let v1 = Captchas::builder().friendly_v1("key", "secret");
    let (v3, v1) = (v3.build().unwrap(), v1.build().unwrap());
    let widgets = Provider::ALL
        .into_iter()
        .map(|provider| all.widget(provider).unwrap())
        .chain([v3.recaptcha().unwrap(), v1.friendly().unwrap()]);
    for widget in widgets {
        let html = widget.nonce("n0nce").to_string();
        let scripts = html.matches("<script").count() + html.matches("<link").count();
        assert_eq!(html.matches(r#" nonce="n0nce""#).count(), scripts, "{html}");
        assert!(scripts >= 1);
    }
}

#[test]
fn the_policy_allows_exactly_the_widgets_resources() {
    let table = [
        (
            Captchas::builder()
                .recaptcha("key", "secret")
                .theme(Theme::Dark),
            "script-src https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/; \
             frame-src https://recaptcha.google.com/recaptcha/ https://www.google.com/recaptcha/; \
             connect-src https://www.google.com/recaptcha/",
        ),
        (
            Captchas::builder()
                .hcaptcha("key", "secret")
                .theme(Theme::Dark),
            "script-src https://*.hcaptcha.com https://hcaptcha.com; \
             style-src https://*.hcaptcha.com https://hcaptcha.com; \
             frame-src https://*.hcaptcha.com https://hcaptcha.com; \
             connect-src https://*.hcaptcha.com https://hcaptcha.com",
        ),
        (
            Captchas::builder().turnstile("key", "secret"),
            "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com",
        ),
        (
            Captchas::builder().friendly("key", "secret"),
            "script-src https://cdn.jsdelivr.net/npm/@friendlycaptcha/sdk@1.0.2/; \
             frame-src https://*.frcapi.com; connect-src https://*.frcapi.com",
        ),
        (
            Captchas::builder().altcha(SECRET),
            "script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'",
        ),
    ];
    for (builder, policy) in table {
        let captchas = builder.build().unwrap();
        assert_eq!(captchas.content_security_policy().to_string(), policy);
    }
    let all = all_providers("key").build().unwrap();
    let sources = all.content_security_policy();
    // The policy allows every address in the markup, and each inline script by its digest.
    for provider in Provider::ALL {
        let html = all.widget(provider).unwrap().to_string();
        let addresses: Vec<&str> = html.split("src=\"").skip(1).collect();
        assert!(!addresses.is_empty(), "{html}");
        for address in addresses {
            let address = address.split('"').next().unwrap();
            let allowed = sources.of("script-src").any(|source| {
                address.starts_with(source)
                    || source == "'self'" && address.starts_with('/')
                    || source == "https://*.hcaptcha.com"
                        && address.starts_with("https://js.hcaptcha.com/")
            });
            assert!(allowed, "{address}");
        }
    }
    assert!(
        sources
            .of("script-src")
            .any(|source| source.starts_with("'sha256-"))
    );
    let one = all.content_security_policy_of(Provider::Turnstile).unwrap();
    assert_eq!(
        one.of("script-src").collect::<Vec<_>>(),
        ["https://challenges.cloudflare.com"]
    );
    assert_eq!(one.of("img-src").count(), 0);
}
