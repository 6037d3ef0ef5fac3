//! `Reader`: collects findings and words while tokens are parsed.

use proc_macro2::{Ident, Span};

use super::finding::{Finding, Findings, LiteralProblem, Place, Read};
use super::tokens::plain;

/// A word of the rules and its place, at which editors show its documentation.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// Collects findings and words while tokens are parsed.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Findings,
    pub(super) words: Vec<Word>,
}

impl Reader {
    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Returns the value, or reports at `place` why it is wrong.
    pub(super) fn keep<T>(
        &mut self,
        place: impl Into<Place>,
        result: Result<T, LiteralProblem>,
    ) -> Option<T> {
        self.findings.keep(place, result)
    }

    /// Returns the value, or reports the finding.
    pub(super) fn take<T>(&mut self, result: Read<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    /// Records a word of the rules.
    pub(super) fn note(&mut self, word: &Ident) {
        self.words.push(Word {
            name: plain(word),
            span: word.span(),
        });
    }
}

/// Returns a finding as an error, which ends the current part.
pub(super) fn fail<T>(finding: Finding) -> Read<T> {
    Err(Box::new(finding))
}
