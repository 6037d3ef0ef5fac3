//! Recognises paths in the normalised form in which they are judged.

/// The state of a recogniser for paths after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Before,
    /// `/` alone.
    Root,
    /// After the slash of a second or later segment.
    Slash,
    /// A segment that is `.` so far.
    Dot,
    /// A segment that is `..` so far.
    DotDot,
    Segment,
    /// Inside a path as a client may send it, normalised or not.
    Sent,
}

impl Place {
    /// The state after one more byte; `None` if no path has this prefix.
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

    /// Whether a path can end in this state.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, Place::Root | Place::Segment | Place::Sent)
    }
}

/// Whether a text is a normalised path.
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
