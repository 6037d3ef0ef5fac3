//! What all that reads has in common: the findings so far, and the words that were read.

use proc_macro2::{Ident, Span};

use super::finding::{Finding, Findings, Place, Read, Wrong};
use super::tokens::plain;

/// A word of the language, and where it stands: editors show what it means there.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// Collects what is found while tokens are read.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Findings,
    pub(super) words: Vec<Word>,
}

impl Reader {
    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Keeps the value, or reports why it is wrong at `place`.
    pub(super) fn keep<T>(
        &mut self,
        place: impl Into<Place>,
        result: Result<T, Wrong>,
    ) -> Option<T> {
        self.findings.keep(place, result)
    }

    /// Keeps the value, or reports the finding.
    pub(super) fn take<T>(&mut self, result: Read<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(finding) => {
                self.report(*finding);
                None
            }
        }
    }

    /// Notes a word of the language.
    pub(super) fn note(&mut self, word: &Ident) {
        self.words.push(Word {
            name: plain(word),
            span: word.span(),
        });
    }
}

/// A finding that ends what is being read.
pub(super) fn stop<T>(finding: Finding) -> Read<T> {
    Err(Box::new(finding))
}
