//! Prints the constant that a handler becomes. Nothing here can fail.

use humanify_parser::{Attribute as Declared, AttributeSetting};
use humanify_syntax::Exempt;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, ReturnType, Type};

use super::handler::Handler;
use super::{input, types};
use crate::to_tokens;

/// Prints a constant of type `Guarded<fn(…) -> BoxFuture<…>>` with the function inside.
pub(super) fn guarded(handler: &Handler, declared: &[Declared]) -> TokenStream {
    let Handler {
        visibility,
        signature,
        body,
        ..
    } = handler;
    let name = &signature.ident;
    let (outer, inner): (Vec<_>, Vec<_>) = (
        handler
            .attributes
            .iter()
            .filter(|a| belongs_outside(a))
            .collect(),
        handler
            .attributes
            .iter()
            .filter(|a| !belongs_outside(a))
            .collect(),
    );
    let types: Vec<Type> = signature
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(argument) => Some(types::with_static_lifetimes((*argument.ty).clone())),
            FnArg::Receiver(_) => None,
        })
        .collect();
    // `mixed_site` makes these names invisible to the source, so that no constant can have the same
    // name.
    let arguments: Vec<Ident> = (0..types.len())
        .map(|index| format_ident!("__argument{index}", span = Span::mixed_site()))
        .collect();
    let function = Ident::new("__function", Span::mixed_site());
    let holes = types.iter().map(|_| quote!(_));
    let answer = HandlerOutput::of(&signature.output);
    let taken = input::moved_attributes(&handler.humanify_attributes);
    let output = &answer.ty;
    let into_response = &answer.into_response;
    let policy = policy(name, declared);
    // An error on the future, such as that it is not `Send`, points at the handler's name.
    let future = answer.future(name, &quote!(#function(#(#arguments),*)));

    // The constant has the span of the function, so that the compiler warns if it is unused.
    let (start, end) = (signature.fn_token.span, body.span());
    let (keyword, end) = (quote_spanned!(start=> const), quote_spanned!(end=> ;));

    quote! {
        #[allow(non_upper_case_globals)]
        #(#outer)*
        #visibility #keyword #name: ::humanify::Guarded<
            fn(#(#types),*) -> ::humanify::__private::BoxFuture<#output>
        > = {
            #(#inner)*
            #signature #body

            #taken
            ::humanify::Guarded::new(
                {
                    use ::humanify::__private::syntax as __h;
                    static POLICY: __h::Policy = #policy;
                    &POLICY
                },
                |#(#arguments),*| {
                    // Fails to compile if another, renamed attribute has made a constant of the
                    // function.
                    let #function: fn(#(#holes),*) -> _ = #name;
                    #future
                },
                #into_response,
            )
        } #end
    }
}

/// Prints a stand-in for a handler whose signature is wrong. The function stands inside, so that
/// mistakes in its body are reported, too.
pub(super) fn placeholder_handler(handler: &Handler) -> TokenStream {
    let Handler {
        visibility,
        signature,
        body,
        ..
    } = handler;
    let name = &signature.ident;
    // The compiler would report the two together once more.
    let mut signature = signature.clone();
    if signature.asyncness.is_some() {
        signature.constness = None;
    }
    let outer = handler.attributes.iter().filter(|a| belongs_outside(a));
    let taken = input::moved_attributes(&handler.humanify_attributes);
    let policy = policy(name, &[]);
    let into_response = HandlerOutput::of_response(None).into_response;
    quote! {
        #[allow(non_upper_case_globals)]
        #(#outer)*
        #visibility const #name: ::humanify::Guarded<
            fn() -> ::humanify::__private::BoxFuture<::humanify::__private::Response>
        > = {
            #[allow(dead_code, unused_variables)]
            #signature #body

            #taken
            ::humanify::Guarded::new(
                {
                    use ::humanify::__private::syntax as __h;
                    static POLICY: __h::Policy = #policy;
                    &POLICY
                },
                || ::std::boxed::Box::pin(
                    ::core::future::pending::<::humanify::__private::Response>()
                ),
                #into_response,
            )
        };
    }
}

/// The output of the constant's future.
struct HandlerOutput {
    ty: TokenStream,
    /// The conversion into a response. It has the span of the return type, where the compiler
    /// reports a type that is not a response.
    into_response: TokenStream,
    /// The place of a return type that cannot be named and is converted into a response.
    unnameable: Option<Span>,
}

impl HandlerOutput {
    fn of(output: &ReturnType) -> HandlerOutput {
        match output {
            ReturnType::Default => HandlerOutput {
                ty: quote!(()),
                into_response: quote!(<() as ::humanify::__private::IntoResponse>::into_response),
                unnameable: None,
            },
            ReturnType::Type(_, ty) if types::impl_trait(ty).is_some() => {
                HandlerOutput::of_response(Some(ty.span()))
            }
            ReturnType::Type(_, ty) => {
                let ty = types::with_static_lifetimes((**ty).clone());
                let span = ty.span();
                let into_response = quote_spanned!(
                    span=> <#ty as ::humanify::__private::IntoResponse>::into_response
                );
                HandlerOutput {
                    ty: quote!(#ty),
                    into_response,
                    unnameable: None,
                }
            }
        }
    }

    fn of_response(unnameable: Option<Span>) -> HandlerOutput {
        let ty = quote!(::humanify::__private::Response);
        HandlerOutput {
            into_response: quote!(<#ty as ::humanify::__private::IntoResponse>::into_response),
            ty,
            unnameable,
        }
    }

    /// Prints the boxed future of a call.
    fn future(&self, name: &Ident, call: &TokenStream) -> TokenStream {
        let span = name.span().resolved_at(Span::mixed_site());
        match self.unnameable {
            None => quote_spanned!(span=> ::std::boxed::Box::pin(#call)),
            Some(place) => {
                let place = place.resolved_at(Span::mixed_site());
                let future = quote_spanned!(place=> __future.await);
                let answer = quote_spanned!(
                    place=> ::humanify::__private::IntoResponse::into_response(#future)
                );
                quote_spanned!(span=> {
                    let __future = #call;
                    ::std::boxed::Box::pin(async move { #answer })
                })
            }
        }
    }
}

/// Whether an attribute belongs on the constant: conditional compilation, documentation,
/// deprecation and lint levels. All others stay with the function.
fn belongs_outside(attribute: &Attribute) -> bool {
    const OUTER_ATTRIBUTES: [&str; 7] = [
        "cfg",
        "doc",
        "deprecated",
        "allow",
        "warn",
        "deny",
        "forbid",
    ];
    OUTER_ATTRIBUTES
        .iter()
        .any(|name| attribute.path().is_ident(name))
}

/// Prints the policy that all attributes declare together.
fn policy(handler: &Ident, declared: &[Declared]) -> TokenStream {
    let plain = handler.unraw().to_string();
    let mut name = quote!(::core::concat!(::core::module_path!(), "::", #plain));
    let mut named = false;
    let mut bots = None;
    let mut everyone = None;
    let mut limits = Vec::new();
    let mut exempt = Exempt::Nothing;
    for declared in declared {
        match &declared.setting {
            AttributeSetting::Bots(action) => bots = Some(*action),
            AttributeSetting::Everyone(demand) => everyone = Some(*demand),
            AttributeSetting::Limits(limit, _) => limits.push(limit),
            AttributeSetting::Exempt(what) => exempt = *what,
            AttributeSetting::Endpoint(given) => {
                name = quote!(#given);
                named = true;
            }
        }
    }
    let bots = to_tokens::option(bots.as_ref().map(to_tokens::bot_action));
    let everyone = to_tokens::option(everyone.as_ref().map(to_tokens::demand));
    let limits = limits.into_iter().map(to_tokens::limit);
    let exempt = to_tokens::exempt(exempt);
    quote! {
        __h::Policy {
            name: #name,
            named: #named,
            bots: #bots,
            everyone: #everyone,
            limits: &[#(#limits),*],
            exempt: #exempt,
        }
    }
}
