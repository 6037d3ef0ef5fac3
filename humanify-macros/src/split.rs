//! Parts of a token stream, so that a mistake in one does not hide those in the next.

use proc_macro2::{TokenStream, TokenTree};

/// The parts of `tokens` between the separators that stand in no bracket; empty parts are
/// left out.
pub(crate) fn split(tokens: TokenStream, separator: char) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == separator => {
                parts.push(TokenStream::new());
            }
            _ => parts
                .last_mut()
                .into_iter()
                .for_each(|part| part.extend([token.clone()])),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
