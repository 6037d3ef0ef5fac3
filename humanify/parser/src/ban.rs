//! Parses `ban "10 denials/minute" for "1 hour"`.

use proc_macro2::{Ident, TokenTree};

use super::finding::{Finding, LiteralProblem, Place, Read, quoted};
use super::number;
use super::quoted as texts;
use super::reader::{Reader, fail};
use super::semicolon;
use super::text::{Text, suffixed};
use super::tokens::{Cursor, split, token_text};
use super::words::starts;
use humanify_syntax::{Ban, BanError, Offence, listed, nearest};

const FORM: &str = "as in `ban \"10 denials/minute\" for \"1 hour\"`";

/// Names of offences in other languages, with the offence that is meant.
const FOREIGN_OFFENCES: [(&str, &str); 14] = [
    ("denied", "denials"),
    ("refusals", "denials"),
    ("blocks", "denials"),
    ("403", "denials"),
    ("403s", "denials"),
    ("429", "overruns"),
    ("429s", "overruns"),
    ("limits", "overruns"),
    ("hits", "overruns"),
    ("violations", "overruns"),
    ("challenges", "failures"),
    ("fails", "failures"),
    ("wrong", "failures"),
    ("honeypots", "traps"),
];

/// Parses the rest after `ban`. `None` if a mistake was reported.
pub(super) fn read(cursor: &mut Cursor, word: &Ident, reader: &mut Reader) -> Read<Option<Ban>> {
    if let Some(condition) = cursor
        .peek_word()
        .filter(|next| *next == "when" || *next == "if")
    {
        return fail(Finding::new(
            condition.span(),
            "a ban cannot have a condition: it counts the offences of a client",
            "to refuse clients for which a condition holds, write a statement such as \
             `always_deny when client.is_tor`",
        ));
    }
    if let Some(on) = cursor
        .peek_word()
        .filter(|next| *next == "on" || *next == "except")
    {
        return fail(targets_of_a_ban(on));
    }
    if let Some(text) = cursor.text().filter(|text| !text.suffix.is_empty()) {
        return fail(suffixed(&text));
    }
    if let Some(TokenTree::Group(group)) = cursor.peek() {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let parts: Vec<String> = split(&inner, ',').into_iter().map(token_text).collect();
        let finding = Finding::new(
            cursor.peek().map_or(word.span().into(), Place::from),
            "unexpected brackets after `ban`",
            FORM,
        );
        let whole = format!("ban {}", parts.join(" for "));
        let place = Place::from(word.span()).to(group.span().into());
        return fail(finding.offer(place, whole.clone(), whole));
    }
    let Some(offences) = take_text(cursor) else {
        return fail(Finding::new(
            here(*cursor, word),
            "`ban` needs a number of offences, a period and a duration",
            FORM,
        ));
    };
    if cursor
        .peek_word()
        .is_some_and(|next| next == "on" || next == "except")
        && let Some(on) = cursor.peek_word()
    {
        return fail(targets_of_a_ban(on));
    }
    if let Ok(network) = texts::network(&offences.value) {
        let written = format!(
            "always_deny when client.ip in [{}]",
            quoted(&offences.value)
        );
        let place = Place::from(word.span()).to(match cursor.rest() {
            [] => offences.span.into(),
            rest => Place::of(rest),
        });
        cursor.finish();
        return fail(
            Finding::new(
                offences.span,
                format_args!("expected offences of a client, found the address `{network}`"),
                format_args!("write `{written}`"),
            )
            .with_at(place, written),
        );
    }
    if let Some((first, time)) = offences.value.split_once(" for ")
        && cursor.is_empty()
    {
        let whole = format!("ban {} for {}", quoted(first.trim()), quoted(time.trim()));
        let place = Place::from(word.span()).to(offences.span.into());
        let finding = Finding::new(offences.span, "a ban is two strings", FORM);
        return fail(finding.offer(place, whole.clone(), whole));
    }
    if let Some(token) = cursor
        .peek()
        .filter(|_| cursor.is_sign(",") || cursor.text().is_some())
    {
        let written = if cursor.is_sign(",") {
            "for".to_owned()
        } else {
            format!("for {token}")
        };
        let problem = "expected `for` between the offences and the duration of a ban";
        return fail(
            Finding::new(token, problem, format_args!("write `{written}`"))
                .with(format!(" {written}")),
        );
    }
    let behind = cursor.text_at(1).is_some() && !cursor.is_word("for");
    if let Some(token) = cursor.peek().filter(|_| behind && !starts(*cursor)) {
        let problem = "expected `for` between the offences and the duration of a ban";
        return fail(Finding::new(token, problem, "write `for`").with(" for"));
    }
    let Some(is_for) = cursor.eat_word("for") else {
        return fail(Finding::new(
            cursor
                .peek()
                .filter(|_| !starts(*cursor))
                .map_or_else(|| Place::from(offences.span), Place::from),
            "`ban` needs a duration",
            format_args!("`for` and a duration follow, {FORM}"),
        ));
    };
    reader.note(is_for);
    let time_place = here(*cursor, is_for);
    let Some(time) = take_text(cursor) else {
        return fail(no_time(*cursor, time_place));
    };
    let offences_read = with_digits(&offences.value, read_offences);
    if offences_read.is_err()
        && with_digits(&offences.value, texts::ban_time).is_ok()
        && with_digits(&time.value, read_offences).is_ok()
    {
        let written = format!("{} for {}", quoted(&time.value), quoted(&offences.value));
        return fail(Finding::write(
            Place::from(offences.span).to(time.span.into()),
            "the offences stand before the duration of a ban",
            &written,
        ));
    }
    let offences_read = reader.keep(offences.span, offences_read);
    let seconds = reader.keep(time.span, with_digits(&time.value, texts::ban_time));
    let ban = offences_read
        .zip(seconds)
        .map(|((offence, rate), seconds)| Ban {
            offence,
            rate,
            seconds,
        });
    let Some(token) = cursor.peek() else {
        return Ok(ban);
    };
    match cursor.peek_word() {
        Some(on) if on == "on" || on == "except" => fail(targets_of_a_ban(on)),
        Some(when) if when == "when" => fail(Finding::new(
            when.span(),
            "a ban cannot have a condition: it counts the offences of a client",
            "leave out `when` and its condition",
        )),
        Some(_) if starts(*cursor) => fail(semicolon::missing(*cursor)),
        _ => fail(Finding::new(
            token,
            format_args!("unexpected `{}`", token_text(std::slice::from_ref(token))),
            "expected `;` after the duration of a ban",
        )),
    }
}

