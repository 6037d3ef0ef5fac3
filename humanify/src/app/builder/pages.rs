//! `Pages`: the path and the appearance of humanify's own pages.

use crate::pages::Appearance;

/// The path and the appearance of humanify's own pages, for
/// [`pages`](super::HumanifyBuilder::pages).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::{Appearance, Pages};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let pages = Pages::at("/checks").appearance(Appearance::new().name("Shop"));
/// let humanify = Humanify::builder().pages(pages).build()?;
/// # Ok(())
/// # }
/// ```
///
/// An [`Appearance`] alone converts into `Pages` under the default path.
#[derive(Debug, Clone)]
#[must_use = "pages do nothing before they are given to a builder"]
pub struct Pages {
    pub(super) path: String,
    pub(super) appearance: Appearance,
}

impl Default for Pages {
    fn default() -> Self {
        Pages::at("/humanify")
    }
}

impl Pages {
    /// Pages under this path: letters, digits, `-`, `_` and `.` between slashes, and a letter, a
    /// digit or `_` behind each slash. Default: `/humanify`.
    pub fn at(path: impl Into<String>) -> Pages {
        Pages {
            path: path.into(),
            appearance: Appearance::default(),
        }
    }

    /// The name, the logo, the colours and the templates of the pages.
    pub fn appearance(mut self, appearance: Appearance) -> Pages {
        self.appearance = appearance;
        self
    }
}

impl From<Appearance> for Pages {
    fn from(appearance: Appearance) -> Self {
        Pages::default().appearance(appearance)
    }
}
