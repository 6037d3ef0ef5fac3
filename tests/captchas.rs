//! Captchas in an application's own forms: what they look like, and which of their tokens are
//! accepted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "captchas/altcha.rs"]
mod altcha;
#[path = "captchas/extractor.rs"]
mod extractor;
#[path = "captchas/provider.rs"]
mod provider;
#[path = "captchas/verifying.rs"]
mod verifying;
#[path = "captchas/widgets.rs"]
mod widgets;

/// A secret for ALTCHA.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
