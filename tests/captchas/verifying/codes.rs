//! Error codes of providers.

use humanify::captcha::{ErrorCode, Unavailable, VerifyError};

use super::third_parties;
use crate::support::captcha_provider::Stage;

#[tokio::test]
async fn every_documented_code_has_a_name() {
    let siteverify = |code: &str| format!(r#"{{"success":false,"error-codes":["{code}"]}}"#);
    let v1 = |code: &str| format!(r#"{{"success":false,"errors":["{code}"]}}"#);
    let v2 = |code: &str| {
        format!(r#"{{"success":false,"error":{{"error_code":"{code}","detail":"words"}}}}"#)
    };
    use ErrorCode as E;
    let google = [
        ("missing-input-secret", 200, E::MissingSecret, true),
        ("invalid-input-secret", 200, E::InvalidSecret, true),
        ("missing-input-response", 200, E::MissingResponse, false),
        ("invalid-input-response", 200, E::InvalidResponse, false),
        ("bad-request", 200, E::BadRequest, false),
        ("timeout-or-duplicate", 200, E::ExpiredOrDuplicate, false),
    ];
    let cloudflare = google.clone();
    let hcaptcha = [
        ("missing-input-secret", 200, E::MissingSecret, true),
        ("invalid-input-secret", 200, E::InvalidSecret, true),
        ("missing-input-response", 200, E::MissingResponse, false),
        ("invalid-input-response", 200, E::InvalidResponse, false),
        ("expired-input-response", 200, E::ExpiredResponse, false),
        ("already-seen-response", 200, E::DuplicateResponse, false),
        ("bad-request", 400, E::BadRequest, false),
        ("missing-remoteip", 200, E::MissingAddress, true),
        ("invalid-remoteip", 200, E::InvalidAddress, false),
        ("not-using-dummy-passcode", 200, E::NotDummyToken, true),
        (
            "sitekey-secret-mismatch",
            200,
            E::SitekeySecretMismatch,
            false,
        ),
        (
            "invalid-or-already-seen-response",
            200,
            E::InvalidOrDuplicate,
            false,
        ),
    ];
    let friendly_v1 = [
        ("secret_missing", 400, E::MissingSecret, true),
        ("secret_invalid", 401, E::InvalidSecret, true),
        ("solution_missing", 400, E::MissingResponse, false),
        ("bad_request", 400, E::BadRequest, false),
        ("solution_invalid", 200, E::InvalidResponse, false),
        (
            "solution_timeout_or_duplicate",
            200,
            E::ExpiredOrDuplicate,
            false,
        ),
    ];
    let friendly_v2 = [
        ("auth_required", 401, E::MissingSecret, true),
        ("auth_invalid", 401, E::InvalidSecret, true),
        ("sitekey_invalid", 400, E::InvalidSitekey, true),
        ("response_missing", 400, E::MissingResponse, false),
        ("response_invalid", 200, E::InvalidResponse, false),
        ("response_timeout", 200, E::ExpiredResponse, false),
        ("response_duplicate", 200, E::DuplicateResponse, false),
        ("bad_request", 400, E::BadRequest, false),
    ];
    for (name, builder, provider) in third_parties() {
        let (codes, wrap): (&[_], &dyn Fn(&str) -> String) = match name {
            "recaptcha v2" | "recaptcha v3" => (&google, &siteverify),
            "turnstile" => (&cloudflare, &siteverify),
            "hcaptcha" => (&hcaptcha, &siteverify),
            "friendly v1" => (&friendly_v1, &v1),
            _ => (&friendly_v2, &v2),
        };
        let stage = Stage::new().await;
        let captchas = stage.captchas(builder, provider);
        for (code, status, named, ours) in codes {
            stage.respond_with(*status, &wrap(code));
            let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
            let expected = match ours {
                true => VerifyError::Misconfigured(vec![named.clone()]),
                false => VerifyError::Rejected(vec![named.clone()]),
            };
            assert_eq!(error, expected, "{name}: {code}");
            assert_eq!(error.is_clients_fault(), !ours);
            assert_eq!(error.status().as_u16(), if *ours { 503 } else { 422 });
        }
        stage.respond_with(200, &wrap("tomorrow-s-code\\u001b[31m"));
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        let VerifyError::Rejected(codes) = &error else {
            panic!("{error}");
        };
        assert!(matches!(codes.as_slice(), [ErrorCode::Other(_)]), "{name}");
        assert!(!error.to_string().contains('\u{1b}'), "{error}");
        // Turnstile's code for an internal error says nothing about the token.
        stage.respond_with(200, &wrap("internal-error"));
        let error = captchas.verify(provider, "t0ken", None).await.unwrap_err();
        assert_eq!(
            error,
            VerifyError::Unavailable(provider, Unavailable::Internal),
            "{name}"
        );
    }
}
