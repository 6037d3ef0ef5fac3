//! HTTP: cookies, and the client for outgoing requests.

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod client;
mod cookies;

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
pub(crate) use client::{Connector, connector};
pub(crate) use cookies::{cookies, set_cookie};
