//! What a site's owner makes of the pages: its name, its logo, its colours, its templates.

pub(super) mod colors;
mod logo;

use super::error::AppearanceError;
use super::look::Look;
use super::templates::Templates;
use colors::Choice;

/// What the pages look like. The builder's [`build`](crate::HumanifyBuilder::build) checks it.
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
/// the background ([WCAG 2.2, 1.4.3]), in the light scheme and in the dark one; everything
/// else, such as lines and the text on buttons, is mixed from these so that it can be seen.
///
/// [WCAG 2.2, 1.4.3]: https://www.w3.org/TR/WCAG22/#contrast-minimum
#[derive(Clone, Debug, Default)]
#[must_use = "an appearance does nothing before it is given to a builder"]
pub struct Appearance {
    name: Option<String>,
    logo: Option<Vec<u8>>,
    light: Choice,
    dark: Choice,
    templates: Templates,
}

impl Appearance {
    /// The pages as they are.
    pub fn new() -> Appearance {
        Appearance::default()
    }

    /// The name of the site, at the top and in the title of each page.
    pub fn name(mut self, name: impl Into<String>) -> Appearance {
        self.name = Some(name.into());
        self
    }

    /// The logo of the site, at the top of each page: the bytes of a PNG, JPEG, WebP or SVG
    /// file, at most 32,768 of them, since they go out with each page. It is shown at most
    /// 40 pixels high.
    ///
    /// It is a picture in the page, so that no script in an SVG file runs. It is not read out:
    /// the [`name`](Appearance::name) is.
    pub fn logo(mut self, bytes: impl Into<Vec<u8>>) -> Appearance {
        self.logo = Some(bytes.into());
        self
    }

    /// The colour of links, buttons and whatever is selected.
    ///
    /// In the dark it is as much lighter as it has to be, unless
    /// [`dark_accent`](Appearance::dark_accent) says another.
    pub fn accent(mut self, color: impl Into<String>) -> Appearance {
        self.light.accent = Some(color.into());
        self
    }

    /// What text stands on.
    pub fn background(mut self, color: impl Into<String>) -> Appearance {
        self.light.background = Some(color.into());
        self
    }

    /// The colour of text.
    pub fn text(mut self, color: impl Into<String>) -> Appearance {
        self.light.text = Some(color.into());
        self
    }

    /// The accent for those who prefer dark pages.
    pub fn dark_accent(mut self, color: impl Into<String>) -> Appearance {
        self.dark.accent = Some(color.into());
        self
    }

    /// The background for those who prefer dark pages.
    pub fn dark_background(mut self, color: impl Into<String>) -> Appearance {
        self.dark.background = Some(color.into());
        self
    }

    /// The colour of text for those who prefer dark pages.
    pub fn dark_text(mut self, color: impl Into<String>) -> Appearance {
        self.dark.text = Some(color.into());
        self
    }

    /// Templates of your own in place of built-in ones.
    pub fn templates(mut self, templates: Templates) -> Appearance {
        self.templates = templates;
        self
    }

    /// Reads and checks everything but what templates make of it.
    pub(crate) fn look(&self) -> Result<Look, AppearanceError> {
        Ok(Look {
            name: self.name.as_deref().unwrap_or_default().trim().to_owned(),
            logo: self.logo.as_deref().map(logo::address).transpose()?,
            colors: colors::style(&self.light, &self.dark)?,
            templates: self.templates.read()?,
        })
    }
}
