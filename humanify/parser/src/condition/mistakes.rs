//! Findings on tokens that are not conditions.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::functions::negated_call;
use crate::field::{self, ConditionStart};
use crate::finding::{Finding, Place, Read};
use crate::reader::{Reader, fail};
use crate::tokens::{Cursor, plain, token_text};
use humanify_syntax::FieldKind;

/// The finding on `and` or `&` in the place of `&&`, and the like.
pub(super) fn joined(place: impl Into<Place>, found: &str, meant: &str) -> Finding {
    Finding::write(
        place,
        format_args!("conditions cannot be joined by `{found}`"),
        meant,
    )
}

/// The finding on a comma between two conditions.
pub(super) fn comma_between(comma: &TokenTree) -> Finding {
    Finding::new(
        comma,
        "conditions cannot be joined by `,`",
        "write `&&` where both have to hold, or `||` where one is enough",
    )
    .with(" &&")
    .with(" ||")
}

pub(super) fn not_comparison(start: Cursor, before: Cursor, end: Cursor) -> Finding {
    let written = format!("!({})", token_text(end.since(before)));
    Finding::new(
        start.peek().map_or_else(|| Place::of(&[]), Place::from),
        "expected a sign or a bracket after `!`, found a comparison",
        format_args!("write `{written}`"),
    )
    .with_at(Place::of(end.since(start)), written)
}

/// The finding on `not` as a word: `not client.is_vpn`, `not has(…)`.
pub(super) fn not_as_word(cursor: Cursor, word: &Ident) -> Finding {
    let mut behind = cursor;
    behind.next();
    if let Some(next) = behind.peek_word()
        && let Some(finding) = negated_call(cursor, behind, next)
    {
        return finding;
    }
    let is_sign = behind.is_word("client") || behind.group(Delimiter::Parenthesis).is_some();
    match is_sign {
        true => {
            let mut end = behind;
            end.next();
            let length = if behind.is_word("client") { 3 } else { 1 };
            end = behind;
            end.skip(length);
            let written = format!("!{}", token_text(end.since(behind)));
            Finding::write(
                Place::of(end.since(cursor)),
                "conditions are negated by `!`, not by `not`",
                &written,
            )
        }
        false => Finding::new(
            word.span(),
            "conditions are negated by `!`, not by `not`",
            "a sign is negated by `!`, a comparison by `!=`, `!~`, `not in` or `!( … )`",
        ),
    }
}

/// The finding on a token with which no condition starts.
pub(super) fn no_condition(cursor: Cursor, token: &TokenTree) -> Finding {
    // `"POST" == method`.
    if cursor.text().is_some() {
        let turned = [("==", "=="), ("!=", "!="), ("~", "~"), ("!~", "!~")]
            .into_iter()
            .find(|(sign, _)| cursor.is_sign_at(1, sign))
            .map(|(sign, operator)| (sign.len(), operator))
            .or_else(|| {
                let word = cursor.word_at(1)?;
                (word == "in").then_some((1, "contains"))
            });
        if let Some((length, operator)) = turned {
            let mut behind = cursor;
            behind.skip(1 + length);
            let mut end = behind;
            let mut quiet = Reader::default();
            if let Ok(ConditionStart::Field(named)) = field::read(&mut end, &mut quiet)
                && (named.field.kind() == FieldKind::Text || ["==", "!="].contains(&operator))
            {
                let value = match (named.field.kind(), cursor.text()) {
                    (FieldKind::Method, Some(text)) => text.value,
                    _ => token.to_string(),
                };
                let written = format!("{} {operator} {value}", named.shown);
                return Finding::write(
                    Place::of(end.since(cursor)),
                    "a comparison starts with its field",
                    &written,
                );
            }
        }
        if cursor.word_at(1).is_some_and(|word| word == "in") {
            return Finding::new(
                token,
                "a comparison starts with its field",
                "as in `headers.user-agent contains \"curl\"`",
            );
        }
    }
    if cursor.is_sign("`") {
        return Finding::new(
            token,
            "strings are written in double quotes",
            "as in `\"/api/*\"`",
        );
    }
    if cursor.is_sign("$") {
        let mut end = cursor;
        let mut quiet = Reader::default();
        return match field::read(&mut end, &mut quiet) {
            Err(finding) => *finding,
            Ok(_) => Finding::new(token, "a name cannot start with `$`", "leave it out"),
        };
    }
    if let TokenTree::Literal(literal) = token
        && ["0", "1"].contains(&literal.to_string().as_str())
    {
        let mut end = cursor;
        end.next();
        return field::always(cursor, end);
    }
    let found = match token {
        TokenTree::Group(_) => token_text(std::slice::from_ref(token)),
        token => token.to_string(),
    };
    Finding::new(
        token,
        format_args!("expected a condition, found `{found}`"),
        "a condition starts with a field, such as `method`, `args.page` or `client.is_vpn`, with \
         `!` or with `(`",
    )
}

