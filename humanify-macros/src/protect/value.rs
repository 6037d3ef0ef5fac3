//! The values that fields are compared with.

use std::collections::HashSet;

use humanify_syntax::Kind;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lit;
use syn::parse::{ParseStream, Parser};

use super::model::{Field, What};
use crate::errors::{Errors, with_help};
use crate::literal;
use crate::split::split;
use crate::suggest::unknown;

/// The one value after `==` or `!=`.
pub(super) fn one(value: &TokenTree, field: &Field, errors: &mut Errors) -> Vec<String> {
    checked(value.to_token_stream(), field, errors)
        .map(|value| value.texts)
        .unwrap_or_default()
}

/// The values between the brackets of `in [..]`.
pub(super) fn values(
    tokens: TokenStream,
    list: &TokenTree,
    field: &Field,
    errors: &mut Errors,
) -> Vec<String> {
    if tokens.is_empty() {
        errors.at(
            list,
            with_help(
                "the list is empty, so nothing is ever in it",
                format_args!("write what is meant: `in [{}]`", example(field, "==")),
            ),
        );
    }
    let mut values: Vec<Value> = Vec::new();
    for part in split(tokens, ',') {
        let Some(value) = checked(part.clone(), field, errors) else {
            continue;
        };
        if values.iter().any(|known| known.same == value.same) {
            errors.at(
                &part,
                with_help(
                    format_args!("`{part}` is in this list twice"),
                    "leave one of them out",
                ),
            );
        } else {
            values.push(value);
        }
    }
    let mut texts: Vec<String> = values.into_iter().flat_map(|value| value.texts).collect();
    // A group of kinds may stand beside one of its own.
    let mut known = HashSet::new();
    texts.retain(|text| known.insert(text.clone()));
    texts
}

/// A value, and the form in which two that mean the same are equal.
struct Value {
    /// What the field is compared with. Several, if the value is a group.
    texts: Vec<String>,
    same: String,
}

/// Reads one value and checks that it fits the field.
fn checked(tokens: TokenStream, field: &Field, errors: &mut Errors) -> Option<Value> {
    let mut parts = tokens.clone().into_iter();
    let (first, more) = (parts.next().map(ungrouped)?, parts.next());
    let crawler_kind = field.what.kind() == Kind::CrawlerKind;
    if more.is_some() && !crawler_kind {
        errors.at(
            &tokens,
            with_help(
                format_args!("expected one value, found `{tokens}`"),
                "values stand between quotes, with commas between them",
            ),
        );
        return None;
    }
    let text = match (string(&first), field.what.kind(), &first) {
        // A hyphen makes several tokens of a word.
        (_, Kind::CrawlerKind, _) if more.is_some() => tokens.to_string().replace(' ', ""),
        (Some(text), ..) => text,
        (None, Kind::CrawlerKind, TokenTree::Ident(word)) => word.to_string(),
        (None, Kind::Method, TokenTree::Ident(word)) => word.to_string(),
        (None, kind, found) => {
            let quoted = found.to_string();
            let help = match kind {
                Kind::Method => "write a method, such as `POST`".to_owned(),
                Kind::CrawlerKind => "write a kind, such as `search` or `ai`".to_owned(),
                Kind::Address => format!("write it between quotes: `{}`", example(field, "==")),
                _ if matches!(found, TokenTree::Group(_) | TokenTree::Punct(_)) => {
                    format!(
                        "write it between quotes, such as `{}`",
                        example(field, "==")
                    )
                }
                _ => format!("write it between quotes: `{:?}`", quoted.trim_matches('\'')),
            };
            errors.at(
                &tokens,
                with_help(
                    format_args!("expected {}, found `{quoted}`", expected(kind)),
                    help,
                ),
            );
            return None;
        }
    };
    let fit = match &field.what {
        What::Method => {
            literal::method(&text).map(|method| (vec![method.to_owned()], method.to_owned()))
        }
        What::Ip => literal::network(&text).map(|network| (vec![text], network)),
        What::CrawlerKind => literal::crawler_kinds(&text).map(|kinds| {
            let names = kinds.iter().map(|kind| kind.name().to_owned());
            (names.collect(), text)
        }),
        what => fit(what, &text).map(|()| (vec![text.clone()], text)),
    };
    let (texts, same) = errors.keep(&tokens, fit)?;
    Some(Value { texts, same })
}

/// Whether a text can ever be equal to the field.
fn fit(what: &What, text: &str) -> Result<(), String> {
    match what {
        What::Path if !text.starts_with('/') => Err(with_help(
            format_args!("a path starts with `/`, and `{text}` does not"),
            format_args!("write `\"/{text}\"`"),
        )),
        What::Path if text.contains('*') => Err(with_help(
            "`*` is no wildcard in a comparison",
            "write the glob after `on`, or search an expression with `~`",
        )),
        What::Scheme if text != "http" && text != "https" => Err(unknown(
            "scheme",
            text,
            "the schemes are",
            &["http", "https"],
        )),
        What::Host if text.chars().any(|character| character.is_ascii_uppercase()) => {
            Err(with_help(
                "a host is compared in lower case",
                format_args!("write `{:?}`", text.to_ascii_lowercase()),
            ))
        }
        What::Host if text.contains('/') || (text.contains(':') && !text.starts_with('[')) => {
            Err(with_help(
                format_args!("`{text}` is no host: it is compared without scheme and port"),
                "write it as in `\"example.org\"`",
            ))
        }
        _ => Ok(()),
    }
}

pub(super) fn string(token: &TokenTree) -> Option<String> {
    match syn::parse2::<Lit>(token.to_token_stream()) {
        Ok(Lit::Str(literal)) if literal.suffix().is_empty() => Some(literal.value()),
        _ => None,
    }
}

/// A token that a `macro_rules!` macro has passed on comes in a group without brackets.
pub(super) fn ungrouped(token: TokenTree) -> TokenTree {
    match &token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let only = |input: ParseStream| input.parse::<TokenTree>();
            only.parse2(group.stream()).map_or(token.clone(), ungrouped)
        }
        _ => token,
    }
}

const fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a string",
        Kind::Method => "a method",
        Kind::Address => "an address between quotes",
        Kind::CrawlerKind => "a kind of crawler",
    }
}

/// A value that would fit, for messages.
pub(super) fn example(field: &Field, operator: &str) -> &'static str {
    match (&field.what, operator) {
        (What::Method, "in") => "[POST, PUT]",
        (What::Method, _) => "POST",
        (What::Ip, "in") => "[\"203.0.113.0/24\"]",
        (What::Ip, _) => "\"203.0.113.0/24\"",
        (What::CrawlerKind, "in") => "[ai, seo]",
        (What::CrawlerKind, _) => "ai",
        (What::Crawler, "==" | "!=") => "\"GPTBot\"",
        (What::Path, "==" | "!=") => "\"/admin\"",
        (What::Host, "==" | "!=") => "\"example.org\"",
        (What::Scheme, "==" | "!=") => "\"https\"",
        (_, "in") => "[\"one\", \"two\"]",
        (_, "~" | "!~") => "\"^a.*z$\"",
        _ => "\"value\"",
    }
}
