//! Findings on lists in the place of one value, and the other way round.

use proc_macro2::TokenTree;

use super::names::Operator;
use crate::finding::{Finding, Place, Read};
use crate::named::NamedField;
use crate::quoted as texts;
use crate::reader::{Reader, fail};
use crate::text::{no_values, text_of};
use crate::tokens::{Cursor, token_text};
use crate::value::{self, Fit, example};
use humanify_syntax::{Field, FieldKind, METHODS, Test};

/// The finding on one value after `in`: `in "a"`, `in NAME`.
pub(super) fn no_list(
    cursor: &mut Cursor,
    field: &NamedField,
    operator: Operator,
    reader: &mut Reader,
) -> Read<Test> {
    let tokens = value::take(cursor);
    let place = Place::of(tokens);
    let written = token_text(tokens);
    let sign = match tokens {
        [TokenTree::Literal(literal)] => text_of(literal),
        _ => None,
    };
    if let (Some(text), Field::Ip) = (&sign, field.field) {
        let lists = [
            ("firehol", "client.is_firehol"),
            ("tor", "client.is_tor"),
            ("vpn", "client.is_vpn"),
            ("proxies", "client.is_proxy"),
            ("proxy", "client.is_proxy"),
            ("datacenter", "client.is_datacenter"),
            ("datacenters", "client.is_datacenter"),
            ("spammers", "client.is_forum_spammer"),
            ("stopforumspam", "client.is_forum_spammer"),
        ];
        let known = lists
            .iter()
            .find(|(name, _)| text.value.eq_ignore_ascii_case(name));
        if let Some((_, sign)) = known {
            let sign = match operator {
                "in" => (*sign).to_owned(),
                _ => format!("!{sign}"),
            };
            return fail(
                Finding::new(
                    place,
                    format_args!(
                        "lists of addresses are signs, and are not compared by `{operator}`"
                    ),
                    format_args!("write `{sign}`"),
                )
                .with_at(field.place.to(place), sign),
            );
        }
    }
    // `in "GET,POST"`, and `in "10.0.0.1".."10.0.0.9"`.
    if let Some(text) = &sign {
        let several = match field.field.kind() {
            FieldKind::Method => texts::listed_method(&text.value)
                .err()
                .map(|wrong| (wrong, place)),
            FieldKind::Address if cursor.is_sign("..") => {
                let start = *cursor;
                cursor.skip(cursor.signs().len());
                cursor.text().and_then(|to| {
                    cursor.next();
                    let wrong = texts::network(&format!("{}-{}", text.value, to.value)).err()?;
                    Some((wrong, place.to(Place::of(cursor.since(start)))))
                })
            }
            _ => None,
        };
        if let Some((wrong, place)) = several {
            let listed: Vec<String> = wrong.texts.iter().map(|text| format!("[{text}]")).collect();
            return fail(match listed.as_slice() {
                [one] => Finding::write(place, wrong.problem, one),
                _ => Finding::new(place, wrong.problem, wrong.help),
            });
        }
    }
    let is_value = match (tokens, field.field.kind()) {
        ([TokenTree::Literal(_)], _) => sign.is_some(),
        ([TokenTree::Ident(_)], FieldKind::Method | FieldKind::CrawlerKind) => true,
        _ => false,
    };
    if is_value {
        let before = reader.findings.count();
        let value = value::one(tokens, field, Fit::Whole, reader);
        if reader.findings.count() > before {
            return Ok(Test::OneOf(value));
        }
        let mut values = vec![written];
        let mut place = place;
        while cursor.eat_sign(",").is_some() {
            let more = value::take(cursor);
            if more.is_empty() {
                break;
            }
            values.push(token_text(more));
            place = place.to(Place::of(more));
        }
        return fail(Finding::write(
            place,
            format_args!("expected a list after `{operator}`"),
            &format!("[{}]", values.join(", ")),
        ));
    }
    let words: Option<Vec<String>> = tokens
        .iter()
        .map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        })
        .collect();
    if let Some(words) = words.filter(|words| words.len() > 1)
        && words.iter().all(|word| METHODS.contains(&word.as_str()))
    {
        let list = format!("[{}]", words.join(", "));
        return fail(Finding::write(
            place,
            "a list is written in square brackets, with commas",
            &list,
        ));
    }
    if let [TokenTree::Ident(word), TokenTree::Literal(_)] = tokens
        && ["under", "regex", "route", "endpoint"]
            .iter()
            .any(|kind| word == kind)
    {
        return fail(Finding::new(
            place,
            format_args!("`{written}` is a target, not a value"),
            format_args!("targets stand after `on`, as in `on {written}`"),
        ));
    }
    if let [TokenTree::Ident(word), TokenTree::Group(_)] = tokens {
        return fail(Finding::new(
            place,
            format_args!("`{word}` is not a function"),
            format_args!(
                "a list is written in square brackets, as in `{operator} {}`",
                example(field, operator)
            ),
        ));
    }
    if let [TokenTree::Ident(_), ..] = tokens {
        return fail(no_values(place, &written));
    }
    fail(Finding::new(
        place,
        format_args!("expected a list after `{operator}`"),
        format_args!(
            "as in `{} {operator} {}`",
            field.shown,
            example(field, operator)
        ),
    ))
}

/// The finding on a list after a comparison with one value: `== ["a", "b"]`.
pub(super) fn no_single(
    field: &NamedField,
    operator: &str,
    whole: Place,
    list: Place,
    inner: &[TokenTree],
) -> Finding {
    let problem = format!("`{operator}` compares with one value, not with a list");
    let values = token_text(inner).replace(" || ", ", ");
    let meant = match operator {
        "==" => Some("in"),
        "!=" => Some("not in"),
        _ => None,
    };
    match meant {
        Some(meant) if !inner.is_empty() => {
            let written = format!("{meant} [{values}]");
            Finding::new(
                list,
                problem,
                format_args!("write `{} {written}`", field.shown),
            )
            .with_at(field.place.to(whole), format!("{} {written}", field.shown))
        }
        _ => Finding::new(list, problem, "join the expressions with `|` in one string"),
    }
}
