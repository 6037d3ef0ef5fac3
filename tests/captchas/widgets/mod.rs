//! The markup of the widgets, by provider and in templates.

mod policy;
mod sending;
mod settings;

use humanify::captcha::{CaptchaError, Captchas, CaptchasBuilder, Provider, Theme};
use minijinja::{Environment, context};

use super::SECRET;

/// All providers, with a site key.
fn all_providers(site_key: &str) -> CaptchasBuilder {
    Captchas::builder()
        .recaptcha(site_key, "secret")
        .hcaptcha(site_key, "secret")
        .turnstile(site_key, "secret")
        .friendly(site_key, "secret")
        .altcha(SECRET)
}

#[test]
fn a_form_contains_the_providers_documented_widget() {
    let light = all_providers("key").theme(Theme::Light).language("de");
    let dark = all_providers("key").theme(Theme::Dark);
    let v3 = Captchas::builder().recaptcha_v3("key", "secret", "login", 0.5);
    let friendly_v1 = Captchas::builder()
        .friendly_v1("key", "secret")
        .theme(Theme::Dark)
        .language("pt-BR");
    let table: [(CaptchasBuilder, Provider, &[&str]); 12] = [
        (
            all_providers("key").theme(Theme::Light).language("de"),
            Provider::Recaptcha,
            &[
                r#"<div class="g-recaptcha" data-sitekey="key" data-theme="light"></div>"#,
                r#"<script src="https://www.google.com/recaptcha/api.js?hl=de" async defer></script>"#,
            ],
        ),
        (
            all_providers("key"),
            Provider::Recaptcha,
            &[
                r#"data-adapt="theme"></div><script>"#,
                r#"src="https://www.google.com/recaptcha/api.js""#,
            ],
        ),
        (
            v3,
            Provider::Recaptcha,
            &[
                r#"<input type="hidden" name="g-recaptcha-response" data-sitekey="key" data-action="login">"#,
                r#"src="https://www.google.com/recaptcha/api.js?render=key""#,
            ],
        ),
        (
            light,
            Provider::Hcaptcha,
            &[
                r#"<div class="h-captcha" data-sitekey="key" data-theme="light"></div>"#,
                r#"src="https://js.hcaptcha.com/1/api.js?hl=de""#,
            ],
        ),
        (
            all_providers("key").theme(Theme::Light).language("de"),
            Provider::Turnstile,
            &[
                r#"<div class="cf-turnstile" data-sitekey="key" data-theme="light" data-language="de"></div>"#,
                r#"src="https://challenges.cloudflare.com/turnstile/v0/api.js""#,
            ],
        ),
        (
            all_providers("key"),
            Provider::Turnstile,
            &[r#"data-theme="auto" data-language="auto""#],
        ),
        (
            all_providers("key").language("de"),
            Provider::Friendly,
            &[
                r#"<div class="frc-captcha" data-sitekey="key" data-theme="auto" lang="de"></div>"#,
                r#"<script type="module" src="https://cdn.jsdelivr.net/npm/@friendlycaptcha/sdk@"#,
            ],
        ),
        (
            friendly_v1,
            Provider::Friendly,
            &[
                r#"<div class="frc-captcha dark" data-sitekey="key" data-lang="pt-BR"></div>"#,
                r#"<script type="module" src="https://cdn.jsdelivr.net/npm/friendly-challenge@"#,
            ],
        ),
        (
            Captchas::builder().friendly_v1("key", "secret"),
            Provider::Friendly,
            &[r#"data-adapt="theme language""#],
        ),
        (
            dark,
            Provider::Altcha,
            &[
                r#"<link rel="stylesheet" href="/humanify/altcha/style-"#,
                r#"<altcha-widget name="altcha" challenge="/humanify/altcha?hardness=1""#,
                r#" theme="dark"></altcha-widget>"#,
                r#"<script type="module" src="/humanify/altcha/widget-"#,
            ],
        ),
        (
            all_providers("key")
                .mount("/app")
                .altcha_hardness(4)
                .language("ja"),
            Provider::Altcha,
            &[r#"challenge="/app/altcha?hardness=4""#, r#"language="ja""#],
        ),
        (
            all_providers("key").language("auto"),
            Provider::Altcha,
            &["></altcha-widget>"],
        ),
    ];
    for (builder, provider, parts) in table {
        let captchas = builder.build().unwrap();
        let html = captchas.widget(provider).unwrap().to_string();
        for part in parts {
            assert!(html.contains(part), "{provider}: {part}\n{html}");
        }
    }
}

/// Texts that would be markup if they were not escaped.
const NASTY: [&str; 4] = [
    r#""><script>alert(1)</script>"#,
    "'onload='alert(1)",
    "</script><img/src=x>",
    "&quot;><b>",
];

#[test]
fn nothing_breaks_out_of_an_attribute() {
    for nasty in NASTY {
        let key = nasty.replace(' ', "");
        let all = all_providers(&key).build().unwrap();
        let v3 = Captchas::builder()
            .recaptcha_v3(&key, "secret", "login", 0.5)
            .build()
            .unwrap();
        let plain = all_providers("key").build().unwrap();
        for provider in Provider::ALL {
            let tags = |captchas: &Captchas, nonce: &str| {
                let html = captchas.widget(provider).unwrap().nonce(nonce).to_string();
                (
                    html.matches('<').count(),
                    html.matches('"').count(),
                    html.matches('\'').count(),
                )
            };
            assert_eq!(
                tags(&all, nasty),
                tags(&plain, "nonce"),
                "{provider}: {nasty}"
            );
        }
        let html = v3.recaptcha().unwrap().nonce(nasty).to_string();
        assert!(
            !html.contains("alert(1)</script>") && !html.contains("<img"),
            "{html}"
        );
    }
}

#[test]
fn templates_have_a_value_for_each_provider() {
    let captchas = all_providers("key").build().unwrap();
    let mut templates = Environment::new();
    captchas.register(&mut templates);
    for (name, part) in [
        ("recaptcha", "g-recaptcha"),
        ("hcaptcha", "h-captcha"),
        ("turnstile", "cf-turnstile"),
        ("friendly", "frc-captcha"),
        ("altcha", "altcha?hardness=1"),
        ("altcha1", "altcha?hardness=1"),
        ("altcha2", "altcha?hardness=2"),
        ("altcha3", "altcha?hardness=3"),
        ("altcha4", "altcha?hardness=4"),
        ("altcha5", "altcha?hardness=5"),
    ] {
        // With and without automatic escaping.
        for template in ["page.html", "page.txt"] {
            let source = format!("<form>{{{{ {name}|safe }}}}</form>");
            let html = templates.render_named_str(template, &source, ()).unwrap();
            assert!(
                html.contains(part) && html.contains("</script></form>"),
                "{html}"
            );
            let source = format!("{{{{ {name}(nonce=page_nonce) }}}}");
            let values = context! { page_nonce => "\"><b>" };
            let html = templates
                .render_named_str(template, &source, values)
                .unwrap();
            assert!(html.contains(r#"nonce="&quot;&gt;&lt;b&gt;""#), "{html}");
        }
    }
    let html = templates.render_str("{{ turnstile(action='sign-up')|safe }}", ());
    assert!(html.unwrap().contains(r#"data-action="sign-up""#));
    for mistake in [
        "{{ turnstile(action='<b>')|safe }}",
        "{{ turnstile('nonce')|safe }}",
        "{{ turnstile(colour='red')|safe }}",
        "{{ altcha6|safe }}{{ altcha6.x }}",
    ] {
        assert!(templates.render_str(mistake, ()).is_err(), "{mistake}");
    }
}

#[test]
fn only_configured_widgets_are_available() {
    let captchas = Captchas::builder()
        .turnstile("key", "secret")
        .build()
        .unwrap();
    let mut templates = Environment::new();
    captchas.register(&mut templates);
    for name in ["recaptcha", "hcaptcha", "friendly", "altcha", "altcha5"] {
        for source in [
            format!("{{{{ {name}|safe }}}}"),
            format!("{{{{ {name} }}}}"),
        ] {
            let error = templates.render_str(&source, ()).unwrap_err().to_string();
            assert!(error.contains("is not configured"), "{source}: {error}");
            let told = error.to_lowercase().contains(name.trim_end_matches('5'));
            assert!(told, "{source}: {error}");
        }
        let called = format!("{{{{ {name}(nonce='x')|safe }}}}");
        assert!(templates.render_str(&called, ()).is_err(), "{called}");
    }
    assert_eq!(
        captchas.hcaptcha().unwrap_err(),
        CaptchaError::NotConfigured(Provider::Hcaptcha)
    );
    assert_eq!(
        captchas.altcha_at(2).unwrap_err().to_string(),
        "ALTCHA is not configured; give its keys to the builder: `altcha(…)`"
    );
    assert_eq!(
        captchas.altcha_at(0).unwrap_err(),
        CaptchaError::Hardness(0)
    );
}
