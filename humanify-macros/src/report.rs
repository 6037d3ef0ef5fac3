//! Prints findings as compile errors.

use humanify_syntax::parse::Finding;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// Prints a `compile_error!` for each finding, spanning from the first token of its place to the
/// last.
pub(crate) fn compile_errors(findings: &[Finding]) -> TokenStream {
    findings.iter().map(compile_error).collect()
}

fn compile_error(finding: &Finding) -> TokenStream {
    let message = finding.to_string();
    let start = quote_spanned!(finding.place.start=> ::core::compile_error!);
    let end = quote_spanned!(finding.place.end=> { #message });
    quote!(#start #end)
}
