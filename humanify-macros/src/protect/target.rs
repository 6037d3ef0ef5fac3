//! Targets: what a statement is about.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitStr, Token};

use super::model::{Matched, Target};
use super::statement::{peek_word, tokens_between};
use crate::errors::{Errors, with_help};
use crate::literal;
use crate::suggest::nearest;

const KINDS: [&str; 3] = ["regex", "endpoint", "route"];

/// Reads the targets after `on` or `except`.
pub(super) fn read_list(
    input: ParseStream,
    clause: &Ident,
    errors: &mut Errors,
) -> syn::Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::new();
    loop {
        if input.is_empty() {
            return Err(syn::Error::new_spanned(
                clause,
                with_help(
                    format_args!("`{clause}` names nothing"),
                    format_args!(
                        "write what it is about: `{clause} \"/api/*\"`, or leave `{clause}` out"
                    ),
                ),
            ));
        }
        if let Some(target) = read(input, clause, errors)? {
            let twice = targets
                .iter()
                .any(|known| known.matched == target.matched && known.text == target.text);
            if twice {
                errors.at(
                    &target.tokens,
                    with_help(
                        format_args!("`{}` is named twice", target.tokens),
                        "leave one of them out",
                    ),
                );
            } else {
                targets.push(target);
            }
        }
        if input.parse::<Option<Token![,]>>()?.is_none() {
            return Ok(targets);
        }
        // A comma at the end of a list is no mistake.
        if input.is_empty() || peek_word(input).is_some_and(|word| is_clause(&word)) {
            return Ok(targets);
        }
    }
}

fn is_clause(word: &Ident) -> bool {
    word == "on" || word == "except" || word == "when"
}

/// Reads one target; none, if its text is wrong and was reported.
fn read(input: ParseStream, clause: &Ident, errors: &mut Errors) -> syn::Result<Option<Target>> {
    let start = input.fork();
    let peeked = peek_word(input);
    let matched = match &peeked {
        None => Matched::Path,
        Some(word) => {
            let kind = word.to_string();
            if !KINDS.contains(&kind.as_str()) {
                return Err(no_target(word, clause));
            }
            Ident::parse_any(input)?;
            let regex = peek_word(input).is_some_and(|word| word == "regex");
            match kind.as_str() {
                "regex" => Matched::PathRegex,
                "route" => Matched::Route,
                _ if regex => {
                    Ident::parse_any(input)?;
                    Matched::EndpointRegex
                }
                _ => Matched::Endpoint,
            }
        }
    };
    let literal = string(input, peeked.as_ref().unwrap_or(clause))?;
    let text = literal.value();
    let checked = match matched {
        Matched::Path => literal::path_glob(&text).map(drop),
        Matched::Endpoint => literal::name_glob(&text).map(drop),
        Matched::PathRegex | Matched::EndpointRegex => literal::pattern(&text),
        Matched::Route => literal::route(&text),
    };
    let tokens = tokens_between(&start, input);
    Ok(errors.keep(&literal, checked).map(|()| Target {
        matched,
        text,
        tokens,
    }))
}

/// The string of a target.
fn string(input: ParseStream, before: &Ident) -> syn::Result<LitStr> {
    if input.is_empty() {
        return Err(syn::Error::new_spanned(
            before,
            with_help(
                format_args!("the string after `{before}` is missing"),
                "write what is to be matched between quotes",
            ),
        ));
    }
    match input.fork().parse::<Lit>() {
        Ok(Lit::Str(_)) => input.parse(),
        _ => {
            let token: TokenTree = input.parse()?;
            let message = match &token {
                TokenTree::Group(_) => with_help(
                    "targets stand without brackets",
                    "write them with commas between them: `on \"/a\", \"/b/*\"`",
                ),
                TokenTree::Punct(punct) if punct.as_char() == '/' => with_help(
                    "a path is written as a string",
                    "put it between quotes: `\"/api/*\"`",
                ),
                _ => with_help(
                    format_args!("expected a string, found `{token}`"),
                    "a target is `\"/path/*\"`, `regex \"…\"`, `endpoint \"…\"` or `route \"…\"`",
                ),
            };
            Err(syn::Error::new_spanned(token, message))
        }
    }
}

fn no_target(word: &Ident, clause: &Ident) -> syn::Error {
    let message = if is_clause(word) {
        with_help(
            format_args!("a target is missing before `{word}`"),
            format_args!("write what `{clause}` is about: `{clause} \"/api/*\"`"),
        )
    } else {
        let guess = match word.to_string().as_str() {
            "path" | "url" | "glob" => {
                "a path stands by itself, without a word before it; ".to_owned()
            }
            text => nearest(text, KINDS)
                .map(|kind| format!("did you mean `{kind}`? "))
                .unwrap_or_default(),
        };
        with_help(
            format_args!("unknown kind of target `{word}`"),
            format_args!(
                "{guess}a target is `\"/path/*\"`, `regex \"…\"`, `endpoint \"…\"`, \
                 `endpoint regex \"…\"` or `route \"…\"`"
            ),
        )
    };
    syn::Error::new_spanned(word, message)
}
