//! What rates and times mean that are written in other spellings.

use humanify_syntax::Rate;

/// The rate that a text in another spelling means. `None` if that would be a guess.
pub(super) fn meant(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    if let Some(rate) = abbreviated(&text) {
        return Some(rate);
    }
    // `10r/s`, `5 requests per minute`, `5 in 1 minute`, `1 every 5 seconds`, `5:minute`.
    let mut text = text.replace("requests", "").replace("request", "");
    for word in [" hits", " reqs", " req", " times", " calls", " queries"] {
        text = text.replace(word, "");
    }
    let (count, period) = SEPARATORS
        .iter()
        .find_map(|between| text.split_once(between))
        .or_else(|| between_alone(&text))?;
    let count = count.trim();
    let count = count
        .strip_suffix(['r', 'x'])
        .filter(|rest| rest.ends_with(|last: char| last.is_ascii_digit()))
        .unwrap_or(count);
    let count = in_words(count).map_or_else(|| count.to_owned(), |count| count.to_string());
    let (count, period) = (number(&count)?, seconds(period.trim())?);
    scaled(count, period)
}

/// What stands between the count and the time in other spellings.
const SEPARATORS: [&str; 13] = [
    " per ", " every ", " each ", " in ", " within ", " over ", " during ", " a ", "/", ":",
    " an ", "@", " once ",
];

/// `5-m` of Flask-Limiter and others, `5,60`, and `5 minute`.
fn between_alone(text: &str) -> Option<(&str, &str)> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &str| {
        part.chars().all(char::is_alphabetic) && !part.is_empty() && !part.ends_with('s')
    };
    let (count, period) = text
        .split_once('-')
        .filter(|(_, period)| period.trim() == "s" || is_word(period.trim()))
        .or_else(|| text.split_once(',').filter(|(_, period)| is_number(period)))
        .or_else(|| text.split_once(' ').filter(|(_, period)| is_word(period)))?;
    let count_is_one = count.trim() == "1";
    // `1,000` is a number, and `1 minute` a time.
    let is_rate = match text.contains(',') {
        true => period.len() != 3,
        false => text.contains('-') || !count_is_one,
    };
    (is_rate && is_number(count.trim())).then_some((count, period))
}

/// `10rps`, `100 rpm`, `5 qps` and `5hz`.
fn abbreviated(text: &str) -> Option<String> {
    let (count, unit) = text.split_at_checked(text.find(|c: char| c.is_alphabetic())?)?;
    let period = match unit {
        "rps" | "qps" | "tps" | "hz" | "req/s" | "reqs/s" => 1_000,
        "rpm" | "qpm" | "req/min" => 60_000,
        "rph" | "qph" => 3_600_000,
        "rpd" | "qpd" => 86_400_000,
        _ => return None,
    };
    scaled(number(count.trim())?, period)
}

/// A small number in words.
fn in_words(text: &str) -> Option<usize> {
    const NUMBERS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let at = match text.trim() {
        "once" => Some(0),
        "twice" => Some(1),
        text => NUMBERS.iter().position(|number| *number == text),
    };
    at.map(|at| at + 1)
}

/// Parses a number, in thousandths: `1,000`, `10k`, `1.5`, `1_000`.
fn number(text: &str) -> Option<u64> {
    let (digits, factor) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1_000_000),
        None => match text.strip_suffix('m') {
            Some(digits) => (digits, 1_000_000_000),
            None => (text, 1_000),
        },
    };
    let digits = match digits.split_once(',') {
        // A comma between thousands, not a decimal comma.
        Some((_, rest)) if rest.split(',').all(|part| part.len() == 3) => digits.replace(',', ""),
        Some(_) => return None,
        None => digits.replace('_', ""),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    // Three digits after a point may be thousands: `1.000`.
    if whole.is_empty()
        || part.len() > 2
        || !whole
            .bytes()
            .chain(part.bytes())
            .all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let thousandths = format!("{part:0<3}").parse::<u64>().ok()?;
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    whole.checked_add(thousandths.checked_mul(factor / 1_000)?)
}

/// Parses a time, in thousandths of a second.
fn seconds(text: &str) -> Option<u64> {
    let text = ["a ", "an ", "one "]
        .iter()
        .find_map(|one| text.strip_prefix(one))
        .unwrap_or(text);
    // `PT1M`, as ISO 8601 writes times.
    if let Some(iso) = text
        .strip_prefix("pt")
        .filter(|iso| iso.starts_with(|first: char| first.is_ascii_digit()))
    {
        return seconds(iso);
    }
    let digits: String = text
        .chars()
        .take_while(|character| character.is_ascii_digit())
        .collect();
    let unit = text.strip_prefix(&digits)?.trim().trim_start_matches('/');
    let length = match unit {
        "" if !digits.is_empty() => 1_000,
        "ms" | "millisecond" | "milliseconds" | "msec" => 1,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "w" | "week" | "weeks" => 7 * 86_400_000,
        "fortnight" | "fortnights" => 14 * 86_400_000,
        "month" | "months" => 30 * 86_400_000,
        "year" | "years" => 365 * 86_400_000,
        unit => {
            let names = ["second", "minute", "hour", "day", "week", "month"];
            let near = humanify_syntax::nearest(unit.trim_end_matches('s'), names)?;
            return seconds(&format!("{digits}{near}"));
        }
    };
    let count = if digits.is_empty() {
        1
    } else {
        digits.parse::<u64>().ok()?
    };
    count.checked_mul(length).filter(|time| *time > 0)
}

