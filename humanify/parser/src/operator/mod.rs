//! Parses comparisons: an operator that fits the field, and values that fit both.

mod expression;
mod list;
mod mistakes;
mod names;
mod phrases;

use expression::expression;
use list::{no_list, no_single};
pub(super) use mistakes::not_compared;
use mistakes::{no_operator, presence};
use names::{FOREIGN_OPERATORS, Operator, SIGNS, WORDS, described, in_capitals, operators};

use proc_macro2::{Delimiter, TokenTree};

use super::finding::{Finding, Place, Read, quoted};
use super::named::NamedField;
use super::reader::{Reader, fail};
use super::tokens::{Cursor, plain, token_text};
use super::value::{self, Fit, example};
use super::words::{CLAUSES, starts};
use humanify_syntax::{Comparison, Field, FieldKind, Test};

/// The word after a comparison of texts.
pub(super) const IGNORE_CASE: &str = "ignore_case";

/// A parsed comparison, with what is needed to explain a mistake after it.
pub(super) struct ParsedComparison {
    pub(super) comparison: Comparison,
    pub(super) operator: Operator,
}

/// Parses the operator and the values after a field.
pub(super) fn read(
    cursor: &mut Cursor,
    field: &NamedField,
    reader: &mut Reader,
) -> Read<ParsedComparison> {
    let start = *cursor;
    let operator = take(cursor, field, reader)?;
    let place = Place::of(cursor.since(start));
    let kind = field.field.kind();
    if kind != FieldKind::Text && (WORDS.contains(&operator) || ["~", "!~"].contains(&operator)) {
        return fail(misfit(field, operator, place));
    }
    let negated = ["!=", "!~", "not in", "is missing"].contains(&operator);
    let test = match operator {
        "is present" | "is missing" => Test::Present,
        operator => values(cursor, field, operator, place, reader)?,
    };
    let mut comparison = Comparison {
        negated,
        ignores_case: false,
        test,
    };
    if let Some(word) = cursor.eat_word(IGNORE_CASE) {
        reader.note(word);
        comparison.ignores_case = true;
        let fits = kind == FieldKind::Text && !matches!(test, Test::Matches(_) | Test::Present);
        if !fits {
            return fail(match test {
                Test::Matches(expression) => {
                    let written = format!("{operator} {}", quoted(&format!("(?i){expression}")));
                    Finding::new(
                        word.span(),
                        "case is set in the expression",
                        format_args!("write `{written}`"),
                    )
                    .with_at(Place::of(cursor.since(start)), written)
                }
                _ => Finding::new(
                    word.span(),
                    format_args!("`ignore_case` does not fit `{}`", field.shown),
                    "leave it out",
                )
                .with(""),
            });
        }
    }
    Ok(ParsedComparison {
        comparison,
        operator,
    })
}

fn misfit(field: &NamedField, operator: &str, place: Place) -> Finding {
    let kind = field.field.kind();
    let help = match (kind, operator) {
        (FieldKind::Address, _) => {
            "an address is compared with networks, as in `client.ip in [\"10.0.0.0/8\"]`".to_owned()
        }
        _ => format!("its operators are {}", operators(kind)),
    };
    Finding::new(
        place,
        format_args!(
            "`{operator}` does not fit `{}`, which is {}",
            field.shown,
            described(kind)
        ),
        help,
    )
}

