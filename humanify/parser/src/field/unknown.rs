//! Findings on names that are not fields.

use proc_macro2::{Delimiter, TokenTree};

use super::call::is_call;
use super::names::{CLIENT, NAMED, PLAIN};
use crate::finding::{Finding, Place};
use crate::foreign_names;
use crate::text::{is_constant, no_values, text_of};
use crate::tokens::{Cursor, token_text as show};
use crate::words::starts;
use humanify_syntax::{METHODS, Sign};
use humanify_syntax::{listed, nearest, opposite};

pub(super) fn unknown_of_client(place: Place, text: &str, _is_call: bool) -> Finding {
    let whole = format!("client.{text}");
    let problem = format!("unknown field `{whole}`");
    let list = format!("the fields are {}", listed_client());
    let names = CLIENT
        .iter()
        .map(|(name, _)| *name)
        .chain(Sign::NAMES.iter().map(|(name, _)| *name));
    match text.to_ascii_lowercase().as_str() {
        "is_human" | "is_person" | "is_people" | "human" | "is_user" => {
            return Finding::new(place, problem, "write `!client.is_bot`").with("!client.is_bot");
        }
        "is_ai" | "is_llm" | "is_gpt" | "is_ai_bot" | "is_ai_crawler" => {
            return Finding::write(place, problem, "client.crawler_kind == ai");
        }
        "is_search" | "is_search_engine" | "is_seo" | "is_scanner" | "is_monitor"
        | "is_archiver" | "is_preview" | "is_library" => {
            let kind = text.trim_start_matches("is_").trim_end_matches("_engine");
            let written = format!("client.crawler_kind == {kind}");
            return Finding::write(place, problem, &written);
        }
        _ => {}
    }
    let crawler = [
        ("is_googlebot", "Googlebot"),
        ("is_google", "Googlebot"),
        ("is_bingbot", "Bingbot"),
        ("is_bing", "Bingbot"),
        ("is_gptbot", "GPTBot"),
    ];
    if let Some((_, name)) = crawler.iter().find(|(known, _)| *known == text) {
        let written = format!("client.is_verified_crawler && client.crawler == \"{name}\"");
        return Finding::new(
            place,
            problem,
            format_args!("write `({written})`, since any program can claim this name"),
        )
        .with(format!("({written})"));
    }
    if let Some(meant) = foreign_names::field(&whole) {
        return Finding::write(place, problem, &meant);
    }
    if let Some(why) = foreign_names::unknown(text) {
        return Finding::new(place, problem, why);
    }
    if let Some(sign) = opposite(text, Sign::NAMES.iter().map(|(name, _)| *name)) {
        let meant = format!("!client.{sign}");
        return Finding::new(place, problem, format_args!("write `{meant}`; {list}")).with(meant);
    }
    let meant = names
        .clone()
        .find(|name| name.strip_prefix("is_") == Some(text))
        .or_else(|| nearest(text, names))
        .map(|name| format!("client.{name}"));
    match meant {
        Some(meant) => Finding::new(
            place,
            problem,
            format_args!("did you mean `{meant}`? {list}"),
        )
        .with(meant),
        None => Finding::new(place, problem, list),
    }
}

pub(super) fn listed_client() -> String {
    let names: Vec<String> = CLIENT
        .iter()
        .map(|(name, _)| *name)
        .chain(Sign::NAMES.iter().map(|(name, _)| *name))
        .map(|name| format!("client.{name}"))
        .collect();
    listed(names.iter().map(String::as_str))
}

/// The finding on a condition that is the same for every request: `true`, `false`, `1`.
pub(crate) fn always(start: Cursor, end: Cursor) -> Finding {
    let tokens = end.since(start);
    let written = show(tokens);
    let problem = format!("`{written}` does not depend on the request");
    let is_behind_when =
        matches!(start.before(), Some(TokenTree::Ident(before)) if before == "when");
    let is_alone = is_behind_when && (end.is_empty() || starts(end));
    let help = match (is_alone, written.as_str()) {
        (true, "false" | "0") => {
            "leave the statement out if it must never act; to log only what it would do, put \
             `observe` before its action"
        }
        (true, _) => {
            "leave `when` out to act whatever the request is; `everyone` after `challenge` or \
             `deny_access` means people, too, as in `deny_access everyone on \"/old/*\"`"
        }
        (false, _) => "a condition tests the request, as in `client.is_vpn` or `method == POST`",
    };
    Finding::new(Place::of(tokens), problem, help)
}

