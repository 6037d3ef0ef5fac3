//! Parses the name of a statement, and `intended(…)` after it.

use proc_macro2::{Delimiter, TokenTree};

use crate::finding::{Finding, Place, Read};
use crate::placed_rules::Intended;
use crate::quoted as text;
use crate::reader::{Reader, fail};
use crate::tokens::{Cursor, plain, split, token_text};
use crate::unintended::UNANCHORED;
use crate::words::{CLAUSES, is_start, starts};
use humanify_syntax::analysis::Warning;
use humanify_syntax::{listed, nearest};

/// Turns a text into the name of a statement.
pub(crate) fn label(text: &str) -> String {
    let mut label = String::new();
    for character in text.chars() {
        match character {
            character if character.is_ascii_alphanumeric() => {
                label.push(character.to_ascii_lowercase());
            }
            _ if !label.is_empty() && !label.ends_with('_') => label.push('_'),
            _ => {}
        }
    }
    let label = label.trim_end_matches('_');
    match label.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => label.to_owned(),
        _ => format!("rule_{label}"),
    }
}

/// Parses `name:` before a statement.
pub(crate) fn name(cursor: &mut Cursor, reader: &mut Reader) -> Read<Option<String>> {
    let is_colon = cursor.is_sign_at(1, ":") && !cursor.is_sign_at(1, "::");
    if !is_colon {
        return Ok(None);
    }
    let start = *cursor;
    if let Some(written) = cursor.text() {
        let mut behind = *cursor;
        behind.skip(2);
        let is_target = text::path_glob(&written.value).is_ok() || written.value.starts_with('/');
        if is_target || !starts(behind) {
            return Ok(None);
        }
        *cursor = behind;
        let label = label(&written.value);
        reader.report(Finding::write(
            Place::of(behind.since(start)),
            "the name of a statement is a word without quotes",
            &format!("{label}:"),
        ));
        return Ok(Some(label));
    }
    let Some(word) = cursor.peek_word() else {
        return Ok(None);
    };
    let name = plain(word);
    let mut behind = *cursor;
    behind.skip(2);
    if is_start(&name) && !starts(behind) {
        if let Some(setting) = behind.peek_word()
            && !CLAUSES.iter().any(|clause| setting == clause)
        {
            return fail(Finding::new(
                Place::of(behind.since(start)),
                format_args!("there is no `:` after `{name}`"),
                "settings are written in brackets, as in `challenge(audio)`; the name of a \
                 statement stands before its action",
            ));
        }
        return fail(Finding::write(
            Place::of(behind.since(start)),
            format_args!("there is no `:` after `{name}`"),
            &name,
        ));
    }
    if is_start(&name) || CLAUSES.contains(&name.as_str()) {
        return fail(Finding::new(
            word.span(),
            format_args!("`{name}` is a keyword and cannot name a statement"),
            "choose another name, or leave the `:` out",
        ));
    }
    if !text::statement_name(&name) {
        return fail(Finding::new(
            word.span(),
            format_args!("`{name}` is not a valid name of a statement"),
            "a name starts with a letter and is made of at most 64 letters, digits and `_`",
        ));
    }
    cursor.skip(2);
    if cursor.is_empty() {
        return fail(Finding::new(
            word.span(),
            format_args!("no statement follows the name `{name}`"),
            "a named statement is written as in `api: challenge on \"/api/*\"`",
        ));
    }
    Ok(Some(name))
}

/// Parses `intended(unanchored)`.
pub(crate) fn intended(cursor: &mut Cursor, reader: &mut Reader) -> Read<Option<Intended>> {
    let start = *cursor;
    let Some(word) = cursor.eat_word("intended") else {
        return Ok(None);
    };
    let inner: Vec<TokenTree> = match cursor.group(Delimiter::Parenthesis) {
        Some(group) => group.stream().into_iter().collect(),
        None => Vec::new(),
    };
    if cursor.group(Delimiter::Parenthesis).is_some() {
        cursor.next();
    }
    let place = Place::of(cursor.since(start));
    let known = || {
        let warnings = Warning::ALL.iter().map(|warning| warning.name);
        std::iter::once(UNANCHORED).chain(warnings)
    };
    let mut names = Vec::new();
    for part in split(&inner, ',') {
        let written = token_text(part);
        if let Some(name) = known().find(|name| *name == written) {
            names.push(name);
            continue;
        }
        let problem = format!("unknown warning `{written}`");
        let bare = written.trim_matches('"');
        let numbered = Warning::ALL
            .iter()
            .find(|warning| warning.number.eq_ignore_ascii_case(bare))
            .map(|warning| warning.name);
        let alike = known().filter(|name| {
            let short = name.len().min(bare.len());
            short > 3 && (name.starts_with(bare) || bare.starts_with(name))
        });
        let near = numbered
            .or_else(|| known().find(|name| *name == bare))
            .or_else(|| nearest(bare, known()))
            .or_else(|| alike.max_by_key(|name| name.len()));
        reader.report(match near {
            Some(near) => Finding::write(Place::of(part), problem, near),
            None => Finding::new(
                Place::of(part),
                problem,
                format_args!("the names are {}", listed(known())),
            ),
        });
    }
    if inner.is_empty() {
        cursor.finish();
        return fail(Finding::new(
            place,
            "`intended` needs the name of a warning",
            format_args!(
                "as in `intended({UNANCHORED})`; the names are {}",
                listed(known())
            ),
        ));
    }
    reader.note(word);
    if cursor.is_empty() {
        return fail(Finding::new(
            place,
            "no statement follows `intended(…)`",
            format_args!("as in `intended({UNANCHORED}) exempt on regex \"/public/\"`"),
        ));
    }
    Ok(Some(Intended { names, place }))
}
