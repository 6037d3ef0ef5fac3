//! `AppearanceError`: why an appearance cannot be shown.

use std::io;
use std::path::PathBuf;

use super::template_failure::TemplateFailure;

/// An [`Appearance`](crate::Appearance) that cannot be shown, and what to do about it.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum AppearanceError {
    /// A text that is not a colour.
    #[error("`{0}` is not a colour; write `#rgb` or `#rrggbb`")]
    Color(String),
    /// Two colours with too little contrast.
    #[error(
        "the {what} {color} has a contrast of {ratio:.2} to the background {background} of the {scheme} scheme, and needs at least 4.5; make one of them lighter or darker"
    )]
    Contrast {
        /// `light` or `dark`.
        scheme: &'static str,
        /// `text` or `accent`.
        what: &'static str,
        /// The colour of the text or the accent.
        color: String,
        /// The colour of the background.
        background: String,
        /// The contrast ratio, 1 to 21.
        ratio: f64,
    },
    /// A logo that is too large, with its size in bytes.
    #[error("the logo has {0} bytes and goes out with each page; at most 32,768 are allowed")]
    LargeLogo(usize),
    /// A logo of an unknown file type.
    #[error(
        "the logo is neither PNG, JPEG nor WebP, nor SVG whose first element is `<svg xmlns=\"http://www.w3.org/2000/svg\">`"
    )]
    Logo,
    /// A folder or a file in it that cannot be read.
    #[error("the templates in `{}` cannot be read", path.display())]
    Folder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// A template with an unknown name.
    #[error("there is no template `{name}` to replace; there are {known}")]
    UnknownTemplate {
        /// The unknown name.
        name: String,
        /// The known names.
        known: String,
    },
    /// A template that is malformed, or uses a value that does not exist.
    #[error("a template does not work")]
    Template(#[from] TemplateFailure),
    /// A style sheet that would end the element that holds it.
    #[error("`{0}` holds `</`, at which the page would end it")]
    Style(&'static str),
    /// A template without a required part.
    #[error("the page that `{template}` makes lacks {lacks}")]
    Incomplete {
        /// The name of the template.
        template: &'static str,
        /// The missing part.
        lacks: &'static str,
    },
}

crate::error_chain::debug_as_message!(AppearanceError);
