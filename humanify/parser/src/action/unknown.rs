//! Findings on words that are not actions.

use proc_macro2::Ident;

use crate::finding::{Finding, Place, quoted};
use crate::foreign_names;
use crate::quoted as texts;
use crate::tokens::{Cursor, token_text};
use crate::words::{NAMES, NO_DEFAULTS, is_name};
use humanify_syntax::{listed, nearest};

pub(super) fn unknown(cursor: Cursor, word: &Ident, name: &str, observe: bool) -> Finding {
    let problem = format!("unknown action `{name}`");
    let list = format!("the actions are {}", listed(NAMES));
    let lower = name.to_ascii_lowercase();
    if foreign_names::REPORTS.contains(&lower.as_str()) && !observe {
        return Finding::new(
            word.span(),
            problem,
            "to report what a statement would do, put `observe` before its action, as in \
             `observe challenge on \"/search\"`",
        );
    }
    if let Some(finding) = in_several_words(cursor, word) {
        return finding;
    }
    if let Some(finding) = of_addresses(cursor, word, &lower) {
        return finding;
    }
    let is_all = cursor.is_word("all") || cursor.is_word("from");
    if is_all && foreign_names::ACTIONS.contains(&(lower.as_str(), "exempt")) {
        return Finding::new(
            word.span(),
            problem,
            "leave it out: a request that no statement stops gets in",
        );
    }
    if foreign_names::REFUSALS.contains(&lower.as_str()) {
        return Finding::new(
            word.span(),
            problem,
            format_args!(
                "write `deny_access` to refuse detected bots, or `always_deny` to refuse everyone; \
                 {list}"
            ),
        )
        .with("deny_access")
        .with("always_deny");
    }
    if foreign_names::CHALLENGES.contains(&lower.as_str()) {
        return Finding::new(
            word.span(),
            problem,
            format_args!(
                "write `challenge` to challenge detected bots, or `always_challenge` to challenge \
                 everyone; {list}"
            ),
        )
        .with("challenge")
        .with("always_challenge");
    }
    if let Some((_, why)) = foreign_names::ACTIONS_WITHOUT_EQUIVALENT
        .iter()
        .find(|(known, _)| *known == lower)
    {
        return Finding::new(word.span(), problem, why);
    }
    let meant = foreign_names::ACTIONS
        .iter()
        .find(|(known, _)| *known == lower)
        .map(|(_, meant)| *meant);
    if let Some(meant) = meant {
        return Finding::new(
            word.span(),
            problem,
            format_args!("write `{meant}`; {list}"),
        )
        .with(meant);
    }
    // A word before an action is probably a misspelt `observe`.
    let before_action = cursor
        .peek_word()
        .is_some_and(|next| is_name(&next.to_string()));
    let others: &[&str] = match (observe, before_action) {
        (true, _) => &[],
        (false, true) => &["observe", "assert"],
        (false, false) => &["ban", "no_default_exemptions", "assert"],
    };
    let guess = nearest(name, others.iter().copied()).or_else(|| nearest(name, NAMES));
    match guess {
        Some(meant) => Finding::new(
            word.span(),
            problem,
            format_args!("did you mean `{meant}`? {list}"),
        )
        .with(meant),
        None => Finding::new(word.span(), problem, list),
    }
}

/// The finding on an action in several words: `deny-access`, `always deny`.
fn in_several_words(cursor: Cursor, word: &Ident) -> Option<Finding> {
    let between = if cursor.is_sign("-") { "-" } else { " " };
    let mut name = word.to_string().to_ascii_lowercase();
    let mut written = word.to_string();
    let mut end = cursor;
    for _ in 0..2 {
        end.eat_sign("-");
        let next = end.peek_word()?;
        name = format!("{name}_{}", next.to_string().to_ascii_lowercase());
        written = format!("{written}{between}{next}");
        end.next();
        let mut known = NAMES.into_iter().chain([NO_DEFAULTS]);
        let elsewhere = foreign_names::ACTIONS
            .iter()
            .find(|(known, _)| *known == name);
        let meant = elsewhere
            .map(|(_, meant)| *meant)
            .or_else(|| known.find(|known| *known == name));
        if let Some(meant) = meant {
            let place = Place::from(word.span()).to(Place::of(end.since(cursor)));
            let problem = format!("unknown action `{written}`");
            return Some(Finding::write(place, problem, meant));
        }
    }
    None
}

/// The finding on actions on addresses: `deny 10.0.0.0/8` and `allow "10.0.0.1"`.
fn of_addresses(cursor: Cursor, word: &Ident, name: &str) -> Option<Finding> {
    let action = match name {
        name if foreign_names::REFUSALS.contains(&name) => "always_deny",
        "allow" | "permit" | "accept" | "safelist" | "whitelist" | "allowlist" => "exempt",
        _ => return None,
    };
    let dense = token_text(cursor.rest()).replace(' ', "");
    let dense = dense.trim_matches('"');
    texts::network(dense).ok()?;
    let written = format!("{action} when client.ip in [{}]", quoted(dense));
    Some(
        Finding::new(
            word.span(),
            format_args!("unknown action `{word}`"),
            format_args!("write `{written}`"),
        )
        .with_at(
            Place::from(word.span()).to(Place::of(cursor.rest())),
            written,
        ),
    )
}
