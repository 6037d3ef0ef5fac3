//! Findings on unknown operators.

use proc_macro2::{Delimiter, TokenTree};

use super::names::{FOREIGN_OPERATORS, SIGNS, WORDS, described, operators};
use super::phrases::{case_folded, in_words};
use crate::field::is_call;
use crate::finding::{Finding, Place, quoted};
use crate::named::{self, NamedField};
use crate::text::text_of;
use crate::tokens::{Cursor, plain};
use crate::value::example;
use humanify_syntax::{Field, FieldKind};

/// Words for `ignore_case` and for functions that remove the case.
const IGNORES_CASE: [&str; 16] = [
    "ignore_case",
    "ignorecase",
    "case_insensitive",
    "caseinsensitive",
    "insensitive",
    "caseless",
    "nocase",
    "icase",
    "i",
    "nc",
    "lower",
    "lowercase",
    "to_lower",
    "tolower",
    "upper",
    "uppercase",
];

/// Words that say how to compare, and are no second part of a name.
const NO_PARTS_OF_NAMES: [&str; 22] = [
    "not", "does", "is", "isnt", "value", "values", "length", "len", "size", "count", "first",
    "last", "any", "all", "exactly", "exact", "trim", "trimmed", "raw", "decoded", "always",
    "never",
];

/// The finding on `ignore_case` before the operator: `headers.user-agent ignore_case == "curl"`.
fn case_before_operator(cursor: Cursor, field: &NamedField) -> Finding {
    let place = cursor.peek().map_or(field.place, Place::from);
    let word = cursor.peek().map(ToString::to_string).unwrap_or_default();
    Finding::new(
        place,
        format_args!("`{word}` is not an operator"),
        format_args!(
            "to ignore case, write so after the value, as in `{} == {} ignore_case`",
            field.shown,
            example(field, "==")
        ),
    )
}

/// The finding on other words for `is present` and `is missing`.
pub(super) fn presence(field: &NamedField, place: Place, word: &str, not: bool) -> Finding {
    if word == "empty" {
        let missing = format!(
            "{} is {}",
            field.shown,
            if not { "present" } else { "missing" }
        );
        let [is_empty, is_not_empty] = match field.field {
            Field::Arg(_) | Field::Header(_) | Field::Cookie(_) => ["== \"\"", "!= \"\""],
            // The empty text is no media type.
            Field::ContentType => ["~ \"^$\"", "!~ \"^$\""],
            _ => {
                return Finding::new(
                    place,
                    format_args!("`{}` has a value or is missing", field.shown),
                    format_args!("write `{missing}`"),
                )
                .with_at(field.place.to(place), missing);
            }
        };
        // `!=` also holds for a missing value.
        let (empty, help) = match not {
            false => {
                let empty = format!("{} {is_empty}", field.shown);
                let help =
                    format!("write `{missing}` for no value at all, or `{empty}` for an empty one");
                (empty, help)
            }
            true => {
                let empty = format!("{missing} && {} {is_not_empty}", field.shown);
                let help = format!(
                    "write `{missing}` for any value, even an empty one, or `{empty}` for one that \
                     is not empty"
                );
                (empty, help)
            }
        };
        return Finding::new(place, "`empty` is ambiguous", help)
            .with_at(field.place.to(place), missing)
            .with_at(field.place.to(place), empty);
    }
    let there = [
        "present", "exists", "exist", "defined", "set", "there", "given",
    ]
    .contains(&word);
    let written = format!(
        "{} is {}",
        field.shown,
        if there != not { "present" } else { "missing" }
    );
    Finding::new(
        place,
        format_args!(
            "use `is present` or `is missing` to test whether `{}` is there",
            field.shown
        ),
        format_args!("write `{written}`"),
    )
    .with_at(field.place.to(place), written)
}

