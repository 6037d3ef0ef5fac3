//! `Theme`: how light or dark widgets are.

/// How light or dark a widget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the visitor's browser prefers.
    #[default]
    Auto,
}
