//! Limits: the rates and the settings after them, which `limit` of `protect!` and
//! `#[rate_limit]` have in common.

use humanify_syntax::{Counts, Rate, is_header_name};
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Lit, LitStr, Token};

use crate::errors::{Errors, with_help};
use crate::split::split;
use crate::suggest::unknown;
use crate::{literal, syntax};

/// What can be said after the rates.
const SETTINGS: [&str; 6] = ["burst", "cost", "key", "scope", "count", "methods"];

/// Whether a limit has a setting of this name.
pub(crate) fn is_setting(name: &str) -> bool {
    SETTINGS.contains(&name)
}

/// The longest time that a bucket may take to fill, in seconds: ten years.
const LONGEST: u64 = 10 * 366 * 86_400;

/// A limit, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) rates: Vec<Rate>,
    cost: u32,
    key: Option<Key>,
    scope: Option<String>,
    counts: Counts,
    methods: Vec<&'static str>,
}

/// A value of the request that has a bucket of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Path,
    Host,
    Arg(String),
    Header(String),
    Cookie(String),
}

/// `name = value`.
pub(crate) struct Setting {
    name: Ident,
    value: Option<TokenTree>,
}

impl Limit {
    /// The limit of a `limit` that says nothing.
    pub(crate) fn plain() -> Limit {
        Limit {
            rates: vec![Rate::DEFAULT],
            cost: 1,
            key: None,
            scope: None,
            counts: Counts::Requests,
            methods: Vec::new(),
        }
    }

    /// A limit of the rates and the settings; none, if something in it was reported.
    pub(crate) fn new(rates: &LitStr, settings: &[Setting], errors: &mut Errors) -> Option<Limit> {
        let before = errors.count();
        let mut limit = Limit::plain();
        if let Some(read) = errors.keep(rates, literal::rates(&rates.value())) {
            limit.rates = read;
        }
        for (index, setting) in settings.iter().enumerate() {
            let name = setting.name.to_string();
            if settings.iter().take(index).any(|known| known.name == name) {
                errors.at(
                    &setting.name,
                    with_help(
                        format_args!("`{name}` is said twice"),
                        "leave one of them out",
                    ),
                );
                continue;
            }
            limit.set(&name, setting, errors);
        }
        if errors.count() == before {
            limit.check(rates, errors);
        }
        (errors.count() == before).then_some(limit)
    }

    fn set(&mut self, name: &str, setting: &Setting, errors: &mut Errors) {
        if !is_setting(name) {
            errors.at(
                &setting.name,
                unknown("setting", name, "the settings of a limit are", &SETTINGS),
            );
            return;
        }
        let Some(value) = &setting.value else {
            errors.at(
                &setting.name,
                with_help(format_args!("`{name}` has no value"), example(name)),
            );
            return;
        };
        match name {
            "burst" => {
                if let Some(burst) = errors.keep(value, number(name, value)) {
                    self.burst(burst, value, errors);
                }
            }
            "cost" => self.cost = errors.keep(value, number(name, value)).unwrap_or(1),
            "methods" => self.methods = methods(value, errors),
            _ => {
                let Some(text) = errors.keep(value, text(name, value)) else {
                    return;
                };
                match name {
                    "key" => self.key = errors.keep(value, key(&text)),
                    "scope" => {
                        errors.keep(value, scope(&text));
                        self.scope = Some(text);
                    }
                    _ => self.counts = errors.keep(value, counts(&text)).unwrap_or_default(),
                }
            }
        }
    }

    fn burst(&mut self, burst: u32, value: &TokenTree, errors: &mut Errors) {
        let [rate] = self.rates.as_mut_slice() else {
            errors.at(
                value,
                with_help(
                    "`burst` belongs to one rate, and there are several here",
                    "write a limit of its own for the rate that has the burst",
                ),
            );
            return;
        };
        if rate.burst() == burst {
            errors.at(
                value,
                with_help(
                    format_args!("`{rate}` lets {burst} through at once anyway"),
                    "leave `burst` out",
                ),
            );
        }
        *rate = rate.with_burst(burst);
    }

    fn check(&self, place: &LitStr, errors: &mut Errors) {
        for (index, second) in self.rates.iter().enumerate() {
            let useless = self
                .rates
                .iter()
                .take(index)
                .find_map(|first| literal::useless_rate(*first, *second));
            if let Some(message) = useless {
                errors.at(place, message);
                return;
            }
            if second.burst() < self.cost {
                errors.at(
                    place,
                    with_help(
                        format_args!(
                            "a request that costs {} never fits into `{second}`, which has room \
                             for {} at once",
                            self.cost,
                            second.burst()
                        ),
                        "raise the rate, or say a larger `burst`",
                    ),
                );
                return;
            }
            let seconds = second.each_microseconds() * u64::from(second.burst()) / 1_000_000;
            if seconds > LONGEST {
                errors.at(
                    place,
                    with_help(
                        format_args!(
                            "it takes more than ten years until the burst of {} at `{second}` is \
                             there again",
                            second.burst()
                        ),
                        "lower `burst`, or raise the rate",
                    ),
                );
                return;
            }
        }
    }

    /// Whether requests count in the same buckets, but for the rates.
    pub(crate) fn counts_like(&self, other: &Limit) -> bool {
        (
            self.cost,
            &self.key,
            &self.scope,
            self.counts,
            &self.methods,
        ) == (
            other.cost,
            &other.key,
            &other.scope,
            other.counts,
            &other.methods,
        )
    }
}

