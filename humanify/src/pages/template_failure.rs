//! `TemplateFailure`: why a template cannot be compiled or rendered.

/// What the template engine reports of a template: what is wrong, in which line.
#[derive(thiserror::Error)]
#[error(transparent)]
pub struct TemplateFailure(#[from] minijinja::Error);

crate::error_chain::debug_as_message!(TemplateFailure);
