//! The day that data is from.

use std::fmt;
use std::time::Duration;

/// A day of the calendar, in UTC. Prints as `2026-10-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DataDate {
    year: u16,
    month: u8,
    day: u8,
}

impl DataDate {
    /// The first day of 1970, for sets that are of no day.
    #[cfg(feature = "testing")]
    pub(crate) const EPOCH: DataDate = DataDate {
        year: 1970,
        month: 1,
        day: 1,
    };

    /// The day, or nothing if no calendar has it.
    #[must_use]
    pub(crate) fn new(year: u16, month: u8, day: u8) -> Option<DataDate> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        (1..=days)
            .contains(&day)
            .then_some(DataDate { year, month, day })
    }

    /// The day that is so many days after 1970-01-01.
    #[must_use]
    pub(crate) fn from_days(days: u64) -> DataDate {
        // Years that begin in March have their leap day at the end, and eras of 400 of them
        // have 146,097 days each. Day 719,468 of the first era is the first of January 1970.
        let day = days.saturating_add(719_468);
        let (era, day) = (day / 146_097, day % 146_097);
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next_year) = match month {
            0..10 => (month + 3, 0),
            _ => (month - 9, 1),
        };
        let year = era.saturating_mul(400).saturating_add(year + next_year);
        DataDate {
            year: u16::try_from(year).unwrap_or(u16::MAX),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// How long after 1970-01-01 the day begins; zero if it was before.
    #[must_use]
    pub(crate) fn since_1970(self) -> Duration {
        let (year, month) = (u64::from(self.year), u64::from(self.month));
        let (year, month) = match month {
            3.. => (year, month - 3),
            _ => (year.saturating_sub(1), month + 9),
        };
        let leap_days = year / 4 - year / 100 + year / 400;
        let days = 365 * year + leap_days + (153 * month + 2) / 5 + u64::from(self.day) - 1;
        Duration::from_secs(days.saturating_sub(719_468) * 86_400)
    }
}

impl DataDate {
    /// The date as files hold it.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(super) fn to_bytes(self) -> [u8; 4] {
        let [low, high] = self.year.to_le_bytes();
        [low, high, self.month, self.day]
    }
}

impl fmt::Display for DataDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for (year, month, day) in [
            (2026, 2, 29),
            (2100, 2, 29),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 4, 31),
            (2026, 1, 0),
        ] {
            assert_eq!(DataDate::new(year, month, day), None);
        }
        assert!(DataDate::new(2028, 2, 29).is_some());
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        for (days, date) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_731, "2026-10-05"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            let found = DataDate::from_days(days);
            assert_eq!(found.to_string(), date);
            assert_eq!(
                found.since_1970(),
                Duration::from_secs(days * 86_400),
                "{date}"
            );
        }
        for days in 0..60_000 {
            let date = DataDate::from_days(days);
            assert_eq!(DataDate::new(date.year, date.month, date.day), Some(date));
            assert_eq!(
                date.since_1970(),
                Duration::from_secs(days * 86_400),
                "{date}"
            );
        }
    }
}
