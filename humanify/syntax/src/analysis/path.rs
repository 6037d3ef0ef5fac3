//! The form in which a path is judged: normalised, without characters that a URI cannot contain
//! there.

/// What was read of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Before,
    /// `/` alone.
    Root,
    /// Behind the slash of a further segment.
    Slash,
    /// A segment that is `.` so far.
    Dot,
    /// A segment that is `..` so far.
    DotDot,
    Segment,
    /// Any part of a path that is not normalised.
    Sent,
}

impl Place {
    /// What was read with one more byte; none, if no path is like that.
    pub(super) const fn step(self, byte: u8) -> Option<Place> {
        match (self, byte) {
            (Place::Sent, b'?' | b'#' | 0..=0x20 | 0x7f..) => None,
            (Place::Sent, _) => Some(Place::Sent),
            (_, b'\\' | b';' | b'?' | b'#' | 0..=0x1f | 0x7f) => None,
            (Place::Before, b'/') => Some(Place::Root),
            (Place::Before, _) => None,
            (Place::Root | Place::Slash | Place::Dot | Place::DotDot, b'/') => None,
            (Place::Root | Place::Slash, b'.') => Some(Place::Dot),
            (Place::Dot, b'.') => Some(Place::DotDot),
            (Place::Segment, b'/') => Some(Place::Slash),
            _ => Some(Place::Segment),
        }
    }

    /// Whether a path can end here.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Place::Root | Place::Segment | Place::Sent)
    }
}

/// Whether a text is a path as it is judged.
pub(super) fn is_path(text: &[u8]) -> bool {
    let end = text
        .iter()
        .try_fold(Place::Before, |place, byte| place.step(*byte));
    end.is_some_and(Place::is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_judged_normalised() {
        for path in ["/", "/a", "/a/b", "/.a", "/...", "/a/..b", "/é"] {
            assert!(is_path(path.as_bytes()), "{path}");
        }
        for path in [
            "", "a", "//", "/a/", "/a//b", "/.", "/..", "/a/./b", "/a;b", "/a?b",
        ] {
            assert!(!is_path(path.as_bytes()), "{path}");
        }
    }
}
