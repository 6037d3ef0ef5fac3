//! HTTP: cookies, fields and times in headers, and the client for outgoing requests.

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod client;
mod cookies;
mod failure;
mod last_line;
#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod redirect;
mod seconds;

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
pub use client::TlsError;
#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
pub(crate) use client::{ClientBounds, ClientError, HttpClient};
pub use cookies::SameSite;
pub(crate) use cookies::{CookieNames, cookies};
pub use failure::CountAsFailure;
pub(crate) use last_line::remove_last_line;
pub(crate) use seconds::{retry_after_seconds, whole_seconds};
