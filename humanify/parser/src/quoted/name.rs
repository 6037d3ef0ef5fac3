//! Checks names: methods, types of challenges, kinds of crawlers, handlers.

use super::explain::{caret, unknown};
use crate::finding::LiteralProblem;
use crate::number;
use humanify_syntax::{ChallengeType, CrawlerKind, Hardness, METHODS};

/// Checks the name of `#[endpoint]`.
pub(crate) fn endpoint_name(name: &str) -> Result<(), LiteralProblem> {
    let wrong = if name.is_empty() {
        "the name of an endpoint is empty".to_owned()
    } else if let Some(position) = name
        .chars()
        .position(|character| character.is_whitespace() || character.is_control())
    {
        format!(
            "the name of an endpoint contains neither white space nor control characters{}",
            caret(name, position)
        )
    } else if let Some(position) = name
        .chars()
        .position(|character| "*?{}<>".contains(character))
    {
        format!(
            "the name of an endpoint contains no wildcard, which belongs in `endpoint` of \
             `protect!`{}",
            caret(name, position)
        )
    } else {
        return Ok(());
    };
    Err(LiteralProblem::new(
        wrong,
        "a name is a text such as `\"billing.pay\"`",
    ))
}

/// Whether a text can be the name of a statement.
pub(crate) fn statement_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Checks a method. Suggestions are methods without quotes.
pub(crate) fn method(name: &str) -> Result<&'static str, LiteralProblem> {
    let capitals = name.to_ascii_uppercase();
    // `Method::POST`.
    if let Some((_, last)) = name.rsplit_once("::")
        && METHODS.contains(&last)
    {
        return Err(LiteralProblem::new(
            format_args!("a method is written as its name alone: `{name}`"),
            format_args!("write `{last}`"),
        )
        .with(last));
    }
    match METHODS.iter().find(|known| **known == capitals) {
        Some(known) if *known == name => Ok(known),
        Some(known) => Err(LiteralProblem::new(
            format_args!("method `{name}` must be in capital letters"),
            format_args!("write `{known}`"),
        )
        .with(*known)),
        None if ["ANY", "ALL", "*"].contains(&capitals.as_str()) => Err(LiteralProblem::new(
            format_args!("`{name}` is not a method; a statement matches every method anyway"),
            "leave the comparison out",
        )),
        None => Err(unknown("method", name, "the methods are", METHODS)),
    }
}

