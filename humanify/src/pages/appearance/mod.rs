//! `Appearance`: the name, the logo, the colours and the templates of the pages.

pub(super) mod colors;
mod logo;

use super::checked_appearance::CheckedAppearance;
use super::error::AppearanceError;
use super::templates::Templates;
use colors::ColorChoice;

/// The appearance of the pages, for [`Pages`](crate::Pages). The builder's
/// [`build`](crate::HumanifyBuilder::build) checks it.
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::Appearance;
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder()
///     .pages(
///         Appearance::new()
///             .name("Shop")
///             .logo(r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">
///                 <circle cx="4" cy="4" r="4" fill="#07a"/></svg>"##)
///             .accent("#07a"),
///     )
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// # Colours
///
/// A colour is `#rgb` or `#rrggbb`. The text and the accent need a contrast of at least 4.5 to
/// the background ([WCAG 2.2, 1.4.3]), in the light scheme and in the dark one; other
/// colours, such as those of lines and buttons, are mixed from these with sufficient contrast.
///
/// [WCAG 2.2, 1.4.3]: https://www.w3.org/TR/WCAG22/#contrast-minimum
#[derive(Clone, Debug, Default)]
#[must_use = "an appearance does nothing before it is given to a builder"]
pub struct Appearance {
    name: Option<String>,
    logo: Option<Vec<u8>>,
    light: ColorChoice,
    dark: ColorChoice,
    templates: Templates,
}

impl Appearance {
    /// The default appearance, without a name or a logo.
    pub fn new() -> Appearance {
        Appearance::default()
    }

    /// The name of the site, at the top and in the title of each page.
    pub fn name(mut self, name: impl Into<String>) -> Appearance {
        self.name = Some(name.into());
        self
    }

    /// The logo of the site, at the top of each page: the bytes of a PNG, JPEG, WebP or SVG
    /// file, at most 32,768 bytes, since each page includes it. It is at most 40 pixels high.
    ///
    /// The page shows it as a picture, so that no script of an SVG file runs. Screen readers read
    /// the [`name`](Appearance::name) instead.
    pub fn logo(mut self, bytes: impl Into<Vec<u8>>) -> Appearance {
        self.logo = Some(bytes.into());
        self
    }

    /// The colour of links, buttons and selected tiles.
    ///
    /// The dark scheme lightens it as far as the contrast needs, unless
    /// [`dark_accent`](Appearance::dark_accent) sets another.
    pub fn accent(mut self, color: impl Into<String>) -> Appearance {
        self.light.accent = Some(color.into());
        self
    }

    /// The colour of the background.
    pub fn background(mut self, color: impl Into<String>) -> Appearance {
        self.light.background = Some(color.into());
        self
    }

    /// The colour of text.
    pub fn text(mut self, color: impl Into<String>) -> Appearance {
        self.light.text = Some(color.into());
        self
    }

    /// The accent of the dark scheme.
    pub fn dark_accent(mut self, color: impl Into<String>) -> Appearance {
        self.dark.accent = Some(color.into());
        self
    }

    /// The background of the dark scheme.
    pub fn dark_background(mut self, color: impl Into<String>) -> Appearance {
        self.dark.background = Some(color.into());
        self
    }

    /// The colour of text of the dark scheme.
    pub fn dark_text(mut self, color: impl Into<String>) -> Appearance {
        self.dark.text = Some(color.into());
        self
    }

    /// Templates that replace built-in ones.
    pub fn templates(mut self, templates: Templates) -> Appearance {
        self.templates = templates;
        self
    }

    /// Reads and checks everything but the output of the templates.
    pub(crate) fn checked_appearance(&self) -> Result<CheckedAppearance, AppearanceError> {
        Ok(CheckedAppearance {
            name: self.name.as_deref().unwrap_or_default().trim().to_owned(),
            logo: self.logo.as_deref().map(logo::address).transpose()?,
            colors: colors::style(&self.light, &self.dark)?,
            templates: self.templates.read()?,
        })
    }
}
