//! Parses the time stamps that providers write.

use std::time::Duration;

use jiff::Timestamp;

/// The time since 1970-01-01 00:00 UTC of a date in RFC 3339 or ISO 8601:
/// `2026-01-31T23:59:59Z`, with or without fractions of a second, an offset such as `+02:00`,
/// `+0200` or `+02`; `None` for anything else.
pub(super) fn since_1970(text: &str) -> Option<Duration> {
    let time: Timestamp = text.parse().ok()?;
    Duration::try_from(time.as_duration()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_providers_are_parsed() {
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
            "2026-02-29T00:00:00Z",
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
