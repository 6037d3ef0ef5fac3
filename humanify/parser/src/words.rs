//! The words with which statements and clauses start.

use super::tokens::Cursor;
use humanify_syntax::nearest;

/// The names of the actions.
pub(super) const NAMES: [&str; 7] = [
    "challenge",
    "deny_access",
    "always_challenge",
    "always_deny",
    "exempt",
    "limit",
    "trap",
];

pub(super) const NO_DEFAULTS: &str = "no_default_exemptions";
pub(super) const INTENDED: &str = "intended";
pub(super) const BAN: &str = "ban";
pub(super) const ASSERT: &str = "assert";
pub(super) const OBSERVE: &str = "observe";

/// The clauses that may follow an action, in this order.
pub(super) const CLAUSES: [&str; 3] = ["on", "except", "when"];

/// Whether a statement can start with this word.
pub(super) fn is_start(word: &str) -> bool {
    is_name(word) || [OBSERVE, NO_DEFAULTS, BAN, INTENDED, ASSERT].contains(&word)
}

/// Whether the next word starts another statement.
pub(super) fn starts(cursor: Cursor) -> bool {
    cursor
        .peek_word()
        .is_some_and(|word| is_start(&word.to_string()))
}

/// Whether an action has this name.
pub(super) fn is_name(word: &str) -> bool {
    NAMES.contains(&word)
}

/// The first word of a statement that is most similar to a word.
pub(super) fn nearest_start(word: &str) -> Option<&'static str> {
    nearest(
        word,
        NAMES
            .into_iter()
            .chain(["assert", "ban", "observe", "no_default_exemptions"]),
    )
}
