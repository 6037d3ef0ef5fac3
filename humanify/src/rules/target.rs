//! `Matcher`: a compiled target (`on`, `except`) of a statement.

use humanify_syntax::{Glob, Target, compile_pattern};
use regex::bytes::Regex;

use super::context::MatchContext;
use super::error::RuleError;
use super::path::normalise;
use crate::truth::Truth;

/// A compiled target.
pub(super) enum Matcher {
    Path(PathMatcher),
    /// A path itself and all paths below it.
    Under {
        itself: PathMatcher,
        below: PathMatcher,
    },
    PathRegex(Regex),
    Endpoint(GlobMatcher),
    EndpointRegex(Regex),
    Route(&'static str),
}

/// A compiled glob on the path.
pub(super) struct PathMatcher {
    /// Matched against the path as it was sent.
    raw: GlobMatcher,
    /// Matched against the normalised path.
    normal: GlobMatcher,
}

impl PathMatcher {
    fn compile(glob: &str) -> Result<PathMatcher, RuleError> {
        let glob = Glob::path(glob)?;
        Ok(PathMatcher {
            raw: GlobMatcher::compile(&glob.percent_encoded())?,
            normal: GlobMatcher::compile(&glob.without_trailing_slash())?,
        })
    }

    /// Whether a path matches, as it was sent or normalised.
    fn is(&self, raw: &str, normal: &[u8]) -> bool {
        self.raw.matches(raw.as_bytes()) || self.normal.matches(normal)
    }
}

/// A glob, compiled to the cheapest form.
pub(super) enum GlobMatcher {
    Exactly(Vec<u8>),
    Prefix(Vec<u8>),
    Pattern(Regex),
}

impl GlobMatcher {
    fn compile(glob: &Glob) -> Result<GlobMatcher, RuleError> {
        if let Some(literal) = glob.literal() {
            return Ok(GlobMatcher::Exactly(literal.into_bytes()));
        }
        if let Some(prefix) = glob.prefix() {
            return Ok(GlobMatcher::Prefix(prefix.into_bytes()));
        }
        Ok(GlobMatcher::Pattern(compile_pattern(&glob.to_pattern())?))
    }

    /// The literal text with which every matching text begins, if it is known.
    fn beginning(&self) -> Option<&[u8]> {
        match self {
            GlobMatcher::Exactly(text) | GlobMatcher::Prefix(text) => Some(text),
            GlobMatcher::Pattern(_) => None,
        }
    }

    fn matches(&self, text: &[u8]) -> bool {
        match self {
            GlobMatcher::Exactly(expected) => text == expected,
            GlobMatcher::Prefix(prefix) => text.starts_with(prefix),
            GlobMatcher::Pattern(pattern) => pattern.is_match(text),
        }
    }
}

/// A part of the site that a target covers.
pub(super) enum TargetScope<'a> {
    /// Paths that begin with a text, as sent or normalised.
    Below(&'a [u8]),
    /// A template of the router.
    Route(&'static str),
}

impl PathMatcher {
    /// The texts with which matching paths begin; `None` if they may begin in any way.
    fn places(&self) -> Option<[TargetScope<'_>; 2]> {
        Some([
            TargetScope::Below(self.raw.beginning()?),
            TargetScope::Below(self.normal.beginning()?),
        ])
    }
}

impl Matcher {
    /// The parts of the site that the target covers; `None` if any request may match.
    pub(super) fn places(&self) -> Option<Vec<TargetScope<'_>>> {
        match self {
            Matcher::Path(path) => path.places().map(Vec::from),
            Matcher::Under { itself, below } => {
                let both = itself.places()?.into_iter().chain(below.places()?);
                Some(both.collect())
            }
            Matcher::Route(template) => Some(vec![TargetScope::Route(template)]),
            Matcher::PathRegex(_) | Matcher::Endpoint(_) | Matcher::EndpointRegex(_) => None,
        }
    }

    pub(super) fn compile(target: &Target) -> Result<Matcher, RuleError> {
        match *target {
            Target::Path(glob) => PathMatcher::compile(glob).map(Matcher::Path),
            Target::Under(path) => Ok(Matcher::Under {
                itself: PathMatcher::compile(path)?,
                below: PathMatcher::compile(&format!("{path}/*"))?,
            }),
            Target::PathRegex(expression) => Ok(Matcher::PathRegex(compile_pattern(expression)?)),
            Target::Endpoint(glob) => {
                let glob = Glob::name(glob)?;
                Ok(Matcher::Endpoint(GlobMatcher::compile(&glob)?))
            }
            Target::EndpointRegex(expression) => {
                Ok(Matcher::EndpointRegex(compile_pattern(expression)?))
            }
            Target::Route(template) => Ok(Matcher::Route(template)),
        }
    }

    /// Whether the target matches a request. For a statement that protects, the path as it was sent
    /// or the normalised path has to match; for a statement that exempts, both.
    pub(super) fn matches(&self, context: &MatchContext<'_>, protects: bool) -> bool {
        let both = |raw: bool, normal: bool| {
            if protects {
                raw || normal
            } else {
                raw && normal
            }
        };
        match self {
            Matcher::Path(path) => both(
                path.raw.matches(context.path.as_bytes()),
                path.normal.matches(&context.normal_path),
            ),
            Matcher::Under { itself, below } => {
                let raw = context.path.as_bytes();
                both(
                    itself.raw.matches(raw) || below.raw.matches(raw),
                    itself.normal.matches(&context.normal_path)
                        || below.normal.matches(&context.normal_path),
                )
            }
            Matcher::PathRegex(pattern) => both(
                pattern.is_match(context.path.as_bytes()),
                pattern.is_match(&context.normal_path),
            ),
            Matcher::Endpoint(_) | Matcher::EndpointRegex(_) => {
                context.endpoint().is_some_and(|name| self.names(name))
            }
            Matcher::Route(template) => context.route() == Some(*template),
        }
    }

    /// Whether the target matches a path. Pending if the path alone does not decide it.
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

    /// Whether the target is on the names of handlers (`endpoint`).
    pub(super) fn is_on_names(&self) -> bool {
        matches!(self, Matcher::Endpoint(_) | Matcher::EndpointRegex(_))
    }

    /// Whether the target matches a handler with this name.
    pub(super) fn names(&self, name: &str) -> bool {
        match self {
            Matcher::Endpoint(text) => text.matches(name.as_bytes()),
            Matcher::EndpointRegex(pattern) => pattern.is_match(name.as_bytes()),
            _ => false,
        }
    }
}
