//! `Hardness`: how hard a challenge is.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// How hard a challenge is, from 1 (easy) to 5 (hard).
///
/// ```
/// use humanify_syntax::Hardness;
/// assert_eq!(Hardness::try_from(5), Ok(Hardness::HARDEST));
/// assert_eq!("1".parse(), Ok(Hardness::EASIEST));
/// assert!(Hardness::try_from(6).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hardness(u8);

/// A number or a text that is not a hardness.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a hardness; use a number from 1 (easy) to 5 (hard)")]
pub struct HardnessError(String);

impl fmt::Debug for HardnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Hardness {
    /// 1, the easiest, which is the default.
    pub const EASIEST: Hardness = Hardness(1);
    /// 5, the hardest.
    pub const HARDEST: Hardness = Hardness(5);

    /// The hardness with this level; `None` outside 1 to 5.
    #[must_use]
    pub const fn new(level: u8) -> Option<Hardness> {
        match level {
            1..=5 => Some(Hardness(level)),
            _ => None,
        }
    }

    /// The level, 1 to 5.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.0
    }
}

impl Default for Hardness {
    fn default() -> Self {
        Hardness::EASIEST
    }
}

impl fmt::Display for Hardness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Hardness {
    type Err = HardnessError;

    fn from_str(text: &str) -> Result<Self, HardnessError> {
        text.parse()
            .ok()
            .and_then(Hardness::new)
            .ok_or_else(|| HardnessError(format!("`{text}`")))
    }
}

/// Implements `TryFrom` for integer types. A literal such as `2` is an `i32` unless its context
/// says otherwise, so `u8` alone would not do.
macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl TryFrom<$integer> for Hardness {
            type Error = HardnessError;

            fn try_from(level: $integer) -> Result<Self, HardnessError> {
                u8::try_from(level)
                    .ok()
                    .and_then(Hardness::new)
                    .ok_or_else(|| HardnessError(level.to_string()))
            }
        }
    )*};
}

from_integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

impl From<Infallible> for HardnessError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_to_five_are_values_of_hardness() {
        for level in 1..=5 {
            assert_eq!(
                Hardness::try_from(level).map(|hardness| i32::from(hardness.level())),
                Ok(level)
            );
            assert_eq!(
                level.to_string().parse::<Hardness>(),
                Hardness::try_from(level)
            );
        }
        for wrong in [i64::MIN, -1, 0, 6, 257, i64::MAX] {
            let error = Hardness::try_from(wrong).unwrap_err().to_string();
            assert!(
                error.contains(&format!("{wrong} is not a hardness;")),
                "{error}"
            );
        }
        for wrong in ["", "one", "1.5", " 1", "6", "-1", "257"] {
            assert!(wrong.parse::<Hardness>().is_err(), "{wrong}");
        }
    }
}
