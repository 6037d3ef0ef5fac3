//! `Rate`: a number of requests in a period, such as `5/minute`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of requests in a number of seconds, both at least one.
///
/// The generic cell rate algorithm (GCRA) enforces it: `burst` requests at once, by default
/// `count`, then one more every `period / count`, in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    count: u32,
    seconds: u32,
    burst: u32,
}

/// The units of time, with their length in seconds.
const UNITS: &[(&str, u32)] = &[
    ("second", 1),
    ("seconds", 1),
    ("sec", 1),
    ("minute", 60),
    ("minutes", 60),
    ("min", 60),
    ("hour", 3_600),
    ("hours", 3_600),
    ("hr", 3_600),
    ("day", 86_400),
    ("days", 86_400),
];

/// The longest period, in seconds: 366 days.
const MAX_PERIOD_SECONDS: u32 = 366 * 86_400;

/// The maximum number of requests in a second: one in each microsecond.
const MAX_PER_SECOND: u32 = 1_000_000;

/// Why a text is not a rate. Each variant has the text.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateError {
    /// The text is not of the form `5/minute`.
    #[error("`{0}` is not a rate; write `\"5/minute\"`, `\"5 per minute\"` or `\"3/30 seconds\"`")]
    Form(String),
    /// The unit of time is unknown.
    #[error("unknown unit of time `{0}`; the units are second, minute, hour and day")]
    Unit(String),
    /// The count is zero or too large.
    #[error("the count of a rate is between 1 and 4294967295, not `{0}`")]
    Count(String),
    /// There are more than a million requests in a second.
    #[error("a rate is at most 1000000 in a second, which `{0}` exceeds")]
    Fast(String),
    /// The period is zero or too long.
    #[error("the period of a rate is between 1 second and 366 days, not `{0}`")]
    Period(String),
}

impl fmt::Debug for RateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Rate {
    /// The rate of a `limit` without one: 10 requests in 10 seconds.
    pub const DEFAULT: Rate = Rate::new(10, 10);

    /// `count` requests in `seconds` seconds. Zero becomes one, and longer periods become 366 days.
    #[must_use]
    pub const fn new(count: u32, seconds: u32) -> Rate {
        let count = if count == 0 { 1 } else { count };
        Rate {
            count,
            seconds: match seconds {
                0 => 1,
                seconds if seconds > MAX_PERIOD_SECONDS => MAX_PERIOD_SECONDS,
                seconds => seconds,
            },
            burst: count,
        }
    }

    /// This rate with room for `burst` requests at once. Zero becomes one.
    #[must_use]
    pub const fn with_burst(self, burst: u32) -> Rate {
        Rate {
            burst: if burst == 0 { 1 } else { burst },
            ..self
        }
    }

    /// The number of requests in the period.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// The number of requests that pass at once.
    #[must_use]
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// The time from one request to the next, in whole microseconds, at least one.
    #[must_use]
    pub const fn each_microseconds(self) -> u64 {
        let each = self.seconds as u64 * 1_000_000 / self.count as u64;
        if each == 0 { 1 } else { each }
    }

    /// The period in the largest unit that divides it: `(2, "hour")`.
    #[must_use]
    pub const fn period_in_units(self) -> (u32, &'static str) {
        match self.seconds {
            s if s.is_multiple_of(86_400) => (s / 86_400, "day"),
            s if s.is_multiple_of(3_600) => (s / 3_600, "hour"),
            s if s.is_multiple_of(60) => (s / 60, "minute"),
            s => (s, "second"),
        }
    }

