//! Prints findings as compile errors.

use humanify_parser::Finding;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

/// Prints a `compile_error!` for each finding, spanning from the first token of its place to the
/// last.
pub(crate) fn compile_errors(findings: &[Finding]) -> TokenStream {
    findings
        .iter()
        .filter(|finding| !finding.is_reported_by_rustc)
        .map(compile_error)
        .collect()
}

/// Prints the use of a deprecated constant for each warning: a macro on stable Rust has no other
/// way to warn.
pub(crate) fn warnings(findings: &[Finding]) -> TokenStream {
    findings.iter().map(warning).collect()
}

fn warning(finding: &Finding) -> TokenStream {
    let message = finding.without_number();
    let number = finding.warning.map_or("H000", |warning| warning.number);
    let name = Ident::new(number, Span::call_site());
    // The compiler underlines the name, which stands where the statement begins.
    let used = Ident::new(number, finding.place.start);
    quote! {
        const _: () = {
            mod humanify {
                #[deprecated(note = #message)]
                pub(super) const #name: () = ();
            }
            humanify::#used
        };
    }
}

fn compile_error(finding: &Finding) -> TokenStream {
    let message = finding.to_string();
    let start = quote_spanned!(finding.place.start=> ::core::compile_error!);
    let end = quote_spanned!(finding.place.end=> { #message });
    quote!(#start #end)
}
