//! Normalises paths, and finds the other ways in which a server might read them.

mod decode;
mod loose_decoding;
mod reader;
mod readings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use decode::decode;
use loose_decoding::may_start_loosely;
use reader::PathReader;
pub(crate) use readings::other_readings;

/// How often a path is percent-decoded. A path that is still encoded after that is refused.
const ROUNDS: usize = 3;

/// Normalises a path: percent-decodes it until nothing changes, replaces `\` by `/`, resolves dot
/// segments, and drops empty segments, `;parameters` and the trailing slash.
///
/// `None` if the path is still encoded after three rounds. Takes time and memory linear in its
/// length.
pub(crate) fn normalise(path: &str) -> Option<Cow<'_, [u8]>> {
    if is_plain(path) {
        return Some(Cow::Borrowed(path.as_bytes()));
    }
    decoded_and_read(path)
}

/// Normalises a path that need not be plain.
fn decoded_and_read(path: &str) -> Option<Cow<'_, [u8]>> {
    let mut bytes = Cow::Borrowed(path.as_bytes());
    let mut rounds = 0;
    while let Cow::Owned(decoded) = decode(&bytes) {
        if rounds == ROUNDS {
            return None;
        }
        rounds += 1;
        bytes = Cow::Owned(decoded);
    }
    Some(Cow::Owned(PathReader::LENIENT.read(&bytes)))
}

/// Whether a path is already normalised and has only one reading. Almost every path has.
pub(crate) fn is_plain(path: &str) -> bool {
    let [b'/', segments @ ..] = path.as_bytes() else {
        return false;
    };
    let mut rest = segments;
    while !matches!(
        rest,
        [] | [b'/', ..] | [b'.'] | [b'.', b'/', ..] | [b'.', b'.'] | [b'.', b'.', b'/', ..]
    ) {
        match rest.iter().position(|byte| is_special(*byte)) {
            None => return true,
            Some(end) => match rest.get(end..) {
                Some([b'/', following @ ..]) => rest = following,
                _ => return false,
            },
        }
    }
    segments.is_empty()
}

/// Whether a byte ends a segment, or can have several meanings.
#[inline]
fn is_special(byte: u8) -> bool {
    const SPECIAL: [bool; 256] = {
        let mut special = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            #[allow(
                clippy::indexing_slicing,
                reason = "the table has a place for each byte"
            )]
            {
                special[byte] = matches!(byte as u8, b'/' | b'%' | b'\\' | b';')
                    || may_start_loosely(byte as u8);
            }
            byte += 1;
        }
        special
    };
    SPECIAL
        .get(usize::from(byte))
        .is_some_and(|special| *special)
}
