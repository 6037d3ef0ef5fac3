//! `List`: the targets after `on` or `except`, while they are parsed.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::tokens::Cursor;
use crate::words::CLAUSES;
use humanify_syntax::Target;

/// The words before the text of a target.
pub(super) const KINDS: [&str; 4] = ["regex", "endpoint", "route", "under"];

/// The forms of targets, for messages.
pub(super) const FORMS: &str = "a target is `\"/path/*\"`, `under \"/path\"`, `regex \"…\"`, \
                     `endpoint \"…\"`, `endpoint regex \"…\"` or `route \"…\"`";

pub(super) fn is_clause(word: &Ident) -> bool {
    CLAUSES.iter().any(|clause| word == clause)
}

/// The targets after `on` or `except`, while they are parsed.
pub(super) struct List<'a, 'b> {
    pub(super) clause: &'a Ident,
    /// Where the action stands.
    pub(super) head: Cursor<'a>,
    pub(super) action: &'b Ident,
    pub(super) targets: Vec<Target>,
    pub(super) known: HashSet<Target>,
    /// Where the first target starts.
    pub(super) first: Cursor<'a>,
}

impl List<'_, '_> {
    /// Whether these targets are exempt: those of `exempt`, and the exceptions of a statement that
    /// protects. An assertion exempts nothing.
    pub(super) fn exempts(&self) -> bool {
        let is_statement = self.head.peek_word() == Some(self.action);
        let is_exemption = (self.action == "exempt") == (self.clause == "on");
        is_statement && is_exemption
    }
}
