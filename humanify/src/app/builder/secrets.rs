//! `Secrets`: the secrets from which all keys are derived.

use std::fmt;
use std::path::PathBuf;

use crate::crypto::{SecretError, secret};

/// The secrets from which all keys are derived, for
/// [`secrets`](super::HumanifyBuilder::secrets).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::Secrets;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (current, retired) = ([7; 32], [8; 32]);
/// // Seals with the first secret and still opens what the retired one sealed.
/// let secrets = Secrets::new(current).previous(retired);
/// let humanify = Humanify::builder().secrets(secrets).build()?;
/// # Ok(())
/// # }
/// ```
///
/// `Debug` shows the number of secrets, never a byte of them.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "secrets do nothing before they are given to a builder"]
pub struct Secrets {
    given: Vec<Vec<u8>>,
    file: Option<PathBuf>,
}

impl Secrets {
    /// The secret that seals: at least 32 bytes that nobody can guess, such as the output of
    /// `openssl rand -hex 32`.
    pub fn new(secret: impl Into<Vec<u8>>) -> Secrets {
        Secrets {
            given: vec![secret.into()],
            file: None,
        }
    }

    /// A file that holds the secret. [`build`](super::HumanifyBuilder::build) creates it with
    /// mode 0600 if it does not exist. The environment variable `HUMANIFY_SECRET` overrides it.
    pub fn from_file(path: impl Into<PathBuf>) -> Secrets {
        Secrets {
            given: Vec::new(),
            file: Some(path.into()),
        }
    }

    /// Adds a retired secret. It no longer seals, but still opens older tokens, so that nobody has
    /// to solve a new challenge because the secret changed.
    pub fn previous(mut self, secret: impl Into<Vec<u8>>) -> Secrets {
        self.given.push(secret.into());
        self
    }

    pub(super) fn find(self) -> Result<Vec<Vec<u8>>, SecretError> {
        secret::find(self.given, self.file.as_deref())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("given", &self.given.len())
            .field("file", &self.file)
            .finish()
    }
}
