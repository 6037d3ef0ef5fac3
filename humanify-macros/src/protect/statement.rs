//! Statements, each read alone.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};

use super::model::{Action, Rules, Statement};
use super::{action, ban, condition, target};
use crate::errors::{Errors, with_help};
use crate::split::split;
use crate::suggest::nearest;

const NO_DEFAULTS: &str = "no_default_exemptions";
const BAN: &str = "ban";

/// The parts that may follow an action, in this order.
const CLAUSES: [&str; 3] = ["on", "except", "when"];

/// Reads all statements, and reports what is wrong in each.
pub(super) fn read_all(tokens: TokenStream, errors: &mut Errors) -> Rules {
    let mut rules = Rules::default();
    for tokens in split(tokens, ';') {
        let parser = |input: ParseStream| {
            // More than one round only where a `;` is missing.
            while !input.is_empty() {
                if let Err(error) = read(input, &mut rules, errors) {
                    errors.push(error);
                    let _rest: TokenStream = input.parse()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            errors.push(error);
        }
    }
    rules
}

/// Reads one statement, up to the end or to where the next one starts without a `;`.
fn read(input: ParseStream, rules: &mut Rules, errors: &mut Errors) -> syn::Result<()> {
    let start = input.fork();
    let first = peek_word(input);
    if let Some(word) = first.filter(|word| word == NO_DEFAULTS) {
        Ident::parse_any(input)?;
        if rules.no_default_exemptions.is_some() {
            errors.at(
                &word,
                with_help("`no_default_exemptions` is said twice", "say it once"),
            );
        }
        rules.no_default_exemptions = Some(word.into_token_stream());
        return end(input, "`;` follows here", errors);
    }
    if let Some(word) = peek_word(input).filter(|word| word == BAN) {
        Ident::parse_any(input)?;
        if let Some(ban) = ban::read(input, &word, errors)? {
            if rules.bans.contains(&ban) {
                errors.at(
                    tokens_between(&start, input),
                    with_help("this ban is said twice", "leave one of them out"),
                );
            }
            rules.bans.push(ban);
        }
        return end(input, "`;` follows here", errors);
    }
    let observe = peek_word(input).is_some_and(|word| word == "observe");
    if observe {
        Ident::parse_any(input)?;
    }
    let before = errors.count();
    let action = action::read(input, observe, errors)?;
    let mut on = Vec::new();
    let mut except = Vec::new();
    let mut when = None;
    let mut next = 0;
    while let Some((clause, word)) = clause(input) {
        if clause < next {
            return Err(misplaced(&word, clause, next));
        }
        Ident::parse_any(input)?;
        match clause {
            0 => on = target::read_list(input, &word, errors)?,
            1 => except = target::read_list(input, &word, errors)?,
            _ => when = Some(condition::read(input, &word, errors)?),
        }
        next = clause + 1;
    }
    if matches!(action, Some(Action::Trap)) && on.is_empty() && errors.count() == before {
        errors.at(
            tokens_between(&start, input),
            with_help(
                "a trap without `on` would refuse everyone everywhere",
                "name the paths that nobody has any business at: `trap on \"/wp-admin/*\"`",
            ),
        );
    }
    let expected = match CLAUSES.get(next..) {
        Some(clauses @ [_, ..]) => {
            let clauses: Vec<String> = clauses.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `;` follows here", clauses.join(", "))
        }
        _ => "`&&`, `||` or `;` follows here".to_owned(),
    };
    end(input, &expected, errors)?;
    let tokens = tokens_between(&start, input);
    // What was not understood is not judged by what it covers.
    if let (Some(action), true) = (action, errors.count() == before) {
        rules.statements.push(Statement {
            tokens,
            observe,
            action,
            on,
            except,
            when,
        });
    }
    Ok(())
}

/// The statement ends here, or the next one starts where a `;` is missing.
fn end(input: ParseStream, expected: &str, errors: &mut Errors) -> syn::Result<()> {
    let Some(token) = input.fork().parse::<proc_macro2::TokenTree>().ok() else {
        return Ok(());
    };
    let Some(word) = peek_word(input) else {
        return Err(syn::Error::new_spanned(
            &token,
            with_help(format_args!("unexpected `{token}`"), expected),
        ));
    };
    let text = word.to_string();
    if action::is_name(&text) || text == "observe" || text == NO_DEFAULTS || text == BAN {
        errors.at(
            &word,
            with_help(
                format_args!("a `;` is missing before `{text}`"),
                "each statement ends with `;`",
            ),
        );
        return Ok(());
    }
    let guess = match text.as_str() {
        "if" | "where" | "and" => Some("when"),
        "unless" | "not" | "but" => Some("except"),
        "for" | "at" | "to" => Some("on"),
        _ => nearest(&text, CLAUSES),
    }
    .map(|name| format!("did you mean `{name}`? "))
    .unwrap_or_default();
    Err(syn::Error::new_spanned(
        &word,
        with_help(
            format_args!("unexpected `{text}`"),
            format_args!("{guess}{expected}"),
        ),
    ))
}

/// The clause that starts here.
fn clause(input: ParseStream) -> Option<(usize, Ident)> {
    let word = peek_word(input)?;
    let index = CLAUSES.iter().position(|clause| word == clause)?;
    Some((index, word))
}

fn misplaced(word: &Ident, clause: usize, next: usize) -> syn::Error {
    let message = if clause + 1 == next {
        match clause {
            2 => with_help(
                "a statement has one `when`",
                "join the conditions with `&&`",
            ),
            _ => with_help(
                format_args!("a statement has one `{word}`"),
                format_args!("write all targets after one `{word}`, with commas between them"),
            ),
        }
    } else {
        with_help(
            format_args!("`{word}` comes too late"),
            "the order is `on …`, `except …`, `when …`",
        )
    };
    syn::Error::new_spanned(word, message)
}

/// The word that comes next, keywords of Rust included.
pub(super) fn peek_word(input: ParseStream) -> Option<Ident> {
    input.fork().call(Ident::parse_any).ok()
}

/// What was read between two places.
pub(super) fn tokens_between(start: ParseStream, end: ParseStream) -> TokenStream {
    let all = start.cursor().token_stream();
    let rest = end.cursor().token_stream().into_iter().count();
    let count = all.clone().into_iter().count().saturating_sub(rest);
    all.into_iter().take(count).collect()
}
