//! Parses the statuses that a limit counts as failures: `failures = [401, 303]`.

use proc_macro2::{Delimiter, TokenTree};

use super::examples::example;
use super::settings::Set;
use crate::finding::{Finding, LiteralProblem, Place};
use crate::interned;
use crate::reader::Reader;
use crate::tokens::{plain, split, token_text};
use humanify_syntax::Counts;

/// Names of statuses in the `http` crate.
const NAMES: [(&str, u16); 18] = [
    ("MOVED_PERMANENTLY", 301),
    ("FOUND", 302),
    ("SEE_OTHER", 303),
    ("TEMPORARY_REDIRECT", 307),
    ("PERMANENT_REDIRECT", 308),
    ("BAD_REQUEST", 400),
    ("UNAUTHORIZED", 401),
    ("PAYMENT_REQUIRED", 402),
    ("FORBIDDEN", 403),
    ("NOT_FOUND", 404),
    ("METHOD_NOT_ALLOWED", 405),
    ("NOT_ACCEPTABLE", 406),
    ("CONFLICT", 409),
    ("GONE", 410),
    ("UNPROCESSABLE_ENTITY", 422),
    ("TOO_MANY_REQUESTS", 429),
    ("INTERNAL_SERVER_ERROR", 500),
    ("SERVICE_UNAVAILABLE", 503),
];

const STATUSES: &str = "a failure is a redirect or an error: a status from 300 to 599";

/// Parses a list of statuses. `None` if a mistake was reported.
pub(super) fn failures(value: &[TokenTree], reader: &mut Reader) -> Option<&'static [u16]> {
    let place = Place::of(value);
    let list: Vec<TokenTree> = match value {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            group.stream().into_iter().collect()
        }
        value => {
            reader.report(no_list(value));
            return None;
        }
    };
    let parts = split(&list, ',');
    if parts.is_empty() {
        reader.report(Finding::new(
            place,
            "the list of failures is empty",
            example("failures"),
        ));
        return None;
    }
    let mut statuses: Vec<u16> = Vec::new();
    let mut wrong = false;
    for part in parts {
        match reader.keep(Place::of(part), status(part)) {
            Some(status) if statuses.contains(&status) => {
                wrong = true;
                reader.report(Finding::new(
                    Place::of(part),
                    format_args!("the status {status} is written twice"),
                    "leave one of them out",
                ));
            }
            Some(status) => statuses.push(status),
            None => wrong = true,
        }
    }
    // The order means nothing, and two limits with the same statuses count the same.
    statuses.sort_unstable();
    if !wrong && statuses == Counts::FAILURES {
        reader.report(Finding::new(
            place,
            "401, 403 and 404 are failures anyway",
            "leave `failures` out",
        ));
        return None;
    }
    (!wrong).then(|| interned::list(statuses))
}

/// The finding on something else than a list.
fn no_list(value: &[TokenTree]) -> Finding {
    let inner: Vec<TokenTree> = match value {
        [TokenTree::Group(group)] => group.stream().into_iter().collect(),
        value => value.to_vec(),
    };
    let place = Place::of(value);
    let problem = "the value of `failures` is a list in square brackets";
    let parts = split(&inner, ',');
    let statuses: Result<Vec<u16>, LiteralProblem> =
        parts.iter().map(|part| status(part)).collect();
    match statuses {
        Ok(_) if !parts.is_empty() => {
            Finding::write(place, problem, &format!("[{}]", token_text(&inner)))
        }
        _ => Finding::new(place, problem, example("failures")),
    }
}

/// Parses one status.
fn status(part: &[TokenTree]) -> Result<u16, LiteralProblem> {
    let written = token_text(part);
    if let Some(status) = written.parse().ok().filter(|_| !written.contains('+')) {
        return failing(status).ok_or_else(|| match status {
            100..300 => LiteralProblem::new(
                format_args!("{status} is not the status of a failure"),
                STATUSES,
            ),
            _ => LiteralProblem::new(format_args!("{status} is not an HTTP status"), STATUSES),
        });
    }
    let bare = written.trim_matches('"');
    let name = bare.rsplit("::").next().unwrap_or(bare).trim();
    let named = NAMES.iter().find(|(known, _)| *known == name);
    let meant = match named {
        Some((_, status)) => Some(*status),
        None => bare.parse().ok().and_then(failing),
    };
    let problem = format!("expected a status as a number, found `{written}`");
    Err(match meant {
        Some(status) => {
            LiteralProblem::new(problem, format_args!("write `{status}`")).with(status.to_string())
        }
        None => LiteralProblem::new(
            problem,
            format_args!("{STATUSES}, as in `failures = [401, 303]`"),
        ),
    })
}

fn failing(status: u16) -> Option<u16> {
    (300..600).contains(&status).then_some(status)
}

/// The statuses that a text or a list in the place of `"failures"` names, as the settings to write
/// for them.
pub(super) fn settings_for(written: &str) -> Option<String> {
    let inner = written.trim_matches(|sign| "[]()\"".contains(sign));
    let statuses: Option<Vec<u16>> = inner
        .split(',')
        .map(|part| part.trim().trim_matches('"').parse().ok().and_then(failing))
        .collect();
    let statuses = statuses?;
    if statuses
        .iter()
        .all(|status| Counts::FAILURES.contains(status))
    {
        return Some("\"failures\"".to_owned());
    }
    let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    Some(format!(
        "\"failures\", failures = [{}]",
        statuses.join(", ")
    ))
}

/// The finding on `failures` in a limit that counts every request.
pub(super) fn without_count(failures: &Set<'_>, count: Option<&Set<'_>>) -> Finding {
    let place = Place::from(failures.name.span()).to(Place::of(failures.value));
    match count {
        Some(count) => Finding::write(
            Place::of(count.value),
            "`failures` lists the responses that count, but this limit counts every request",
            "\"failures\"",
        ),
        None => Finding::write(
            place,
            "`failures` lists the responses that count, but this limit counts every request",
            &format!(
                "count = \"failures\", {} = {}",
                plain(failures.name),
                token_text(failures.value)
            ),
        ),
    }
}
