//! `TemplateFailure`: why a template cannot be compiled or rendered.

/// An error of the template engine: the problem and its line.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct TemplateFailure(#[from] minijinja::Error);

crate::error_chain::debug_as_message!(TemplateFailure);
