//! `Theme`: the colour scheme of a widget.

/// The colour scheme of a widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// The scheme that the visitor's browser prefers.
    #[default]
    Auto,
}
