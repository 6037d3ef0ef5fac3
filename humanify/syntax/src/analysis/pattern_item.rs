//! `PatternItem`: the elements of which globs and literal texts consist.

/// An element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PatternItem {
    Byte(u8),
    /// An ASCII letter in lower case; it matches both cases.
    Letter(u8),
    /// The first byte of one character.
    One,
    /// The continuation bytes of a character.
    Continued,
    /// The first byte of a segment.
    Segment,
    /// The other bytes of a segment.
    InSegment,
    /// Any run of bytes.
    Run,
    /// The end of the pattern of this number.
    End(u32),
}

impl PatternItem {
    /// Whether it may match nothing, so that the next item is reached without reading.
    pub(super) const fn may_be_empty(self) -> bool {
        matches!(
            self,
            PatternItem::Continued | PatternItem::InSegment | PatternItem::Run
        )
    }

    pub(super) const fn repeats(self, byte: u8) -> bool {
        match self {
            PatternItem::Continued => matches!(byte, 0x80..=0xbf),
            PatternItem::InSegment => byte != b'/',
            PatternItem::Run => true,
            _ => false,
        }
    }
}