/// The finding on a field without a comparison.
pub(crate) fn not_compared(field: &NamedField) -> Finding {
    let kind = field.field.kind();
    let present = format!("{} is present", field.shown);
    let problem = format!(
        "`{}` is {}, not a condition by itself",
        field.shown,
        described(kind)
    );
    let compared = format!("as in `{} == {}`", field.shown, example(field, "=="));
    match field.may_be_missing() {
        true => Finding::new(
            field.place,
            problem,
            format_args!(
                "write `{present}` to test whether it is there, or compare it, {compared}"
            ),
        )
        .with(present),
        false => Finding::new(
            field.place,
            problem,
            format_args!(
                "compare it, {compared}; its operators are {}",
                operators(kind)
            ),
        ),
    }
}

pub(super) fn no_operator(
    cursor: &mut Cursor,
    start: Cursor,
    field: &NamedField,
    kind: FieldKind,
) -> Finding {
    if let Some(finding) = called(*cursor, field) {
        return finding;
    }
    let signs = cursor.signs();
    let written = match cursor.peek_word() {
        Some(word) if *word == "LIKE" => "like".to_owned(),
        Some(word) => plain(word),
        None if signs.is_empty() => cursor.peek().map(ToString::to_string).unwrap_or_default(),
        None => signs.clone(),
    };
    if kind == FieldKind::Text && IGNORES_CASE.contains(&written.to_ascii_lowercase().as_str()) {
        return case_before_operator(*cursor, field);
    }
    // `headers.user agent`.
    if let Field::Header(name) | Field::Cookie(name) | Field::Arg(name) = field.field
        && let Some(word) = cursor.peek_word()
        && !FOREIGN_OPERATORS.iter().any(|(known, _)| *known == written)
        && !NO_PARTS_OF_NAMES.contains(&written.to_ascii_lowercase().as_str())
        && (SIGNS.iter().any(|sign| cursor.is_sign_at(1, sign))
            || cursor.word_at(1).is_some_and(|next| next == "in"))
    {
        let of = field.shown.split(['.', '[']).next().unwrap_or_default();
        let joined = named::named_field_text(of, &format!("{name}-{}", plain(word)));
        return Finding::new(
            field.place.to(word.span().into()),
            "a name cannot contain spaces",
            format_args!("write `{joined}`"),
        )
        .with(joined);
    }
    if written == "!" && cursor.word_at(1).is_some_and(|word| word == "in") {
        let mut end = *cursor;
        end.skip(2);
        return Finding::write(
            Place::of(end.since(start)),
            "`!in` is not an operator",
            "not in",
        );
    }
    if written == "!"
        && cursor
            .word_at(1)
            .is_some_and(|word| WORDS.iter().any(|known| word == known))
    {
        return Finding::new(
            cursor.peek().map_or(field.place, Place::from),
            "negate the comparison as a whole",
            format_args!("as in `!({} contains \"value\")`", field.shown),
        );
    }
    let length = if cursor.peek_word().is_some() || signs.is_empty() {
        1
    } else {
        signs.len()
    };
    let mut end = *cursor;
    end.skip(length);
    let place = Place::of(end.since(start));
    if let Some(finding) = in_words(*cursor, field, kind) {
        return finding;
    }
    let known = FOREIGN_OPERATORS
        .iter()
        .find(|(known, _)| *known == written);
    let list = format!("the operators of `{}` are {}", field.shown, operators(kind));
    if ["<", ">", "<=", ">=", "lt", "gt", "le", "ge"].contains(&written.as_str()) {
        if kind != FieldKind::Text {
            return Finding::new(place, format_args!("`{written}` is not an operator"), list);
        }
        return Finding::new(
            place,
            format_args!("`{written}` is not an operator: values are strings, which have no order"),
            format_args!(
                "use a regular expression, as in `{} ~ \"^[2-9]\"`; {list}",
                field.shown
            ),
        );
    }
    if ["~*", "!~*"].contains(&written.as_str())
        && let Some(text) = end.text()
        && kind == FieldKind::Text
    {
        let operator = written.trim_end_matches('*');
        let whole = format!("{operator} {}", quoted(&format!("(?i){}", text.value)));
        return Finding::new(
            place,
            format_args!("`{written}` is not an operator: case is set in the expression"),
            format_args!("write `{whole}`"),
        )
        .with_at(place.to(text.span.into()), whole);
    }
    if kind == FieldKind::Text
        && let Some(text) = end.text()
        && let Some(whole) = case_folded(&written, &text.value)
    {
        return Finding::new(
            place,
            format_args!("`{written}` is not an operator: `ignore_case` follows the value"),
            format_args!("write `{whole}`"),
        )
        .with_at(place.to(text.span.into()), whole);
    }
    match known {
        Some((_, meant)) if kind == FieldKind::Text || ["==", "!="].contains(meant) => {
            // An expression is searched; the other language compares the whole value.
            let whole = match (written.as_str(), end.text()) {
                ("like", Some(text)) if text.value.contains('%') => {
                    return Finding::new(
                        place,
                        "`like` is not an operator",
                        format_args!(
                            "`starts_with`, `ends_with` and `contains` take parts of a \
                             value; {list}"
                        ),
                    );
                }
                _ => *meant,
            };
            Finding::new(
                place,
                format_args!("`{written}` is not an operator"),
                format_args!("write `{whole}`; {list}"),
            )
            .with(whole)
        }
        _ => {
            let near =
                humanify_syntax::nearest(&written, WORDS).filter(|_| kind == FieldKind::Text);
            match near {
                Some(near) => Finding::new(
                    place,
                    format_args!("`{written}` is not an operator"),
                    format_args!("did you mean `{near}`? {list}"),
                )
                .with(near),
                None => Finding::new(place, format_args!("`{written}` is not an operator"), list),
            }
        }
    }
}

