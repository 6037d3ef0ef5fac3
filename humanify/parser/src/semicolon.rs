//! The finding on a missing `;`.

use super::finding::{Finding, Place};
use super::tokens::{Cursor, line, token_text};

/// The finding on a `;` that is missing before the statement that starts at the cursor.
pub(super) fn missing(cursor: Cursor) -> Finding {
    // What is not finished is its own line, and not the next.
    if let (Some(before), Some(token)) = (cursor.before(), cursor.peek())
        && line(before) < line(token)
    {
        let ended = format!("{};", token_text(std::slice::from_ref(before)));
        return Finding::write(before, "missing `;` at the end of this statement", &ended);
    }
    let place = cursor.peek().map_or_else(|| Place::of(&[]), Place::from);
    let word = cursor.peek().map(ToString::to_string).unwrap_or_default();
    Finding::new(
        place,
        format_args!("missing `;` before `{word}`"),
        format_args!("write `; {word}`"),
    )
    .with(format!("; {word}"))
}
