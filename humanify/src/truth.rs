//! `Truth`: yes, no, or pending while the answer is unknown.

use std::ops::Not;

/// Whether something holds, if that may still be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It depends on something unknown, such as a running check of the client.
    Pending,
}

impl Truth {
    /// The truth as a `bool`; `Pending` counts as `pending`.
    pub(crate) fn or_if_pending(self, pending: bool) -> bool {
        match self {
            Truth::Yes => true,
            Truth::No => false,
            Truth::Pending => pending,
        }
    }

    /// The conjunction: yes if all parts are yes, no if one is no, and otherwise pending.
    pub(crate) fn all(parts: impl IntoIterator<Item = Truth>) -> Truth {
        let mut all = Truth::Yes;
        for part in parts {
            match part {
                Truth::Yes => {}
                Truth::No => return Truth::No,
                Truth::Pending => all = Truth::Pending,
            }
        }
        all
    }

    /// The disjunction: yes if one part is yes, no if all are no, and otherwise pending.
    pub(crate) fn any(parts: impl IntoIterator<Item = Truth>) -> Truth {
        !Truth::all(parts.into_iter().map(Truth::not))
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::Yes } else { Truth::No }
    }
}

impl Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Pending => Truth::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, No, Pending, Yes};

    #[test]
    fn a_pending_part_matters_only_where_no_other_decides() {
        for (parts, all, any) in [
            (&[][..], Yes, No),
            (&[Yes, Yes], Yes, Yes),
            (&[Yes, No], No, Yes),
            (&[Pending, No], No, Pending),
            (&[Pending, Yes], Pending, Yes),
            (&[Pending], Pending, Pending),
        ] {
            assert_eq!(Truth::all(parts.iter().copied()), all, "{parts:?}");
            assert_eq!(Truth::any(parts.iter().copied()), any, "{parts:?}");
        }
    }
}
