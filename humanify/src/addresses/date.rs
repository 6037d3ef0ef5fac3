//! `DataDate`: the day that address data is from.

use std::fmt;
use std::time::Duration;

use crate::clock::rfc_3339;

/// A day in UTC, from 1970-01-01 to 9999-12-31. Displays as `2026-10-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DataDate {
    days_since_1970: u32,
}

/// The days from 1970-01-01 to 9999-12-31.
const MAX_DAYS: u32 = 2_932_896;

impl DataDate {
    /// The day that is `days` days after 1970-01-01, at most the last day of the year 9999.
    #[must_use]
    pub(crate) fn from_days(days: u64) -> DataDate {
        let days = u32::try_from(days).unwrap_or(MAX_DAYS);
        DataDate {
            days_since_1970: days.min(MAX_DAYS),
        }
    }

    /// The time from 1970-01-01 to the start of the day.
    #[must_use]
    pub(crate) fn since_1970(self) -> Duration {
        Duration::from_secs(u64::from(self.days_since_1970) * 86_400)
    }

    /// Reads the date in file format: days since 1970, little endian. `None` after the year 9999.
    pub(super) fn from_bytes(bytes: [u8; 4]) -> Option<DataDate> {
        let days_since_1970 = u32::from_le_bytes(bytes);
        (days_since_1970 <= MAX_DAYS).then_some(DataDate { days_since_1970 })
    }

    /// The date in file format.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(super) fn to_bytes(self) -> [u8; 4] {
        self.days_since_1970.to_le_bytes()
    }
}

impl fmt::Display for DataDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = rfc_3339(self.since_1970().as_secs()).ok_or(fmt::Error)?;
        let (date, _) = start.split_once('T').ok_or(fmt::Error)?;
        formatter.pad(date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_prints_as_iso_8601_and_begins_at_midnight_utc() {
        for (days, printed) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (20_731, "2026-10-05"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (u64::from(MAX_DAYS), "9999-12-31"),
            (u64::from(MAX_DAYS) + 1, "9999-12-31"),
            (u64::MAX, "9999-12-31"),
        ] {
            let date = DataDate::from_days(days);
            assert_eq!(date.to_string(), printed);
            assert_eq!(DataDate::from_bytes(date.to_bytes()), Some(date));
        }
        let date = DataDate::from_days(20_731);
        assert_eq!(date.since_1970(), Duration::from_secs(20_731 * 86_400));
        assert_eq!(format!("{date:12}|"), "2026-10-05  |");
    }

    #[test]
    fn days_after_the_year_9999_are_refused() {
        assert_eq!(DataDate::from_bytes((MAX_DAYS + 1).to_le_bytes()), None);
        assert_eq!(DataDate::from_bytes([0xff; 4]), None);
    }
}
