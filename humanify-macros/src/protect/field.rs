//! Fields: the values of a request that a condition asks for.

use humanify_syntax::{Sign, is_header_name};
use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitStr, Token, bracketed, token};

use super::model::{Field, What};
use super::statement::{peek_word, tokens_between};
use crate::errors::{Errors, with_help};
use crate::suggest::{listed, nearest};

/// What can stand where a condition is expected.
pub(super) enum Subject {
    Field(Field),
    /// A sign, and how the source names it.
    Sign(Sign, TokenStream),
}

const PLAIN: [(&str, What); 4] = [
    ("method", What::Method),
    ("path", What::Path),
    ("host", What::Host),
    ("scheme", What::Scheme),
];

/// Fields that take a name, which their messages show with an example.
const NAMED: [(&str, &str); 3] = [
    ("args", "admin"),
    ("headers", "content-type"),
    ("cookies", "session"),
];

/// Fields of `client` that are no signs.
const CLIENT: [(&str, What); 4] = [
    ("ip", What::Ip),
    ("crawler", What::Crawler),
    ("crawler_kind", What::CrawlerKind),
    ("vpn_provider", What::VpnProvider),
];

/// Names from elsewhere, with the field that is meant.
const ELSEWHERE: [(&str, &str); 8] = [
    ("query", "args"),
    ("params", "args"),
    ("url", "path"),
    ("uri", "path"),
    ("hostname", "host"),
    ("domain", "host"),
    ("user_agent", "headers.user-agent"),
    ("referer", "headers.referer"),
];

/// Reads a field or a sign.
pub(super) fn read(input: ParseStream, errors: &mut Errors) -> syn::Result<Subject> {
    let start = input.fork();
    let word = input.call(Ident::parse_any)?;
    let text = word.to_string();
    if text == "client" {
        return client(input, &start, &word);
    }
    let what = if let Some((_, what)) = PLAIN.iter().find(|(name, _)| *name == text) {
        what.clone()
    } else if let Some((_, example)) = NAMED.iter().find(|(name, _)| *name == text) {
        let (name, place) = name(input, &word, example)?;
        match text.as_str() {
            "headers" => {
                if !is_header_name(&name) {
                    errors.at(&place, bad_name("header", &name));
                }
                What::Header(name.to_ascii_lowercase())
            }
            "cookies" => {
                if !is_header_name(&name) {
                    errors.at(&place, bad_name("cookie", &name));
                }
                What::Cookie(name)
            }
            _ => {
                if name.is_empty() {
                    errors.at(&place, bad_name("parameter", &name));
                }
                What::Arg(name)
            }
        }
    } else {
        return Err(unknown_field(&word));
    };
    let shown = match &what {
        What::Arg(name) => shown("args", name),
        What::Header(name) => shown("headers", name),
        What::Cookie(name) => shown("cookies", name),
        _ => text,
    };
    Ok(Subject::Field(Field {
        what,
        tokens: tokens_between(&start, input),
        shown,
    }))
}

