//! Expands `protect!`.

mod expand;

use humanify_parser as parse;
use proc_macro2::TokenStream;

/// Expands the statements to a constant expression of type `RuleSet`.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let rules = parse::rules(tokens);
    if rules.findings.is_empty() {
        expand::rules(&rules)
    } else {
        expand::refused(&rules)
    }
}

#[cfg(test)]
mod tests;
