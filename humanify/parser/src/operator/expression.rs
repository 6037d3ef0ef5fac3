//! Parses the expression of `~` and `!~`.

use proc_macro2::TokenTree;

use crate::finding::{Finding, Place, Read, quoted};
use crate::interned;
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{broken, bytes_of, is_broken, no_bytes, no_values, suffixed, text_of};
use crate::tokens::token_text;

pub(super) fn expression(
    tokens: &[TokenTree],
    place: Place,
    operator: &str,
    reader: &mut Reader,
) -> Read<&'static str> {
    let here = match tokens {
        [] => place,
        tokens => Place::of(tokens),
    };
    if let [TokenTree::Literal(literal)] = tokens
        && let Some(text) = text_of(literal)
    {
        if text.suffix.is_empty() {
            reader.keep(here, texts::pattern(&text.value));
            return Ok(interned::text(&text.value));
        }
        if let Some(flags) = texts::flags(&text.suffix) {
            return fail(Finding::write(
                here,
                "the flags of an expression are written inside it",
                &quoted(&format!("{flags}{}", text.value)),
            ));
        }
        return fail(suffixed(&text));
    }
    let written = token_text(tokens);
    if let [TokenTree::Ident(_), ..] = tokens {
        return fail(no_values(here, &written));
    }
    if let [TokenTree::Literal(literal)] = tokens {
        if let Some(text) = bytes_of(literal) {
            return fail(no_bytes(here, &text));
        }
        if is_broken(literal) {
            return fail(broken(here));
        }
    }
    if let Some(inner) = texts::delimited(&written.replace(' ', "")) {
        return fail(Finding::write(
            here,
            "a regular expression is written in quotes, not between slashes",
            &quoted(&inner),
        ));
    }
    fail(Finding::new(
        here,
        format_args!("expected a string, found `{written}`"),
        format_args!("a regular expression is written in quotes, as in `{operator} \"^a.*z$\"`"),
    ))
}
