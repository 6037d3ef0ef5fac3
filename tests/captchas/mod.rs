//! Captchas in an application's own forms: their markup, and the verification of their tokens.

mod altcha;
mod extractor;
mod verifying;
mod widgets;

/// A secret for ALTCHA.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
