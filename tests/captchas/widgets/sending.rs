//! How a form with reCAPTCHA version 3 is sent, whatever the provider's script does.

use std::path::Path;
use std::process::Command;

use humanify::captcha::Captchas;

use crate::support::services::missing;

#[test]
fn a_form_is_sent_even_if_no_token_can_be_made() {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        missing("node");
        return;
    }
    let captchas = Captchas::builder()
        .recaptcha_v3("key", "secret", "login", 0.5)
        .build()
        .unwrap();
    let html = captchas.recaptcha().unwrap().to_string();
    let (_, script) = html.split_once("<script>").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    let form = Path::new(env!("CARGO_MANIFEST_DIR")).join("captchas/form.mjs");
    for (provider, sent) in [
        ("works", r#"["token"]"#),
        ("works late", r#"["token"]"#),
        // Safari before 16 has no `requestSubmit`.
        ("works in an old browser", r#"["token"]"#),
        ("works in an old browser without a button", r#"["token"]"#),
        ("is not loaded", r#"[""]"#),
        ("throws", r#"[""]"#),
        ("rejects", r#"[""]"#),
        ("is never ready", r#"[""]"#),
        ("never answers", r#"[""]"#),
        // The second click gets a token.
        ("rejects once", r#"["","token"]"#),
        // While a token is awaited, the form is not sent twice.
        ("is clicked twice", r#"["token"]"#),
    ] {
        let output = Command::new("node")
            .arg(&form)
            .args([script, provider])
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(errors, "", "{provider}");
        let found = String::from_utf8_lossy(&output.stdout);
        assert_eq!(found.trim(), sent, "{provider}");
    }
}