/// Checks one method of a list. Several methods in the place of one become several values.
pub(crate) fn listed_method(text: &str) -> Result<&'static str, LiteralProblem> {
    let parts: Vec<&str> = text
        .split([',', '|', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 && parts.iter().all(|part| method(part).is_ok()) {
        let written = parts.join(", ");
        return Err(LiteralProblem::new(
            "several methods are written as a list",
            format_args!("in brackets, write `{written}`"),
        )
        .with(written));
    }
    method(text)
}

/// The kinds of a kind's or a group's name.
pub(crate) fn crawler_kinds(name: &str) -> Result<Vec<CrawlerKind>, LiteralProblem> {
    if let Some(kind) = CrawlerKind::named(name) {
        return Ok(vec![kind]);
    }
    if let Some(kinds) = CrawlerKind::group(name) {
        return Ok(kinds.to_vec());
    }
    let lower = name.to_ascii_lowercase().replace('-', "_");
    let meant = FOREIGN_CRAWLER_KINDS
        .iter()
        .find(|(known, _)| *known == lower || lower.strip_suffix('s') == Some(known))
        .map(|(_, meant)| *meant);
    if let Some(meant) = meant {
        return Err(LiteralProblem::new(
            format_args!("unknown kind of crawler `{name}`"),
            format_args!("write `{meant}`"),
        )
        .with(meant));
    }
    let groups = CrawlerKind::GROUPS.iter().map(|(name, _)| *name);
    let kinds = CrawlerKind::NAMES.iter().map(|(name, _)| *name);
    let names: Vec<&str> = groups.chain(kinds).collect();
    Err(unknown(
        "kind of crawler",
        &name.replace('-', "_"),
        "the kinds are",
        &names,
    ))
}

/// Kinds of crawlers in other words, with the kind that is meant.
const FOREIGN_CRAWLER_KINDS: [(&str, &str); 21] = [
    ("search_engine", "search"),
    ("searchengine", "search"),
    ("search_bot", "search"),
    ("monitoring", "monitor"),
    ("uptime", "monitor"),
    ("llm", "ai"),
    ("ai_bot", "ai"),
    ("ai_crawler", "ai"),
    ("training", "ai_training"),
    ("assistant", "ai_assistant"),
    ("ai_agent", "ai_assistant"),
    ("ad", "advertising"),
    ("advertisement", "advertising"),
    ("marketing", "seo"),
    ("social", "preview"),
    ("social_media", "preview"),
    ("link_preview", "preview"),
    ("archive", "archiver"),
    ("rss", "feed"),
    ("feed_reader", "feed"),
    ("security", "scanner"),
];

/// Checks a scheme.
pub(crate) fn schemes(name: &str) -> Result<(), LiteralProblem> {
    match name {
        "http" | "https" => Ok(()),
        _ => {
            let lower = name.trim_end_matches("://").to_ascii_lowercase();
            match lower.as_str() {
                "http" | "https" => Err(LiteralProblem::write(
                    format_args!("`{name}` is not a scheme"),
                    lower,
                )),
                _ => Err(LiteralProblem::new(
                    format_args!("unknown scheme `{name}`"),
                    "the schemes are `\"http\"` and `\"https\"`",
                )),
            }
        }
    }
}

/// Names of challenges in other languages, with their equivalents.
const CHALLENGES: [(&str, ChallengeType); 15] = [
    ("pow", ChallengeType::ProofOfWork),
    ("js", ChallengeType::ProofOfWork),
    ("javascript", ChallengeType::ProofOfWork),
    ("invisible", ChallengeType::Managed),
    ("auto", ChallengeType::Managed),
    ("automatic", ChallengeType::Managed),
    ("turnstile", ChallengeType::Managed),
    ("proof", ChallengeType::ProofOfWork),
    ("altcha", ChallengeType::ProofOfWork),
    ("click", ChallengeType::OneClick),
    ("image", ChallengeType::OneClick),
    ("picture", ChallengeType::OneClick),
    ("images", ChallengeType::Grid),
    ("sound", ChallengeType::Audio),
    ("voice", ChallengeType::Audio),
];

/// Checks a type of challenge. Suggestions are names without quotes.
pub(crate) fn challenge_type(name: &str) -> Result<ChallengeType, LiteralProblem> {
    let known = ChallengeType::NAMES
        .iter()
        .find(|(known, _)| *known == name);
    if let Some((_, kind)) = known {
        return Ok(*kind);
    }
    let names: Vec<&str> = ChallengeType::NAMES.iter().map(|(name, _)| *name).collect();
    // `OneClick` and `one-click`.
    let mut snake = String::new();
    for (index, character) in name.chars().enumerate() {
        if character.is_ascii_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.push(match character {
            '-' | ' ' => '_',
            character => character.to_ascii_lowercase(),
        });
    }
    let meant = CHALLENGES
        .iter()
        .find(|(known, _)| *known == snake)
        .map(|(_, kind)| kind.name())
        .or_else(|| names.iter().copied().find(|known| *known == snake));
    match meant {
        Some(meant) => Err(LiteralProblem::new(
            format_args!("unknown challenge type `{name}`"),
            format_args!(
                "write `{meant}`; the types are {}",
                humanify_syntax::listed(names.iter().copied())
            ),
        )
        .with(meant)),
        None => Err(unknown("challenge type", name, "the types are", &names)),
    }
}

/// Checks the hardness of a challenge. The suggestion is a number.
pub(crate) fn hardness(written: &str) -> Result<Hardness, LiteralProblem> {
    if let Some(level) = written.parse().ok().and_then(Hardness::new) {
        return Ok(level);
    }
    let meant = number::parse_lenient(written).and_then(|meant| u8::try_from(meant).ok());
    if let Some(level) = meant.and_then(Hardness::new) {
        let how = match written.starts_with('"') {
            true => "without quotes",
            false => "written as one digit",
        };
        return Err(LiteralProblem::new(
            format_args!("`hardness` is a number from 1 to 5, {how}"),
            format_args!("write `{}`", level.level()),
        )
        .with(level.level().to_string()));
    }
    let is_name = written.starts_with(|first: char| first.is_ascii_alphabetic())
        && !written.contains('\'')
        && !["true", "false"].contains(&written);
    Err(LiteralProblem::new(
        format_args!("`hardness` is a number from 1 to 5, not `{written}`"),
        if is_name {
            "a macro does not see the values of constants: put the number itself here, as in \
             `hardness = 3`"
        } else {
            "1 is the easiest and 5 the hardest, as in `hardness = 3`"
        },
    ))
}
