//! Which requests a statement is about.

use humanify_syntax::{Glob, Target, compile_pattern};
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;
use super::path::normalise;
use crate::truth::Truth;

/// A compiled target.
pub(super) enum Matcher {
    Path(Path),
    /// The path itself, and what is below it.
    Under {
        itself: Path,
        below: Path,
    },
    PathRegex(Regex),
    Endpoint(Text),
    EndpointRegex(Regex),
    Route(&'static str),
}

/// A glob on the path.
pub(super) struct Path {
    /// Compared with the path as it was sent.
    raw: Text,
    /// Compared with the normalised path.
    normal: Text,
}

impl Path {
    fn compile(glob: &str) -> Result<Path, RuleError> {
        let glob = Glob::path(glob)?;
        Ok(Path {
            raw: Text::compile(&glob.percent_encoded())?,
            normal: Text::compile(&glob.without_trailing_slash())?,
        })
    }

    /// Whether a path is meant, as it was sent or normalised.
    fn is(&self, raw: &str, normal: &[u8]) -> bool {
        self.raw.matches(raw.as_bytes()) || self.normal.matches(normal)
    }
}

/// A glob, in the cheapest form that matches it.
pub(super) enum Text {
    Exactly(Vec<u8>),
    Prefix(Vec<u8>),
    Pattern(Regex),
}

impl Text {
    fn compile(glob: &Glob) -> Result<Text, RuleError> {
        if let Some(literal) = glob.literal() {
            return Ok(Text::Exactly(literal.into_bytes()));
        }
        if let Some(prefix) = glob.prefix() {
            return Ok(Text::Prefix(prefix.into_bytes()));
        }
        Ok(Text::Pattern(compile_pattern(&glob.to_pattern())?))
    }

    fn matches(&self, text: &[u8]) -> bool {
        match self {
            Text::Exactly(expected) => text == expected,
            Text::Prefix(prefix) => text.starts_with(prefix),
            Text::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

impl Matcher {
    pub(super) fn compile(target: &Target) -> Result<Matcher, RuleError> {
        match *target {
            Target::Path(glob) => Path::compile(glob).map(Matcher::Path),
            Target::Under(path) => Ok(Matcher::Under {
                itself: Path::compile(path)?,
                below: Path::compile(&format!("{path}/*"))?,
            }),
            Target::PathRegex(expression) => Ok(Matcher::PathRegex(compile_pattern(expression)?)),
            Target::Endpoint(glob) => {
                let glob = Glob::name(glob)?;
                Ok(Matcher::Endpoint(Text::compile(&glob)?))
            }
            Target::EndpointRegex(expression) => {
                Ok(Matcher::EndpointRegex(compile_pattern(expression)?))
            }
            Target::Route(template) => Ok(Matcher::Route(template)),
        }
    }

    /// Whether the request is meant. A path that can be read in two ways is meant by a
    /// statement that protects if either is, by one that exempts if both are.
    pub(super) fn matches(&self, asked: &MatchContext<'_>, protects: bool) -> bool {
        let both = |raw: bool, normal: bool| {
            if protects {
                raw || normal
            } else {
                raw && normal
            }
        };
        match self {
            Matcher::Path(path) => both(
                path.raw.matches(asked.path.as_bytes()),
                path.normal.matches(&asked.normal_path),
            ),
            Matcher::Under { itself, below } => {
                let raw = asked.path.as_bytes();
                both(
                    itself.raw.matches(raw) || below.raw.matches(raw),
                    itself.normal.matches(&asked.normal_path)
                        || below.normal.matches(&asked.normal_path),
                )
            }
            Matcher::PathRegex(pattern) => both(
                pattern.is_match(asked.path.as_bytes()),
                pattern.is_match(&asked.normal_path),
            ),
            Matcher::Endpoint(_) | Matcher::EndpointRegex(_) => {
                asked.endpoint.is_some_and(|name| self.names(name))
            }
            Matcher::Route(template) => asked.route == Some(*template),
        }
    }

    /// Whether a path is meant. The answer is pending if the path alone does not tell.
    pub(super) fn matches_path(&self, path: &str) -> Truth {
        match self {
            Matcher::Path(glob) => match normalise(path) {
                Some(normal) => Truth::from(glob.is(path, &normal)),
                None => Truth::Pending,
            },
            Matcher::Under { itself, below } => match normalise(path) {
                Some(normal) => Truth::from(itself.is(path, &normal) || below.is(path, &normal)),
                None => Truth::Pending,
            },
            Matcher::PathRegex(pattern) => Truth::from(pattern.is_match(path.as_bytes())),
            Matcher::Endpoint(_) | Matcher::EndpointRegex(_) | Matcher::Route(_) => Truth::Pending,
        }
    }

    /// The router's template, if the target is on one.
    pub(super) fn template(&self) -> Option<&'static str> {
        match self {
            Matcher::Route(template) => Some(template),
            _ => None,
        }
    }

    /// Whether the target is on names of handlers.
    pub(super) fn is_on_names(&self) -> bool {
        matches!(self, Matcher::Endpoint(_) | Matcher::EndpointRegex(_))
    }

    /// Whether a handler of that name is meant.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Matcher::Endpoint(text) => text.matches(name.as_bytes()),
            Matcher::EndpointRegex(pattern) => pattern.is_match(name.as_bytes()),
            _ => false,
        }
    }
}
