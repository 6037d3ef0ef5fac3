//! Prints values of `humanify-syntax` as expressions that construct them.
//!
//! The expressions call that crate `__h`. The code around them has to import it under that name.

use humanify_syntax::{
    Action, Ban, BotAction, ChallengeType, Comparison, Condition, Counts, Demand, Exempt, Field,
    Limit, Offence, Rate, Sign, Statement, Subject, Target, Test,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// Prints an `Option`.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The variants of enums without fields, with their names.
const SIGNS: &[(Sign, &str)] = &[
    (Sign::Bot, "Bot"),
    (Sign::Vpn, "Vpn"),
    (Sign::Proxy, "Proxy"),
    (Sign::Datacenter, "Datacenter"),
    (Sign::Tor, "Tor"),
    (Sign::ForumSpammer, "ForumSpammer"),
    (Sign::Firehol, "Firehol"),
    (Sign::InvalidIp, "InvalidIp"),
    (Sign::Crawler, "Crawler"),
    (Sign::Inconsistent, "Inconsistent"),
    (Sign::VerifiedCrawler, "VerifiedCrawler"),
    (Sign::Impostor, "Impostor"),
];
const CHALLENGES: &[(ChallengeType, &str)] = &[
    (ChallengeType::OneClick, "OneClick"),
    (ChallengeType::Grid, "Grid"),
    (ChallengeType::Audio, "Audio"),
    (ChallengeType::ProofOfWork, "ProofOfWork"),
    (ChallengeType::Managed, "Managed"),
];
const OFFENCES: &[(Offence, &str)] = &[
    (Offence::Denial, "Denial"),
    (Offence::Overrun, "Overrun"),
    (Offence::Failure, "Failure"),
    (Offence::Trap, "Trap"),
];

/// The name of a value's variant, from a table. A test checks that every table is complete.
fn variant<T: PartialEq>(value: T, names: &[(T, &'static str)]) -> Ident {
    let name = names.iter().find(|(known, _)| *known == value);
    Ident::new(name.map_or("Unknown", |(_, name)| name), Span::call_site())
}

/// Prints a `Demand`.
pub(crate) fn demand(demand: &Demand) -> TokenStream {
    if *demand == Demand::DEFAULT {
        return quote!(__h::Demand::DEFAULT);
    }
    let challenge_type = option(demand.challenge_type.map(|kind| {
        let variant = variant(kind, CHALLENGES);
        quote!(__h::ChallengeType::#variant)
    }));
    // `Hardness::new` returns an `Option`, which is the type of the field.
    let hardness = match demand.hardness {
        Some(hardness) => {
            let level = hardness.level();
            quote!(__h::Hardness::new(#level))
        }
        None => option(None),
    };
    quote!(__h::Demand { challenge_type: #challenge_type, hardness: #hardness })
}

fn rate(rate: &Rate) -> TokenStream {
    let burst = rate.burst();
    let burst = (burst != rate.count()).then(|| quote!(.with_burst(#burst)));
    let [count, seconds] = [rate.count(), rate.seconds()].map(Literal::u32_unsuffixed);
    quote!(__h::Rate::new(#count, #seconds) #burst)
}

/// Prints a `Limit`.
pub(crate) fn limit(limit: &Limit) -> TokenStream {
    let rates = limit.rates.iter().map(rate);
    let plain = Limit::of(limit.rates);
    if *limit == plain {
        return quote!(__h::Limit::of(&[#(#rates),*]));
    }
    let cost = limit.cost;
    let key = option(limit.key.as_ref().map(field));
    let scope = option(limit.scope.map(|scope| quote!(#scope)));
    let counts = match limit.counts {
        Counts::Requests => quote!(Requests),
        Counts::Failures(statuses) => quote!(Failures(&[#(#statuses),*])),
    };
    let methods = limit.methods;
    quote! {
        __h::Limit {
            rates: &[#(#rates),*],
            cost: #cost,
            key: #key,
            scope: #scope,
            counts: __h::Counts::#counts,
            methods: &[#(#methods),*],
        }
    }
}

/// Prints a `BotAction`.
pub(crate) fn bot_action(action: &BotAction) -> TokenStream {
    match action {
        BotAction::Challenge(asked) => {
            let asked = demand(asked);
            quote!(__h::BotAction::Challenge(#asked))
        }
        BotAction::Deny => quote!(__h::BotAction::Deny),
    }
}

/// Prints an `Exempt`.
pub(crate) fn exempt(exempt: Exempt) -> TokenStream {
    match exempt {
        Exempt::Nothing => quote!(__h::Exempt::Nothing),
        Exempt::Limits => quote!(__h::Exempt::Limits),
        Exempt::All => quote!(__h::Exempt::All),
    }
}

/// Prints a `Ban`.
pub(crate) fn ban(ban: &Ban) -> TokenStream {
    let offence = variant(ban.offence, OFFENCES);
    let (rate, seconds) = (rate(&ban.rate), ban.seconds);
    quote!(__h::Ban { offence: __h::Offence::#offence, rate: #rate, seconds: #seconds })
}

/// Prints a `Statement`.
pub(crate) fn statement(statement: &Statement) -> TokenStream {
    let action = action(&statement.action);
    let on = statement.on.iter().map(target);
    let source = statement.source;
    let mut tokens = quote!(__h::Statement::new(#action, &[#(#on),*], #source));
    if !statement.except.is_empty() {
        let except = statement.except.iter().map(target);
        tokens.extend(quote!(.except(&[#(#except),*])));
    }
    if let Some(when) = &statement.when {
        let when = condition(when);
        tokens.extend(quote!(.when(#when)));
    }
    if statement.subject != Subject::Unspecified {
        let subject = match statement.subject {
            Subject::Bots => quote!(Bots),
            Subject::Everyone => quote!(Everyone),
            Subject::Unspecified | Subject::Those => quote!(Those),
        };
        tokens.extend(quote!(.about(__h::Subject::#subject)));
    }
    if statement.observe {
        tokens.extend(quote!(.observed()));
    }
    if let Some(name) = statement.name {
        tokens.extend(quote!(.named(#name)));
    }
    if !statement.intended.is_empty() {
        let names = statement.intended;
        tokens.extend(quote!(.intending(&[#(#names),*])));
    }
    tokens
}

fn action(action: &Action) -> TokenStream {
    let action = match action {
        Action::Challenge(Demand::DEFAULT) => quote!(CHALLENGE),
        Action::Challenge(asked) => {
            let asked = demand(asked);
            quote!(Challenge(#asked))
        }
        Action::DenyAccess => quote!(DenyAccess),
        Action::AlwaysChallenge(asked) => {
            let asked = demand(asked);
            quote!(AlwaysChallenge(#asked))
        }
        Action::AlwaysDeny => quote!(AlwaysDeny),
        Action::Exempt => quote!(Exempt),
        Action::Limit(set) => {
            let set = limit(set);
            quote!(Limit(#set))
        }
        Action::Trap => quote!(Trap),
    };
    quote!(__h::Action::#action)
}

fn target(target: &Target) -> TokenStream {
    let target = match target {
        Target::Path(text) => quote!(Path(#text)),
        Target::PathRegex(text) => quote!(PathRegex(#text)),
        Target::Endpoint(text) => quote!(Endpoint(#text)),
        Target::EndpointRegex(text) => quote!(EndpointRegex(#text)),
        Target::Route(text) => quote!(Route(#text)),
        Target::Under(text) => quote!(Under(#text)),
    };
    quote!(__h::Target::#target)
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
            let sign = variant(*sign, SIGNS);
            quote!(Is(__h::Sign::#sign))
        }
        Condition::Compare(of, comparison) => {
            let (of, comparison) = (field(of), compared(comparison));
            quote!(Compare(#of, #comparison))
        }
    };
    quote!(__h::Condition::#inner)
}

fn field(field: &Field) -> TokenStream {
    let field = match field {
        Field::Method => quote!(Method),
        Field::Path => quote!(Path),
        Field::Host => quote!(Host),
        Field::Scheme => quote!(Scheme),
        Field::Arg(name) => quote!(Arg(#name)),
        Field::Header(name) => quote!(Header(#name)),
        Field::Cookie(name) => quote!(Cookie(#name)),
        Field::ContentType => quote!(ContentType),
        Field::Ip => quote!(Ip),
        Field::Crawler => quote!(Crawler),
        Field::CrawlerKind => quote!(CrawlerKind),
        Field::VpnProvider => quote!(VpnProvider),
    };
    quote!(__h::Field::#field)
}

fn compared(comparison: &Comparison) -> TokenStream {
    let test = match comparison.test {
        Test::OneOf(values) => quote!(OneOf(&[#(#values),*])),
        Test::Matches(expression) => quote!(Matches(#expression)),
        Test::StartsWith(values) => quote!(StartsWith(&[#(#values),*])),
        Test::EndsWith(values) => quote!(EndsWith(&[#(#values),*])),
        Test::Contains(values) => quote!(Contains(&[#(#values),*])),
        Test::Present => quote!(Present),
    };
    let mut tokens = quote!(__h::Comparison::new(__h::Test::#test));
    if comparison.ignores_case {
        tokens.extend(quote!(.ignoring_case()));
    }
    if comparison.negated {
        tokens.extend(quote!(.negated()));
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_has_its_name() {
        for (_, sign) in Sign::NAMES {
            assert_ne!(variant(*sign, SIGNS), "Unknown");
        }
        for (_, kind) in ChallengeType::NAMES {
            assert_ne!(variant(*kind, CHALLENGES), "Unknown");
        }
        for (_, offence) in Offence::NAMES {
            assert_ne!(variant(*offence, OFFENCES), "Unknown");
        }
    }
}
