//! Parses the settings after the rates: `, name = value`.

use proc_macro2::{Ident, TokenTree};

use super::examples::example;
use crate::finding::{Finding, Place, Read, quoted};
use crate::quoted as texts;
use crate::reader::fail;
use crate::text::Text;
use crate::tokens::{Cursor, plain, token_text};
use crate::words::{CLAUSES, starts};
use humanify_syntax::{listed, nearest};

/// The names of the settings.
const SETTINGS: [&str; 7] = [
    "burst", "cost", "key", "scope", "count", "failures", "methods",
];

/// Names of settings in other languages, with their equivalents.
const FOREIGN_SETTINGS: [(&str, &str); 18] = [
    ("by", "key"),
    ("per", "key"),
    ("key_func", "key"),
    ("discriminator", "key"),
    ("group", "scope"),
    ("zone", "scope"),
    ("name", "scope"),
    ("bucket", "scope"),
    ("method", "methods"),
    ("weight", "cost"),
    ("capacity", "burst"),
    ("burst_size", "burst"),
    ("counts", "count"),
    ("only", "count"),
    ("statuses", "failures"),
    ("status_codes", "failures"),
    ("codes", "failures"),
    ("errors", "failures"),
];

/// Whether a limit has a setting with this name.
pub(crate) fn is_setting(name: &str) -> bool {
    SETTINGS.contains(&name)
}

/// A setting `name = value`.
pub(super) struct Set<'a> {
    pub(super) name: &'a Ident,
    pub(super) value: &'a [TokenTree],
}

pub(super) fn unknown(setting: &Set<'_>, name: &str) -> Finding {
    let place = setting.name.span();
    let list = format!("the settings of a limit are {}", listed(SETTINGS));
    let problem = format!("unknown setting `{name}`");
    if [
        "window",
        "period",
        "interval",
        "time",
        "every",
        "per_second",
        "seconds",
    ]
    .contains(&name)
    {
        return Finding::new(
            place,
            format_args!("unknown setting `{name}`: the rate itself contains the period"),
            format_args!("as in `\"5/30 seconds\"`; {list}"),
        );
    }
    if ["rate", "limit", "requests", "max", "rates"].contains(&name) {
        return Finding::new(
            place,
            format_args!("unknown setting `{name}`: the rate comes first, without a name"),
            format_args!("as in `\"5/minute\"`; {list}"),
        );
    }
    let is_list = matches!(setting.value, [TokenTree::Group(_)]);
    if name == "status" && is_list {
        return Finding::new(place, problem, format_args!("write `failures`; {list}"))
            .with("failures");
    }
    if [
        "action",
        "status",
        "message",
        "error_message",
        "block",
        "error",
    ]
    .contains(&name)
    {
        return Finding::new(
            place,
            format_args!("unknown setting `{name}`: a client over its limit gets 429"),
            format_args!("leave it out; {list}"),
        );
    }
    if [
        "when",
        "if",
        "unless",
        "exempt_when",
        "skip",
        "skip_if",
        "except",
    ]
    .contains(&name)
    {
        return Finding::new(
            place,
            format_args!("unknown setting `{name}`: a limit's conditions belong in `protect!`"),
            format_args!(
                "as in `limit \"5/minute\" on endpoint \"billing::pay\" when \
                 client.is_datacenter;`; {list}"
            ),
        );
    }
    if ["hardness", "challenge_type"].contains(&name) {
        return Finding::new(
            place,
            format_args!(
                "unknown setting `{name}`: a limit answers with 429, not with a challenge"
            ),
            format_args!("`{name}` belongs to `#[require_human]`; {list}"),
        );
    }
    let meant = FOREIGN_SETTINGS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, meant)| *meant)
        .or_else(|| nearest(name, SETTINGS));
    match meant {
        Some(meant) => {
            Finding::new(place, problem, format_args!("write `{meant}`; {list}")).with(meant)
        }
        None => Finding::new(place, problem, list),
    }
}

