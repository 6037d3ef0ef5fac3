//! Parts of messages on string literals.

use crate::finding::LiteralProblem;
use humanify_syntax::{listed, nearest};

/// Prints a text on a line of its own, with a caret under one of its characters.
pub(crate) fn caret(text: &str, position: usize) -> String {
    let shown: String = text
        .chars()
        .map(|character| {
            if character.is_control() {
                '\u{fffd}'
            } else {
                character
            }
        })
        .collect();
    format!("\n    {shown}\n    {:position$}^", "")
}

/// The message on an unknown word, with the most similar name and all legal ones.
pub(crate) fn unknown(what: &str, word: &str, plural: &str, names: &[&str]) -> LiteralProblem {
    let guess = nearest(word, names.iter().copied());
    let help = guess
        .map(|name| format!("did you mean `{name}`? "))
        .unwrap_or_default();
    let wrong = LiteralProblem::new(
        format_args!("unknown {what} `{word}`"),
        format_args!("{help}{plural} {}", listed(names.iter().copied())),
    );
    match guess {
        Some(name) => wrong.with(name),
        None => wrong,
    }
}
