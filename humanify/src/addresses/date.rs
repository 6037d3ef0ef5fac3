//! The day that data is from.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Date;

/// A day of the calendar, in UTC. Prints as `2026-10-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DataDate(Date);

/// The day from which days are counted.
const FIRST: Date = Date::constant(1970, 1, 1);

impl DataDate {
    /// The first day of 1970, for sets that are of no day.
    #[cfg(feature = "testing")]
    pub(crate) const EPOCH: DataDate = DataDate(FIRST);

    /// The day, or nothing if no calendar has it.
    #[must_use]
    pub(crate) fn new(year: u16, month: u8, day: u8) -> Option<DataDate> {
        let (year, month, day) = (year.try_into(), month.try_into(), day.try_into());
        Date::new(year.ok()?, month.ok()?, day.ok()?)
            .ok()
            .map(DataDate)
    }

    /// The day that is so many days after 1970-01-01, or the last one of the calendar.
    #[must_use]
    pub(crate) fn from_days(days: u64) -> DataDate {
        let days = i32::try_from(days).map_or(i64::from(i32::MAX), i64::from);
        DataDate(FIRST.saturating_add(SignedDuration::from_hours(24 * days)))
    }

    /// How long after 1970-01-01 the day begins; zero if it was before.
    #[must_use]
    pub(crate) fn since_1970(self) -> Duration {
        Duration::try_from(self.0.duration_since(FIRST)).unwrap_or_default()
    }

    /// The date as files hold it.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(super) fn to_bytes(self) -> [u8; 4] {
        // Years come out of files, and are none below zero.
        let [low, high] = self.0.year().to_le_bytes();
        [
            low,
            high,
            self.0.month().unsigned_abs(),
            self.0.day().unsigned_abs(),
        ]
    }
}

impl fmt::Display for DataDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
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
            (2026, 1, 255),
            (u16::MAX, 1, 1),
        ] {
            assert_eq!(DataDate::new(year, month, day), None);
        }
        assert!(DataDate::new(2028, 2, 29).is_some());
    }

    #[test]
    fn a_day_prints_as_iso_8601_and_begins_at_midnight_utc() {
        let date = DataDate::new(2026, 10, 5).unwrap();
        assert_eq!(date.to_string(), "2026-10-05");
        assert_eq!(date.since_1970(), Duration::from_secs(20_731 * 86_400));
        assert_eq!(date.to_bytes(), [0xea, 0x07, 10, 5]);
        assert_eq!(DataDate::from_days(20_731), date);
        assert_eq!(DataDate::from_days(u64::MAX).to_string(), "9999-12-31");
        let before = DataDate::new(1969, 12, 31).unwrap();
        assert_eq!(before.since_1970(), Duration::ZERO);
    }
}
