//! `Finding`: a mistake as data: place, problem, help, and the corrected texts.

use std::fmt::{self, Display};

use proc_macro2::{Span, TokenTree};

use humanify_syntax::analysis::{Defect, Warning, Witness};

/// A range of the source.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The first token.
    pub start: Span,
    /// The last token.
    pub end: Span,
}

impl Place {
    /// The range of all tokens; the whole macro if there are none.
    #[must_use]
    pub fn of(tokens: &[TokenTree]) -> Place {
        let first = tokens.first().map_or_else(Span::call_site, TokenTree::span);
        Place {
            start: first,
            end: tokens.last().map_or(first, TokenTree::span),
        }
    }

    /// From the start of one place to the end of another.
    #[must_use]
    pub fn to(self, end: Place) -> Place {
        Place {
            start: self.start,
            end: end.end,
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Place {
        Place {
            start: span,
            end: span,
        }
    }
}

impl From<&TokenTree> for Place {
    fn from(token: &TokenTree) -> Place {
        token.span().into()
    }
}

/// A suggested replacement.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The range to replace.
    pub place: Place,
    /// The new text.
    pub text: String,
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The place of the mistake.
    pub place: Place,
    /// The warning; `None` if the finding is an error.
    pub warning: Option<&'static Warning>,
    /// The problem, in lower case, without a full stop, with names in backticks.
    pub problem: String,
    /// A request that demonstrates the problem, and the decision about it.
    pub witness: Option<Witness>,
    /// How to solve the problem.
    pub help: String,
    /// The texts that the help suggests. There are several if only the author knows which one is
    /// right.
    pub fixes: Vec<Suggestion>,
    /// Whether the compiler has reported it before any macro ran.
    pub is_reported_by_rustc: bool,
    /// Texts to write that are only shown if nothing is wrong with them.
    offers: Vec<ConditionalSuggestion>,
    /// The name that was taken for a constant.
    name: Option<String>,
}

/// A suggestion that is shown only if the resulting statement has no mistake.
#[derive(Debug, Clone)]
struct ConditionalSuggestion {
    statement: String,
    help: String,
    fixes: Vec<Suggestion>,
}

impl Finding {
    /// A finding without a suggestion.
    #[must_use]
    pub fn new(place: impl Into<Place>, problem: impl Display, help: impl Display) -> Self {
        Finding {
            place: place.into(),
            warning: None,
            problem: problem.to_string(),
            witness: None,
            help: help.to_string(),
            fixes: Vec::new(),
            is_reported_by_rustc: false,
            offers: Vec::new(),
            name: None,
        }
    }

    /// The finding for a defect in the meaning of the statement at a place.
    pub(crate) fn of(defect: Defect, place: Place) -> Self {
        let mut finding = Finding::new(place, defect.problem, defect.help);
        finding.warning = defect.warning;
        finding.witness = defect.witness;
        finding
    }

    /// Notes that the compiler has reported it before any macro ran.
    pub(crate) fn reported_by_rustc(mut self) -> Self {
        self.is_reported_by_rustc = true;
        self
    }

    /// Notes the name that was taken for that of a constant.
    pub(crate) fn about(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Whether this name was taken for a constant.
    pub(crate) fn is_about(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// Offers a suggestion that replaces the help if the resulting statement has no mistake. Of
    /// several offers, the first valid one is taken.
    pub(crate) fn offer(self, place: Place, statement: String, text: String) -> Self {
        let help = format!("write `{text}`");
        self.offer_each(place, statement, help, vec![text])
    }

    /// Offers several suggestions, of which only the author knows the right one, with a help that
    /// says so.
    pub(crate) fn offer_each(
        mut self,
        place: Place,
        statement: String,
        help: String,
        texts: Vec<String>,
    ) -> Self {
        let fixes = texts
            .into_iter()
            .map(|text| Suggestion { place, text })
            .collect();
        self.offers.push(ConditionalSuggestion {
            statement,
            help,
            fixes,
        });
        self
    }

    /// Decides which of the offered suggestions are shown.
    pub(crate) fn settle(&mut self, is_right: impl Fn(&str) -> bool) {
        let offers = std::mem::take(&mut self.offers);
        let taken = offers.into_iter().find(|offer| is_right(&offer.statement));
        if let Some(ConditionalSuggestion { help, fixes, .. }) = taken {
            self.help = help;
            self.fixes = fixes;
        }
    }

    /// A finding with a suggestion that replaces the place of the mistake.
    pub(crate) fn write(place: impl Into<Place>, problem: impl Display, text: &str) -> Self {
        Finding::new(place, problem, format_args!("write `{text}`")).with(text)
    }

    /// Adds a suggestion for the place of the mistake.
    pub(crate) fn with(self, text: impl Into<String>) -> Self {
        let place = self.place;
        self.with_at(place, text)
    }

    /// Adds a suggestion for another place.
    pub(crate) fn with_at(mut self, place: Place, text: impl Into<String>) -> Self {
        self.fixes.push(Suggestion {
            place,
            text: text.into(),
        });
        self
    }
}

impl Finding {
    /// The message, without the number of a warning.
    #[must_use]
    pub fn without_number(&self) -> String {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = self.say(&mut text);
        text
    }

    fn say(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str(&self.problem)?;
        if let Some(witness) = &self.witness {
            write!(f, "\nexample: {witness}")?;
        }
        write!(f, "\nhelp: {}", self.help)?;
        match self.warning {
            Some(warning) => write!(
                f,
                "; if it is meant, add `intended({})` before the statement",
                warning.name
            ),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(warning) = self.warning {
            write!(f, "[{}] ", warning.number)?;
        }
        self.say(f)
    }
}

/// Why a string literal is refused. Its place is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiteralProblem {
    pub(crate) problem: String,
    pub(crate) help: String,
    /// The suggested replacements of the literal, as the help shows them.
    pub(crate) texts: Vec<String>,
}

impl LiteralProblem {
    pub(crate) fn new(problem: impl Display, help: impl Display) -> LiteralProblem {
        LiteralProblem {
            problem: problem.to_string(),
            help: help.to_string(),
            texts: Vec::new(),
        }
    }

    /// A refusal with one suggested string literal.
    pub(crate) fn write(problem: impl Display, text: impl AsRef<str>) -> LiteralProblem {
        let text = quoted(text.as_ref());
        LiteralProblem::new(problem, format_args!("write `{text}`")).with(text)
    }

    /// Adds a suggestion that the help shows.
    pub(crate) fn with(mut self, text: impl Into<String>) -> LiteralProblem {
        self.texts.push(text.into());
        self
    }

    /// The finding for a literal at `place`.
    pub(crate) fn at(self, place: impl Into<Place>) -> Finding {
        let finding = Finding::new(place, self.problem, self.help);
        self.texts.into_iter().fold(finding, Finding::with)
    }
}

/// A text as a string literal.
pub(crate) fn quoted(text: &str) -> String {
    let needs_escapes = text
        .chars()
        .any(|character| character.is_control() || character == '"' || character == '\u{feff}');
    if !text.contains('\\') && !needs_escapes {
        format!("\"{text}\"")
    } else if !needs_escapes {
        format!("r\"{text}\"")
    } else {
        format!("{text:?}")
    }
}

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    pub(crate) fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Returns the value, or reports at `place` why it is wrong.
    pub(crate) fn keep<T>(
        &mut self,
        place: impl Into<Place>,
        result: Result<T, LiteralProblem>,
    ) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.push(wrong.at(place));
                None
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}

/// A parsed value, or the finding that ends the parsing.
pub(crate) type Read<T> = Result<T, Box<Finding>>;
