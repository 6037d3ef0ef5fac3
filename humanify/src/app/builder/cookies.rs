//! `Cookies`: the names of humanify's cookies, and when browsers send them.

use crate::error::ConfigError;
use crate::http::{CookieNames, SameSite};

/// The names of humanify's cookies, and when browsers send them, for
/// [`cookies`](super::HumanifyBuilder::cookies).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::{Cookies, SameSite};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let cookies = Cookies::named("shop").same_site(SameSite::Strict);
/// let humanify = Humanify::builder().cookies(cookies).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "settings do nothing before they are given to a builder"]
pub struct Cookies {
    prefix: Option<String>,
    pub(super) same_site: SameSite,
}

impl Cookies {
    /// Names that begin with a prefix: `shop_clearance`, and `__Host-shop_clearance` under HTTPS.
    /// Applications with different secrets on one host need different prefixes. The default prefix
    /// is the mount of humanify's pages: `humanify` for `/humanify`.
    pub fn named(prefix: impl Into<String>) -> Cookies {
        Cookies {
            prefix: Some(prefix.into()),
            ..Cookies::default()
        }
    }

    /// Whether browsers send the cookies with requests from other sites. Default:
    /// [`SameSite::Lax`].
    pub fn same_site(mut self, same_site: SameSite) -> Cookies {
        self.same_site = same_site;
        self
    }

    /// The prefix for an application with this mount.
    ///
    /// # Errors
    /// If it is not part of a cookie's name.
    pub(super) fn prefix(&self, mount: &str) -> Result<String, ConfigError> {
        let Some(prefix) = &self.prefix else {
            return Ok(CookieNames::prefix_of(mount));
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        match (1..=64).contains(&prefix.len()) && prefix.bytes().all(plain) {
            true => Ok(prefix.clone()),
            false => Err(ConfigError::CookiePrefix(prefix.clone())),
        }
    }
}

impl From<SameSite> for Cookies {
    fn from(same_site: SameSite) -> Self {
        Cookies::default().same_site(same_site)
    }
}
