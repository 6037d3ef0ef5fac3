//! `ListProblems`: failures to read or write the files of lists, collected into one log line.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::{Arc, Mutex, PoisonError};

/// The names of lists, grouped by problem. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct ListProblems(Arc<Mutex<BTreeMap<String, Vec<&'static str>>>>);

impl ListProblems {
    /// Records a problem of a list.
    pub(super) fn note(&self, list: &'static str, reason: impl Display) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(reason.to_string()).or_default().push(list);
    }

    /// Whether there is no problem.
    pub(super) fn is_empty(&self) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.is_empty()
    }
}

impl Display for ListProblems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (place, (reason, names)) in known.iter().enumerate() {
            let separator = if place > 0 { "; " } else { "" };
            write!(formatter, "{separator}{}: {reason}", names.join(", "))?;
        }
        Ok(())
    }
}
