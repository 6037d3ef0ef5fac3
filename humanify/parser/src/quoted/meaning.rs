//! `GuessedMeaning`: what a text that is not a glob may mean.

/// The guessed meaning of a text that is not a glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GuessedMeaning {
    /// A regular expression.
    Regex(String),
    /// A URL: its host, and its path, which may be empty.
    Url(String, String),
    /// Everything except this path.
    Not(String),
    /// This path, which has white space around it.
    Space(String),
    /// A method and a path.
    Method(&'static str, String),
    /// A path and a query parameter, with its value if there is one.
    Query(String, String, Option<String>),
    /// Several paths.
    Several(Vec<String>),
    /// The name of a handler.
    Name(String),
    /// A target with its kind inside the text.
    Kind(&'static str, String),
    /// A pattern of another language, with signs that mean something else in expressions.
    Pattern,
}
