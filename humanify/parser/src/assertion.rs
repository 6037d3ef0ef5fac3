//! Parses `assert`: a condition that has to hold for every request.

use proc_macro2::{Delimiter, Ident, TokenTree};

use super::condition;
use super::finding::{Finding, Place, Read};
use super::reader::{Reader, fail};
use super::semicolon;
use super::target;
use super::text::text_of;
use super::tokens::{Cursor, line, plain, split, token_text};
use super::words::starts;
use crate::interned;
use humanify_syntax::analysis::{AssertedOutcome, Assertion, Refuted};
use humanify_syntax::{Comparison, Condition, Field, METHODS, Test};
use humanify_syntax::{listed, nearest};

/// The outcomes that can be asserted, with their names.
const OUTCOMES: [(&str, AssertedOutcome); 4] = [
    ("deny", AssertedOutcome::Deny),
    ("challenge", AssertedOutcome::Challenge),
    ("pass", AssertedOutcome::Pass),
    ("exempt", AssertedOutcome::Exempt),
];

/// Words before a target that is not a glob.
const KINDS: [&str; 4] = ["under", "regex", "endpoint", "route"];

/// An assertion, with its place in the source.
pub(super) struct PlacedAssertion {
    pub(super) assertion: Assertion,
    pub(super) place: Place,
    pub(super) part: usize,
}

/// Parses the rest after `assert`.
pub(super) fn read<'a>(
    cursor: &mut Cursor<'a>,
    start: Cursor<'a>,
    word: &'a Ident,
    reader: &mut Reader,
) -> Read<PlacedAssertion> {
    let never = cursor.eat_word("never");
    if let Some(word) = never {
        reader.note(word);
    }
    let names = || OUTCOMES.iter().map(|(name, _)| *name);
    let Some(outcome_word) = cursor.peek_word() else {
        if let Some(finding) = as_macro(*cursor, word) {
            cursor.finish();
            return fail(finding);
        }
        return fail(Finding::new(
            word.span(),
            "`assert` needs an outcome",
            format_args!(
                "as in `assert deny on \"/admin/*\" when client.is_tor`; the outcomes are {}",
                listed(names())
            ),
        ));
    };
    let name = plain(outcome_word);
    let Some((_, outcome)) = OUTCOMES.iter().find(|(known, _)| *known == name) else {
        let problem = format!("unknown outcome `{name}`");
        // What follows on this line belongs to the assertion.
        let on = line(&TokenTree::Ident(outcome_word.clone()));
        while cursor.peek().is_some_and(|token| line(token) == on) {
            cursor.next();
        }
        let near = match name.as_str() {
            "not" | "no" if never.is_none() => Some("never"),
            "deny_access" | "always_deny" | "denied" | "refuse" | "block" => Some("deny"),
            "always_challenge" | "challenged" => Some("challenge"),
            "allow" | "allowed" | "passes" | "open" => Some("pass"),
            _ => nearest(&name, names()),
        };
        let why = match name.as_str() {
            "limit" | "ban" | "trap" => Some(
                "limits and bans depend on earlier requests and cannot be asserted; for a trap, \
                 use `deny`",
            ),
            "on" | "under" | "when" => {
                Some("the outcome comes first, as in `assert deny on \"/admin/*\"`")
            }
            _ => None,
        };
        if let Some(why) = why {
            return fail(Finding::new(outcome_word.span(), problem, why));
        }
        return fail(match near {
            Some(near) => Finding::write(outcome_word.span(), problem, near),
            None => Finding::new(
                outcome_word.span(),
                problem,
                format_args!("the outcomes are {}", listed(names())),
            ),
        });
    };
    cursor.next();
    let mut assertion = Assertion {
        never: never.is_some(),
        outcome: *outcome,
        on: &[],
        except: &[],
        when: None,
    };
    let method = cursor
        .peek_word()
        .and_then(|word| METHODS.iter().find(|method| word == **method));
    if method.is_some() {
        cursor.next();
    } else if let Some(word) = cursor.peek_word()
        && let Some(meant) = METHODS
            .iter()
            .find(|method| method.eq_ignore_ascii_case(&word.to_string()))
    {
        return fail(Finding::write(
            word.span(),
            format_args!("method `{word}` must be in capital letters"),
            meant,
        ));
    }
    if let Some(on) = cursor.eat_word("on") {
        reader.note(on);
        assertion.on = interned::list(target::read_list(cursor, on, start, outcome_word, reader)?);
    } else if is_target(*cursor) {
        assertion.on = interned::list(target::read_list(
            cursor,
            outcome_word,
            start,
            outcome_word,
            reader,
        )?);
    }
    if let Some(except) = cursor.eat_word("except") {
        reader.note(except);
        assertion.except = interned::list(target::read_list(
            cursor,
            except,
            start,
            outcome_word,
            reader,
        )?);
    }
    if let Some(when) = cursor.eat_word("when") {
        reader.note(when);
        assertion.when = Some(condition::read(cursor, when, reader)?);
    }
    if starts(*cursor) {
        return fail(semicolon::missing(*cursor));
    }
    if let Some(token) = cursor.peek() {
        return fail(Finding::new(
            token,
            format_args!("unexpected `{token}`"),
            "an assertion is written as in `assert deny on \"/admin/*\" except \"/admin/login\" \
             when client.is_tor;`",
        ));
    }
    if let Some(method) = method {
        let is_method = Condition::Compare(
            Field::Method,
            Comparison::new(Test::OneOf(interned::texts([*method]))),
        );
        assertion.when = Some(match assertion.when {
            Some(when) => Condition::All(interned::list(vec![is_method, when])),
            None => is_method,
        });
    }
    Ok(PlacedAssertion {
        assertion,
        place: Place::of(cursor.since(start)),
        part: 0,
    })
}

/// The finding on `assert!(deny, under "/admin")`.
fn as_macro(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let group = cursor.group_at(1, Delimiter::Parenthesis)?;
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let parts: Vec<String> = split(&inner, ',').into_iter().map(token_text).collect();
    let written = format!("assert {}", parts.join(" "));
    let place = Place::from(word.span()).to(group.span().into());
    cursor.is_sign("!").then(|| {
        Finding::new(
            place,
            "`assert` is a statement here, not a macro",
            format_args!("write `{written}`"),
        )
        .with(written)
    })
}

fn is_target(cursor: Cursor) -> bool {
    let is_text = matches!(
        cursor.peek(),
        Some(TokenTree::Literal(literal)) if text_of(literal).is_some()
    );
    is_text || KINDS.iter().any(|kind| cursor.is_word(kind))
}

/// The finding on an assertion that was not proved.
pub(super) fn refused(place: Place, refuted: Refuted) -> Finding {
    match refuted {
        Refuted::By(witness) => {
            let mut finding = Finding::new(
                place,
                "this does not hold for every request",
                "change the rules so that it holds, or narrow the assertion",
            );
            finding.witness = Some(*witness);
            finding
        }
        Refuted::Nothing => Finding::new(
            place,
            "this proves nothing: no request fulfils its targets and its condition",
            "compare its requirements on the path, the method and the client",
        ),
        Refuted::Undecided => Finding::new(
            place,
            "this could not be proved: there are too many kinds of requests",
            "narrow the assertion, for example to one path, or simplify the expressions",
        ),
    }
}
