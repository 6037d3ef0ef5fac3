//! The sets of texts that targets and comparisons define.

use std::collections::HashMap;

use super::expression::{Expression, SearchProgress, Undecided};
use super::patterns::{Pattern, Patterns, TextAnchor};
use crate::{Comparison, Glob, Target, Test};

/// A set of texts: the union of the texts that its patterns and expressions match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TextSet {
    /// Whether the set contains every text.
    pub(super) everything: bool,
    pub(super) patterns: Vec<Pattern>,
    pub(super) expressions: Vec<usize>,
    /// Whether the set contains further texts that are not known.
    pub(super) unknown: bool,
}

impl TextSet {
    pub(super) fn everything() -> TextSet {
        TextSet {
            everything: true,
            ..TextSet::default()
        }
    }

    pub(super) fn join(&mut self, other: TextSet) {
        self.everything |= other.everything;
        self.patterns.extend(other.patterns);
        self.expressions.extend(other.expressions);
        self.unknown |= other.unknown;
    }

    /// Whether a text with these matches is in the set.
    pub(super) fn holds(&self, matched: &TextMatches) -> bool {
        self.everything
            || self
                .patterns
                .iter()
                .any(|pattern| matched.patterns.contains(pattern))
            || self
                .expressions
                .iter()
                .any(|number| matched.expressions.contains(number))
    }
}

/// The patterns and expressions that a text matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct TextMatches {
    pub(super) patterns: Vec<Pattern>,
    pub(super) expressions: Vec<usize>,
}

/// All patterns and expressions, each once.
#[derive(Debug)]
pub(super) struct TextTable {
    pub(super) patterns: Patterns,
    pub(super) expressions: Vec<Expression>,
    known_expressions: HashMap<&'static str, Option<usize>>,
    known_globs: HashMap<String, Pattern>,
    known_parts: HashMap<(&'static str, TextAnchor, bool), Pattern>,
}

impl TextTable {
    pub(super) fn new() -> TextTable {
        TextTable {
            patterns: Patterns::new(),
            expressions: Vec::new(),
            known_expressions: HashMap::new(),
            known_globs: HashMap::new(),
            known_parts: HashMap::new(),
        }
    }

    /// The paths or handler names that a target matches.
    pub(super) fn target(&mut self, target: &Target) -> TextSet {
        match *target {
            // Every path starts with a slash.
            Target::Path("*" | "/*" | "**" | "/**") | Target::Endpoint("*" | "**") => {
                TextSet::everything()
            }
            Target::Path(text) => self.path(text),
            Target::Under(text) => {
                let mut set = self.path(text);
                set.join(self.path(&format!("{}/*", text.trim_end_matches('/'))));
                set
            }
            Target::PathRegex(text) | Target::EndpointRegex(text) => self.expression(text),
            Target::Endpoint(text) => match Glob::name(text) {
                Ok(glob) => self.glob(format!("endpoint {text}"), &glob),
                Err(_) => TextSet::default(),
            },
            Target::Route(template) => self.route(template),
        }
    }

    /// The paths that the router matches with a template.
    pub(super) fn route(&mut self, template: &str) -> TextSet {
        // `{*rest}` matches the rest of a path. Doubled braces are literal braces, which globs
        // cannot express.
        if template.contains("{{") || template.contains("}}") {
            return TextSet {
                unknown: true,
                ..TextSet::default()
            };
        }
        let segments = template.split('/').map(|segment| match segment {
            wild if wild.starts_with("{*") => "*",
            segment => segment,
        });
        let glob = segments.collect::<Vec<_>>().join("/");
        self.path(&glob)
    }

    fn path(&mut self, text: &str) -> TextSet {
        match Glob::path(text) {
            Ok(glob) => self.glob(text.to_owned(), &glob.without_trailing_slash()),
            Err(_) => TextSet {
                unknown: true,
                ..TextSet::default()
            },
        }
    }

    fn glob(&mut self, key: String, glob: &Glob) -> TextSet {
        let patterns = &mut self.patterns;
        let pattern = *self
            .known_globs
            .entry(key)
            .or_insert_with(|| patterns.add_glob(glob));
        TextSet {
            patterns: vec![pattern],
            ..TextSet::default()
        }
    }

