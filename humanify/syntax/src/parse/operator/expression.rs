//! Parses the expression of `~` and `!~`.

use proc_macro2::TokenTree;

use crate::interned;
use crate::parse::finding::{Finding, Place, Read, quoted};
use crate::parse::quoted as texts;
use crate::parse::reader::{Reader, stop};
use crate::parse::text::{broken, bytes_of, is_broken, no_bytes, no_values, suffixed, text_of};
use crate::parse::tokens::shown;

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
            return stop(Finding::write(
                here,
                "the flags of an expression are written inside it",
                &quoted(&format!("{flags}{}", text.value)),
            ));
        }
        return stop(suffixed(&text));
    }
    let written = shown(tokens);
    if let [TokenTree::Ident(_), ..] = tokens {
        return stop(no_values(here, &written));
    }
    if let [TokenTree::Literal(literal)] = tokens {
        if let Some(text) = bytes_of(literal) {
            return stop(no_bytes(here, &text));
        }
        if is_broken(literal) {
            return stop(broken(here));
        }
    }
    if let Some(inner) = texts::delimited(&written.replace(' ', "")) {
        return stop(Finding::write(
            here,
            "a regular expression is written in quotes, not between slashes",
            &quoted(&inner),
        ));
    }
    stop(Finding::new(
        here,
        format_args!("expected a string, found `{written}`"),
        format_args!("a regular expression is written in quotes, as in `{operator} \"^a.*z$\"`"),
    ))
}
