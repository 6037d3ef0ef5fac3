//! The printer of errors with their causes.

use std::error::Error;
use std::fmt;

/// Writes an error and its causes, with `: ` between them.
pub(crate) fn write_chain(error: &dyn Error, f: &mut impl fmt::Write) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

/// Implements `Debug` for an error as its message and its causes, since that is what `main` prints
/// of an error that it returns.
macro_rules! debug_as_message {
    ($error:ty) => {
        impl ::std::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::error_chain::write_chain(self, f)
            }
        }
    };
}

pub(crate) use debug_as_message;

/// An error and its causes as one text.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_chain(error, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("no list")]
    struct Outer(#[source] Middle);

    #[derive(Debug, thiserror::Error)]
    #[error("no answer")]
    struct Middle(#[source] fmt::Error);

    #[test]
    fn each_error_is_followed_by_its_cause() {
        let last = fmt::Error.to_string();
        let error = Outer(Middle(fmt::Error));
        assert_eq!(with_causes(&error), format!("no list: no answer: {last}"));
        assert_eq!(with_causes(&fmt::Error), last);
    }
}
