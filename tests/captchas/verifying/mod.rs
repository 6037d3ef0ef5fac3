//! Tokens of third parties. The provider is a server on this machine that gives the responses
//! which each of them documents.

mod claims;
mod codes;
mod once;
mod outages;
mod requests;

use humanify::captcha::{Captchas, CaptchasBuilder, Provider};

/// All third parties, with a name for the tables.
fn third_parties() -> [(&'static str, CaptchasBuilder, Provider); 6] {
    let builder = Captchas::builder;
    [
        (
            "recaptcha v2",
            builder().recaptcha("site", "s3cret"),
            Provider::Recaptcha,
        ),
        (
            "recaptcha v3",
            builder().recaptcha_v3("site", "s3cret", "login", 0.5),
            Provider::Recaptcha,
        ),
        (
            "hcaptcha",
            builder().hcaptcha("site", "s3cret"),
            Provider::Hcaptcha,
        ),
        (
            "turnstile",
            builder().turnstile("site", "s3cret"),
            Provider::Turnstile,
        ),
        (
            "friendly v1",
            builder().friendly_v1("site", "s3cret"),
            Provider::Friendly,
        ),
        (
            "friendly v2",
            builder().friendly("site", "s3cret"),
            Provider::Friendly,
        ),
    ]
}

/// A provider's response to a valid token that was solved just now.
fn success_response(name: &str) -> String {
    let answer = match name {
        "recaptcha v2" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"shop.example"}"#
        }
        "recaptcha v3" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00Z","hostname":"shop.example","score":0.9,"action":"login"}"#
        }
        "hcaptcha" => {
            r#"{"success":true,"challenge_ts":"2026-01-01T00:00:00.000000Z","hostname":"shop.example","credit":false}"#
        }
        "turnstile" => {
            r#"{"success":true,"error-codes":[],"challenge_ts":"2026-01-01T00:00:00.096Z","hostname":"shop.example","action":"login","cdata":"x","metadata":{"interactive":false}}"#
        }
        "friendly v1" => r#"{"success":true}"#,
        _ => {
            r#"{"success":true,"data":{"challenge":{"timestamp":"2026-01-01T00:00:00Z","origin":"https://shop.example:8443"}}}"#
        }
    };
    answer.to_owned()
}