/// Parses all settings `, name = value`.
pub(super) fn settings<'a>(cursor: &mut Cursor<'a>, rates: &Text) -> Read<Vec<Set<'a>>> {
    let mut settings = Vec::new();
    if let Some(word) = cursor.peek_word().filter(|word| is_setting(&plain(word)))
        && (cursor.is_sign_at(1, "=") || cursor.is_sign_at(1, ":"))
    {
        return fail(Finding::write(
            word.span(),
            format_args!("missing `,` before `{word}`"),
            &format!(", {word}"),
        ));
    }
    if let Some(word) = cursor.peek_word().filter(|word| is_setting(&plain(word)))
        && let Some(value @ TokenTree::Literal(_)) = cursor.peek_at(1)
    {
        return fail(
            Finding::new(
                word.span(),
                format_args!("expected a setting `, name = value`, found `{word} {value}`"),
                format_args!("write `, {word} = {value}`"),
            )
            .with_at(
                Place::from(word.span()).to(value.into()),
                format!(", {word} = {value}"),
            ),
        );
    }
    while cursor.is_sign(",") {
        let comma = *cursor;
        cursor.next();
        // A comma at the end is not a mistake.
        let ends = cursor.is_empty()
            || cursor
                .peek_word()
                .is_some_and(|word| CLAUSES.iter().any(|clause| word == clause));
        if ends {
            break;
        }
        if starts(*cursor) {
            return fail(Finding::write(
                Place::of(cursor.since(comma)),
                "a statement ends with `;`, not with `,`",
                ";",
            ));
        }
        if let Some(text) = cursor.text() {
            let both = format!("{}; {}", rates.value.trim_end_matches(';'), text.value);
            let place = Place::from(rates.span).to(text.span.into());
            let problem = "several rates are written in one string, with `;` between them";
            return fail(match texts::rates(&both) {
                Ok(_) => Finding::new(
                    text.span,
                    problem,
                    format_args!("write `{}`", quoted(&both)),
                )
                .with_at(place, quoted(&both)),
                Err(_) => Finding::new(text.span, problem, "as in `\"10/second; 500/hour\"`"),
            });
        }
        let Some(name) = cursor.peek_word() else {
            let token = cursor.peek().map(ToString::to_string).unwrap_or_default();
            return fail(Finding::new(
                cursor.peek().map_or_else(|| Place::of(&[]), Place::from),
                format_args!("expected a setting, found `{token}`"),
                format_args!(
                    "a setting is `name = value`; the settings of a limit are {}",
                    listed(SETTINGS)
                ),
            ));
        };
        let start = *cursor;
        cursor.next();
        let other = [":=", "=>", "==", ":"]
            .into_iter()
            .find(|sign| cursor.is_sign(sign) && !cursor.is_sign("::"));
        if !cursor.is_sign("=") && other.is_none() {
            return fail(no_value(name));
        }
        cursor.skip(other.map_or(1, str::len));
        let value = value(cursor);
        if value.is_empty() {
            return fail(no_value(name));
        }
        if let Some(sign) = other {
            let written = format!("{name} = {}", token_text(value));
            return fail(Finding::write(
                Place::of(cursor.since(start)),
                format_args!("expected `=` between a setting and its value, found `{sign}`"),
                &written,
            ));
        }
        settings.push(Set { name, value });
    }
    Ok(settings)
}

fn no_value(name: &Ident) -> Finding {
    let text = plain(name);
    match is_setting(&text) {
        true => Finding::new(
            name.span(),
            format_args!("missing value of `{text}`"),
            example(&text),
        ),
        false => unknown(&Set { name, value: &[] }, &text),
    }
}

/// Takes the tokens of a value, up to a comma, a clause or the next statement.
fn value<'a>(cursor: &mut Cursor<'a>) -> &'a [TokenTree] {
    let start = *cursor;
    while let Some(token) = cursor.peek() {
        let behind_dot = matches!(cursor.before(), Some(TokenTree::Punct(sign)) if ".-".contains(sign.as_char()));
        let ends = match token {
            TokenTree::Ident(word) => {
                !behind_dot && (CLAUSES.iter().any(|clause| word == clause) || starts(*cursor))
            }
            TokenTree::Punct(sign) => sign.as_char() == ',',
            _ => false,
        };
        if ends {
            break;
        }
        cursor.next();
    }
    cursor.since(start)
}
