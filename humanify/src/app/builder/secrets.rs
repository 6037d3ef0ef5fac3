//! `Secrets`: the secrets from which all keys are derived.

use std::fmt;
use std::path::PathBuf;

use crate::crypto::{Sealer, SecretError, secret};

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
/// `Debug` shows the number of retired secrets, never a byte of any.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use = "secrets do nothing before they are given to a builder"]
pub struct Secrets {
    current: Option<Vec<u8>>,
    file: Option<PathBuf>,
    previous: Vec<Vec<u8>>,
}

impl Secrets {
    /// The secret that seals: at least 32 bytes that nobody can guess, such as the output of
    /// `openssl rand -hex 32`.
    pub fn new(secret: impl Into<Vec<u8>>) -> Secrets {
        Secrets {
            current: Some(secret.into()),
            ..Secrets::default()
        }
    }

    /// A file that holds the secret, or several with commas between them, of which the first seals.
    /// [`build`](super::HumanifyBuilder::build) creates it with mode 0600 if it does not exist. The
    /// environment variable `HUMANIFY_SECRET` overrides it.
    ///
    /// A file that others than its owner can read is an error if this process can change that.
    /// Files that systemd, Docker or Kubernetes mount are accepted: in `$CREDENTIALS_DIRECTORY`
    /// silently, elsewhere with a warning.
    pub fn from_file(path: impl Into<PathBuf>) -> Secrets {
        Secrets {
            file: Some(path.into()),
            ..Secrets::default()
        }
    }

    /// Adds a secret that does not seal, but opens tokens that it has sealed: a retired one, so that
    /// nobody has to solve a new challenge because the secret changed, or the next one, so that
    /// several processes can change one by one. The guide has
    /// [the steps](crate::guide::production#change-the-secret).
    pub fn previous(mut self, secret: impl Into<Vec<u8>>) -> Secrets {
        self.previous.push(secret.into());
        self
    }

    /// Finds the secrets, and derives their keys.
    pub(super) fn sealer(self) -> Result<Sealer, SecretError> {
        let secrets = self.find()?;
        let shortest = secrets.iter().map(Vec::len).min().unwrap_or_default();
        Sealer::new(&secrets).ok_or_else(|| SecretError::Short {
            origin: "the shortest secret".to_owned(),
            bytes: shortest,
        })
    }

    /// The secrets, the one that seals first.
    fn find(self) -> Result<Vec<Vec<u8>>, SecretError> {
        let mut secrets = match self.current {
            Some(current) => {
                secret::check(&current, || "the secret of `Secrets::new`".to_owned())?;
                vec![current]
            }
            None => secret::find(self.file.as_deref())?,
        };
        for (number, previous) in (1..).zip(&self.previous) {
            secret::check(previous, || match self.previous.len() {
                1 => "the secret of `Secrets::previous`".to_owned(),
                all => format!("secret {number} of {all} of `Secrets::previous`"),
            })?;
        }
        secrets.extend(self.previous);
        Ok(secrets)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets")
            .field("current", &self.current.as_ref().map(|_| "…"))
            .field("file", &self.file)
            .field("previous", &self.previous.len())
            .finish()
    }
}
