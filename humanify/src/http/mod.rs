//! HTTP: cookies, fields and times in headers, and the client for outgoing requests.

#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod client;
mod cookies;
mod count_as_failure;
mod plain_text;
#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod redirect;
mod seconds;
mod unset_field;

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
pub(crate) use plain_text::{VARY_ON, plain_text};
pub(crate) use seconds::retry_after_seconds;
pub(crate) use unset_field::set_unless_present;