/// The finding on an unknown field. It shows the whole name: `http.request.uri`.
pub(super) fn unknown(start: Cursor) -> Finding {
    let mut end = start;
    if end.is_sign("$") || end.is_sign("%") {
        end.next();
    }
    end.next();
    loop {
        let joined = end.is_sign(".") || end.is_sign("-");
        if joined && end.word_at(1).is_some() {
            if is_call(end) && !is_named_call(end) {
                if let Some(finding) = getter(start, end) {
                    return finding;
                }
                break;
            }
            end.skip(2);
        } else if end.group(Delimiter::Bracket).is_some() || is_named_call_here(end, start) {
            end.next();
        } else {
            break;
        }
    }
    let tokens = end.since(start);
    let place = Place::of(tokens);
    let dense = show(tokens).replace(' ', "");
    let problem = format!("unknown field `{dense}`");
    let list = format!(
        "the fields are `method`, `path`, `host`, `scheme`, `content_type`, `args.NAME`, \
         `headers.NAME`, `cookies.NAME`, {}",
        listed_client()
    );
    if dense == "true" || dense == "false" {
        return always(start, end);
    }
    let sign = Sign::NAMES
        .iter()
        .map(|(name, _)| *name)
        .chain(CLIENT.iter().map(|(name, _)| *name))
        .find(|name| *name == dense);
    if let Some(name) = sign {
        let meant = format!("client.{name}");
        return Finding::write(place, problem, &meant);
    }
    if dense == "query" {
        return Finding::new(
            place,
            "there is no field for the whole query",
            "test a parameter, as in `args.page ~ \"^[0-9]+$\"`",
        );
    }
    if ["is_human", "human", "ishuman"].contains(&dense.to_ascii_lowercase().as_str()) {
        return Finding::new(place, problem, "write `!client.is_bot`").with("!client.is_bot");
    }
    if METHODS.contains(&dense.as_str()) {
        return Finding::write(place, problem, &format!("method == {dense}"));
    }
    if foreign_names::is_whole_uri(&dense) && !compares_path(end) {
        return Finding::new(place, problem, NO_WHOLE_URI);
    }
    if let Some(meant) = foreign_names::field(&dense) {
        return Finding::write(place, problem, &meant);
    }
    if let Some(why) = foreign_names::unknown(&dense) {
        return Finding::new(place, problem, why);
    }
    if is_constant(&dense) {
        return no_values(place, &dense);
    }
    let names = PLAIN
        .iter()
        .map(|(name, _)| *name)
        .chain(NAMED.iter().map(|(name, _)| *name))
        .chain(["client"]);
    // A typing error in the first word of a name.
    let first = dense.split(['.', '[']).next().unwrap_or_default();
    let behind = dense.get(first.len()..).unwrap_or_default();
    let takes_name = |name: &str| name == "client" || NAMED.iter().any(|(known, _)| *known == name);
    match nearest(first, names).filter(|name| takes_name(name) != behind.is_empty()) {
        Some(near) => {
            let meant = format!("{near}{behind}");
            Finding::new(
                place,
                problem,
                format_args!("did you mean `{meant}`? {list}"),
            )
            .with(meant)
        }
        None => Finding::new(place, problem, list),
    }
}

const NO_WHOLE_URI: &str = "`path` is the path alone: a parameter of the query is tested as in \
                            `args.page == \"1\"`, and the host by `host`";

/// Whether an operator follows with texts that can only be about a path.
fn compares_path(mut cursor: Cursor) -> bool {
    for _ in 0..4 {
        if let Some(text) = cursor.text() {
            return foreign_names::is_about_path(&text.value);
        }
        if let Some(group) = cursor.group(Delimiter::Bracket) {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            let mut texts = inner.iter().filter_map(|token| match token {
                TokenTree::Literal(literal) => text_of(literal),
                _ => None,
            });
            return !inner.is_empty()
                && texts.all(|text| foreign_names::is_about_path(&text.value));
        }
        cursor.next();
    }
    false
}

/// The finding on a field that is called in another language: `request.method()`.
fn getter(start: Cursor, end: Cursor) -> Option<Finding> {
    let group = end.group_at(2, Delimiter::Parenthesis)?;
    let mut behind = end;
    behind.skip(2);
    let name = show(behind.since(start)).replace(' ', "");
    behind.next();
    let meant = foreign_names::field(&name).filter(|_| group.stream().is_empty())?;
    let place = Place::of(behind.since(start));
    let problem = format!("unknown field `{name}()`");
    Some(
        match foreign_names::is_whole_uri(&name) && !compares_path(behind) {
            true => Finding::new(place, problem, NO_WHOLE_URI),
            false => Finding::write(place, problem, &meant),
        },
    )
}

/// Whether a call that names a header follows: `.get("X")`.
fn is_named_call(cursor: Cursor) -> bool {
    cursor
        .word_at(1)
        .is_some_and(|word| word == "get" || word == "header")
}

fn is_named_call_here(end: Cursor, start: Cursor) -> bool {
    let is_group = end.group(Delimiter::Parenthesis).is_some();
    let before = end.before().map(ToString::to_string).unwrap_or_default();
    is_group && !end.since(start).is_empty() && (before == "get" || before == "header")
}
