//! `protect!`: the rules of a site.

mod action;
mod ban;
mod comparison;
mod condition;
mod expand;
mod field;
mod model;
mod reach;
mod statement;
mod target;
mod value;

use proc_macro2::TokenStream;

use crate::errors::Errors;
use model::Rules;

/// Expands the statements to an expression of type `RuleSet`, which is constant.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let rules = read(tokens, &mut errors);
    if !errors.is_empty() {
        return expand::refused(&errors);
    }
    expand::rules(&rules)
}

fn read(tokens: TokenStream, errors: &mut Errors) -> Rules {
    let rules = statement::read_all(tokens, errors);
    reach::check(&rules, errors);
    rules
}

#[cfg(test)]
mod tests;
