//! Checks rates and times.

use super::spelling::{duration, meant};
use crate::finding::{LiteralProblem, quoted};
use crate::number;
use humanify_syntax::{Rate, RateError};

/// Checks one rate or several.
pub(crate) fn rates(text: &str) -> Result<Vec<Rate>, LiteralProblem> {
    if let Some(ascii) = number::ascii_digits(text) {
        return Err(number::other_digits(text, &ascii, rates(&ascii).err()));
    }
    Rate::parse_all(text).map_err(|error| {
        let parts: Vec<&str> = separated(text);
        let meant: Option<Vec<String>> = parts
            .iter()
            .map(|part| {
                Rate::parse(part)
                    .map(|rate| rate.to_string())
                    .ok()
                    .or_else(|| meant(part))
            })
            .collect();
        let problem = problem(&error, text);
        match meant {
            Some(meant) if !meant.is_empty() && is_rate(&meant.join("; ")) => {
                LiteralProblem::write(problem, meant.join("; "))
            }
            _ => LiteralProblem::new(problem, help(&error, text)),
        }
    })
}

fn is_rate(text: &str) -> bool {
    Rate::parse_all(text).is_ok()
}

/// Splits a text into rates, at any usual separator.
fn separated(text: &str) -> Vec<&str> {
    if text.contains(';') {
        return text
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
    }
    for separator in [", ", "&&", " and ", "|", " + "] {
        let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
        if parts.len() > 1
            && parts
                .iter()
                .all(|part| part.contains('/') || part.contains(" per "))
        {
            return parts;
        }
    }
    vec![text]
}

fn problem(error: &RateError, text: &str) -> String {
    match error {
        RateError::Form(_) if text.trim().is_empty() => "the rate is empty".to_owned(),
        RateError::Form(_) if separated(text).len() > 1 && !text.contains(';') => {
            "several rates are written in one string with `;` between them".to_owned()
        }
        RateError::Form(part) if text.contains(';') => format!("`{}` is not a rate", part.trim()),
        RateError::Form(_) => format!("`{}` is not a rate", text.trim()),
        RateError::Unit(_) if separated(text).len() > 1 && !text.contains(';') => {
            "several rates are written in one string with `;` between them".to_owned()
        }
        RateError::Unit(unit) if unit.is_empty() => {
            format!("missing unit of time in `{}`", text.trim())
        }
        RateError::Unit(unit) => format!("unknown unit of time `{unit}`"),
        other => other.to_string(),
    }
}

fn help(error: &RateError, text: &str) -> &'static str {
    const NO_LIMIT: [&str; 6] = ["unlimited", "none", "off", "infinite", "infinity", "inf"];
    match error {
        RateError::Form(_) if NO_LIMIT.contains(&text.trim().to_lowercase().as_str()) => {
            "a statement cannot lift a limit: leave this one out, and take the targets out of \
             other limits with `except`"
        }
        RateError::Unit(_) => {
            "the units are second, minute, hour and day, as in `\"5/minute\"` or \
             `\"3/30 seconds\"`"
        }
        RateError::Count(count) if count == "0" => {
            "to let nobody through, the action is `always_deny`; to limit nothing, leave the \
             limit out"
        }
        _ => {
            "a rate is a count and a period, such as `\"5/minute\"`, `\"5 per minute\"` or \
              `\"3/30 seconds\"`"
        }
    }
}

/// Parses the length of a ban, in seconds.
pub(crate) fn ban_time(text: &str) -> Result<u32, LiteralProblem> {
    if let Ok(rate) = Rate::parse(&format!("1/{text}")) {
        return Ok(rate.seconds());
    }
    if [
        "forever",
        "always",
        "permanent",
        "permanently",
        "never",
        "infinite",
    ]
    .contains(&text.trim().to_lowercase().as_str())
    {
        return Err(LiteralProblem::new(
            format_args!("a ban cannot last `{text}`: addresses change hands"),
            "write `\"366 days\"`, the longest duration",
        )
        .with(quoted("366 days")));
    }
    let problem = format!("`{text}` is not a duration between 1 second and 366 days");
    match duration(text) {
        Some(meant) => Err(LiteralProblem::write(problem, meant)),
        None => Err(LiteralProblem::new(
            problem,
            "as in `for \"1 hour\"`; the units are second, minute, hour and day",
        )),
    }
}

/// Whether `loose` lets everything through that `strict` does, so that it does nothing beside it:
/// it allows as many requests at once or more, and as many in time or more.
pub(crate) fn subsumes(strict: Rate, loose: Rate) -> bool {
    let interval = |rate: Rate, other: Rate| u64::from(rate.seconds()) * u64::from(other.count());
    strict.burst() <= loose.burst() && interval(strict, loose) >= interval(loose, strict)
}

/// The message on two rates of which one makes the other useless.
pub(crate) fn useless_rate(first: Rate, second: Rate) -> Option<LiteralProblem> {
    let (strict, loose) = if first == second {
        return Some(LiteralProblem::new(
            format_args!("the rate `{second}` is written twice"),
            "leave one of them out",
        ));
    } else if subsumes(first, second) {
        (first, second)
    } else if subsumes(second, first) {
        (second, first)
    } else {
        return None;
    };
    Some(LiteralProblem::new(
        format_args!(
            "the rate `{loose}` does nothing beside `{strict}`, which is always reached first"
        ),
        format_args!("leave out `{loose}`"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_useless_if_another_is_always_reached_first() {
        for (strict, loose, useless) in [
            ("5/minute", "5/minute", true),
            ("10/minute", "100/minute", true),
            ("5/minute", "300/hour", true),
            ("5/minute", "100/day", false),
            ("100/day", "5/minute", false),
            ("10/second", "500/hour", false),
        ] {
            let (a, b) = (Rate::parse(strict).unwrap(), Rate::parse(loose).unwrap());
            assert_eq!(subsumes(a, b), useless, "{strict} {loose}");
        }
    }
}
