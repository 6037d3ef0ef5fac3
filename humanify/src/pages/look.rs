//! `Look`: a checked appearance, as templates use it.

/// An [`Appearance`](super::Appearance) that was checked.
#[derive(Debug, Default)]
pub(crate) struct Look {
    pub(super) name: String,
    /// A `data:` address.
    pub(super) logo: Option<String>,
    /// Rules that follow the style sheet.
    pub(super) colors: String,
    /// Sources by the names of the templates that they replace.
    pub(super) templates: Vec<(&'static str, String)>,
}
