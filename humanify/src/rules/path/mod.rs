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
    let path = path.as_bytes();
    if path == b"/" {
        return true;
    }
    if path.first() != Some(&b'/') {
        return false;
    }
    // The number of dots in the current segment; more than two if it has another character.
    let mut dots = 3;
    let mut is_empty = false;
    for byte in path {
        match byte {
            b'%' | b'\\' | b';' => return false,
            byte if may_start_loosely(*byte) => return false,
            b'/' if is_empty || matches!(dots, 1 | 2) => return false,
            b'/' => (dots, is_empty) = (0, true),
            b'.' => (dots, is_empty) = (dots + 1, false),
            _ => (dots, is_empty) = (3, false),
        }
    }
    !is_empty && !matches!(dots, 1 | 2)
}