fn targets_of_a_ban(on: &Ident) -> Finding {
    Finding::new(
        on.span(),
        "a ban applies to the whole site",
        format_args!(
            "leave `{on}` and what follows it out; to count offences at one path, write a `trap` \
             there"
        ),
    )
}

fn here(cursor: Cursor, word: &Ident) -> Place {
    match cursor.peek() {
        Some(token) if !starts(cursor) => token.into(),
        _ => word.span().into(),
    }
}

fn take_text(cursor: &mut Cursor) -> Option<Text> {
    let text = cursor.text().filter(|text| text.suffix.is_empty())?;
    cursor.next();
    Some(text)
}

fn no_time(cursor: Cursor, place: Place) -> Finding {
    if let Some(text) = cursor.text() {
        return suffixed(&text);
    }
    let written = token_text(
        &cursor
            .rest()
            .iter()
            .take(2)
            .cloned()
            .collect::<Vec<TokenTree>>(),
    );
    let first = cursor.peek().map(ToString::to_string).unwrap_or_default();
    let meant = texts::duration(&first)
        .filter(|_| cursor.rest().len() == 1)
        .or_else(|| texts::duration(&written).filter(|_| cursor.rest().len() == 2));
    match meant {
        Some(meant) => Finding::write(
            place.to(Place::of(cursor.rest())),
            "the duration of a ban is a string with a unit",
            &quoted(&meant),
        ),
        None => Finding::new(place, "the duration of a ban is a string", FORM),
    }
}

/// Reads a text. Digits of other scripts are a mistake of their own.
fn with_digits<T>(
    text: &str,
    read: impl Fn(&str) -> Result<T, LiteralProblem>,
) -> Result<T, LiteralProblem> {
    match number::ascii_digits(text) {
        Some(ascii) => Err(number::other_digits(text, &ascii, read(&ascii).err())),
        None => read(text),
    }
}

fn read_offences(text: &str) -> Result<(Offence, humanify_syntax::Rate), LiteralProblem> {
    let error = match Ban::parse_offences(text) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let names: Vec<&str> = Offence::NAMES.iter().map(|(name, _)| *name).collect();
    let list = format!("the offences are {}", listed(names.iter().copied()));
    let mut parts = text.trim().splitn(2, char::is_whitespace);
    let (count, rest) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let (noun, period) = rest
        .split_once('/')
        .or_else(|| rest.split_once(" per "))
        .unwrap_or((rest, ""));
    let noun = noun.trim();
    if [" or ", " and ", ", ", "+"]
        .iter()
        .any(|join| noun.contains(join))
    {
        return Err(LiteralProblem::new(
            "a ban counts one kind of offence",
            format_args!("write a ban for each; `denials` counts refusals of every kind; {list}"),
        ));
    }
    if noun == "requests" || noun == "request" {
        return Err(LiteralProblem::new(
            "requests are not offences",
            format_args!(
                "to ban for too many requests, limit them, as in `limit \"1000/minute\"`, and ban \
                 for `overruns`; {list}"
            ),
        ));
    }
    match &error {
        BanError::Offence(_) => {
            let meant = FOREIGN_OFFENCES
                .iter()
                .find(|(known, _)| *known == noun)
                .map(|(_, meant)| *meant)
                .or_else(|| nearest(noun, names.iter().copied()));
            let problem = format!("unknown offence `{noun}`");
            let whole = meant.and_then(|meant| texts::counted_rates(count, meant, period));
            match whole {
                Some(whole) => Err(LiteralProblem::new(
                    problem,
                    format_args!("write `{}`; {list}", quoted(&whole)),
                )
                .with(quoted(&whole))),
                None => Err(LiteralProblem::new(problem, list)),
            }
        }
        BanError::Rate(_) => {
            let known = names
                .iter()
                .copied()
                .find(|name| *name == noun || name.strip_suffix('s') == Some(noun));
            let problem = format!("`{text}` is not a number of offences in a period");
            match known.and_then(|noun| texts::counted_rates(count, noun, period)) {
                Some(whole) => Err(LiteralProblem::write(problem, whole)),
                None => Err(LiteralProblem::new(
                    problem,
                    "it is a count, an offence and a period, as in `\"10 denials/minute\"`",
                )),
            }
        }
        _ => Err(LiteralProblem::new(
            format_args!("`{text}` is not a number of offences in a period"),
            format_args!(
                "it is a count, an offence and a period, as in `\"10 denials/minute\"`; {list}"
            ),
        )),
    }
}
