//! `Handler`: parses the function under the attributes.

use humanify_parser::{Finding, Place};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Token, Visibility};

use super::input::AttachedAttribute;
use crate::report;

/// A function. Its body is not parsed: the compiler reports mistakes in it best.
pub(super) struct Handler {
    /// humanify's attributes beneath the one that is being expanded.
    pub(super) humanify_attributes: Vec<AttachedAttribute>,
    /// All other attributes.
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    pub(super) body: TokenTree,
}

impl Handler {
    /// Parses the item. For an item that is not a function, returns a compile error and the item
    /// without humanify's attributes.
    pub(super) fn parse(
        entry: &AttachedAttribute,
        item: &TokenStream,
    ) -> Result<Handler, TokenStream> {
        let parser = |input: ParseStream| {
            let (ours, attributes) = attributes(entry, input)?;
            // The compiler has parsed the item before, so only something that is not a function
            // fails here.
            let ahead = input.fork();
            match (ahead.parse(), ahead.parse(), ahead.parse::<TokenTree>()) {
                (Ok(visibility), Ok(signature), Ok(body @ TokenTree::Group(_)))
                    if ahead.is_empty() =>
                {
                    let _rest: TokenStream = input.parse()?;
                    Ok(Ok(Handler {
                        humanify_attributes: ours,
                        attributes,
                        visibility,
                        signature,
                        body,
                    }))
                }
                _ => Ok(Err(refuse(entry, &attributes, input)?)),
            }
        };
        match parser.parse2(item.clone()) {
            Ok(parsed) => parsed,
            Err(error) => {
                let error = error.to_compile_error();
                Err(quote!(#item #error))
            }
        }
    }
}

/// The function as it was written, without humanify's attributes and without `#[async_trait]`,
/// which refuses to stand over it, as our own message says.
impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Handler {
            attributes,
            visibility,
            signature,
            body,
            ..
        } = self;
        let attributes = attributes.iter().filter(|attribute| {
            let last = attribute.path().segments.last();
            last.is_none_or(|last| last.ident != "async_trait")
        });
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}

/// The attributes of an item: humanify's, and all others.
fn attributes(
    entry: &AttachedAttribute,
    input: ParseStream,
) -> syn::Result<(Vec<AttachedAttribute>, Vec<Attribute>)> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for attribute in Attribute::parse_outer(input)? {
        match entry.attribute_below(&attribute) {
            Some(attached) => ours.push(attached),
            None => others.push(attribute),
        }
    }
    Ok((ours, others))
}

/// Keywords that start an item, with the usual name of the item.
const ITEMS: &[(&str, &str)] = &[
    ("struct", "a struct"),
    ("enum", "an enum"),
    ("union", "a union"),
    ("impl", "an `impl` block"),
    ("mod", "a module"),
    ("trait", "a trait"),
    ("type", "a type alias"),
    ("use", "an import"),
    ("static", "a static"),
    ("macro_rules", "a macro"),
    ("extern", "an `extern` item"),
];

fn refuse(
    entry: &AttachedAttribute,
    attributes: &[Attribute],
    input: ParseStream,
) -> syn::Result<TokenStream> {
    let visibility: Visibility = input.parse()?;
    let start = input.fork();
    let item: TokenStream = input.parse()?;
    let name = entry.input.kind.name();
    let (what, place) = describe(&start, &item);
    let help = match what {
        "an `impl` block" | "a module" | "a trait" => format!(
            "put `#[{name}]` over each handler, or write a statement for their paths in \
             `protect!`"
        ),
        MACRO_CALL => format!("put `#[{name}]` inside the macro, over the function that it writes"),
        "a function without a body" => "write the handler as a function: `async fn … { … }`".into(),
        _ => "put it over an `async fn` that is a handler".into(),
    };
    let place: Vec<TokenTree> = place.into_iter().collect();
    let finding = Finding::new(
        Place::of(&place),
        format_args!("`#[{name}]` protects a handler, not {what}"),
        help,
    );
    let errors = report::compile_errors(&[finding]);
    Ok(match what {
        // An error beside an expression would be a second expression.
        EXPRESSION => quote!({ #errors #item }),
        _ => quote!(#(#attributes)* #visibility #item #errors),
    })
}

/// What [`describe`] calls an expression.
const EXPRESSION: &str = "an expression";

/// What [`describe`] calls a call of a macro.
const MACRO_CALL: &str = "a call of a macro";

/// The name of an item that is not a handler, and the tokens that show it.
fn describe(start: ParseStream, item: &TokenStream) -> (&'static str, TokenStream) {
    while let Ok(word) = start.call(Ident::parse_any) {
        let item = ITEMS.iter().find(|(keyword, _)| word == keyword);
        if word == "fn" {
            let name = start.call(Ident::parse_any).unwrap_or(word);
            return ("a function without a body", name.to_token_stream());
        }
        if let Some((_, what)) = item {
            return (what, word.to_token_stream());
        }
        // `const` and `unsafe` may also come before other keywords.
        if word == "const" && !start.peek(Token![fn]) && !start.peek(Token![unsafe]) {
            return ("a constant", word.to_token_stream());
        }
        if word == "let" {
            return ("a statement", word.to_token_stream());
        }
    }
    let first = item.clone().into_iter().next();
    let called = item.clone().into_iter().find(|token| match token {
        TokenTree::Ident(_) => false,
        TokenTree::Punct(sign) => sign.as_char() != ':',
        _ => true,
    });
    let is_call = matches!(called, Some(TokenTree::Punct(sign)) if sign.as_char() == '!');
    let what = if is_call { MACRO_CALL } else { EXPRESSION };
    (what, first.into_token_stream())
}