/// Parses the values after an operator.
fn values(
    cursor: &mut Cursor,
    field: &NamedField,
    operator: Operator,
    place: Place,
    reader: &mut Reader,
) -> Read<Test> {
    let missing = cursor.is_empty()
        || starts(*cursor)
        || cursor.is_sign("&&")
        || cursor.is_sign("||")
        || cursor
            .peek_word()
            .is_some_and(|word| CLAUSES.iter().any(|clause| word == clause));
    if missing {
        return fail(Finding::new(
            place,
            format_args!("missing value after `{operator}`"),
            format_args!(
                "as in `{} {operator} {}`",
                field.shown,
                example(field, operator)
            ),
        ));
    }
    if cursor.is_word(IGNORE_CASE)
        && let (Some(word), Some(text)) = (cursor.peek_word(), cursor.text_at(1))
    {
        let written = format!("{} {IGNORE_CASE}", quoted(&text.value));
        let whole = Place::from(word.span()).to(text.span.into());
        return fail(Finding::write(
            whole,
            "`ignore_case` follows the value",
            &written,
        ));
    }
    let group = match cursor.peek() {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    };
    if operator == "in" || operator == "not in" {
        let Some(group) = group else {
            return no_list(cursor, field, operator, reader);
        };
        let token_place = cursor.peek().map_or(place, Place::from);
        cursor.next();
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if group.delimiter() != Delimiter::Bracket {
            let written = format!("[{}]", token_text(&inner));
            return fail(Finding::write(
                token_place,
                "a list is written in square brackets",
                &written,
            ));
        }
        let values = value::list(&inner, token_place, field, Fit::Whole, reader);
        return Ok(Test::OneOf(values));
    }
    if let Some(group) = group
        && value::is_list(group.delimiter())
    {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let token_place = cursor.peek().map_or(place, Place::from);
        if WORDS.contains(&operator) && group.delimiter() == Delimiter::Bracket {
            cursor.next();
            let values = value::list(&inner, token_place, field, Fit::Part, reader);
            return Ok(part(operator, values));
        }
        return fail(no_single(
            field,
            operator,
            place.to(token_place),
            token_place,
            &inner,
        ));
    }
    let tokens = value::take(cursor);
    if operator == "~" || operator == "!~" {
        let expression = expression(tokens, place, operator, reader)?;
        if field.field == Field::Host && !expression.is_ascii() {
            return fail(Finding::new(
                Place::of(tokens),
                format_args!("hosts are sent in ASCII: `{expression}`"),
                value::PUNYCODE,
            ));
        }
        return Ok(Test::Matches(expression));
    }
    if WORDS.contains(&operator) {
        return Ok(part(operator, value::one(tokens, field, Fit::Part, reader)));
    }
    if let [TokenTree::Ident(word)] = tokens {
        let name = plain(word).to_ascii_lowercase();
        let absent = ["null", "none", "nil", "undefined", "missing", "absent"];
        if absent.contains(&name.as_str()) && field.may_be_missing() {
            let written = format!(
                "{} is {}",
                field.shown,
                if operator == "!=" {
                    "present"
                } else {
                    "missing"
                }
            );
            return fail(
                Finding::new(
                    word.span(),
                    format_args!("`{word}` is not a value"),
                    format_args!("write `{written}`"),
                )
                .with_at(field.place.to(word.span().into()), written),
            );
        }
    }
    Ok(Test::OneOf(value::one(tokens, field, Fit::Whole, reader)))
}

const fn part(operator: &str, values: &'static [&'static str]) -> Test {
    match operator.as_bytes() {
        b"starts_with" => Test::StartsWith(values),
        b"ends_with" => Test::EndsWith(values),
        _ => Test::Contains(values),
    }
}

