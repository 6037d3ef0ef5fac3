//! Points in time as providers write them.

use std::time::Duration;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// The time since 1970-01-01 00:00 UTC of a date as RFC 3339 and ISO 8601 write it:
/// `2026-01-31T23:59:59Z`, with or without fractions of a second, an offset such as `+02:00`,
/// `+0200` or `+02`; `None` for anything else.
pub(super) fn since_1970(text: &str) -> Option<Duration> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let offset_at = time.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = time.split_at_checked(offset_at)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let in_range = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !in_range {
        return None;
    }
    let milliseconds: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let local = days_since_1970(year, month, day) * DAY + hour * 3_600 + minute * 60 + second;
    let utc = match (offset.split_at_checked(1)?, offset.len()) {
        (("Z" | "z", ""), 1) => local,
        ((sign, offset), _) => {
            let digits: String = offset.split(':').collect();
            let (hours, minutes) = match digits.len() {
                2 => (digits.as_str(), "0"),
                4 => digits.split_at_checked(2)?,
                _ => return None,
            };
            let shift = number(hours)? * 3_600 + number(minutes)? * 60;
            match sign {
                "+" => local.checked_sub(shift)?,
                "-" => local + shift,
                _ => return None,
            }
        }
    };
    Some(Duration::from_millis(utc * 1_000 + milliseconds))
}

/// Three numbers with so many digits each.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut found = [0; 3];
    for (place, digits) in found.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits)?;
        *place = number(part)?;
    }
    parts.next().is_none().then_some(found)
}

fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

/// Days since 1970-01-01 in the Gregorian calendar, for years from 1970.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    // A year that starts in March has its leap day at the end.
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    // What the same sum gives for 1970-01-01.
    days - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_providers_write_them() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2000-02-29T12:00:00Z", 951_825_600.0),
            ("2022-02-28T15:14:30.096Z", 1_646_061_270.096),
            ("2026-01-01T00:00:00+00:00", 1_767_225_600.0),
            ("2026-01-01T02:30:00+02:30", 1_767_225_600.0),
            ("2025-12-31T19:00:00-0500", 1_767_225_600.0),
            ("2026-01-01T01:00:00.000000+01", 1_767_225_600.0),
        ] {
            let parsed = since_1970(text).map(|time| time.as_secs_f64());
            assert_eq!(parsed, Some(seconds), "{text}");
        }
        for text in [
            "",
            "T",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "1969-01-01T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00+é",
            "2026-01-01T00:00:00Zé",
            "2026-01-01T00:00:00.-1Z",
            "2026-1-1T0:0:0Z",
            "1970-01-01T00:00:00+01:00",
            "1685098040",
        ] {
            assert_eq!(since_1970(text), None, "{text}");
        }
    }
}
