//! HTTP: cookies, fields and times in headers, and the client for outgoing requests.

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod client;
mod cookies;
mod count_as_failure;
mod header_lines;
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
pub use count_as_failure::CountAsFailure;
pub(crate) use header_lines::remove_last_line;
pub(crate) use seconds::retry_after_seconds;
