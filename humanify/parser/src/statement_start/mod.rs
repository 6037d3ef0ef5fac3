//! Parses the start of a statement: comments, its name, and tokens that belong after the action.

mod comments;
mod misplaced;
mod name;

pub(super) use comments::{comments, documentation_inside};
use misplaced::action_first;
pub(super) use name::{intended, label, name};

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::finding::{Finding, Place, Read};
use super::reader::fail;
use super::tokens::{Cursor, plain, token_text};
use super::words::{CLAUSES, NAMES, NO_DEFAULTS, starts};
use super::{foreign_names, limit};
use humanify_syntax::{METHODS, listed};

/// Checks that the statement starts with an action, and explains anything else.
pub(super) fn check(
    cursor: Cursor,
    observe: Option<&Ident>,
    semicolon: Option<&TokenTree>,
) -> Read<()> {
    let rest = cursor.rest();
    let Some(token) = cursor.peek() else {
        return match observe {
            Some(word) => fail(Finding::new(
                word.span(),
                "missing action after `observe`",
                "as in `observe challenge on \"/search\"`",
            )),
            None => Ok(()),
        };
    };
    let word = cursor.peek_word().map(plain).unwrap_or_default();
    if observe.is_some() {
        return check_observed(cursor, token, &word);
    }
    if let Some(semicolon) = semicolon
        && ["except", "when"].contains(&word.as_str())
        && !has_action(cursor)
    {
        return fail(
            Finding::new(
                token,
                format_args!("`{word}` cannot start a statement; the `;` before it ended one"),
                "leave that `;` out",
            )
            .with_at(semicolon.into(), ""),
        );
    }
    if let Some(semicolon) = semicolon
        && limit::is_setting(&word)
        && cursor.is_sign_at(1, "=")
        && !has_action(cursor)
    {
        return fail(
            Finding::new(
                token,
                format_args!("`{word}` is a setting of the limit before, which ends at the `;`"),
                "use `,` instead of that `;`",
            )
            .with_at(semicolon.into(), ","),
        );
    }
    if let TokenTree::Literal(literal) = token
        && cursor.text().is_none()
    {
        return fail(Finding::new(
            token,
            format_args!("a statement starts with its action, not with `{literal}`"),
            "`deny_access` and `always_deny` answer 403, `limit` answers 429",
        ));
    }
    if METHODS.contains(&word.as_str()) {
        return fail(Finding::new(
            token,
            "a statement starts with its action, and not with a method",
            format_args!(
                "the method comes at its end, as in `challenge on \"/login\" when method == {word}`"
            ),
        ));
    }
    let leads = CLAUSES.contains(&word.as_str())
        || ["if", "unless", "for", "at", "where", "match"].contains(&word.as_str())
        || matches!(token, TokenTree::Literal(_));
    if leads {
        return fail(action_first(cursor, token, &word));
    }
    if word == "protect"
        && cursor.is_sign_at(1, "!")
        && let Some(TokenTree::Group(group)) = cursor.peek_at(2)
    {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let inner = token_text(&inner);
        return fail(
            Finding::new(
                token,
                "`protect!` inside `protect!`",
                format_args!("write `{inner}`"),
            )
            .with_at(Place::of(cursor.rest()), inner),
        );
    }
    if let Some((_, why)) = foreign_names::ACTIONS_WITHOUT_EQUIVALENT
        .iter()
        .find(|(known, _)| *known == word)
    {
        return fail(Finding::new(
            token,
            format_args!("unknown statement `{word}`"),
            why,
        ));
    }
    if cursor.peek_word().is_none() {
        return fail(Finding::new(
            Place::of(rest),
            "a statement begins with its action",
            format_args!("the actions are {}", listed(NAMES)),
        ));
    }
    Ok(())
}

fn check_observed(cursor: Cursor, token: &TokenTree, word: &str) -> Read<()> {
    match word {
        "ban" => fail(Finding::new(
            token,
            "a ban cannot be observed",
            "observe the statements whose refusals it counts, as in `observe deny_access`, or \
             leave `observe` out",
        )),
        "assert" => fail(Finding::new(
            token,
            "an assertion does nothing to requests and cannot be observed",
            "leave `observe` out",
        )),
        NO_DEFAULTS => fail(Finding::new(
            token,
            "`no_default_exemptions` is not an action and cannot be observed",
            "write it as a statement of its own: `no_default_exemptions;`",
        )),
        "observe" => {
            fail(Finding::new(token, "`observe` is written twice", "write it once").with(""))
        }
        "on" | "except" | "when" => fail(Finding::new(
            token,
            format_args!("missing action before `{word}`"),
            format_args!(
                "write the observed action: `observe challenge {word} …`; the actions are {}",
                listed(NAMES)
            ),
        )),
        _ if cursor.peek_word().is_none() => fail(Finding::new(
            token,
            "expected an action after `observe`",
            format_args!("the actions are {}", listed(NAMES)),
        )),
        _ => Ok(()),
    }
}

fn has_action(cursor: Cursor) -> bool {
    let mut cursor = cursor;
    while !cursor.is_empty() {
        if starts(cursor) || cursor.group(Delimiter::Brace).is_some() {
            return true;
        }
        cursor.next();
    }
    false
}
