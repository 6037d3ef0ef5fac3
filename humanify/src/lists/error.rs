//! `ParseError`: why a published list is refused.

/// Why a list is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    #[error("it is a web page, not a list")]
    WebPage,
    #[error("it is not JSON: {0}")]
    Json(String),
    #[error("{unreadable} of its {entries} entries are neither addresses nor networks")]
    Garbage { unreadable: usize, entries: usize },
    #[error("it has more than {MAX_ENTRIES} entries")]
    TooMany,
    #[error("its ranges are more than {MAX_ENTRIES} networks")]
    TooFine,
    #[error("it holds {0}, which is too much of the Internet to be meant")]
    TooWide(String),
    #[error("it covers more of the Internet than a list of its kind can")]
    TooMuch,
    #[error("it names no routable address")]
    Empty,
}

/// The maximum number of entries of a list. Each takes 34 bytes until they are merged.
pub(crate) const MAX_ENTRIES: usize = 2_000_000;
