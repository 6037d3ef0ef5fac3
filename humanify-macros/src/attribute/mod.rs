//! Expands the attributes over one handler, which become one policy.

mod check;
mod expand;
mod handler;
mod input;
mod self_type;
mod types;

use humanify_parser::{self as parse, AttributeKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::report;
use handler::Handler;
use input::{AttachedAttribute, MOVED_ATTRIBUTE};

/// Expands one attribute together with all of humanify's attributes beneath it.
pub(crate) fn expand(
    kind: AttributeKind,
    arguments: TokenStream,
    item: TokenStream,
) -> TokenStream {
    if syn::parse2::<Ident>(arguments.clone()).is_ok_and(|argument| argument == MOVED_ATTRIBUTE) {
        return TokenStream::new();
    }
    let entry = AttachedAttribute::entry(kind, arguments);
    let handler = match Handler::parse(&entry, &item) {
        Ok(handler) => handler,
        Err(not_a_handler) => return not_a_handler,
    };
    let inputs: Vec<_> = std::iter::once(&entry)
        .chain(&handler.humanify_attributes)
        .map(|attached| &attached.input)
        .collect();
    let mut findings = Vec::new();
    let mut attributes = Vec::new();
    for input in &inputs {
        let (attribute, found) = parse::attribute(input);
        attributes.extend(attribute);
        findings.extend(found);
    }
    findings.extend(parse::check_together(&inputs, &attributes));
    let wrong = check::signature(&handler);
    // The stand-in is a handler, too, so that routes that name it compile.
    let stand_in = match wrong.as_slice() {
        [] => expand::guarded(&handler, &attributes),
        _ if check::can_be_replaced(&handler) => expand::placeholder_handler(&handler),
        _ => {
            let taken = input::moved_attributes(&handler.humanify_attributes);
            quote!(#handler #taken)
        }
    };
    findings.extend(wrong);
    let messages = report::compile_errors(&findings);
    quote!(#stand_in #messages)
}

#[cfg(test)]
mod tests;
