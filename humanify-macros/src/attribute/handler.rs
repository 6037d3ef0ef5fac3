//! The function under the attributes.

use humanify_syntax::parse::{Finding, Place};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Signature, Token, Visibility};

use super::input::Attached;
use crate::report;

/// A function, its body not looked into: what is wrong there is said best by the compiler.
pub(super) struct Handler {
    /// The attributes of ours, which are taken off.
    pub(super) ours: Vec<Attached>,
    /// All other attributes.
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) signature: Signature,
    pub(super) body: TokenTree,
}

impl Handler {
    /// Reads the item; of one that is no function, makes an error and the item without our
    /// attributes.
    pub(super) fn parse(entry: &Attached, item: &TokenStream) -> Result<Handler, TokenStream> {
        let parser = |input: ParseStream| {
            let (ours, attributes) = attributes(input)?;
            // Nothing can fail that the compiler would have let through, since it has parsed
            // the item as one before.
            let ahead = input.fork();
            match (ahead.parse(), ahead.parse(), ahead.parse::<TokenTree>()) {
                (Ok(visibility), Ok(signature), Ok(body @ TokenTree::Group(_)))
                    if ahead.is_empty() =>
                {
                    let _rest: TokenStream = input.parse()?;
                    Ok(Ok(Handler {
                        ours,
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

/// The function as it was written, without the attributes of ours.
impl ToTokens for Handler {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Handler {
            attributes,
            visibility,
            signature,
            body,
            ..
        } = self;
        tokens.extend(quote!(#(#attributes)* #visibility #signature #body));
    }
}

/// The attributes of an item, those of ours apart.
fn attributes(input: ParseStream) -> syn::Result<(Vec<Attached>, Vec<Attribute>)> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for attribute in Attribute::parse_outer(input)? {
        match Attached::beneath(&attribute) {
            Some(attached) => ours.push(attached),
            None => others.push(attribute),
        }
    }
    Ok((ours, others))
}

/// Keywords that start an item, with what a person calls the item.
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
    entry: &Attached,
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
        "a function without a body" => "write the handler as a function: `async fn … { … }`".into(),
        _ => "put it over an `async fn` that is a handler".into(),
    };
    let place: Vec<TokenTree> = place.into_iter().collect();
    let finding = Finding::new(
        Place::of(&place),
        format_args!("`#[{name}]` protects a handler, and this is {what}"),
        help,
    );
    let errors = report::compile_errors(&[finding]);
    Ok(quote!(#(#attributes)* #visibility #item #errors))
}

/// What an item that is no handler is, and where it says so.
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
        // `const` and `unsafe` also stand before other keywords.
        if word == "const" && !start.peek(Token![fn]) && !start.peek(Token![unsafe]) {
            return ("a constant", word.to_token_stream());
        }
        if word == "let" {
            return ("a statement", word.to_token_stream());
        }
    }
    let first = item.clone().into_iter().next();
    ("something else", first.into_token_stream())
}
