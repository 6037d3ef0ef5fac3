//! Parses fields and signs of conditions.

mod call;
mod name;
mod names;
mod unknown;

pub(super) use call::is_call;
use name::{FieldName, bad_name, name, name_behind_dot};
use names::{CLIENT, NAMED, PLAIN};
pub(super) use unknown::always;
use unknown::{listed_client, unknown, unknown_of_client};

use proc_macro2::{Ident, TokenTree};

use super::finding::{Finding, Place, Read, quoted};
use super::named::{NamedField, named_field_text};
use super::reader::{Reader, fail};
use super::tokens::{Cursor, plain};
use crate::interned;
use humanify_syntax::{Field, Sign, is_header_name};

/// The start of a condition: a field or a sign.
pub(super) enum ConditionStart {
    Field(NamedField),
    Sign(Sign, Place, String),
}

/// Whether a field or a sign starts with this word.
pub(super) fn is_field(word: &str) -> bool {
    word == "client"
        || PLAIN.iter().any(|(name, _)| *name == word)
        || NAMED.iter().any(|(name, _)| *name == word)
}

/// Parses a field or a sign.
pub(super) fn read(cursor: &mut Cursor, reader: &mut Reader) -> Read<ConditionStart> {
    let start = *cursor;
    let Some(TokenTree::Ident(word)) = cursor.next() else {
        return fail(unknown(start));
    };
    let text = plain(word);
    if text == "client" {
        return client(cursor, start, word, reader);
    }
    if let Some((_, example)) = NAMED.iter().find(|(name, _)| *name == text) {
        reader.note(word);
        let name = name(cursor, word, example)?;
        return match text.as_str() {
            "headers" => header(&name, start, *cursor),
            "cookies" if !is_header_name(&name.text) => fail(bad_name("cookie", &name)),
            "cookies" => Ok(field(
                Field::Cookie(interned::text(&name.text)),
                start,
                *cursor,
                named_field_text("cookies", &name.text),
            )),
            _ if name.text.is_empty() => fail(bad_name("parameter", &name)),
            _ => Ok(field(
                Field::Arg(interned::text(&name.text)),
                start,
                *cursor,
                named_field_text("args", &name.text),
            )),
        };
    }
    let known = PLAIN.iter().find(|(name, _)| *name == text);
    // `path` alone, not `path-info` or `method.name`, but `path.startsWith(…)`.
    let more = cursor.is_sign("-") || (cursor.is_sign(".") && !is_call(*cursor));
    if let (Some((_, found)), false) = (known, more) {
        reader.note(word);
        return Ok(field(*found, start, *cursor, text));
    }
    fail(unknown(start))
}

fn field(field: Field, start: Cursor, end: Cursor, shown: String) -> ConditionStart {
    ConditionStart::Field(NamedField {
        field,
        place: Place::of(end.since(start)),
        shown,
    })
}

fn header(name: &FieldName, start: Cursor, end: Cursor) -> Read<ConditionStart> {
    if !is_header_name(&name.text) {
        return fail(bad_name("header", name));
    }
    let lower = name.text.to_ascii_lowercase();
    const OF_RESPONSES: [&str; 8] = [
        "set-cookie",
        "location",
        "server",
        "etag",
        "www-authenticate",
        "retry-after",
        "last-modified",
        "content-security-policy",
    ];
    if OF_RESPONSES.contains(&lower.as_str()) {
        return fail(Finding::new(
            Place::of(end.since(start)),
            format_args!("`{lower}` is a response header, so no request has it"),
            "use a header of the request, such as `headers.user-agent`",
        ));
    }
    if lower == "host" {
        return fail(Finding::write(
            Place::of(end.since(start)),
            "HTTP/2 has no header `Host`: the requested host is a field of its own",
            "host",
        ));
    }
    if !name.in_quotes && lower.contains('_') {
        let (hyphens, exact) = (
            format!("headers.{}", lower.replace('_', "-")),
            format!("headers[{}]", quoted(&lower)),
        );
        return fail(
            Finding::new(
                Place::of(end.since(start)),
                format_args!("names of headers contain hyphens, not `_`: `{}`", name.text),
                format_args!("write `{hyphens}`, or `{exact}` if the name really contains `_`"),
            )
            .with(hyphens)
            .with(exact),
        );
    }
    let shown = named_field_text("headers", &lower);
    Ok(field(
        Field::Header(interned::text(&lower)),
        start,
        end,
        shown,
    ))
}

fn client(
    cursor: &mut Cursor,
    start: Cursor,
    word: &Ident,
    reader: &mut Reader,
) -> Read<ConditionStart> {
    let missing = || {
        Finding::new(
            word.span(),
            "`client` needs a sign or a field",
            format_args!("it is one of {}", listed_client()),
        )
    };
    // `client is vpn` and `client is not a bot`.
    if cursor.is_word("is") {
        let mut end = *cursor;
        end.next();
        let turned = end.eat_word("not").is_some();
        let _ = end.eat_word("a").or_else(|| end.eat_word("an"));
        if let Some(sign_word) = end.next() {
            let sign_word = sign_word.to_string().to_ascii_lowercase();
            let is_sign = |name: &str| name.strip_prefix("is_") == Some(sign_word.as_str());
            if let Some((name, _)) = Sign::NAMES.iter().find(|(name, _)| is_sign(name)) {
                let written = format!("{}client.{name}", if turned { "!" } else { "" });
                return fail(Finding::write(
                    Place::of(end.since(start)),
                    "a sign is one name",
                    &written,
                ));
            }
        }
    }
    if cursor.eat_sign(".").is_none() {
        return fail(missing());
    }
    let Some(name) = name_behind_dot(*cursor) else {
        return fail(missing());
    };
    cursor.next();
    let text = plain(name);
    let place = Place::of(cursor.since(start));
    if let Some((known, sign)) = Sign::NAMES.iter().find(|(known, _)| *known == text) {
        reader.note(name);
        return Ok(ConditionStart::Sign(
            *sign,
            place,
            format!("client.{known}"),
        ));
    }
    if let Some((known, found)) = CLIENT.iter().find(|(known, _)| *known == text) {
        reader.note(name);
        return Ok(field(*found, start, *cursor, format!("client.{known}")));
    }
    fail(unknown_of_client(place, &text, cursor.is_sign("(")))
}
