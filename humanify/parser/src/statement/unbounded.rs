//! Findings on `always`, `all`, `everywhere` and the like after an action.

use proc_macro2::Ident;

use crate::finding::{Finding, Place};
use crate::negated::rest_of;
use crate::tokens::{Cursor, plain, token_text};

/// The finding on a word for everything, which means all paths or all clients.
pub(super) fn unbounded(cursor: Cursor, head: Cursor, word: &Ident, action: &Ident) -> Finding {
    let (text, action) = (plain(word), plain(action));
    let problem = format!("unexpected `{text}`");
    let behind = token_text(rest_of(cursor).get(1..).unwrap_or_default());
    let means_paths = ["everywhere", "anywhere", "globally"].contains(&text.as_str());
    if means_paths && (behind.starts_with("on ") || behind.starts_with("except ")) {
        return Finding::new(
            word.span(),
            problem,
            "a statement without `on` matches every path, and one with `on` only those that it \
             names",
        );
    }
    if text == "globally" && action == "limit" {
        return Finding::new(
            word.span(),
            problem,
            "every limit counts by client, and a statement without `on` matches every path",
        );
    }
    if means_paths {
        return Finding::new(
            word.span(),
            problem,
            "leave it out: a statement without `on` matches every path",
        )
        .with("");
    }
    let always = match action.as_str() {
        "challenge" => "always_challenge",
        "deny_access" => "always_deny",
        _ => {
            return Finding::new(
                word.span(),
                problem,
                "leave it out: the statement applies to every request that it matches",
            )
            .with("");
        }
    };
    let before = token_text(cursor.since(head));
    let settings = before.strip_prefix(&action).unwrap_or_default();
    let place = Place::of(cursor.since(head)).to(word.span().into());
    let finding = Finding::new(
        word.span(),
        problem,
        format_args!(
            "`{action}` means detected bots; `everyone` or `those` after it means people, too, and \
             `{always}` acts whatever the client is"
        ),
    );
    ["everyone", "those"]
        .into_iter()
        .fold(finding, |finding, subject| {
            let texts = [format!("{before} {subject}"), format!("{always}{settings}")];
            let [named, acts] = &texts;
            let help = format!(
                "write `{named}` for people, too, or `{acts}` to act on exempt requests as well; \
                 `{action}` alone means detected bots"
            );
            let statement = format!("{named} {behind}");
            finding.offer_each(place, statement, help, texts.to_vec())
        })
}
