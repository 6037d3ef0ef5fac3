//! Pages and problem documents.
//!
//! A page is self-contained: it loads nothing and has its own security headers. Pages with proof of
//! work load a script of this site, and pages with a wait have a short inline script for the time
//! of day. The values of a request come in as a view; the template engine escapes them, so that
//! they are text and never markup.

mod appearance;
mod challenges;
mod checked_appearance;
mod compile;
mod error;
mod errors;
mod headers;
mod links;
mod notices;
mod page_renderer;
mod prepared_pages;
mod problem;
mod samples;
mod subject;
mod template_failure;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod views;
mod wording;

pub use appearance::Appearance;
pub use error::AppearanceError;
pub(crate) use errors::CompiledErrorPages;
pub use errors::{ErrorPages, ErrorTemplate, ErrorTemplateError};
pub(crate) use headers::{Nonce, allow_own_frames};
pub(crate) use links::{form_address, local, page_address};
pub(crate) use page_renderer::{Page, PageRenderer};
pub(crate) use problem::{Problem, ProblemKind};
pub use template_failure::TemplateFailure;
pub use templates::Templates;
pub(crate) use views::{
    ChallengeBody, ChallengeView, Context, CookiesView, Denied, FormReady, LockedOut, RetryMessage,
    ScriptlessWays, WaitView, Waiting,
};
