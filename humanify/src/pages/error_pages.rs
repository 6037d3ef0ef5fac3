//! Pages for errors that the application answers without a word of its own.

use http::StatusCode;

use super::{Context, Page, Pages};

/// Which errors of the application get a page.
///
/// A page is shown where the application answered with one of these codes and an empty body,
/// and the client takes HTML. The answer's other headers, such as `Allow`, stay.
///
/// ```ignore
/// let pages = ErrorPages::default().codes([StatusCode::NOT_FOUND, StatusCode::GONE]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPages {
    codes: Vec<StatusCode>,
}

impl Default for ErrorPages {
    /// Pages for 404, 405 and 500.
    fn default() -> ErrorPages {
        ErrorPages {
            codes: vec![
                StatusCode::NOT_FOUND,
                StatusCode::METHOD_NOT_ALLOWED,
                StatusCode::INTERNAL_SERVER_ERROR,
            ],
        }
    }
}

impl ErrorPages {
    /// Pages for these codes instead. A code that is no error (4xx, 5xx) never gets a page.
    #[must_use]
    pub fn codes(self, codes: impl IntoIterator<Item = StatusCode>) -> ErrorPages {
        ErrorPages {
            codes: codes.into_iter().collect(),
        }
    }

    /// Whether an answer with this status gets a page.
    pub fn covers(&self, status: StatusCode) -> bool {
        (status.is_client_error() || status.is_server_error()) && self.codes.contains(&status)
    }

    /// The page for this status, whether it is covered or not.
    pub(crate) fn render(&self, pages: &Pages, context: &Context<'_>, status: StatusCode) -> Page {
        pages.error(context, status)
    }
}
