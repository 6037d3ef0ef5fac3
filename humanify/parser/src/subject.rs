//! Parses the subject of a statement (`bots`, `everyone`, `those`), and checks that it is clear.

use proc_macro2::Ident;

use super::finding::{Finding, Read};
use super::reader::{Reader, fail};
use super::tokens::{Cursor, plain};
use humanify_syntax::nearest;
use humanify_syntax::{Action, Condition, Field, Subject, Test};

/// Words for people and programs in other languages, with the subject that is meant.
const FOREIGN_SUBJECTS: [(&str, &str); 16] = [
    ("bot", "bots"),
    ("robots", "bots"),
    ("crawlers", "bots"),
    ("spiders", "bots"),
    ("scrapers", "bots"),
    ("automated", "bots"),
    ("everybody", "everyone"),
    ("anyone", "everyone"),
    ("anybody", "everyone"),
    ("people", "everyone"),
    ("humans", "everyone"),
    ("users", "everyone"),
    ("visitors", "everyone"),
    ("clients", "everyone"),
    ("whoever", "those"),
    ("them", "those"),
];

fn takes_one(action: &Action) -> bool {
    matches!(action, Action::Challenge(_) | Action::DenyAccess)
}

/// Parses the subject after an action.
pub(super) fn read(
    cursor: &mut Cursor,
    action: Option<&Action>,
    word: &Ident,
    reader: &mut Reader,
) -> Read<Subject> {
    let Some(subject_word) = cursor.peek_word() else {
        return Ok(Subject::Unspecified);
    };
    let name = plain(subject_word);
    let known = Subject::NAMES.iter().find(|(known, _)| *known == name);
    let (Some((_, subject)), Some(action)) = (known, action) else {
        let meant = FOREIGN_SUBJECTS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, meant)| *meant)
            .or_else(|| {
                // `on` and `when` are similar to none of these.
                nearest(&name, Subject::NAMES.iter().map(|(name, _)| *name))
                    .filter(|_| name.len() > 3)
            });
        return match (meant, action) {
            (Some(meant), Some(action)) if takes_one(action) => fail(
                Finding::new(
                    subject_word.span(),
                    format_args!("unknown subject `{name}`"),
                    format_args!(
                        "write `{meant}`; the subjects are `bots`, `everyone`, and `those` (all \
                         clients for which the condition holds)"
                    ),
                )
                .with(meant),
            ),
            (Some(_), Some(_)) => fail(unexpected_subject(subject_word, word)),
            _ => Ok(Subject::Unspecified),
        };
    };
    if !takes_one(action) {
        return fail(unexpected_subject(subject_word, word));
    }
    cursor.next();
    reader.note(subject_word);
    Ok(*subject)
}

fn unexpected_subject(subject_word: &Ident, word: &Ident) -> Finding {
    let whom = match word.to_string().as_str() {
        "always_challenge" | "always_deny" | "trap" => "applies to everyone anyway",
        "limit" => "counts every client",
        _ => "applies to every request that it matches",
    };
    Finding::new(
        subject_word.span(),
        format_args!("unexpected subject: `{word}` {whom}"),
        "the client is tested after `when`, as in `when client.is_vpn`",
    )
}

/// Checks that it is clear which clients a statement means.
pub(super) fn check(
    action: &Action,
    subject: Subject,
    when: Option<&Condition>,
    word: &Ident,
) -> Option<Finding> {
    let names_sign = when.is_some_and(Condition::names_sign);
    match subject {
        Subject::Those if !names_sign => Some(Finding::new(
            word.span(),
            "`those` means the clients for which a condition holds, but this statement has no \
                 condition on the client",
            "name a sign after `when`, such as `client.is_vpn`, or use `bots` or `everyone`",
        )),
        Subject::Everyone if names_sign => Some(Finding::new(
            word.span(),
            "`everyone` contradicts a condition on the client",
            "use `those` for all clients for which the condition holds, or `bots`",
        )),
        Subject::Unspecified
            if takes_one(action)
                && names_sign
                && when.is_some_and(|when| fits_people(when, true)) =>
        {
            Some(
                Finding::new(
                    word.span(),
                    format_args!(
                        "`{word}` needs a subject: its condition also holds for people without any \
                     sign"
                    ),
                    format_args!(
                        "write `{word} bots` for detected bots for which the condition holds, or \
                     `{word} those` for all clients for which it holds, people included"
                    ),
                )
                .with(format!("{word} bots"))
                .with(format!("{word} those")),
            )
        }
        _ => None,
    }
}

/// Whether a condition can have the value `holds` for a client without any sign. Comparisons with
/// other parts of the request may have either value.
fn fits_people(condition: &Condition, holds: bool) -> bool {
    match condition {
        Condition::All(parts) => joined(parts, holds, holds),
        Condition::Any(parts) => joined(parts, holds, !holds),
        Condition::Not(part) => fits_people(part, !holds),
        Condition::Is(_) => !holds,
        Condition::Compare(field, comparison) => match field {
            Field::Crawler | Field::CrawlerKind | Field::VpnProvider => comparison.negated == holds,
            _ => !matches!(comparison.test, Test::OneOf([])),
        },
    }
}

fn joined(parts: &[Condition], holds: bool, every: bool) -> bool {
    match every {
        true => parts.iter().all(|part| fits_people(part, holds)),
        false => parts.iter().any(|part| fits_people(part, holds)),
    }
}
