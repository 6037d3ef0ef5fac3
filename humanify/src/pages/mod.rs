//! Every page and problem document that humanify writes.
//!
//! A page is complete in itself: it loads nothing, runs no script and carries the security
//! headers that hold for it; proof of work alone loads a script, which is this site's.
//! What changes from request to request comes in as a view, is escaped by the template engine,
//! and so can say nothing but text.

mod appearance;
mod challenges;
mod compile;
mod error;
mod errors;
mod headers;
mod html;
mod links;
mod look;
mod notices;
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
pub(crate) use headers::Nonce;
pub(crate) use html::{Page, PageRenderer};
pub(crate) use links::{form_address, local, page_address};
pub(crate) use problem::{Problem, ProblemKind};
pub use template_failure::TemplateFailure;
pub use templates::Templates;
pub(crate) use views::{Blocked, ChallengeBody, ChallengeView, Context, Cookies, Message, Waiting};
