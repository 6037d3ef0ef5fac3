//! Parses one statement.

mod clauses;
mod end;
mod no_defaults;
mod punctuation;
mod settings;
mod unbounded;

use clauses::Clauses;
use end::end;
use no_defaults::no_defaults;

use proc_macro2::TokenTree;

use super::action::ParsedAction;
use super::finding::{Finding, Place, Read};
use super::placed_rules::{Intended, PlacedBan, PlacedRules, PlacedStatement};
use super::reader::{Reader, fail};
use super::source_text::source_text;
use super::tokens::Cursor;
use super::words::{ASSERT, BAN, NO_DEFAULTS, OBSERVE, starts};
use super::{
    action, assertion, ban, foreign_statements, semicolon, statement_start, subject, unintended,
};
use crate::interned;
use humanify_syntax::{Action, Statement};

/// Where the parts of a statement start.
#[derive(Clone, Copy)]
struct PartStarts<'a> {
    /// Its name, or the first of what follows.
    start: Cursor<'a>,
    /// `observe`, or else the action.
    body: Cursor<'a>,
    /// The action.
    head: Cursor<'a>,
}

/// Skips to the start of the next statement after a mistake.
pub(super) fn recover(cursor: &mut Cursor, start: Cursor) {
    if cursor.same_place(start) {
        cursor.next();
    }
    while !cursor.is_empty() && !starts(*cursor) {
        cursor.next();
    }
}

/// Parses one statement, up to the end, or to the next one if a `;` is missing.
pub(super) fn read<'a>(
    cursor: &mut Cursor<'a>,
    semicolon: Option<&TokenTree>,
    placed_rules: &mut PlacedRules,
    reader: &mut Reader,
) -> Read<()> {
    statement_start::comments(cursor, reader)?;
    if cursor.is_empty() {
        return Ok(());
    }
    let start = *cursor;
    let before = reader.findings.count();
    if let Some(finding) = foreign_statements::read(cursor) {
        return fail(finding);
    }
    let name = statement_start::name(cursor, reader)?;
    let name_tokens = cursor.since(start);
    let intended = statement_start::intended(cursor, reader)?;
    if name.is_some()
        && let Some(word) = cursor.peek_word()
        && [NO_DEFAULTS, ASSERT, BAN].iter().any(|known| word == known)
    {
        let finding = Finding::new(
            Place::of(name_tokens),
            format_args!("`{word}` has no name: only statements that act on requests have one"),
            "leave it out",
        );
        reader.report(finding.with(""));
    }
    if let (Some(intended), Some(word)) = (&intended, cursor.peek_word())
        && [NO_DEFAULTS, ASSERT].iter().any(|known| word == known)
    {
        let finding = Finding::new(
            intended.place,
            format_args!("`intended(…)` silences nothing: `{word}` has no warnings"),
            "leave it out",
        );
        reader.report(finding.with(""));
    }
    if let Some(word) = cursor.eat_word(NO_DEFAULTS) {
        reader.note(word);
        return no_defaults(cursor, word, placed_rules);
    }
    if let Some(word) = cursor.eat_word(ASSERT) {
        reader.note(word);
        let placed = assertion::read(cursor, start, word, reader)?;
        if reader.findings.count() == before {
            placed_rules.assertions.push(placed);
        }
        return Ok(());
    }
    if let Some(word) = cursor.eat_word(BAN) {
        reader.note(word);
        if let Some(ban) = ban::read(cursor, word, reader)? {
            if placed_rules.bans.iter().any(|known| known.ban == ban) {
                reader.report(Finding::new(
                    Place::of(cursor.since(start)),
                    "this ban is written twice",
                    "leave one of them out",
                ));
            }
            placed_rules.bans.push(PlacedBan {
                ban,
                place: Place::of(cursor.since(start)),
                part: 0,
                intended,
            });
        }
        return Ok(());
    }
    let body = *cursor;
    let observe = cursor.eat_word(OBSERVE);
    if let Some(word) = observe {
        reader.note(word);
    }
    statement_start::check(*cursor, observe, semicolon)?;
    let head = *cursor;
    let ParsedAction { action, word } = action::read(cursor, observe.is_some(), reader)?;
    let subject = subject::read(cursor, action.as_ref(), word, reader)?;
    let mut clauses = Clauses::default();
    clauses.read(cursor, head, word, reader)?;
    let starts = PartStarts { start, body, head };
    end(cursor, starts, word, &clauses)?;
    let tokens = cursor.since(start);
    let place = Place::of(tokens);
    // If `on` has a mistake, only the mistake is reported.
    if matches!(action, Some(Action::Trap))
        && clauses.on.is_empty()
        && reader.findings.count() == before
    {
        let problem = match clauses.except.is_empty() {
            true => "a trap without `on` refuses all requests",
            false => "a trap without `on` refuses all requests, except those to these paths",
        };
        reader.report(Finding::new(
            place,
            problem,
            "name the paths that no honest client requests, as in `trap on \"/wp-admin/*\"`",
        ));
    }
    // A statement with mistakes is not checked any further.
    let (Some(action), true) = (action, reader.findings.count() == before) else {
        return Ok(());
    };
    if let Some(finding) = subject::check(&action, subject, clauses.when.as_ref(), word) {
        reader.report(finding);
        return Ok(());
    }
    if !cursor.is_empty() {
        return fail(semicolon::missing(*cursor));
    }
    let statement = Statement {
        name: name.map(|name| interned::text(&name)),
        observe: observe.is_some(),
        action,
        subject,
        on: interned::list(clauses.on),
        except: interned::list(clauses.except),
        when: clauses.when,
        source: interned::text(&source_text(tokens)),
        intended: &[],
    };
    let mut intended = intended;
    if let Some(finding) = unintended::unanchored(&statement, place) {
        let is_meant = |intended: &mut Intended| {
            let before = intended.names.len();
            intended
                .names
                .retain(|name| *name != unintended::UNANCHORED);
            intended.names.len() < before
        };
        if !intended.as_mut().is_some_and(is_meant) {
            reader.report(finding);
        }
    }
    if let Some((problem, help)) = statement.when.as_ref().and_then(unintended::constant) {
        reader.report(Finding::new(place, problem, help));
    }
    placed_rules.statements.push(PlacedStatement {
        statement,
        place,
        part: 0,
        doubtful: false,
        intended,
    });
    Ok(())
}