/// The rate of `count` thousandths of a request in `period` thousandths of a second, in whole
/// numbers.
fn scaled(count: u64, period: u64) -> Option<String> {
    let mut factor = 1;
    while factor <= 1_000 {
        let (count, period) = (count.checked_mul(factor)?, period.checked_mul(factor)?);
        if count > 0 && count.is_multiple_of(1_000) && period.is_multiple_of(1_000) {
            let count = u32::try_from(count / 1_000).ok()?;
            let period = u32::try_from(period / 1_000).ok()?;
            let text = Rate::new(count, period).to_string();
            let same = Rate::parse(&text).ok()?;
            return ((same.count(), same.seconds()) == (count, period)).then_some(text);
        }
        factor += 1;
    }
    None
}

/// The time that a text in another spelling means: `7 days` for `1 week`.
pub(crate) fn duration(text: &str) -> Option<String> {
    let time = seconds(&text.trim().to_lowercase())?;
    let time = u32::try_from(time / 1_000)
        .ok()
        .filter(|_| time.is_multiple_of(1_000))?;
    let rate = Rate::new(1, time);
    if rate.seconds() != time || time == 0 {
        return None;
    }
    let (count, unit) = rate.period_in_units();
    Some(match count {
        1 => format!("1 {unit}"),
        count => format!("{count} {unit}s"),
    })
}

/// The offences of a ban in the usual spelling: `10 denials/minute`.
pub(crate) fn counted_rates(count: &str, noun: &str, period: &str) -> Option<String> {
    let count = number(count)?;
    let rate = scaled(count, seconds(&period.trim().to_lowercase())?)?;
    let (count, period) = rate.split_once('/')?;
    Some(format!("{count} {noun}/{period}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::quoted;
    use crate::quoted::rates;

    #[test]
    fn rates_in_other_spellings_are_converted() {
        for (text, meant) in [
            ("5/m", "5/minute"),
            ("10r/s", "10/second"),
            ("5 requests per minute", "5/minute"),
            ("10/second, 500/hour", "10/second; 500/hour"),
            ("1.5/second", "3/2 seconds"),
            ("1,000/hour", "1000/hour"),
            ("10k/hour", "10000/hour"),
            ("1000/week", "1000/7 days"),
            ("1000/month", "1000/30 days"),
            ("1/100ms", "10/second"),
            ("5/60", "5/minute"),
            ("5:minute", "5/minute"),
            ("5 in 1 minute", "5/minute"),
            ("1 every 5 seconds", "1/5 seconds"),
            ("5/minuet", "5/minute"),
            ("5-M", "5/minute"),
            ("100-H", "100/hour"),
            ("5-S; 100-D", "5/second; 100/day"),
            ("5-minute", "5/minute"),
            ("10rps", "10/second"),
            ("100 rpm", "100/minute"),
            ("5 qps", "5/second"),
            ("5Hz", "5/second"),
            ("5 minute", "5/minute"),
            ("5x/minute", "5/minute"),
            ("five per minute", "5/minute"),
            ("once per minute", "1/minute"),
            ("twice an hour", "2/hour"),
            ("5 over 1 minute", "5/minute"),
            ("5 within 60 seconds", "5/minute"),
            ("5,60", "5/minute"),
            ("5/PT1M", "5/minute"),
            ("10 requests every minute", "10/minute"),
        ] {
            assert_eq!(rates(text).unwrap_err().texts, [quoted(meant)], "{text}");
        }
        for text in [
            "",
            "five",
            "0/second",
            "-5/minute",
            "1,5/second",
            "5 per",
            "5",
            "5pm",
            "1 minute",
            "5 minutes",
            "5-10",
            "1,000",
            "unlimited",
        ] {
            assert!(rates(text).unwrap_err().texts.is_empty(), "{text}");
        }
        for (text, meant) in [
            ("1h", "1 hour"),
            ("1 week", "7 days"),
            ("1 houre", "1 hour"),
            ("a week", "7 days"),
            ("an hour", "1 hour"),
            ("PT15M", "15 minutes"),
        ] {
            assert_eq!(duration(text).as_deref(), Some(meant), "{text}");
        }
    }
}
