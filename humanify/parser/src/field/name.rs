//! Parses the name of a parameter, a header or a cookie: `.content-type` or `["x-1e5"]`.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::call::is_call;
use crate::finding::{Finding, Place, Read, quoted};
use crate::named::named_field_text;
use crate::reader::fail;
use crate::text::text_of;
use crate::tokens::{Cursor, line, plain, token_text as show};
use crate::words::starts;
use humanify_syntax::is_header_name;

/// Properties that values have in other languages.
const PROPERTIES: [&str; 6] = ["length", "size", "len", "value", "first", "last"];

pub(super) fn bad_name(what: &str, name: &FieldName) -> Finding {
    if name.text.is_empty() {
        return Finding::new(
            name.place,
            format_args!("the name of a {what} is empty"),
            match what {
                "parameter" => "as in `args.page` or `args[\"a[]\"]`",
                _ => "a name is made of letters, digits and signs such as `-`, `_` and `.`",
            },
        );
    }
    let pseudo = match name.text.to_ascii_lowercase().as_str() {
        ":authority" => Some("host"),
        ":path" => Some("path"),
        ":method" => Some("method"),
        ":scheme" => Some("scheme"),
        _ => None,
    };
    match pseudo {
        Some(field) if !name.in_quotes => Finding::write(
            name.place,
            format_args!("`{}` is not the name of a header", name.text),
            field,
        ),
        Some(field) => Finding::new(
            name.place,
            format_args!("`{}` is not the name of a header", name.text),
            format_args!("the field is `{field}`"),
        ),
        None => Finding::new(
            name.place,
            format_args!("`{}` cannot be the name of a {what}", name.text),
            "a name is made of letters, digits and signs such as `-`, `_` and `.`",
        ),
    }
}

/// The word after a dot, unless it is on another line and so belongs to what follows.
pub(super) fn name_behind_dot<'a>(cursor: Cursor<'a>) -> Option<&'a Ident> {
    let word = cursor.peek_word()?;
    let dot = cursor.before()?;
    let other_line = line(dot) != cursor.peek().map_or(0, line);
    let other = starts(cursor)
        && (other_line
            || cursor.text_at(1).is_some()
            || cursor.word_at(1).is_some_and(|next| next == "on"));
    (!other && !other_line).then_some(word)
}

/// The name of a parameter, a header or a cookie.
pub(super) struct FieldName {
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) in_quotes: bool,
}

/// Parses the name after `args`, `headers` or `cookies`.
pub(super) fn name(cursor: &mut Cursor, field: &Ident, example: &str) -> Read<FieldName> {
    if let Some(group) = cursor.group(Delimiter::Bracket) {
        let place = cursor.peek().map_or(field.span().into(), Place::from);
        cursor.next();
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if let [TokenTree::Literal(literal)] = inner.as_slice()
            && let Some(text) = text_of(literal).filter(|text| text.suffix.is_empty())
        {
            return Ok(FieldName {
                text: text.value,
                place,
                in_quotes: true,
            });
        }
        let written = show(&inner).replace(' ', "");
        let name = written.trim_matches('\'');
        let plain = !name.is_empty() && is_header_name(name);
        let problem = format!("`{field}[…]` takes a name in quotes");
        return fail(match plain {
            true => Finding::write(place, problem, &format!("[{}]", quoted(name))),
            false => Finding::new(
                place,
                problem,
                format_args!("as in `{field}[\"{example}\"]`"),
            ),
        });
    }
    let mut called = *cursor;
    if called.is_sign(".") && called.group_at(2, Delimiter::Parenthesis).is_some() {
        called.skip(2);
    }
    if let Some(group) = called.group(Delimiter::Parenthesis) {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if let [TokenTree::Literal(literal)] = inner.as_slice()
            && let Some(text) = text_of(literal)
        {
            called.next();
            let written = named_field_text(&plain(field), &text.value);
            return fail(Finding::write(
                Place::from(field.span()).to(Place::of(called.since(*cursor))),
                format_args!("`{field}` is not a function"),
                &written,
            ));
        }
    }
    let missing = || {
        Finding::new(
            field.span(),
            format_args!("`{field}` needs a name"),
            format_args!("as in `{field}.{example}`"),
        )
    };
    if cursor.eat_sign(".").is_none() {
        return fail(missing());
    }
    let start = *cursor;
    if let Some(text) = cursor.text().filter(|text| is_header_name(&text.value)) {
        let written = named_field_text(&plain(field), &text.value);
        return fail(Finding::write(
            Place::from(field.span()).to(text.span.into()),
            "a name in quotes is written in square brackets, and a plain one without quotes",
            &written,
        ));
    }
    let fits = name_behind_dot(*cursor).is_some()
        || cursor.literal().is_some()
        || cursor.group(Delimiter::Bracket).is_some()
        || cursor.is_sign(":");
    if !fits {
        return fail(missing());
    }
    let mut text = String::new();
    let mut is_plain = true;
    // A name consists of words and whole numbers with hyphens between them. Other tokens without a
    // space before them are taken, too, so that the message can quote the whole name.
    loop {
        while cursor.is_sign(":") {
            cursor.next();
            text.push(':');
            is_plain = false;
        }
        // The next line is another statement.
        let is_cut = match (cursor.before(), cursor.peek()) {
            (Some(before), Some(token)) => !text.is_empty() && line(before) < line(token),
            _ => false,
        };
        match cursor.peek().filter(|_| !is_cut) {
            Some(TokenTree::Ident(word)) => {
                text.push_str(&plain(word));
                cursor.next();
            }
            Some(TokenTree::Literal(literal)) if text_of(literal).is_none() => {
                let written = literal.to_string();
                is_plain &= written.bytes().all(|byte| byte.is_ascii_digit());
                text.push_str(&written);
                cursor.next();
            }
            _ => is_plain = false,
        }
        if let Some(group) = cursor.group(Delimiter::Bracket) {
            text.push_str(&group.to_string().replace(' ', ""));
            cursor.next();
            is_plain = false;
        }
        if cursor.is_sign("-") {
            cursor.next();
            text.push('-');
        } else if cursor.is_sign(".") && !is_call(*cursor) {
            cursor.next();
            text.push('.');
            is_plain = false;
        } else {
            break;
        }
    }
    let place = Place::of(cursor.since(start));
    let name = FieldName {
        text,
        place,
        in_quotes: false,
    };
    if is_plain {
        return Ok(name);
    }
    if name.text.starts_with(':') {
        let name = FieldName {
            place: Place::from(field.span()).to(place),
            ..name
        };
        return fail(bad_name(plain(field).trim_end_matches('s'), &name));
    }
    let whole = format!("{field}[{}]", quoted(&name.text));
    let last = name.text.rsplit('.').next().unwrap_or_default();
    if field != "args" && PROPERTIES.contains(&last) && last != name.text {
        let value = name.text.strip_suffix(last).unwrap_or_default();
        let value = format!("{field}.{}", value.trim_end_matches('.'));
        return fail(Finding::new(
            place,
            format_args!("a value has no `{last}`: it is compared as a whole"),
            format_args!(
                "use the operators of `{value}`, such as `~ \"^.{{200}}\"` for a length; a name that \
                 contains a dot is written in brackets"
            ),
        ));
    }
    fail(
        Finding::new(
            place,
            "a name without quotes is made of words and hyphens",
            format_args!("write `{whole}`"),
        )
        .with_at(Place::from(field.span()).to(place), whole),
    )
}
