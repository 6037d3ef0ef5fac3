//! `Ban`: which offences get a client banned, and for how long.

use std::fmt;

use crate::{Rate, RateError};

/// An offence of a client, which bans count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Offence {
    /// A request that a rule or an attribute denied. A ban for denials counts all other offences, too.
    Denial,
    /// A request that exceeded a limit.
    Overrun,
    /// A wrong answer to a challenge; not a failed response, which `count = "failures"` counts.
    Failure,
    /// A request for a trap.
    Trap,
}

impl Offence {
    /// All offences, with their names in rules.
    pub const NAMES: &[(&str, Offence)] = &[
        ("denials", Offence::Denial),
        ("overruns", Offence::Overrun),
        ("failures", Offence::Failure),
        ("traps", Offence::Trap),
    ];

    /// The name in rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        Offence::NAMES
            .iter()
            .find(|(_, offence)| *offence == self)
            .map_or("denials", |(name, _)| name)
    }
}

/// `ban "10 denials/minute" for "1 hour"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ban {
    /// The offence that is counted.
    pub offence: Offence,
    /// A client that commits this many offences in the period is banned.
    pub rate: Rate,
    /// The length of the ban, in seconds.
    pub seconds: u32,
}

/// Why a ban cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BanError {
    /// The text is not of the form `10 denials/minute`.
    #[error("`{0}` is not a number of offences in a period; write `\"10 denials/minute\"`")]
    Form(String),
    /// The offence is unknown.
    #[error(
        "unknown offence `{0}`; the offences are `denials`, `overruns`, `failures` and `traps`"
    )]
    Offence(String),
    /// The rate is malformed.
    #[error(transparent)]
    Rate(#[from] RateError),
}

impl Ban {
    /// Parses the two texts of a ban, such as `10 denials/minute` and `1 hour`.
    ///
    /// ```
    /// use humanify_syntax::{Ban, Offence, Rate};
    /// let ban = Ban::parse("10 denials/minute", "1 hour").unwrap();
    /// assert_eq!(ban.offence, Offence::Denial);
    /// assert_eq!((ban.rate, ban.seconds), (Rate::new(10, 60), 3_600));
    /// assert_eq!(ban.to_string(), "10 denials/minute for 1 hour");
    /// ```
    ///
    /// # Errors
    /// If a text is malformed. The error shows the right form.
    pub fn parse(offences: &str, time: &str) -> Result<Ban, BanError> {
        let (offence, rate) = Ban::parse_offences(offences)?;
        Ok(Ban {
            offence,
            rate,
            seconds: Ban::parse_time(time)?,
        })
    }

    /// Parses the offences of a ban, such as `10 denials/minute`.
    ///
    /// # Errors
    /// If the text is malformed.
    pub fn parse_offences(text: &str) -> Result<(Offence, Rate), BanError> {
        let form = || BanError::Form(text.trim().to_owned());
        let (count, rest) = text
            .trim()
            .split_once(char::is_whitespace)
            .ok_or_else(form)?;
        let (noun, period) = rest
            .split_once('/')
            .or_else(|| rest.split_once(" per "))
            .ok_or_else(form)?;
        let noun = noun.trim();
        let (_, offence) = Offence::NAMES
            .iter()
            // `1 denial/hour` is in the singular.
            .find(|(name, _)| *name == noun || name.strip_suffix('s') == Some(noun))
            .ok_or_else(|| BanError::Offence(noun.to_owned()))?;
        Ok((*offence, Rate::parse(&format!("{count}/{period}"))?))
    }

    /// Parses the length of a ban, such as `1 hour`, into seconds.
    ///
    /// # Errors
    /// If the text is not a time.
    pub fn parse_time(text: &str) -> Result<u32, RateError> {
        Rate::parse(&format!("1/{text}"))
            .map(Rate::seconds)
            .map_err(|error| match error {
                RateError::Form(_) => RateError::Period(text.trim().to_owned()),
                error => error,
            })
    }
}

impl fmt::Display for Ban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.rate.to_string();
        let period = rate.split_once('/').map_or("", |(_, period)| period);
        let time = Rate::new(1, self.seconds).to_string();
        let time = time.split_once('/').map_or("", |(_, time)| time);
        let one = if time.starts_with(|first: char| first.is_ascii_digit()) {
            ""
        } else {
            "1 "
        };
        write!(
            f,
            "{} {}/{period} for {one}{time}",
            self.rate.count(),
            self.offence.name()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_displayed_ban_parses_to_itself() {
        for (offences, time, shown) in [
            (
                "10 denials/minute",
                "1 hour",
                "10 denials/minute for 1 hour",
            ),
            ("1 trap per day", "2 days", "1 traps/day for 2 days"),
            (
                " 3  failures / 2 hours",
                "90 sec",
                "3 failures/2 hours for 90 seconds",
            ),
        ] {
            assert_eq!(Ban::parse(offences, time).unwrap().to_string(), shown);
        }
        for (offences, time, wrong) in [
            ("10/minute", "1 hour", "Form"),
            ("ten", "1 hour", "Form"),
            ("10 sins/minute", "1 hour", "Offence"),
            ("0 traps/minute", "1 hour", "Rate(the count"),
            ("10 traps/week", "1 hour", "Rate(unknown unit"),
            ("10 traps/minute", "forever", "Rate(unknown unit"),
            ("10 traps/minute", "0 hours", "Rate(the period"),
            ("10 traps/minute", "", "Rate(the period"),
        ] {
            let error = format!("{:?}", Ban::parse(offences, time).unwrap_err());
            assert!(error.starts_with(wrong), "{offences} {time}: {error}");
        }
    }
}
