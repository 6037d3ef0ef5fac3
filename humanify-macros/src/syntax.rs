//! Values of `humanify-syntax` as the tokens that make them again.

use std::fmt::Debug;

use humanify_syntax::{Demand, Rate};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// An `Option`.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The name of a variant without fields.
pub(crate) fn variant(value: impl Debug) -> Ident {
    format_ident!("{}", format!("{value:?}"))
}

/// A `Demand`.
pub(crate) fn demand(demand: &Demand) -> TokenStream {
    let challenge_type = option(demand.challenge_type.map(|kind| {
        let variant = variant(kind);
        quote!(::humanify::__private::syntax::ChallengeType::#variant)
    }));
    // `Hardness::new` gives an `Option`, as the field wants one.
    let hardness = match demand.hardness {
        Some(hardness) => {
            let level = hardness.level();
            quote!(::humanify::__private::syntax::Hardness::new(#level))
        }
        None => option(None),
    };
    quote! {
        ::humanify::__private::syntax::Demand {
            challenge_type: #challenge_type,
            hardness: #hardness,
        }
    }
}

/// A slice of `Rate`s.
pub(crate) fn rates(rates: &[Rate]) -> TokenStream {
    let rates = rates.iter().map(|rate| {
        let (count, seconds, burst) = (rate.count(), rate.seconds(), rate.burst());
        let burst = (burst != count).then(|| quote!(.with_burst(#burst)));
        quote!(::humanify::__private::syntax::Rate::new(#count, #seconds) #burst)
    });
    quote!(&[#(#rates),*])
}