/// The finding on a method call: `.contains("x")`, `.startsWith("x")`, `.lower() == …`.
fn called(cursor: Cursor, field: &NamedField) -> Option<Finding> {
    if !is_call(cursor) {
        return None;
    }
    let word = cursor.word_at(1)?;
    let group = cursor.group_at(2, Delimiter::Parenthesis)?;
    let name = plain(word);
    let mut end = cursor;
    end.skip(3);
    let place = field.place.to(Place::of(end.since(cursor)));
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let known = WORDS.into_iter().find(|known| *known == name).or_else(|| {
        let meant = FOREIGN_OPERATORS.iter().find(|(known, _)| *known == name);
        meant.map(|(_, meant)| *meant)
    });
    let problem = format!("`{name}` is not a function");
    match (known, inner.as_slice()) {
        (Some(operator), [TokenTree::Literal(literal)]) if text_of(literal).is_some() => {
            let written = format!("{} {operator} {literal}", field.shown);
            Some(
                Finding::new(word.span(), problem, format_args!("write `{written}`"))
                    .with_at(place, written),
            )
        }
        (None, []) if ["is_some", "exists", "is_present"].contains(&name.as_str()) => Some(
            Finding::write(place, problem, &format!("{} is present", field.shown)),
        ),
        (None, []) if ["is_none", "is_missing"].contains(&name.as_str()) => Some(Finding::write(
            place,
            problem,
            &format!("{} is missing", field.shown),
        )),
        _ if name.to_ascii_lowercase().contains("lower")
            || name.to_ascii_lowercase().contains("upper") =>
        {
            Some(Finding::new(
                word.span(),
                problem,
                format_args!(
                    "to ignore case, write so after the value, as in `{} == \"value\" ignore_case`",
                    field.shown
                ),
            ))
        }
        _ => Some(Finding::new(
            word.span(),
            problem,
            format_args!(
                "the operators of `{}` are {}",
                field.shown,
                operators(field.field.kind())
            ),
        )),
    }
}
