//! Prints conditions and targets in the syntax of rules.

use crate::{Comparison, Condition, Field, FieldKind, Sign, Statement, Target, Test};

/// A target in the syntax of rules.
pub(super) fn target(target: &Target) -> String {
    match target {
        Target::Path(text) => quoted(text),
        Target::PathRegex(text) => format!("regex {}", quoted(text)),
        Target::Endpoint(text) => format!("endpoint {}", quoted(text)),
        Target::EndpointRegex(text) => format!("endpoint regex {}", quoted(text)),
        Target::Route(text) => format!("route {}", quoted(text)),
        Target::Under(text) => format!("under {}", quoted(text)),
    }
}

/// A condition in the syntax of rules.
pub(super) fn condition(written: &Condition) -> String {
    let joined = |parts: &[Condition], sign: &str| {
        let parts: Vec<String> = parts.iter().map(bracketed).collect();
        parts.join(sign)
    };
    match written {
        Condition::All(parts) => joined(parts, " && "),
        Condition::Any(parts) => joined(parts, " || "),
        Condition::Not(part @ Condition::Compare(..)) => format!("!({})", condition(part)),
        Condition::Not(part) => format!("!{}", bracketed(part)),
        Condition::Is(sign) => format!("client.{}", sign_name(*sign)),
        Condition::Compare(field, asked) => comparison(*field, asked),
    }
}

/// The negation of a condition in the syntax of rules.
pub(super) fn negated(written: &Condition) -> String {
    match written {
        Condition::Not(part) => bracketed(part),
        Condition::Compare(field, asked) => {
            let asked = Comparison {
                negated: !asked.negated,
                ..*asked
            };
            comparison(*field, &asked)
        }
        _ => format!("!{}", bracketed(written)),
    }
}

/// The targets of a statement in the syntax of rules, with a space before each clause.
pub(super) fn clauses(statement: &Statement) -> String {
    let clause = |word: &str, targets: &[Target]| {
        let targets: Vec<String> = targets.iter().map(target).collect();
        match targets.is_empty() {
            true => String::new(),
            false => format!(" {word} {}", targets.join(", ")),
        }
    };
    clause("on", statement.on) + &clause("except", statement.except)
}

/// A condition, in brackets if it has several parts.
pub(super) fn bracketed(part: &Condition) -> String {
    match part {
        Condition::All(_) | Condition::Any(_) => format!("({})", condition(part)),
        _ => condition(part),
    }
}

fn comparison(field: Field, asked: &Comparison) -> String {
    let name = field_name(field);
    let not = if asked.negated { "not " } else { "" };
    let case = if asked.ignores_case {
        " ignore_case"
    } else {
        ""
    };
    let one = |text: &str| match field.kind() {
        FieldKind::Method | FieldKind::CrawlerKind => text.to_owned(),
        _ => quoted(text),
    };
    let list = |texts: &[&str]| match texts {
        [text] => one(text),
        texts => {
            let texts: Vec<String> = texts.iter().map(|text| one(text)).collect();
            format!("[{}]", texts.join(", "))
        }
    };
    let negated = asked.negated;
    let test_text = match asked.test {
        Test::Present if negated => return format!("{name} is missing"),
        Test::Present => return format!("{name} is present"),
        Test::OneOf(texts @ [text]) if field == Field::Ip && text.contains('/') => {
            format!("{not}in [{}]", list(texts))
        }
        Test::OneOf([text]) if negated => format!("!= {}", one(text)),
        Test::OneOf([text]) => format!("== {}", one(text)),
        Test::OneOf(texts) => format!("{not}in {}", list(texts)),
        Test::Matches(text) if negated => format!("!~ {}", quoted(text)),
        Test::Matches(text) => format!("~ {}", quoted(text)),
        Test::StartsWith(texts) => format!("{not}starts_with {}", list(texts)),
        Test::EndsWith(texts) => format!("{not}ends_with {}", list(texts)),
        Test::Contains(texts) => format!("{not}contains {}", list(texts)),
    };
    format!("{name} {test_text}{case}")
}

/// A field in the syntax of rules.
pub(super) fn field_name(field: Field) -> String {
    match field {
        Field::Method => "method".to_owned(),
        Field::Path => "path".to_owned(),
        Field::Host => "host".to_owned(),
        Field::Scheme => "scheme".to_owned(),
        Field::ContentType => "content_type".to_owned(),
        Field::Ip => "client.ip".to_owned(),
        Field::Crawler => "client.crawler".to_owned(),
        Field::CrawlerKind => "client.crawler_kind".to_owned(),
        Field::VpnProvider => "client.vpn_provider".to_owned(),
        Field::Arg(name) => named("args", name),
        Field::Header(name) => named("headers", name),
        Field::Cookie(name) => named("cookies", name),
    }
}

/// The name of a sign in rules.
pub(super) fn sign_name(sign: Sign) -> &'static str {
    let known = Sign::NAMES.iter().find(|(_, known)| *known == sign);
    known.map_or("is_bot", |(name, _)| *name)
}

/// A field with a name, in its usual spelling: `headers.accept`, `args["a[]"]`.
#[must_use]
pub fn named(of: &str, name: &str) -> String {
    // A part such as `1e5` is no name in Rust, and `_` is seldom meant in the name of a header.
    let is_word = name.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && (!part.starts_with(|first: char| first.is_ascii_digit())
                || part.bytes().all(|byte| byte.is_ascii_digit()))
    });
    match is_word && !(of == "headers" && name.contains('_')) {
        true => format!("{of}.{name}"),
        false => format!("{of}[{}]", quoted(name)),
    }
}

fn quoted(text: &str) -> String {
    let needs_escapes = text
        .chars()
        .any(|c| c.is_control() || matches!(c, '"' | '\u{feff}'));
    match (text.contains('\\'), needs_escapes) {
        (_, true) => format!("{text:?}"),
        (true, false) => format!("r\"{text}\""),
        (false, false) => format!("\"{text}\""),
    }
}
