//! Parses conditions: `&& || ! ( )` over comparisons and signs.

mod functions;
mod mistakes;
mod values;

use functions::{function, negated_call};
use mistakes::{comma_between, joined, no_condition, not_as_word, not_comparison, refuse_operator};
use values::{list_of, value_alone};

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::field::{self, ConditionStart};
use super::finding::{Finding, Place, Read};
use super::named::NamedField;
use super::operator::{self, IGNORE_CASE};
use super::reader::{Reader, fail};
use super::tokens::{Cursor, token_text};
use super::words::{CLAUSES, starts};
use crate::interned;
use humanify_syntax::Condition;

/// The deepest nesting of brackets, so that no input can overflow the stack.
const MAX_DEPTH: usize = 64;

/// Parses the condition after `when`.
pub(super) fn read(cursor: &mut Cursor, word: &Ident, reader: &mut Reader) -> Read<Condition> {
    if cursor.is_empty() || starts(*cursor) {
        return fail(Finding::new(
            word.span(),
            "missing condition after `when`",
            "as in `when method == POST`",
        ));
    }
    let mut conditions = Conditions {
        last: (word.span().into(), word.to_string()),
        depth: 0,
        compared: None,
        reader,
    };
    conditions.any(cursor)
}

/// The comparison that was parsed last. A single value after it was probably meant for it.
struct LastComparison {
    named: NamedField,
    operator: &'static str,
    /// Its values, as they were written.
    values: String,
    ignores_case: bool,
    place: Place,
}

struct Conditions<'a> {
    /// The token that was parsed last, at which a missing condition is reported.
    last: (Place, String),
    depth: usize,
    compared: Option<LastComparison>,
    reader: &'a mut Reader,
}