/// Parses the operator, or explains what stands in its place.
fn take(cursor: &mut Cursor, field: &NamedField, reader: &mut Reader) -> Read<Operator> {
    let kind = field.field.kind();
    let start = *cursor;
    let signs = cursor.signs();
    // In `== -1` and `!~"x"`, further punctuation follows the operator.
    let sign = SIGNS.into_iter().find(|sign| *sign == signs).or_else(|| {
        let known = FOREIGN_OPERATORS.iter().any(|(name, _)| *name == signs);
        SIGNS
            .into_iter()
            .find(|sign| !known && cursor.is_sign(sign) && signs.starts_with(sign))
    });
    if let Some(sign) = sign {
        cursor.skip(sign.len());
        return Ok(sign);
    }
    if cursor.is_sign("!") && cursor.is_sign_at(1, "~") {
        cursor.skip(2);
        return Ok("!~");
    }
    if let Some(word) = cursor.peek_word().filter(|_| !starts(*cursor)) {
        let name = word.to_string();
        if name == "in" {
            cursor.next();
            reader.note(word);
            return Ok("in");
        }
        if name == "not" && cursor.word_at(1).is_some_and(|next| next == "in") {
            cursor.skip(2);
            return Ok("not in");
        }
        if let Some(known) = WORDS.into_iter().find(|known| *known == name) {
            cursor.next();
            reader.note(word);
            return Ok(known);
        }
        if name == "is" {
            return is(cursor, field, reader);
        }
        if [
            "missing", "absent", "present", "exists", "exist", "defined", "set", "empty", "unset",
        ]
        .contains(&name.as_str())
            && field.may_be_missing()
        {
            return fail(presence(field, word.span().into(), &name, false));
        }
    }
    if let Some(word) = cursor.peek_word()
        && let Some(small) = in_capitals(word)
    {
        let not = cursor.word_at(1).is_some_and(|next| next == "NOT");
        let mut end = *cursor;
        end.skip(if not { 3 } else { 2 });
        let is_null = matches!(end.before(), Some(TokenTree::Ident(last)) if last == "NULL");
        if small == "is" && is_null && field.may_be_missing() {
            let place = Place::of(end.since(*cursor));
            return fail(presence(field, place, "null", not));
        }
        let problem = format!("`{word}` is written in small letters");
        return fail(Finding::write(word.span(), problem, &small));
    }
    // A conjunction, a bracket or the end: there is no comparison.
    let ends = cursor.is_empty()
        || starts(*cursor)
        || cursor.is_sign("&")
        || cursor.is_sign("|")
        || cursor.is_sign("&&")
        || cursor.is_sign("||")
        || cursor.peek_word().is_some_and(|word| {
            ["and", "or"].iter().any(|join| word == join)
                || CLAUSES.iter().any(|clause| word == clause)
        });
    if ends {
        return fail(not_compared(field));
    }
    fail(no_operator(cursor, start, field, kind))
}

fn never_missing(field: &NamedField, place: Place) -> Finding {
    Finding::new(
        place,
        format_args!("`{}` is never missing", field.shown),
        "leave the comparison out",
    )
}

/// Parses `is present` and `is missing`.
fn is(cursor: &mut Cursor, field: &NamedField, reader: &mut Reader) -> Read<Operator> {
    let start = *cursor;
    cursor.next();
    let not = cursor.eat_word("not").is_some();
    let Some(word) = cursor.peek_word().filter(|_| !starts(*cursor)) else {
        let operator = if not { "!=" } else { "==" };
        return fail(Finding::write(
            Place::of(cursor.since(start)),
            format_args!(
                "`{}` cannot compare values",
                token_text(cursor.since(start))
            ),
            operator,
        ));
    };
    let mut name = word.to_string();
    cursor.next();
    if name == "one" && cursor.eat_word("of").is_some() || ["any", "among"].contains(&name.as_str())
    {
        cursor.eat_word("of");
        name = "in".to_owned();
    }
    let place = Place::of(cursor.since(start));
    if name == "in" {
        return fail(Finding::write(
            place,
            format_args!(
                "`{}` cannot compare values",
                token_text(cursor.since(start))
            ),
            if not { "not in" } else { "in" },
        ));
    }
    let known = ["present", "missing"].iter().any(|known| name == *known);
    if known && !not {
        if !field.may_be_missing() {
            return fail(never_missing(field, place));
        }
        reader.note(word);
        return Ok(match name.as_str() {
            "present" => "is present",
            _ => "is missing",
        });
    }
    let words = [
        "present",
        "missing",
        "absent",
        "null",
        "none",
        "nil",
        "undefined",
        "empty",
        "set",
        "defined",
        "None",
        "there",
        "given",
    ];
    if words.contains(&name.as_str()) {
        return fail(match field.may_be_missing() {
            true => presence(field, place, &name, not),
            false => never_missing(field, place),
        });
    }
    fail(Finding::write(
        Place::of(
            cursor
                .since(start)
                .get(..cursor.since(start).len() - 1)
                .unwrap_or_default(),
        ),
        format_args!("`is` cannot compare values"),
        if not { "!=" } else { "==" },
    ))
}
