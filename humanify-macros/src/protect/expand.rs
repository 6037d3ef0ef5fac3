//! The rules as a constant. Nothing here can fail.

use proc_macro2::TokenStream;
use quote::quote;

use super::model::{Action, Comparison, Condition, Matched, Rules, Statement, Target, What};
use crate::errors::Errors;
use crate::syntax;

/// A block with the rules in a constant.
pub(super) fn rules(rules: &Rules) -> TokenStream {
    let statements = rules.statements.iter().map(statement);
    let bans = rules.bans.iter().map(|ban| {
        let offence = syntax::variant(ban.offence);
        let (count, period, seconds) = (ban.rate.count(), ban.rate.seconds(), ban.seconds);
        quote! {
            ::humanify::__private::syntax::Ban {
                offence: ::humanify::__private::syntax::Offence::#offence,
                rate: ::humanify::__private::syntax::Rate::new(#count, #period),
                seconds: #seconds,
            }
        }
    });
    let default_exemptions = rules.no_default_exemptions.is_none();
    quote! {{
        const RULES: ::humanify::__private::syntax::RuleSet =
            ::humanify::__private::syntax::RuleSet {
                statements: &[#(#statements),*],
                bans: &[#(#bans),*],
                default_exemptions: #default_exemptions,
            };
        RULES
    }}
}

/// All errors, and rules of the right type, so that what stands around them is checked too.
pub(super) fn refused(errors: &Errors) -> TokenStream {
    let errors = errors.to_compile_errors();
    quote! {{
        #errors
        ::humanify::__private::syntax::RuleSet::EMPTY
    }}
}

fn statement(statement: &Statement) -> TokenStream {
    let observe = statement.observe;
    let action = action(&statement.action);
    let on = statement.on.iter().map(target);
    let except = statement.except.iter().map(target);
    let when = syntax::option(statement.when.as_ref().map(condition));
    let source = statement.tokens.to_string();
    quote! {
        ::humanify::__private::syntax::Statement {
            observe: #observe,
            action: ::humanify::__private::syntax::Action::#action,
            on: &[#(#on),*],
            except: &[#(#except),*],
            when: #when,
            source: #source,
        }
    }
}

fn action(action: &Action) -> TokenStream {
    match action {
        Action::Challenge(demand) => {
            let demand = syntax::demand(demand);
            quote!(Challenge(#demand))
        }
        Action::DenyAccess => quote!(DenyAccess),
        Action::AlwaysChallenge(demand) => {
            let demand = syntax::demand(demand);
            quote!(AlwaysChallenge(#demand))
        }
        Action::AlwaysDeny => quote!(AlwaysDeny),
        Action::Exempt => quote!(Exempt),
        Action::Limit(limit) => quote!(Limit(#limit)),
        Action::Trap => quote!(Trap),
    }
}

fn target(target: &Target) -> TokenStream {
    let text = &target.text;
    let matched = match target.matched {
        Matched::Path => quote!(Path),
        Matched::PathRegex => quote!(PathRegex),
        Matched::Endpoint => quote!(Endpoint),
        Matched::EndpointRegex => quote!(EndpointRegex),
        Matched::Route => quote!(Route),
    };
    quote!(::humanify::__private::syntax::Target::#matched(#text))
}

fn condition(of: &Condition) -> TokenStream {
    let inner = match of {
        Condition::All(parts) => {
            let parts = parts.iter().map(condition);
            quote!(All(&[#(#parts),*]))
        }
        Condition::Any(parts) => {
            let parts = parts.iter().map(condition);
            quote!(Any(&[#(#parts),*]))
        }
        Condition::Not(part) => {
            let part = condition(part);
            quote!(Not(&#part))
        }
        Condition::Is(sign) => {
            let sign = syntax::variant(sign);
            quote!(Is(::humanify::__private::syntax::Sign::#sign))
        }
        Condition::Compare(what, comparison) => {
            let (field, comparison) = (field(what), compared(comparison));
            quote! {
                Compare(
                    ::humanify::__private::syntax::Field::#field,
                    ::humanify::__private::syntax::Comparison::#comparison,
                )
            }
        }
    };
    quote!(::humanify::__private::syntax::Condition::#inner)
}

fn field(what: &What) -> TokenStream {
    match what {
        What::Method => quote!(Method),
        What::Path => quote!(Path),
        What::Host => quote!(Host),
        What::Scheme => quote!(Scheme),
        What::Arg(name) => quote!(Arg(#name)),
        What::Header(name) => quote!(Header(#name)),
        What::Cookie(name) => quote!(Cookie(#name)),
        What::Ip => quote!(Ip),
        What::Crawler => quote!(Crawler),
        What::CrawlerKind => quote!(CrawlerKind),
        What::VpnProvider => quote!(VpnProvider),
    }
}

fn compared(comparison: &Comparison) -> TokenStream {
    match comparison {
        Comparison::In(values) => quote!(In(&[#(#values),*])),
        Comparison::NotIn(values) => quote!(NotIn(&[#(#values),*])),
        Comparison::Matches(expression) => quote!(Matches(#expression)),
        Comparison::NotMatches(expression) => quote!(NotMatches(#expression)),
    }
}
