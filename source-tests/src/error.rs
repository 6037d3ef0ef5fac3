//! Why the source of a crate cannot be read.

use std::fmt;
use std::path::{Path, PathBuf};

/// A file that cannot be read or parsed.
#[derive(Debug)]
pub struct SourceError {
    file: PathBuf,
    reason: String,
}

impl SourceError {
    pub(crate) fn new(file: &Path, reason: &dyn fmt::Display) -> SourceError {
        SourceError {
            file: file.to_owned(),
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.file.display(), self.reason)
    }
}

impl std::error::Error for SourceError {}
