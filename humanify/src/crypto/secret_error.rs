//! `SecretError`: why no secret can be used.

use std::io;
use std::path::PathBuf;

/// No usable secret was found.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// A secret is shorter than 32 bytes.
    #[error(
        "{origin} has {bytes} bytes; a secret has at least 32 bytes that nobody can guess, and `openssl rand -hex 32` makes one"
    )]
    Short {
        /// Which secret it is.
        origin: String,
        /// Its length.
        bytes: usize,
    },
    /// `HUMANIFY_SECRET` is not UTF-8.
    #[error(
        "the environment variable HUMANIFY_SECRET is not UTF-8; `openssl rand -hex 32` makes one that is"
    )]
    NotText,
    /// The file cannot be read or created.
    #[error("the secret file `{}` cannot be used", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Others may read the file, and this process can change that.
    #[error("the secret file `{}` can be read by others than its owner; `chmod 600` it", .0.display())]
    Readable(PathBuf),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    NoRandomness,
}

crate::error_chain::debug_as_message!(SecretError);
