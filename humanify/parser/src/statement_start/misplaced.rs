//! Findings on targets, conditions and blocks before the action: `on "/api/*" challenge`.

use proc_macro2::{Delimiter, TokenTree};

use crate::finding::{Finding, Place};
use crate::tokens::{Cursor, split, token_text};
use crate::words::{NAMES, starts};
use humanify_syntax::listed;

/// The finding on a statement that does not start with its action: `on "/api/*" challenge`,
/// `if client.is_tor { challenge; }`, `"/api/*" => challenge`.
pub(super) fn action_first(cursor: Cursor, token: &TokenTree, word: &str) -> Finding {
    let problem = "a statement starts with its action";
    let mut end = cursor;
    while !end.is_empty() && !starts(end) && end.group(Delimiter::Brace).is_none() {
        end.next();
    }
    let lead = MisplacedClauses::of(end.since(cursor), word);
    if let Some(group) = end.group(Delimiter::Brace) {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let statements: Option<Vec<String>> = split(&inner, ';')
            .into_iter()
            .map(|statement| Some(format!("{};", lead.as_ref()?.put_into(statement)?)))
            .collect();
        let place = Place::of(end.since(cursor)).to(end.peek().map_or(token.into(), Place::from));
        let finding = Finding::new(
            token,
            "statements are not grouped: each names its own targets and conditions, so that it \
             is understood alone",
            "each is written as in `challenge on \"/api/*\" when client.is_tor;`",
        );
        return match statements.map(|statements| statements.join(" ")) {
            Some(written) if !written.is_empty() => finding.offer(place, written.clone(), written),
            _ => finding,
        };
    }
    if end.is_empty() {
        let shown_lead = lead.map(|lead| lead.text).unwrap_or_default();
        let help = match shown_lead.as_str() {
            "" => "as in `challenge on \"/api/*\"`".to_owned(),
            lead => format!("put one before it, such as `challenge {lead}`"),
        };
        return Finding::new(
            token,
            problem,
            format_args!("{help}; the actions are {}", listed(NAMES)),
        );
    }
    let written = lead.and_then(|lead| lead.put_into(end.rest()));
    let finding = Finding::new(
        token,
        problem,
        "the order is the action, `on …`, `except …`, `when …`",
    );
    match written {
        Some(written) => finding.offer(Place::of(cursor.rest()), written.clone(), written),
        None => finding,
    }
}

/// The tokens before an action that belong after it.
struct MisplacedClauses {
    text: String,
    is_condition: bool,
}

impl MisplacedClauses {
    fn of(tokens: &[TokenTree], word: &str) -> Option<MisplacedClauses> {
        let is_condition = ["when", "if", "unless", "where"].contains(&word);
        let mut tokens = tokens;
        if !matches!(tokens.first(), Some(TokenTree::Literal(_))) {
            tokens = tokens.get(1..)?;
        }
        // `"/api/*" => challenge` and `"/api/*": challenge`.
        while let Some((TokenTree::Punct(sign), rest)) = tokens.split_last() {
            if !"=>:-,".contains(sign.as_char()) {
                break;
            }
            tokens = rest;
        }
        let mut text = token_text(tokens);
        if word == "unless" {
            text = format!("!({text})");
        }
        (!text.is_empty()).then(|| MisplacedClauses {
            text: match is_condition {
                true => format!("when {text}"),
                false => format!("{} {text}", if word == "except" { "except" } else { "on" }),
            },
            is_condition,
        })
    }

    /// A statement with these tokens after its action.
    fn put_into(&self, statement: &[TokenTree]) -> Option<String> {
        let is_clause = |token: &TokenTree, clauses: &[&str]| match token {
            TokenTree::Ident(word) => clauses.iter().any(|clause| word == clause),
            _ => false,
        };
        let before: &[&str] = match self.is_condition {
            true => &["when"],
            false => &["except", "when"],
        };
        let at = statement
            .iter()
            .position(|token| is_clause(token, before))
            .unwrap_or(statement.len());
        let (head, behind) = statement.split_at(at);
        let own = if self.is_condition { "when" } else { "on" };
        if statement.iter().any(|token| is_clause(token, &[own])) {
            return None;
        }
        let (head, behind) = (token_text(head), token_text(behind));
        Some(
            format!("{head} {} {behind}", self.text)
                .trim_end()
                .to_owned(),
        )
    }
}