    /// The period, in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.seconds
    }

    /// The period.
    #[must_use]
    pub const fn period(self) -> Duration {
        Duration::from_secs(self.seconds as u64)
    }

    /// This rate with `factor` times as many requests, in the period and at once.
    #[must_use]
    pub const fn times(self, factor: u32) -> Rate {
        Rate::new(self.count.saturating_mul(factor), self.seconds)
            .with_burst(self.burst.saturating_mul(factor))
    }

    /// Parses one rate.
    ///
    /// ```
    /// use humanify_syntax::Rate;
    /// assert_eq!(Rate::parse("5/minute"), Ok(Rate::new(5, 60)));
    /// assert_eq!(Rate::parse("5 per 2 hours"), Ok(Rate::new(5, 7_200)));
    /// assert!(Rate::parse("5/week").is_err());
    /// ```
    ///
    /// # Errors
    /// If the text is not a rate. The error shows the right form.
    pub fn parse(text: &str) -> Result<Rate, RateError> {
        let form = || RateError::Form(text.trim().to_owned());
        let (count, period) = text
            .split_once('/')
            .or_else(|| text.split_once(" per "))
            .ok_or_else(form)?;
        let (count, period) = (count.trim(), period.trim());
        if count.is_empty() || period.is_empty() || !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(form());
        }
        let count = match count.parse::<u32>() {
            Ok(number) if number > 0 => number,
            _ => return Err(RateError::Count(count.to_owned())),
        };
        let digits = period.bytes().take_while(u8::is_ascii_digit).count();
        let (multiple, unit) = period.split_at_checked(digits).ok_or_else(form)?;
        let unit = unit.trim();
        let length = UNITS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(unit))
            .map(|(_, seconds)| *seconds)
            .ok_or_else(|| RateError::Unit(unit.to_owned()))?;
        let multiple = match multiple {
            "" => Some(1),
            multiple => multiple.parse::<u32>().ok(),
        };
        match multiple.and_then(|multiple| multiple.checked_mul(length)) {
            Some(seconds) if seconds > 0 && seconds <= MAX_PERIOD_SECONDS => {
                if count / seconds > MAX_PER_SECOND
                    || (count / seconds == MAX_PER_SECOND && count % seconds > 0)
                {
                    return Err(RateError::Fast(text.trim().to_owned()));
                }
                Ok(Rate::new(count, seconds))
            }
            _ => Err(RateError::Period(period.to_owned())),
        }
    }

    /// Parses rates between `;`: `5/minute; 100/day`.
    ///
    /// # Errors
    /// If a part is not a rate, or if there is none.
    pub fn parse_all(text: &str) -> Result<Vec<Rate>, RateError> {
        text.split(';')
            .map(str::trim)
            .enumerate()
            .filter(|(index, part)| *index == 0 || !part.is_empty())
            .map(|(_, part)| Rate::parse(part))
            .collect()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (length, unit) = self.period_in_units();
        match length {
            1 => write!(f, "{}/{unit}", self.count),
            length => write!(f, "{}/{length} {unit}s", self.count),
        }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    /// See [`Rate::parse`].
    fn from_str(text: &str) -> Result<Self, RateError> {
        Rate::parse(text)
    }
}

impl TryFrom<&str> for Rate {
    type Error = RateError;

    /// See [`Rate::parse`].
    fn try_from(text: &str) -> Result<Self, RateError> {
        Rate::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_format_is_parsed() {
        for (text, count, seconds) in [
            ("10/second", 10, 1),
            ("10/seconds", 10, 1),
            ("10/sec", 10, 1),
            ("5 per minute", 5, 60),
            ("5/min", 5, 60),
            ("7/hr", 7, 3_600),
            ("100/day", 100, 86_400),
            ("3/30 seconds", 3, 30),
            ("10/5 minutes", 10, 300),
            ("1000000/second", 1_000_000, 1),
            (" 10 / 5minutes ", 10, 300),
            ("4294967295/366 days", u32::MAX, MAX_PERIOD_SECONDS),
        ] {
            assert_eq!(Rate::parse(text), Ok(Rate::new(count, seconds)), "{text}");
        }
    }

    #[test]
    fn texts_that_are_not_rates_are_refused() {
        for (text, wrong) in [
            ("", "is not a rate"),
            ("5", "is not a rate"),
            ("/minute", "is not a rate"),
            ("five/minute", "is not a rate"),
            ("-5/minute", "is not a rate"),
            ("5/", "is not a rate"),
            ("5/week", "unknown unit of time"),
            ("5/minutely", "unknown unit of time"),
            ("5/30", "unknown unit of time"),
            ("0/minute", "the count of a rate"),
            ("4294967296/minute", "the count of a rate"),
            ("1000001/second", "a rate is at most"),
            ("2000001/2 seconds", "a rate is at most"),
            ("4294967295/minute", "a rate is at most"),
            ("5/0 minutes", "the period of a rate"),
            ("5/367 days", "the period of a rate"),
            ("5/99999999999 days", "the period of a rate"),
        ] {
            let error = Rate::parse(text).unwrap_err().to_string();
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }

    #[test]
    fn a_displayed_rate_parses_to_itself() {
        for text in [
            "5/minute",
            "3/30 seconds",
            "10/5 minutes",
            "1/day",
            "9/36 hours",
        ] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
            assert_eq!(Rate::try_from(text), Rate::parse(text));
        }
        assert_eq!(
            Rate::parse_all("5/minute; 100/day;").unwrap(),
            [Rate::new(5, 60), Rate::new(100, 86_400)]
        );
        assert!(Rate::parse_all(" ").is_err());
    }
}
