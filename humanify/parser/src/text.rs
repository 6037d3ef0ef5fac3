//! String literals, and findings on what stands in their place.

use proc_macro2::{Literal, Span};

use super::finding::{Finding, Place, quoted};

/// A string literal.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
    /// The suffix: letters directly after the closing quote.
    pub(crate) suffix: String,
}

/// The string of a literal; `None` for other literals.
pub(crate) fn text_of(literal: &Literal) -> Option<Text> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(Text {
            value: text.value(),
            span: literal.span(),
            suffix: text.suffix().to_owned(),
        }),
        _ => None,
    }
}

/// The text of a byte string or C string; `None` for other literals.
pub(super) fn bytes_of(literal: &Literal) -> Option<String> {
    let bytes = match syn::Lit::new(literal.clone()) {
        syn::Lit::ByteStr(text) => text.value(),
        syn::Lit::CStr(text) => text.value().into_bytes(),
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

/// Whether a string holds an escape that Rust does not have, such as `\d`. The compiler has
/// refused such a string before it ran any macro.
pub(super) fn is_broken(literal: &Literal) -> bool {
    let written = literal.to_string();
    let Some(inner) = written.strip_prefix('"') else {
        return false;
    };
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character == '\\'
            && characters
                .next()
                .is_some_and(|escaped| !"nrt\\0'\"xu\n\r".contains(escaped))
        {
            return true;
        }
    }
    false
}

/// The finding on a string that cannot be read. The compiler shows its own.
pub(super) fn broken(place: impl Into<Place>) -> Finding {
    Finding::new(
        place,
        "invalid string",
        "write `\\` twice in a string, or once in a raw string: `r\"^/v\\d+/\"`",
    )
    .reported_by_rustc()
}

/// The finding on a byte string or C string in the place of a string.
pub(super) fn no_bytes(place: impl Into<Place>, text: &str) -> Finding {
    Finding::write(
        place,
        "expected a string without a letter before its quotes",
        &quoted(text),
    )
}

/// The finding on a string with a suffix.
pub(super) fn suffixed(text: &Text) -> Finding {
    let problem = format!("unexpected suffix `{}` on a string", text.suffix);
    // The suffix is probably a flag of an expression. Dropping it would change what matches.
    if text.suffix.contains('i') && text.suffix.len() < 4 {
        return Finding::new(
            text.span,
            problem,
            "case is ignored by an expression that starts with `(?i)`, or by `ignore_case` after a \
             comparison",
        );
    }
    Finding::write(text.span, problem, &quoted(&text.value))
}

/// Whether a word is spelled like a constant.
pub(super) fn is_constant(word: &str) -> bool {
    word.len() > 1
        && word.chars().any(|c| c.is_ascii_uppercase())
        && word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The finding on a constant or a macro in the place of a string.
pub(super) fn no_values(place: impl Into<Place>, written: &str) -> Finding {
    let what = if written.contains('!') {
        "macros inside are not expanded"
    } else {
        "a macro does not see the values of constants"
    };
    Finding::new(
        place,
        format_args!("expected a string, found `{written}`: {what}"),
        "write the string itself here; a `macro_rules!` macro that passes it on as a `literal` \
         works, too",
    )
    .about(written)
}