impl ToTokens for Limit {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let rates = syntax::rates(&self.rates);
        let cost = self.cost;
        let key = syntax::option(self.key.as_ref().map(|key| {
            let field = match key {
                Key::Path => quote!(Path),
                Key::Host => quote!(Host),
                Key::Arg(name) => quote!(Arg(#name)),
                Key::Header(name) => quote!(Header(#name)),
                Key::Cookie(name) => quote!(Cookie(#name)),
            };
            quote!(::humanify::__private::syntax::Field::#field)
        }));
        let scope = syntax::option(self.scope.as_ref().map(|scope| quote!(#scope)));
        let counts = syntax::variant(self.counts);
        let methods = &self.methods;
        tokens.extend(quote! {
            ::humanify::__private::syntax::Limit {
                rates: #rates,
                cost: #cost,
                key: #key,
                scope: #scope,
                counts: ::humanify::__private::syntax::Counts::#counts,
                methods: &[#(#methods),*],
            }
        });
    }
}

/// Reads `, name = value` as often as it comes. The error is on what is neither.
pub(crate) fn settings(input: ParseStream) -> syn::Result<Vec<Setting>> {
    let mut settings = Vec::new();
    while input.peek(Token![,]) {
        if input.peek2(LitStr) {
            return Ok(settings);
        }
        input.parse::<Token![,]>()?;
        // A comma at the end is no mistake.
        if input.is_empty() {
            break;
        }
        let place: TokenTree = input.fork().parse()?;
        let name = input.call(Ident::parse_any).map_err(|_| {
            syn::Error::new_spanned(
                &place,
                unknown(
                    "setting",
                    &place.to_string(),
                    "write `name = value`; the settings of a limit are",
                    &SETTINGS,
                ),
            )
        })?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() && !input.is_empty() {
            Some(input.parse()?)
        } else {
            None
        };
        settings.push(Setting { name, value });
    }
    Ok(settings)
}

fn number(name: &str, value: &TokenTree) -> Result<u32, String> {
    let number = match syn::parse2::<Lit>(value.to_token_stream()) {
        Ok(Lit::Int(number)) if number.suffix().is_empty() => number.base10_parse::<u32>().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0).ok_or_else(|| {
        with_help(
            format_args!("`{name}` is a number from 1 to 4294967295, not `{value}`"),
            example(name),
        )
    })
}

fn text(name: &str, value: &TokenTree) -> Result<String, String> {
    match syn::parse2::<Lit>(value.to_token_stream()) {
        Ok(Lit::Str(text)) if text.suffix().is_empty() => Ok(text.value()),
        _ => Err(with_help(
            format_args!("the value of `{name}` is a string"),
            example(name),
        )),
    }
}

fn methods(value: &TokenTree, errors: &mut Errors) -> Vec<&'static str> {
    let TokenTree::Group(group) = value else {
        errors.at(
            value,
            with_help("the value of `methods` is a list", example("methods")),
        );
        return Vec::new();
    };
    let parts = split(group.stream(), ',');
    if group.delimiter() != Delimiter::Bracket || parts.is_empty() {
        errors.at(
            value,
            with_help("the value of `methods` is a list", example("methods")),
        );
    }
    parts
        .iter()
        .filter_map(|part| {
            let text = part.to_string();
            errors.keep(part, literal::method(text.trim_matches('"')))
        })
        .collect()
}

fn key(text: &str) -> Result<Key, String> {
    let header = |name: &str| {
        is_header_name(name)
            .then(|| name.to_owned())
            .ok_or_else(|| bad_key(text))
    };
    match text.split_once('.') {
        None if text == "path" => Ok(Key::Path),
        None if text == "host" => Ok(Key::Host),
        Some(("args", name)) if !name.is_empty() => Ok(Key::Arg(name.to_owned())),
        Some(("headers", name)) => header(name).map(|name| Key::Header(name.to_ascii_lowercase())),
        Some(("cookies", name)) => header(name).map(Key::Cookie),
        _ => Err(bad_key(text)),
    }
}

fn bad_key(text: &str) -> String {
    with_help(
        format_args!("`{text}` is no key of a limit"),
        "a key is `path`, `host`, `args.NAME`, `headers.NAME` or `cookies.NAME`; the client is \
         always counted, too",
    )
}

fn scope(text: &str) -> Result<(), String> {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte));
    plain.then_some(()).ok_or_else(|| {
        with_help(
            format_args!("`{text}` is no name of a scope"),
            "a name is made of letters, digits, `-`, `_`, `.`, `:` and `/`, as in `scope = \"api\"`",
        )
    })
}

fn counts(text: &str) -> Result<Counts, String> {
    let names: Vec<&str> = Counts::NAMES.iter().map(|(name, _)| *name).collect();
    Counts::NAMES
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, counts)| *counts)
        .ok_or_else(|| unknown("count", text, "what a limit can count are", &names))
}

fn example(name: &str) -> String {
    let value = match name {
        "burst" => "20",
        "cost" => "5",
        "key" => "\"headers.x-api-key\"",
        "scope" => "\"api\"",
        "count" => "\"failures\"",
        _ => "[POST, PUT]",
    };
    format!("write it as in `{name} = {value}`")
}
