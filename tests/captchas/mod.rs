//! Captchas in an application's own forms: what they look like, and which of their tokens are
//! accepted.

mod altcha;
mod extractor;
mod verifying;
mod widgets;

/// A secret for ALTCHA.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
