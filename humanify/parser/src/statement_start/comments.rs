//! Reports comments and attributes of other languages before a statement.

use proc_macro2::{Delimiter, TokenTree};

use crate::finding::{Finding, Place, Read};
use crate::reader::{Reader, fail};
use crate::tokens::{Cursor, line};
use crate::words::starts;

/// Reports comments of other languages, and skips them.
pub(crate) fn comments(cursor: &mut Cursor, reader: &mut Reader) -> Read<()> {
    while cursor.is_sign("#") || cursor.is_sign("#!") {
        let start = *cursor;
        cursor.next();
        let inner = cursor.is_sign("!");
        if inner {
            cursor.next();
        }
        let Some(group) = cursor.group(Delimiter::Bracket) else {
            *cursor = start;
            hash(cursor, reader);
            continue;
        };
        cursor.next();
        let place = Place::of(cursor.since(start));
        let content: Vec<TokenTree> = group.stream().into_iter().collect();
        let name = content.first().map(ToString::to_string).unwrap_or_default();
        reader.report(attribute(place, &name, &content, inner));
        // The attribute stands for the action with its name.
        if text_is_attribute(&name) {
            cursor.finish();
        }
    }
    if let Some(option) = option(*cursor) {
        let start = *cursor;
        cursor.finish();
        return fail(Finding::new(
            Place::of(start.rest().get(..2).unwrap_or_default()),
            format_args!("`-{option}` is an option of a command, not a statement"),
            "addresses are refused by `always_deny when client.ip in [\"203.0.113.0/24\"]`",
        ));
    }
    // A list of YAML.
    if cursor.is_sign("-")
        && let Some(token) = cursor.next()
    {
        reader.report(
            Finding::new(
                token,
                "a statement starts with its action, not with `-`",
                "leave `-` out, and end the statement with `;`",
            )
            .with(""),
        );
    }
    Ok(())
}

/// The option of a command: `-A` in `-A INPUT -s 10.0.0.0/8 -j DROP`.
fn option(cursor: Cursor) -> Option<String> {
    let (sign, word) = (cursor.peek()?, cursor.word_at(1)?);
    let is_joined = sign.span().end() == word.span().start();
    let name = word.to_string();
    (cursor.is_sign("-") && is_joined && name.len() == 1).then_some(name)
}

fn text_is_attribute(name: &str) -> bool {
    [
        "require_human",
        "always_challenge",
        "block_bots",
        "rate_limit",
        "exempt",
        "endpoint",
    ]
    .contains(&name)
}

fn attribute(place: Place, name: &str, content: &[TokenTree], inner: bool) -> Finding {
    if name == "doc" {
        return documentation(place, content, inner);
    }
    if text_is_attribute(name) {
        let action = match name {
            "require_human" => "challenge",
            "block_bots" => "deny_access",
            "rate_limit" => "limit",
            "endpoint" => "on endpoint",
            name => name,
        };
        return Finding::new(
            place,
            format_args!("`#[{name}]` is written above a handler, not in `protect!`"),
            format_args!(
                "here that is `{action}`, as in `{}`",
                match action {
                    "limit" => "limit \"5/minute\" on \"/api/*\"".to_owned(),
                    "on endpoint" => "challenge on endpoint \"billing::*\"".to_owned(),
                    action => format!("{action} on \"/api/*\""),
                }
            ),
        );
    }
    let help = match name {
        "cfg" => {
            "give the builder another block of rules there: \
             `if cfg!(debug_assertions) { builder = builder.rules(protect! { … }) }`"
        }
        "allow" | "expect" | "warn" => "leave it out: no lint looks at statements",
        _ => "leave it out",
    };
    Finding::new(place, "a statement takes no attributes", help)
}

/// The finding on documentation, which is a comment for the author. A comment up to the end of its
/// line stays one, and any other is closed, so that nothing behind it becomes a part of it.
fn documentation(place: Place, content: &[TokenTree], inner: bool) -> Finding {
    let source = place.start.source_text().unwrap_or_default();
    let is_line = source.starts_with("//");
    let (meant, sign) = match (is_line, inner) {
        (true, false) => ("//", "///"),
        (true, true) => ("//", "//!"),
        (false, false) => ("/*", "/**"),
        (false, true) => ("/*", "/*!"),
    };
    let problem = format!(
        "statements have no documentation; a comment starts with `{meant}`, not with `{sign}`"
    );
    let comment = Cursor::new(content).text_at(2).map(|text| text.value);
    let comment = comment.filter(|comment| !["\n", "/*", "*/"].iter().any(|s| comment.contains(s)));
    match comment.as_deref().map(str::trim) {
        Some(comment) if is_line => Finding::write(place, problem, &format!("// {comment}")),
        Some(comment) => Finding::write(place, problem, &format!("/* {comment} */")),
        None => Finding::new(
            place,
            problem,
            "comments start with `//`, or stand between `/*` and `*/`",
        ),
    }
}

/// The finding on documentation inside a statement.
pub(crate) fn documentation_inside(cursor: Cursor) -> Option<Finding> {
    let inner = cursor.is_sign_at(1, "!");
    let mut end = cursor;
    end.skip(1 + usize::from(inner));
    let group = end
        .group(Delimiter::Bracket)
        .filter(|_| cursor.is_sign_at(0, "#"))?;
    end.next();
    let content: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_doc = matches!(content.first(), Some(TokenTree::Ident(word)) if word == "doc");
    is_doc.then(|| documentation(Place::of(end.since(cursor)), &content, inner))
}

/// Reports `# the API`, up to the end of the line or the start of a statement.
fn hash(cursor: &mut Cursor, reader: &mut Reader) {
    let Some(sign) = cursor.next() else {
        return;
    };
    reader.report(Finding::write(
        sign,
        "a comment starts with `//`, not with `#`",
        "//",
    ));
    let on = line(sign);
    let known = cursor.rest().iter().any(|token| line(token) != on);
    while let Some(token) = cursor.peek() {
        let ended = if known {
            line(token) != on
        } else {
            starts(*cursor)
        };
        if ended {
            return;
        }
        cursor.next();
    }
}
