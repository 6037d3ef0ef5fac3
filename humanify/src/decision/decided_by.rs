//! `DecidedBy`: the statement, attribute or other cause of a decision.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// The cause of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecidedBy {
    /// A statement of [`protect!`](crate::protect).
    Statement {
        /// Its number in the block, from 1; 0 for the default exemptions.
        number: usize,
        /// The statement's name, if it has one.
        name: Option<&'static str>,
        /// The statement as it was written, with its name.
        text: &'static str,
    },
    /// An attribute of a handler.
    Attribute {
        /// The attribute's name, such as `block_bots`.
        name: &'static str,
        /// The handler's name.
        handler: &'static str,
    },
    /// A ban, by a rule or by [`BanList::ban`](crate::BanList::ban).
    Ban,
    /// One of humanify's own pages, such as its limit of 60 requests a minute.
    OwnPage,
    /// Answers to challenges that are wrong, used or expired.
    Answers,
    /// The store, which is unreachable.
    Store,
    /// The bound on challenges that are drawn at the same time.
    Capacity,
    /// The request itself.
    Request {
        /// The problem of the request.
        problem: &'static str,
    },
    /// The configuration of the application.
    Setup {
        /// The problem of the configuration.
        problem: &'static str,
    },
}

impl DecidedBy {
    /// The kind of the cause, in JSON and in the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            DecidedBy::Statement { .. } => "statement",
            DecidedBy::Attribute { .. } => "attribute",
            DecidedBy::Ban => "ban",
            DecidedBy::OwnPage => "own_page",
            DecidedBy::Answers => "answers",
            DecidedBy::Store => "store",
            DecidedBy::Capacity => "capacity",
            DecidedBy::Request { .. } => "request",
            DecidedBy::Setup { .. } => "setup",
        }
    }

    /// A short name: the statement's name or number, the attribute, or else the kind. A program has
    /// a bounded number of them. Metrics use it as the label `statement`.
    #[must_use]
    pub fn label(&self) -> Cow<'static, str> {
        match *self {
            DecidedBy::Statement { number: 0, .. } => "default exemptions".into(),
            DecidedBy::Statement {
                name: Some(name), ..
            } => name.into(),
            DecidedBy::Statement { number, .. } => format!("statement {number}").into(),
            DecidedBy::Attribute { name, .. } => name.into(),
            _ => self.kind().into(),
        }
    }
}

impl fmt::Display for DecidedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecidedBy::Statement {
                number: 0, text, ..
            } => f.write_str(text),
            DecidedBy::Statement { number, text, .. } => write!(f, "statement {number}: {text}"),
            DecidedBy::Attribute { name, handler } => write!(f, "#[{name}] on {handler}"),
            DecidedBy::Ban => f.write_str("a ban"),
            DecidedBy::OwnPage => f.write_str("one of humanify's own pages"),
            DecidedBy::Answers => f.write_str("answers to challenges"),
            DecidedBy::Store => f.write_str("the store, which cannot be reached"),
            DecidedBy::Capacity => f.write_str("too many challenges being drawn"),
            DecidedBy::Request { problem } | DecidedBy::Setup { problem } => f.write_str(problem),
        }
    }
}
