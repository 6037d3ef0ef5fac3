//! The day that data is from.

use std::fmt;

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
}

impl DataDate {
    /// The date as files hold it.
    #[cfg(any(test, feature = "testing"))]
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
}
