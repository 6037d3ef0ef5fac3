//! Recognises method calls on fields, as in other languages.

use proc_macro2::Delimiter;

use crate::tokens::Cursor;

/// Whether a method call follows: `.contains(…)`.
pub(crate) fn is_call(cursor: Cursor) -> bool {
    cursor.is_sign(".")
        && cursor.word_at(1).is_some()
        && cursor.group_at(2, Delimiter::Parenthesis).is_some()
}
