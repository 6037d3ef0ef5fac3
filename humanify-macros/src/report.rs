//! Findings as the compiler prints them.

use humanify_syntax::parse::Finding;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

/// One `compile_error!` for each finding, from the first token of its place to the last.
pub(crate) fn compile_errors(findings: &[Finding]) -> TokenStream {
    findings.iter().map(compile_error).collect()
}

/// One use of a deprecated constant for each warning: that is how a macro of stable Rust warns.
pub(crate) fn warnings(findings: &[Finding]) -> TokenStream {
    findings.iter().map(warning).collect()
}

fn warning(finding: &Finding) -> TokenStream {
    let message = finding.to_string();
    let number = finding.warning.map_or("H000", |warning| warning.number);
    // The name stands where the statement does, so that the warning points there.
    let name = Ident::new(number, finding.place.whole());
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            const #name: () = ();
            #name
        };
    }
}

fn compile_error(finding: &Finding) -> TokenStream {
    let message = finding.to_string();
    let start = quote_spanned!(finding.place.start=> ::core::compile_error!);
    let end = quote_spanned!(finding.place.end=> { #message });
    quote!(#start #end)
}