impl Conditions<'_> {
    fn any(&mut self, cursor: &mut Cursor) -> Read<Condition> {
        let mut parts = vec![self.all(cursor)?];
        loop {
            if let Some(place) = cursor.eat_sign("||") {
                self.last = (place, "||".to_owned());
                self.values_alone(*cursor, "||")?;
                parts.push(self.all(cursor)?);
            } else if let Some(token) = cursor.peek().filter(|_| cursor.is_sign("|")) {
                return fail(joined(token, "|", "||"));
            } else if let Some(word) = cursor
                .peek_word()
                .filter(|word| *word == "or" || *word == "OR")
            {
                return fail(joined(word.span(), "or", "||"));
            } else {
                self.values_behind_comma(*cursor)?;
                if let Some(comma) = cursor.peek().filter(|_| is_condition_behind_comma(*cursor)) {
                    return fail(comma_between(comma));
                }
                return Ok(join_unless_single(parts, Condition::Any));
            }
        }
    }

    fn all(&mut self, cursor: &mut Cursor) -> Read<Condition> {
        let mut parts = vec![self.one(cursor)?];
        loop {
            if let Some(place) = cursor.eat_sign("&&") {
                self.last = (place, "&&".to_owned());
                self.values_alone(*cursor, "&&")?;
                parts.push(self.one(cursor)?);
            } else if let Some(token) = cursor.peek().filter(|_| cursor.is_sign("&")) {
                return fail(joined(token, "&", "&&"));
            } else if let Some(word) = cursor
                .peek_word()
                .filter(|word| *word == "and" || *word == "AND")
            {
                return fail(joined(word.span(), "and", "&&"));
            } else {
                return Ok(join_unless_single(parts, Condition::All));
            }
        }
    }

    fn one(&mut self, cursor: &mut Cursor) -> Read<Condition> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return fail(Finding::new(
                self.last.0,
                "this condition is nested too deeply",
                "split the statement in several",
            ));
        }
        let condition = self.unary(cursor);
        self.depth -= 1;
        condition
    }

    fn unary(&mut self, cursor: &mut Cursor) -> Read<Condition> {
        let start = *cursor;
        let ended = cursor
            .peek_word()
            .is_some_and(|word| CLAUSES.iter().any(|clause| word == clause));
        let Some(token) = cursor.peek().filter(|_| !starts(*cursor) && !ended) else {
            return fail(Finding::new(
                self.last.0,
                format_args!("missing condition after `{}`", self.last.1),
                "such as `client.is_vpn` or `method == POST`",
            ));
        };
        if cursor.is_sign("!") || (matches!(token, TokenTree::Punct(p) if p.as_char() == '!')) {
            return self.not(cursor);
        }
        if let Some(group) = cursor.group(Delimiter::Parenthesis) {
            cursor.next();
            return self.bracketed(token, &group.stream().into_iter().collect::<Vec<_>>());
        }
        let Some(word) = cursor.peek_word() else {
            return fail(no_condition(*cursor, token));
        };
        if word == "not" {
            return fail(not_as_word(*cursor, word));
        }
        if let Some(finding) = function(*cursor, word) {
            return fail(finding);
        }
        match field::read(cursor, self.reader)? {
            ConditionStart::Sign(sign, place, shown) => {
                refuse_operator(*cursor, place, &shown)?;
                self.compared = None;
                Ok(Condition::Is(sign))
            }
            ConditionStart::Field(named) => {
                let behind = *cursor;
                let read = operator::read(cursor, &named, self.reader)?;
                let tokens = match (cursor.since(behind), read.comparison.ignores_case) {
                    ([values @ .., _], true) => values,
                    (tokens, _) => tokens,
                };
                let field = named.field;
                self.compared = Some(LastComparison {
                    named,
                    operator: read.operator,
                    values: tokens.last().map(list_of).unwrap_or_default(),
                    ignores_case: read.comparison.ignores_case,
                    place: Place::of(cursor.since(start)),
                });
                Ok(Condition::Compare(field, read.comparison))
            }
        }
    }

    fn not(&mut self, cursor: &mut Cursor) -> Read<Condition> {
        let start = *cursor;
        cursor.next();
        self.last = (Place::of(cursor.since(start)), "!".to_owned());
        let before = *cursor;
        // `!headers.referer` means that it is missing.
        let mut ahead = *cursor;
        let is_field = cursor
            .peek_word()
            .is_some_and(|word| field::is_field(&word.to_string()));
        if is_field {
            let mut quiet = Reader::default();
            if let Ok(ConditionStart::Field(named)) = field::read(&mut ahead, &mut quiet) {
                return self.not_field(cursor, start, ahead, &named);
            }
        }
        let call = cursor
            .peek_word()
            .filter(|_| cursor.group_at(1, Delimiter::Parenthesis).is_some());
        if let Some(word) = call
            && let Some(finding) = negated_call(start, *cursor, word)
        {
            return fail(finding);
        }
        let part = self.one(cursor)?;
        if matches!(part, Condition::Compare(..)) && before.group(Delimiter::Parenthesis).is_none()
        {
            return fail(not_comparison(start, before, *cursor));
        }
        Ok(Condition::Not(one_of(part)))
    }

    fn not_field(
        &mut self,
        cursor: &mut Cursor,
        start: Cursor,
        ahead: Cursor,
        named: &NamedField,
    ) -> Read<Condition> {
        let ends = ahead.is_empty()
            || starts(ahead)
            || ahead.is_sign("&&")
            || ahead.is_sign("||")
            || ahead
                .peek_word()
                .is_some_and(|word| CLAUSES.iter().any(|clause| word == clause));
        if !ends {
            let before = *cursor;
            let part = self.one(cursor)?;
            return match part {
                Condition::Compare(..) => fail(not_comparison(start, before, *cursor)),
                part => Ok(Condition::Not(one_of(part))),
            };
        }
        if !named.may_be_missing() {
            return fail(operator::not_compared(named));
        }
        let written = format!("{} is missing", named.shown);
        fail(Finding::write(
            Place::of(ahead.since(start)),
            format_args!(
                "expected a sign or a bracket after `!`, found `{}`",
                named.shown
            ),
            &written,
        ))
    }

    fn bracketed(&mut self, token: &TokenTree, inner: &[TokenTree]) -> Read<Condition> {
        let mut content = Cursor::new(inner);
        if content.is_empty() {
            return fail(Finding::new(
                token,
                "missing condition in the brackets",
                "write a condition in them, or leave the brackets out",
            ));
        }
        self.last = (token.into(), "(".to_owned());
        let condition = self.any(&mut content)?;
        if !content.is_empty() {
            let rest = content.rest();
            return fail(Finding::new(
                Place::of(rest),
                format_args!("unexpected `{}`", token_text(rest)),
                "`&&`, `||` or `)` follows here",
            ));
        }
        Ok(condition)
    }

    /// Reports values that belong to the comparison before: `method == POST || PUT`.
    fn values_alone(&self, cursor: Cursor, join: &str) -> Read<()> {
        let Some(compared) = &self.compared else {
            return Ok(());
        };
        let mut end = cursor;
        let mut values = vec![(compared.values.clone(), compared.ignores_case)];
        while let Some(value) = value_alone(end, &compared.named) {
            end.next();
            values.push((value, end.eat_word(IGNORE_CASE).is_some()));
            let more = [join, ","].into_iter().find(|sign| {
                end.is_sign(sign) && {
                    let mut behind = end;
                    behind.skip(sign.len());
                    value_alone(behind, &compared.named).is_some()
                }
            });
            match more {
                Some(sign) => end.skip(sign.len()),
                None => break,
            }
        }
        if values.len() == 1 {
            return Ok(());
        }
        let problem = "a value alone is not a condition";
        let ignores_case = values.iter().all(|(_, ignores_case)| *ignores_case);
        let is_mixed = !ignores_case && values.iter().any(|(_, ignores_case)| *ignores_case);
        let values: Vec<String> = values.into_iter().map(|(value, _)| value).collect();
        let values = values.join(", ");
        let case = if ignores_case { " ignore_case" } else { "" };
        // `== a && b` can mean both or either.
        let meant = match (compared.operator, join) {
            _ if is_mixed => None,
            ("==" | "in", "||" | ",") => Some("in"),
            ("!=" | "not in", _) => Some("not in"),
            _ => None,
        };
        let place = compared.place.to(Place::of(end.since(cursor)));
        fail(match meant {
            Some(meant) => {
                let written = format!("{} {meant} [{values}]{case}", compared.named.shown);
                Finding::new(
                    Place::of(end.since(cursor)),
                    problem,
                    format_args!("write `{written}`"),
                )
                .with_at(place, written)
            }
            None => Finding::new(
                Place::of(end.since(cursor)),
                problem,
                "to match one of several values, write a list, as in `method in [POST, PUT]`",
            ),
        })
    }

    /// Reports further values after a comma: `method == POST, PUT`.
    fn values_behind_comma(&self, cursor: Cursor) -> Read<()> {
        let mut behind = cursor;
        match behind.eat_sign(",") {
            Some(_) => self.values_alone(behind, ","),
            None => Ok(()),
        }
    }
}

/// Whether a comma and another condition follow.
fn is_condition_behind_comma(cursor: Cursor) -> bool {
    let is_field = cursor
        .word_at(1)
        .is_some_and(|word| field::is_field(&word.to_string()));
    cursor.is_sign(",") && (is_field || cursor.is_sign_at(1, "!"))
}

fn one_of(condition: Condition) -> &'static Condition {
    interned::list(vec![condition])
        .first()
        .unwrap_or(&Condition::All(&[]))
}

fn join_unless_single(
    mut parts: Vec<Condition>,
    join: fn(&'static [Condition]) -> Condition,
) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            parts.extend(last);
            join(interned::list(parts))
        }
    }
}
