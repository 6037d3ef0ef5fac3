//! Parses the clauses of a statement: `on`, `except` and `when`, in this order.

use proc_macro2::Ident;

use crate::finding::{Finding, Place, Read};
use crate::negated::rest_of;
use crate::reader::{Reader, fail};
use crate::tokens::{Cursor, token_text};
use crate::words::CLAUSES;
use crate::{condition, target};

/// The clauses of a statement.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) on: Vec<humanify_syntax::Target>,
    pub(super) except: Vec<humanify_syntax::Target>,
    pub(super) when: Option<humanify_syntax::Condition>,
    /// The index of the first clause that may come next.
    pub(super) next: usize,
}

impl Clauses {
    pub(super) fn read<'a>(
        &mut self,
        cursor: &mut Cursor<'a>,
        head: Cursor<'a>,
        action: &Ident,
        reader: &mut Reader,
    ) -> Read<()> {
        while let Some(word) = cursor.peek_word() {
            let Some(clause) = CLAUSES.iter().position(|clause| word == clause) else {
                return Ok(());
            };
            if clause < self.next {
                return fail(self.misplaced(*cursor, head, word, clause));
            }
            cursor.next();
            reader.note(word);
            match clause {
                0 => self.on = target::read_list(cursor, word, head, action, reader)?,
                1 => self.except = target::read_list(cursor, word, head, action, reader)?,
                _ => self.when = Some(condition::read(cursor, word, reader)?),
            }
            self.next = clause + 1;
        }
        Ok(())
    }

    fn misplaced(&self, cursor: Cursor, head: Cursor, word: &Ident, clause: usize) -> Finding {
        if clause + 1 == self.next && clause == 2 {
            return Finding::new(
                word.span(),
                "a statement has one `when`",
                "write `&&` instead, or `||` where one of the conditions is enough",
            )
            .with("&&")
            .with("||");
        }
        if clause + 1 == self.next {
            return Finding::write(
                word.span(),
                format_args!("a statement has one `{word}`, with all targets after it"),
                ",",
            );
        }
        // It belongs before the first of the clauses that follow it.
        let after = CLAUSES.get(clause + 1..).unwrap_or_default();
        let mut first = head;
        while first
            .peek_word()
            .is_none_or(|word| !after.iter().any(|clause| word == clause))
            && first.next().is_some()
        {}
        let late = rest_of(cursor);
        let whole = [first.since(head), late, cursor.since(first)]
            .map(token_text)
            .join(" ");
        Finding::new(
            word.span(),
            format_args!("`{word}` is out of order"),
            "the order is `on …`, `except …`, `when …`",
        )
        .offer(
            Place::of(first.since(head)).to(Place::of(late)),
            whole.clone(),
            whole,
        )
    }
}
