//! Recognises paths in the normalised form in which they are judged.

/// The state of a recogniser for paths after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PathState {
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
    /// Before a path as a client may send it, normalised or not.
    BeforeSent,
    /// Inside such a path.
    Sent,
}

impl PathState {
    /// The state after one more byte; `None` if no path has this prefix.
    pub(super) const fn step(self, byte: u8) -> Option<PathState> {
        match (self, byte) {
            (PathState::BeforeSent, b'/') => Some(PathState::Sent),
            (PathState::BeforeSent, _) => None,
            (PathState::Sent, b'?' | b'#' | 0..=0x20 | 0x7f..) => None,
            (PathState::Sent, _) => Some(PathState::Sent),
            (_, b'\\' | b';' | b'?' | b'#' | 0..=0x1f | 0x7f) => None,
            (PathState::Before, b'/') => Some(PathState::Root),
            (PathState::Before, _) => None,
            (PathState::Root | PathState::Slash | PathState::Dot | PathState::DotDot, b'/') => None,
            (PathState::Root | PathState::Slash, b'.') => Some(PathState::Dot),
            (PathState::Dot, b'.') => Some(PathState::DotDot),
            (PathState::Segment, b'/') => Some(PathState::Slash),
            _ => Some(PathState::Segment),
        }
    }

    /// Whether a path can end in this state.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self, PathState::Root | PathState::Segment | PathState::Sent)
    }
}

/// Whether a text is a normalised path.
pub(super) fn is_path(text: &[u8]) -> bool {
    let end = text
        .iter()
        .try_fold(PathState::Before, |place, byte| place.step(*byte));
    end.is_some_and(PathState::is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_before_they_are_judged() {
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