/// Refuses an operator after a sign, since a sign is a condition by itself.
pub(super) fn refuse_operator(cursor: Cursor, place: Place, sign: &str) -> Read<()> {
    if let Some(group) = cursor.group(Delimiter::Parenthesis) {
        let mut end = cursor;
        end.next();
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let holds = match inner.as_slice() {
            [] => Some(true),
            inner => truth(inner),
        };
        let problem = format!("`{sign}` is a sign, not a function");
        let whole = place.to(Place::of(end.since(cursor)));
        return refused(whole, whole, problem, sign, holds);
    }
    let signs = cursor.signs();
    let word = cursor.peek_word().map(plain).unwrap_or_default();
    let is_sign = SIGNS.contains(&signs.as_str());
    let is_word = WORDS.contains(&word.as_str());
    if !is_sign && !is_word {
        return Ok(());
    }
    let mut end = cursor;
    end.skip(if is_sign { signs.len() } else { 1 });
    let is_not = word == "is" && end.eat_word("not").is_some();
    let turned = is_not
        || TURNED
            .iter()
            .any(|turned| *turned == signs || *turned == word);
    // An order is no comparison with `true`.
    let equals = !signs.starts_with(['<', '>']) || signs == "<>";
    let value = end.rest().get(..1).unwrap_or_default();
    let problem = format!("`{sign}` is a condition by itself and cannot be compared");
    let holds = truth(value).filter(|_| equals).map(|holds| holds != turned);
    end.next();
    let whole = place.to(Place::of(end.since(cursor)));
    refused(place, whole, problem, sign, holds)
}

/// Operators behind a sign that consist of punctuation.
const SIGNS: [&str; 12] = [
    "==", "=", "!=", "===", "!==", "<>", "~", "!~", "<", ">", "<=", ">=",
];

/// Operators behind a sign that are words.
const WORDS: [&str; 9] = [
    "is", "in", "eq", "equals", "ne", "neq", "not", "isnt", "is_not",
];

/// The operators of which the opposite holds.
const TURNED: [&str; 9] = [
    "!=", "!==", "<>", "!~", "ne", "neq", "not", "isnt", "is_not",
];

/// What a sign is compared with: `true`, `"no"`, `0`.
fn truth(value: &[TokenTree]) -> Option<bool> {
    let [value] = value else {
        return None;
    };
    match value
        .to_string()
        .trim_matches('"')
        .to_ascii_lowercase()
        .as_str()
    {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

/// The finding on a sign with something behind it that means the sign or, if it does not hold, its
/// opposite.
fn refused(
    place: Place,
    whole: Place,
    problem: String,
    sign: &str,
    holds: Option<bool>,
) -> Read<()> {
    fail(match holds {
        Some(holds) => {
            let written = if holds {
                sign.to_owned()
            } else {
                format!("!{sign}")
            };
            Finding::new(place, problem, format_args!("write `{written}`")).with_at(whole, written)
        }
        None => Finding::new(
            place,
            problem,
            format_args!("use `{sign}`, or `!{sign}` for its opposite"),
        ),
    })
}
