//! `CheckedAppearance`: a checked appearance, as templates use it.

/// An [`Appearance`](super::Appearance) that was checked.
#[derive(Debug, Default)]
pub(crate) struct CheckedAppearance {
    pub(super) name: String,
    /// The logo as a `data:` address.
    pub(super) logo: Option<String>,
    /// CSS rules that follow the style sheet.
    pub(super) colors: String,
    /// The sources of custom templates, by name.
    pub(super) templates: Vec<(&'static str, String)>,
}