/// A named field as a person would write it.
fn shown(field: &str, name: &str) -> String {
    let plain = name.split('-').all(|part| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    if plain {
        format!("{field}.{name}")
    } else {
        format!("{field}[{name:?}]")
    }
}

fn bad_name(what: &str, name: &str) -> String {
    let problem = if name.is_empty() {
        format!("the name of a {what} is empty")
    } else {
        format!("`{name}` cannot be the name of a {what}")
    };
    let help = match what {
        "parameter" => "write the parameter's name, as in `args.page` or `args[\"a[]\"]`",
        _ => "a name is made of letters, digits and signs such as `-`, `_` and `.`",
    };
    with_help(problem, help)
}

fn client(input: ParseStream, start: ParseStream, word: &Ident) -> syn::Result<Subject> {
    let missing = || {
        syn::Error::new_spanned(
            word,
            with_help(
                "`client` is asked for something",
                format_args!("write one of {}", listed_client()),
            ),
        )
    };
    if input.parse::<Option<Token![.]>>()?.is_none() {
        return Err(missing());
    }
    let name = input.call(Ident::parse_any).map_err(|_| missing())?;
    let text = name.to_string();
    if let Some((_, sign)) = Sign::NAMES.iter().find(|(known, _)| *known == text) {
        return Ok(Subject::Sign(*sign, tokens_between(start, input)));
    }
    if let Some((known, what)) = CLIENT.iter().find(|(known, _)| *known == text) {
        return Ok(Subject::Field(Field {
            what: what.clone(),
            tokens: tokens_between(start, input),
            shown: format!("client.{known}"),
        }));
    }
    let names = CLIENT
        .iter()
        .map(|(name, _)| *name)
        .chain(Sign::NAMES.iter().map(|(name, _)| *name));
    let guess = names
        .clone()
        .find(|name| name.strip_prefix("is_") == Some(&text))
        .or_else(|| nearest(&text, names))
        .map(|name| format!("did you mean `client.{name}`? "))
        .unwrap_or_default();
    Err(syn::Error::new_spanned(
        &name,
        with_help(
            format_args!("unknown field `client.{text}`"),
            format_args!("{guess}the fields are {}", listed_client()),
        ),
    ))
}

fn listed_client() -> String {
    let names: Vec<String> = CLIENT
        .iter()
        .map(|(name, _)| *name)
        .chain(Sign::NAMES.iter().map(|(name, _)| *name))
        .map(|name| format!("client.{name}"))
        .collect();
    listed(names.iter().map(String::as_str))
}

fn unknown_field(word: &Ident) -> syn::Error {
    let text = word.to_string();
    let names = PLAIN
        .iter()
        .map(|(name, _)| *name)
        .chain(NAMED.iter().map(|(name, _)| *name))
        .chain(["client"]);
    let sign = Sign::NAMES
        .iter()
        .map(|(name, _)| *name)
        .chain(CLIENT.iter().map(|(name, _)| *name))
        .find(|name| *name == text);
    let guess = sign
        .map(|name| format!("client.{name}"))
        .or_else(|| {
            let meant = ELSEWHERE.iter().find(|(name, _)| *name == text);
            meant
                .map(|(_, name)| *name)
                .or_else(|| nearest(&text, names))
                .map(str::to_owned)
        })
        .map(|name| format!("did you mean `{name}`? "))
        .unwrap_or_default();
    syn::Error::new_spanned(
        word,
        with_help(
            format_args!("unknown field `{text}`"),
            format_args!(
                "{guess}the fields are `method`, `path`, `host`, `scheme`, `args.NAME`, \
                 `headers.NAME`, `cookies.NAME`, {}",
                listed_client()
            ),
        ),
    )
}

/// The name after `args`, `headers` or `cookies`: `.content-type` or `["x-1e5"]`.
fn name(input: ParseStream, field: &Ident, example: &str) -> syn::Result<(String, TokenTree)> {
    if input.peek(token::Bracket) {
        let place = input.fork().parse()?;
        let content;
        bracketed!(content in input);
        return match content.parse::<LitStr>() {
            Ok(literal) if content.is_empty() => Ok((literal.value(), place)),
            _ => {
                let _rest: TokenStream = content.parse()?;
                Err(syn::Error::new_spanned(
                    &place,
                    with_help(
                        format_args!("`{field}[…]` takes a name between quotes"),
                        format_args!("write `{field}[\"{example}\"]`"),
                    ),
                ))
            }
        };
    }
    let missing = || {
        syn::Error::new_spanned(
            field,
            with_help(
                format_args!("`{field}` needs a name"),
                format_args!("write `{field}.{example}`"),
            ),
        )
    };
    if input.parse::<Option<Token![.]>>()?.is_none() {
        return Err(missing());
    }
    if peek_word(input).is_none() && !input.peek(Lit) && !input.peek(token::Bracket) {
        return Err(missing());
    }
    let start = input.fork();
    let mut name = String::new();
    let mut plain = true;
    let place = input.fork().parse::<TokenTree>().map_err(|_| missing())?;
    // A name is made of words and whole numbers with hyphens between them. Whatever else
    // sticks to it is taken too, to be shown as it must be quoted.
    loop {
        match peek_word(input) {
            Some(word) => {
                Ident::parse_any(input)?;
                name.push_str(&word.unraw().to_string());
            }
            None if input.peek(Lit) && !input.peek(LitStr) => {
                let literal: Literal = input.parse()?;
                let text = literal.to_string();
                plain &= text.bytes().all(|byte| byte.is_ascii_digit());
                name.push_str(&text);
            }
            None => plain = false,
        }
        if input.peek(token::Bracket) {
            let group: Group = input.parse()?;
            name.push_str(&group.to_string().replace(' ', ""));
            plain = false;
        }
        if input.peek(Token![-]) {
            input.parse::<Token![-]>()?;
            name.push('-');
        } else if input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            name.push('.');
            plain = false;
        } else {
            break;
        }
    }
    if plain {
        return Ok((name, place));
    }
    Err(syn::Error::new_spanned(
        tokens_between(&start, input),
        with_help(
            "a name without quotes is made of words and hyphens",
            format_args!("write `{field}[{name:?}]`"),
        ),
    ))
}
