//! The rules as a constant. Nothing here can fail.

use humanify_syntax::parse::{Rules, Word};
use humanify_syntax::vocabulary;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::{report, to_tokens};

/// A block with the rules in a constant.
pub(super) fn rules(rules: &Rules) -> TokenStream {
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

/// All errors, and rules of the right type, so that what stands around them is checked too. What
/// else is odd may follow from them, and is not said.
pub(super) fn refused(rules: &Rules) -> TokenStream {
    let errors = report::compile_errors(&rules.findings);
    let words = words(&rules.words);
    quote! {{
        use ::humanify::__private::syntax as __h;
        #words
        #errors
        __h::RuleSet::EMPTY
    }}
}

/// The words of the language, each as the name of an item whose documentation says what it
/// means: editors show that where the word stands.
fn words(words: &[Word]) -> TokenStream {
    let names = words
        .iter()
        .filter(|word| vocabulary::NAMES.contains(&word.name.as_str()))
        .map(|word| {
            // The item is ours wherever the word was written.
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
