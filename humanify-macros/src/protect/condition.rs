//! Conditions: `&& || ! ( )` over comparisons and signs.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Token, parenthesized, token};

use super::comparison;
use super::field::{self, Subject};
use super::model::Condition;
use super::statement::peek_word;
use crate::errors::{Errors, with_help};

/// Conditions in brackets in conditions go this deep, so that no input can overflow the stack.
const DEEPEST: usize = 64;

/// Reads the condition after `when`.
pub(super) fn read(
    input: ParseStream,
    word: &Ident,
    errors: &mut Errors,
) -> syn::Result<Condition> {
    if input.is_empty() {
        return Err(syn::Error::new_spanned(
            word,
            with_help(
                "`when` asks nothing",
                "write a condition: `when method == POST`, or leave `when` out",
            ),
        ));
    }
    let mut reader = Reader {
        last: word.to_token_stream(),
        depth: 0,
        errors,
    };
    reader.any(input)
}

struct Reader<'a> {
    /// What was read last, where a missing condition is reported.
    last: TokenStream,
    depth: usize,
    errors: &'a mut Errors,
}

impl Reader<'_> {
    fn any(&mut self, input: ParseStream) -> syn::Result<Condition> {
        let first = self.all(input)?;
        let mut parts = vec![first];
        loop {
            if input.peek(Token![||]) {
                self.last = input.parse::<Token![||]>()?.to_token_stream();
                parts.push(self.all(input)?);
            } else if input.peek(Token![|]) {
                return Err(doubled(input, '|', "||"));
            } else if let Some(word) = peek_word(input).filter(|word| word == "or") {
                return Err(spelled(&word, "||"));
            } else {
                return Ok(one_or(parts, Condition::Any));
            }
        }
    }

    fn all(&mut self, input: ParseStream) -> syn::Result<Condition> {
        let first = self.one(input)?;
        let mut parts = vec![first];
        loop {
            if input.peek(Token![&&]) {
                self.last = input.parse::<Token![&&]>()?.to_token_stream();
                parts.push(self.one(input)?);
            } else if input.peek(Token![&]) {
                return Err(doubled(input, '&', "&&"));
            } else if let Some(word) = peek_word(input).filter(|word| word == "and") {
                return Err(spelled(&word, "&&"));
            } else {
                return Ok(one_or(parts, Condition::All));
            }
        }
    }

    fn one(&mut self, input: ParseStream) -> syn::Result<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(syn::Error::new_spanned(
                &self.last,
                with_help(
                    "this condition is nested too deeply",
                    "split the statement in several",
                ),
            ));
        }
        let condition = self.unary(input);
        self.depth -= 1;
        condition
    }

    fn unary(&mut self, input: ParseStream) -> syn::Result<Condition> {
        if input.is_empty() {
            return Err(syn::Error::new_spanned(
                &self.last,
                with_help(
                    format_args!("a condition is missing after `{}`", self.last),
                    "write one, such as `client.is_vpn` or `method == POST`",
                ),
            ));
        }
        if input.peek(Token![!]) {
            let not = input.parse::<Token![!]>()?;
            self.last = not.to_token_stream();
            let before = input.fork();
            let part = self.one(input)?;
            if matches!(part, Condition::Compare(..)) && !before.peek(token::Paren) {
                self.errors.at(
                    not,
                    with_help(
                        "`!` stands before a sign or a bracket, not before a comparison",
                        "write `!=` or `!~` for the operator, or put the comparison in \
                         brackets: `!( … )`",
                    ),
                );
            }
            return Ok(Condition::Not(Box::new(part)));
        }
        if input.peek(token::Paren) {
            let group: TokenTree = input.fork().parse()?;
            let content;
            parenthesized!(content in input);
            if content.is_empty() {
                return Err(syn::Error::new_spanned(
                    group,
                    with_help(
                        "a condition is missing in the brackets",
                        "write one, or leave them out",
                    ),
                ));
            }
            let condition = self.any(&content);
            let rest: TokenStream = content.parse()?;
            let condition = condition?;
            if !rest.is_empty() {
                return Err(syn::Error::new_spanned(
                    &rest,
                    with_help(
                        format_args!("unexpected `{rest}`"),
                        "`&&`, `||` or `)` follows here",
                    ),
                ));
            }
            return Ok(condition);
        }
        let Some(word) = peek_word(input) else {
            let token: TokenTree = input.parse()?;
            return Err(syn::Error::new_spanned(
                &token,
                with_help(
                    format_args!("expected a condition, found `{token}`"),
                    "a condition starts with a field, such as `method`, `args.page` or \
                     `client.is_vpn`, with `!` or with `(`",
                ),
            ));
        };
        if word == "not" {
            return Err(spelled(&word, "!"));
        }
        match field::read(input, self.errors)? {
            Subject::Sign(sign, tokens) => {
                comparison::refuse(input, &tokens)?;
                Ok(Condition::Is(sign))
            }
            Subject::Field(field) => {
                let comparison = comparison::read(input, &field, self.errors)?;
                Ok(Condition::Compare(field.what, comparison))
            }
        }
    }
}

fn one_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(parts)
        }
    }
}

/// `&` where `&&` is meant.
fn doubled(input: ParseStream, found: char, meant: &str) -> syn::Error {
    input.error(with_help(
        format_args!("`{found}` does not join conditions"),
        format_args!("write `{meant}`"),
    ))
}

/// `and` where `&&` is meant.
fn spelled(word: &Ident, meant: &str) -> syn::Error {
    syn::Error::new_spanned(
        word,
        with_help(
            format_args!("unexpected `{word}`"),
            format_args!("write `{meant}`"),
        ),
    )
}
