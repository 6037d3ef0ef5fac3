//! Refusals of everyone that also refuse the pages on which visitors solve challenges.

use super::LintFindings;
use crate::analysis::block::RuleBlock;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Field, Sign};

/// The default mount path of humanify's own pages.
pub(super) const OWN_PAGES: &str = "/humanify";

/// The requests of a visitor who solves a challenge: the methods, and the paths below the mount.
pub(super) const REQUESTS: &[(&str, &[&str])] = &[
    ("GET", &["challenge", "work_challenge", "audio_challenge"]),
    ("POST", &["verify", "verify_work", "verify_audio"]),
];

/// The type of the form of a challenge.
const FORM: &str = "application/x-www-form-urlencoded";

/// Headers that scripts and API clients send. Of other headers, a browser or a proxy may send any.
const SENT_BY_SCRIPTS: &[&str] = &[
    "api-key",
    "x-access-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-csrftoken",
    "x-requested-with",
    "x-xsrf-token",
];

/// Warns of a statement that refuses the pages of challenges, in a block that challenges.
pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let refuses = matches!(statement.action, Action::AlwaysDeny | Action::Trap);
    let challenges = block.entries.iter().any(|entry| {
        let statement = entry.statement;
        let action = statement.action;
        !statement.observe && matches!(action, Action::Challenge(_) | Action::AlwaysChallenge(_))
    });
    if !refuses || statement.observe || !challenges || lints.has(Warning::CLOSED) {
        return;
    }
    for (method, pages) in REQUESTS {
        for page in *pages {
            let request = request(method, page);
            if block.acts_on_partly_known(position, &request, may_send) != Some(true) {
                continue;
            }
            let mut values = request.values;
            values.retain(|(field, _)| *field == Field::Method);
            let shown = ExampleRequest {
                path: request.path,
                values,
                ..ExampleRequest::default()
            };
            let what = match statement.action {
                Action::Trap => "traps everyone on",
                _ => "also refuses",
            };
            lints.add_with(
                Warning::OWN_PAGES,
                format!("this {what} humanify's own pages, so nobody can solve a challenge"),
                format!(
                    "leave them out by `except under \"{OWN_PAGES}\"`, or by the path of `mount`"
                ),
                Witness::of(shown, &statement),
            );
            return;
        }
    }
}

/// A typical request of a visitor who solves a challenge.
fn request(method: &str, page: &str) -> ExampleRequest {
    let mut values = vec![(Field::Method, method.to_owned())];
    if method == "POST" {
        values.push((Field::ContentType, FORM.to_owned()));
        values.push((Field::Header("content-type"), FORM.to_owned()));
    }
    ExampleRequest {
        path: format!("{OWN_PAGES}/{page}"),
        values,
        signs: Sign::NAMES.iter().map(|(_, sign)| (*sign, false)).collect(),
        has_clearance: Some(false),
        ..ExampleRequest::default()
    }
}

/// Whether a visitor may send a value of a field with a request for one of the own pages.
fn may_send(field: Field) -> bool {
    match field {
        Field::Cookie(_) => true,
        Field::Header("content-type") => false,
        Field::Header(name) => !SENT_BY_SCRIPTS.contains(&name),
        _ => false,
    }
}
