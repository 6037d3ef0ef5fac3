//! Prints parsed rules as a constant. Nothing here can fail.

use humanify_parser::{ParsedRules, Word};
use humanify_syntax::vocabulary;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{report, to_tokens};

/// Prints a block with the rules in a constant.
pub(super) fn rules(rules: &ParsedRules) -> TokenStream {
    let statements = rules.statements.iter().map(to_tokens::statement);
    let bans = rules.bans.iter().map(to_tokens::ban);
    let default_exemptions = rules.default_exemptions;
    let words = words(&rules.words);
    let warnings = report::warnings(&rules.warnings);
    quote! {{
        use ::humanify::__private::syntax as __h;
        #words
        #warnings
        const RULES: __h::RuleSet =
            __h::RuleSet::new(&[#(#statements),*], &[#(#bans),*], #default_exemptions);
        RULES
    }}
}

/// Prints all errors, and an empty `RuleSet`, so that the surrounding code is type-checked, too.
/// Warnings may follow from the errors, and are left out.
pub(super) fn refused(rules: &ParsedRules) -> TokenStream {
    let errors = report::compile_errors(&rules.findings);
    let words = words(&rules.words);
    quote! {{
        use ::humanify::__private::syntax as __h;
        #words
        #errors
        __h::RuleSet::EMPTY
    }}
}

/// Prints each word of the rules as a use of an item with its documentation, which editors show at
/// the word.
fn words(words: &[Word]) -> TokenStream {
    let names = words
        .iter()
        .filter(|word| vocabulary::NAMES.contains(&word.name.as_str()))
        .map(|word| {
            // The item is resolved in this crate's output, wherever the word was written.
            let span = word.span.resolved_at(Span::call_site());
            Ident::new(&word.name, span)
        });
    quote! {
        const _: &[()] = {
            use __h::vocabulary as __w;
            &[#(__w::#names),*]
        };
    }
}
