//! Comparisons: an operator that fits the field, and values that fit both.

use humanify_syntax::Kind;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Token;
use syn::parse::ParseStream;

use super::model::{Comparison, Field, What};
use super::statement::peek_word;
use super::value::{example, one, string, ungrouped, values};
use crate::errors::{Errors, with_help};
use crate::literal;

/// Reads what follows a field.
pub(super) fn read(
    input: ParseStream,
    field: &Field,
    errors: &mut Errors,
) -> syn::Result<Comparison> {
    let (operator, place) = operator(input, field)?;
    let kind = field.what.kind();
    let searches = matches!(operator, "~" | "!~");
    let fits = kind == Kind::Text || !searches;
    if !fits {
        errors.at(
            &place,
            with_help(
                format_args!(
                    "`{operator}` does not fit `{}`, which is {}",
                    field.shown,
                    described(kind)
                ),
                format_args!("its operators are {}", operators(kind)),
            ),
        );
    }
    let Ok(value) = input.parse::<TokenTree>() else {
        return Err(syn::Error::new_spanned(
            &place,
            with_help(
                format_args!("a value is missing after `{operator}`"),
                format_args!(
                    "write `{} {operator} {}`",
                    field.shown,
                    example(field, operator)
                ),
            ),
        ));
    };
    let value = ungrouped(value);
    let list = match &value {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    };
    Ok(match (operator, list) {
        ("in", Some(group)) => Comparison::In(values(group.stream(), &value, field, errors)),
        ("in", None) => {
            errors.at(
                &value,
                with_help(
                    "`in` is followed by a list",
                    format_args!("write `in [{value}]`, or `==` for one value"),
                ),
            );
            Comparison::In(Vec::new())
        }
        (_, Some(_)) => {
            errors.at(
                &value,
                with_help(
                    format_args!("`{operator}` compares with one value, and this is a list"),
                    match operator {
                        "==" => format!("write `{} in {value}`", field.shown),
                        "!=" => format!("write `!({} in {value})`", field.shown),
                        _ => "join the expressions with `|` in one string".to_owned(),
                    },
                ),
            );
            Comparison::In(Vec::new())
        }
        ("~" | "!~", None) => {
            let text = match string(&value) {
                Some(text) if fits => errors.keep(&value, literal::pattern(&text)).map(|()| text),
                Some(text) => Some(text),
                None => {
                    errors.at(
                        &value,
                        with_help(
                            format_args!("expected a string, found `{value}`"),
                            format_args!(
                                "an expression stands between quotes: `{operator} \"^a.*z$\"`"
                            ),
                        ),
                    );
                    None
                }
            }
            .unwrap_or_default();
            if operator == "~" {
                Comparison::Matches(text)
            } else {
                Comparison::NotMatches(text)
            }
        }
        ("!=", None) => Comparison::NotIn(one(&value, field, errors)),
        (_, None) => Comparison::In(one(&value, field, errors)),
    })
}

/// Refuses an operator after a sign, which is a condition by itself.
pub(super) fn refuse(input: ParseStream, sign: &TokenStream) -> syn::Result<()> {
    let operator = input.peek(Token![=])
        || input.peek(Token![==])
        || input.peek(Token![!=])
        || input.peek(Token![~])
        || input.peek(Token![!])
        || input.peek(Token![in])
        || peek_word(input).is_some_and(|word| word == "is");
    if !operator {
        return Ok(());
    }
    let shown = sign.to_string().replace(' ', "");
    Err(syn::Error::new_spanned(
        sign,
        with_help(
            format_args!("`{shown}` is a condition by itself and is not compared"),
            format_args!("write `{shown}`, or `!{shown}` for its opposite"),
        ),
    ))
}

/// Reads the operator, and guesses what is meant by what is none.
fn operator(input: ParseStream, field: &Field) -> syn::Result<(&'static str, TokenStream)> {
    let kind = field.what.kind();
    if input.peek(Token![==]) {
        return Ok(("==", input.parse::<Token![==]>()?.to_token_stream()));
    }
    if input.peek(Token![!=]) {
        return Ok(("!=", input.parse::<Token![!=]>()?.to_token_stream()));
    }
    if input.peek(Token![in]) {
        return Ok(("in", input.parse::<Token![in]>()?.to_token_stream()));
    }
    if input.peek(Token![~]) {
        return Ok(("~", input.parse::<Token![~]>()?.to_token_stream()));
    }
    if input.peek(Token![!]) && input.peek2(Token![~]) {
        let (not, tilde) = (input.parse::<Token![!]>()?, input.parse::<Token![~]>()?);
        return Ok(("!~", quote::quote!(#not #tilde)));
    }
    if input.peek(Token![=]) {
        let equals = input.parse::<Token![=]>()?;
        let meant = if input.peek(Token![~]) { "~" } else { "==" };
        let found = if meant == "~" { "=~" } else { "=" };
        return Err(syn::Error::new_spanned(
            equals,
            with_help(
                format_args!("`{found}` does not compare"),
                format_args!("write `{meant}`"),
            ),
        ));
    }
    // A conjunction, a bracket or the end: nothing was compared.
    let ends = input.is_empty()
        || input.peek(Token![&])
        || input.peek(Token![|])
        || peek_word(input).is_some_and(|word| word == "and" || word == "or");
    if ends {
        return Err(syn::Error::new_spanned(
            &field.tokens,
            with_help(
                format_args!(
                    "`{}` is {} and not a condition by itself",
                    field.shown,
                    described(kind)
                ),
                format_args!(
                    "compare it: `{} == {}`; its operators are {}{}",
                    field.shown,
                    example(field, "=="),
                    operators(kind),
                    match field.what {
                        What::Arg(_) | What::Header(_) | What::Cookie(_) =>
                            format!("; `{} ~ \"\"` asks whether it is there", field.shown),
                        _ => String::new(),
                    }
                ),
            ),
        ));
    }
    let token: TokenTree = input.parse()?;
    let guess = match (token.to_string().as_str(), kind) {
        ("not", _) => format!("write `!({} in [..])`; ", field.shown),
        ("is" | "equals" | "eq", _) => "did you mean `==`? ".to_owned(),
        ("ne", _) => "did you mean `!=`? ".to_owned(),
        ("contains" | "matches" | "like" | "starts_with" | "ends_with", Kind::Text) => {
            "did you mean `~`, which searches an expression? ".to_owned()
        }
        _ => String::new(),
    };
    Err(syn::Error::new_spanned(
        &token,
        with_help(
            format_args!("`{token}` is no operator"),
            format_args!(
                "{guess}the operators of `{}` are {}",
                field.shown,
                operators(kind)
            ),
        ),
    ))
}

/// The operators that fit a kind of field.
const fn operators(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "`==`, `!=`, `in [..]`, `~` and `!~`",
        Kind::Method | Kind::Address | Kind::CrawlerKind => "`==`, `!=` and `in [..]`",
    }
}

const fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Method => "a method",
        Kind::Address => "an address",
        Kind::CrawlerKind => "a kind of crawler",
    }
}
