//! The result of fetching a list, and the reasons to refuse it.

use crate::http::ClientError;
use crate::lists::error::ParseError;
use crate::lists::fetch::ListFetchError;
use crate::lists::sources::Source;

/// The result for a source that was due.
#[derive(Debug)]
pub(crate) struct ListOutcome {
    pub(crate) source: &'static Source,
    pub(crate) result: Result<ListChange, ListRefusal>,
}

/// How a source's list has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListChange {
    /// The list has not changed.
    Unchanged,
    /// There is a new list.
    Fetched,
    /// Another process fetched the list a moment ago.
    Shared,
}

/// Why the previous list stays.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListRefusal {
    #[error(transparent)]
    Fetch(#[from] ListFetchError),
    #[error("the list is refused: {0}")]
    Parse(#[from] ParseError),
    #[error("the list is refused: it has {now} networks, less than half of the {before} before")]
    Shrunken { before: usize, now: usize },
    #[error("the list is refused: it covers less than half of the addresses that it did before")]
    Shallow,
    #[error("the task was stopped")]
    Stopped,
}

impl ListRefusal {
    /// Whether the server answered, with a list that was refused or with a client error. Such a
    /// list is not retried early: the answer would be the same, and some publishers count requests.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            ListRefusal::Parse(_) | ListRefusal::Shrunken { .. } | ListRefusal::Shallow => true,
            ListRefusal::Fetch(
                ListFetchError::Address
                | ListFetchError::TooLong(_)
                | ListFetchError::Packed(_)
                | ListFetchError::Client(ClientError::TooLong(_) | ClientError::Redirected),
            ) => true,
            ListRefusal::Fetch(ListFetchError::Status(status)) => (400..500).contains(status),
            ListRefusal::Fetch(_) | ListRefusal::Stopped => false,
        }
    }
}