    fn expression(&mut self, text: &'static str) -> TextSet {
        let expressions = &mut self.expressions;
        let known = *self.known_expressions.entry(text).or_insert_with(|| {
            let number = expressions.len();
            expressions.push(Expression::new(text)?);
            Some(number)
        });
        match known {
            Some(number) => TextSet {
                expressions: vec![number],
                ..TextSet::default()
            },
            None => TextSet {
                unknown: true,
                ..TextSet::default()
            },
        }
    }

    /// The set of one text.
    pub(super) fn text(&mut self, text: &'static str) -> TextSet {
        let patterns = &mut self.patterns;
        let known = self.known_parts.entry((text, TextAnchor::Whole, false));
        let pattern = *known.or_insert_with(|| patterns.add_text(text, TextAnchor::Whole, false));
        TextSet {
            patterns: vec![pattern],
            ..TextSet::default()
        }
    }

    /// The texts that a comparison compares with, before any negation.
    pub(super) fn comparison(&mut self, comparison: &Comparison, ignores_case: bool) -> TextSet {
        let ignores_case = comparison.ignores_case || ignores_case;
        let (texts, part) = match comparison.test {
            Test::Present => return TextSet::everything(),
            Test::Matches(expression) => return self.expression(expression),
            Test::OneOf(texts) => (texts, TextAnchor::Whole),
            Test::StartsWith(texts) => (texts, TextAnchor::Start),
            Test::EndsWith(texts) => (texts, TextAnchor::End),
            Test::Contains(texts) => (texts, TextAnchor::Anywhere),
        };
        let patterns = &mut self.patterns;
        let known = &mut self.known_parts;
        let mut all: Vec<Pattern> = texts
            .iter()
            .map(|text| {
                *known
                    .entry((text, part, ignores_case))
                    .or_insert_with(|| patterns.add_text(text, part, ignores_case))
            })
            .collect();
        all.sort_unstable();
        TextSet {
            patterns: all,
            ..TextSet::default()
        }
    }

    /// Whether no text is in both sets, which the beginnings of their patterns show. `false` may
    /// also mean that only a search can tell.
    pub(super) fn begin_apart(&self, one: &TextSet, other: &TextSet) -> bool {
        let has_patterns_only =
            |set: &TextSet| !set.everything && !set.unknown && set.expressions.is_empty();
        let apart = |own: &Pattern| {
            let mut others = other.patterns.iter();
            others.all(|other| self.patterns.begin_apart(*own, *other))
        };
        has_patterns_only(one) && has_patterns_only(other) && one.patterns.iter().all(apart)
    }

    /// A sample text of the set's first pattern.
    pub(super) fn sample(&self, set: &TextSet) -> Option<String> {
        let pattern = set.patterns.first()?;
        let sample = self.patterns.sample(*pattern, b"x");
        String::from_utf8(sample).ok()
    }

    /// The patterns and expressions of a set that a text matches.
    pub(super) fn matched_of(
        &mut self,
        set: &TextSet,
        text: &[u8],
    ) -> Result<TextMatches, Undecided> {
        let mut state = self.patterns.start(set.patterns.iter().copied());
        for byte in text {
            state = self.patterns.step(state, *byte);
        }
        let patterns = self.patterns.matched(state).collect();
        self.matched(patterns, &set.expressions, text)
    }

    /// Adds the expressions that a text matches to the patterns that it matches.
    pub(super) fn matched(
        &mut self,
        patterns: Vec<Pattern>,
        expressions: &[usize],
        text: &[u8],
    ) -> Result<TextMatches, Undecided> {
        let mut matched = TextMatches {
            patterns,
            expressions: Vec::new(),
        };
        for number in expressions {
            let Some(expression) = self.expressions.get_mut(*number) else {
                continue;
            };
            let mut progress = expression.start()?;
            for byte in text {
                if !matches!(progress, SearchProgress::At(_)) {
                    break;
                }
                progress = expression.step(progress, *byte)?;
            }
            if expression.ends(progress)? {
                matched.expressions.push(*number);
            }
        }
        Ok(matched)
    }
}
