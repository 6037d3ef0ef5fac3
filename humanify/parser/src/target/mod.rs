//! Parses the targets of a statement.

mod kinds;
mod list;
mod not_a_glob;
mod unquoted;

use list::{KINDS, List, is_clause};
use std::collections::HashSet;

use proc_macro2::Ident;

use super::finding::{Finding, Place, Read, quoted};
use super::quoted::{self as texts, DotStar};
use super::reader::{Reader, fail};
use super::text::{Text, suffixed};
use super::tokens::{Cursor, plain, token_text};
use super::words::starts;
use crate::interned;
use humanify_syntax::{Target, TargetKind};

/// Parses the targets after `on` or `except`.
pub(super) fn read_list<'a>(
    cursor: &mut Cursor<'a>,
    clause: &'a Ident,
    head: Cursor<'a>,
    action: &Ident,
    reader: &mut Reader,
) -> Read<Vec<Target>> {
    let mut list = List {
        clause,
        head,
        action,
        targets: Vec::new(),
        known: HashSet::new(),
        first: *cursor,
    };
    loop {
        let here = *cursor;
        if cursor.is_empty() || starts(*cursor) {
            let place = match list.targets.is_empty() {
                true => clause.span().into(),
                false => here.before().map_or(clause.span().into(), Place::from),
            };
            return fail(Finding::new(
                place,
                format_args!(
                    "missing target after `{}`",
                    match list.targets.is_empty() {
                        true => clause.to_string(),
                        false => ",".to_owned(),
                    }
                ),
                format_args!("write a target, as in `{clause} \"/api/*\"`"),
            ));
        }
        if let Some(target) = list.read(cursor, reader)? {
            if list.known.insert(target) {
                list.targets.push(target);
            } else {
                reader.report(Finding::new(
                    Place::of(cursor.since(here)),
                    format_args!("`{}` is named twice", token_text(cursor.since(here))),
                    "leave one of them out",
                ));
            }
        }
        let comma = *cursor;
        if cursor.eat_sign(",").is_none() {
            return Ok(list.targets);
        }
        // A comma at the end of a list is not a mistake.
        if cursor.is_empty() || cursor.peek_word().is_some_and(is_clause) {
            return Ok(list.targets);
        }
        // Another statement or a setting follows, which the caller reports.
        let other = cursor.peek_word().is_some_and(|word| {
            !KINDS.iter().any(|kind| word == kind) && cursor.is_sign_at(1, "=")
        });
        if starts(*cursor) || other {
            *cursor = comma;
            return Ok(list.targets);
        }
    }
}

impl<'a> List<'a, '_> {
    /// Parses one target. `None` if a mistake was reported.
    fn read(&self, cursor: &mut Cursor<'a>, reader: &mut Reader) -> Read<Option<Target>> {
        let start = *cursor;
        let mut kind = TargetKind::Path;
        if let Some(word) = cursor.peek_word() {
            kind = match plain(word).as_str() {
                "regex" => TargetKind::PathRegex,
                "route" => TargetKind::Route,
                "under" => TargetKind::Under,
                "endpoint" => TargetKind::Endpoint,
                _ => return fail(self.no_target(*cursor, word)),
            };
            reader.note(word);
            cursor.next();
            if kind == TargetKind::Endpoint
                && let Some(word) = cursor.eat_word("regex")
            {
                reader.note(word);
                kind = TargetKind::EndpointRegex;
            }
        }
        let Some(text) = cursor.text() else {
            return fail(self.no_text(*cursor, start, kind));
        };
        cursor.next();
        if !text.suffix.is_empty() {
            let flags = texts::flags(&text.suffix);
            let is_regex = matches!(kind, TargetKind::PathRegex | TargetKind::EndpointRegex);
            return fail(match flags.filter(|_| is_regex) {
                Some(flags) => leading_flags(&text, &flags, text.span.into()),
                None => suffixed(&text),
            });
        }
        if matches!(kind, TargetKind::PathRegex | TargetKind::EndpointRegex)
            && cursor.is_sign(",")
            && let Some(behind) = cursor.text_at(1)
            && let Some(flags) = texts::flags(&behind.value)
        {
            let mut end = *cursor;
            end.skip(2);
            let start: Place = text.span.into();
            return fail(leading_flags(&text, &flags, start.to(behind.span.into())));
        }
        let is_glob = texts::dot_star(&text.value) == Some(DotStar::Glob);
        if kind == TargetKind::Path
            && !is_glob
            && let Some(meant) = texts::guess(&text.value)
        {
            reader.report(self.meant(&text, meant, start, *cursor));
            return Ok(None);
        }
        if kind == TargetKind::PathRegex
            && let Some((glob, excepted)) = texts::meant_target(&text.value)
        {
            reader.report(self.not_regex(&text, &glob, excepted, start, *cursor));
            return Ok(None);
        }
        let checked = match kind {
            TargetKind::Path => texts::path_glob(&text.value),
            TargetKind::Under => texts::under(&text.value),
            TargetKind::Endpoint => texts::name_glob(&text.value),
            TargetKind::PathRegex => texts::path_pattern(&text.value),
            TargetKind::EndpointRegex => texts::pattern(&text.value),
            TargetKind::Route => texts::route(&text.value),
        };
        let value = match kind {
            TargetKind::Under => text.value.trim_end_matches('/'),
            _ => &text.value,
        };
        Ok(reader
            .keep(text.span, checked)
            .map(|()| kind.of(interned::text(value))))
    }
}

/// The finding on flags of other languages, which belong into the expression.
fn leading_flags(text: &Text, flags: &str, place: Place) -> Finding {
    let whole = quoted(&format!("{flags}{}", text.value));
    let problem = "the flags of an expression are written inside it";
    match texts::pattern(&format!("{flags}{}", text.value)) {
        Ok(()) => Finding::write(place, problem, &whole),
        Err(_) => Finding::new(place, problem, "as in `\"(?i)^/admin\"`"),
    }
}
