//! `DataDate`: the day that address data is from.

use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Date;

/// A day in UTC. Displays as `2026-10-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DataDate(Date);

/// The day from which days are counted.
const FIRST: Date = Date::constant(1970, 1, 1);

impl DataDate {
    /// 1970-01-01, for sets without a day.
    #[cfg(feature = "testing")]
    pub(crate) const EPOCH: DataDate = DataDate(FIRST);

    /// The day; `None` if there is no such day.
    #[must_use]
    pub(crate) fn new(year: u16, month: u8, day: u8) -> Option<DataDate> {
        let (year, month, day) = (year.try_into(), month.try_into(), day.try_into());
        Date::new(year.ok()?, month.ok()?, day.ok()?)
            .ok()
            .map(DataDate)
    }

    /// The day that is `days` days after 1970-01-01, at most the last day of the year 9999.
    #[must_use]
    pub(crate) fn from_days(days: u64) -> DataDate {
        let days = i32::try_from(days).map_or(i64::from(i32::MAX), i64::from);
        DataDate(FIRST.saturating_add(SignedDuration::from_hours(24 * days)))
    }

    /// The time from 1970-01-01 to the start of the day; zero for earlier days.
    #[must_use]
    pub(crate) fn since_1970(self) -> Duration {
        Duration::try_from(self.0.duration_since(FIRST)).unwrap_or_default()
    }

    /// The date in file format: year (2 bytes, little endian), month, day.
    #[cfg(any(test, feature = "lists", feature = "testing"))]
    pub(super) fn to_bytes(self) -> [u8; 4] {
        // Years are read from files as unsigned numbers, so none is negative.
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
    fn nonexistent_days_are_refused() {
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
