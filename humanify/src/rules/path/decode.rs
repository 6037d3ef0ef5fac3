//! Percent-decoding of paths.

use std::borrow::Cow;

/// Percent-decodes once. Borrowed if nothing was encoded.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_encoding::percent_decode(bytes).into()
}

/// Percent-decodes once, and leaves `%2F` encoded if `keeps_slashes`.
pub(super) fn decode_once(path: &[u8], keeps_slashes: bool) -> Vec<u8> {
    if !keeps_slashes {
        return decode(path).into_owned();
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(percent) = rest.iter().position(|byte| *byte == b'%') {
        let (before, code) = rest.split_at(percent);
        decoded.extend_from_slice(before);
        let (code, after) = code.split_at_checked(3).unwrap_or((code, &[]));
        let mut characters = percent_encoding::percent_decode(code);
        match (characters.next(), characters.next()) {
            (Some(b'/'), None) => decoded.extend_from_slice(b"%2F"),
            (Some(byte), None) => decoded.push(byte),
            // A `%` without two hexadecimal digits stands for itself.
            _ => {
                decoded.push(b'%');
                rest = rest.get(percent + 1..).unwrap_or_default();
                continue;
            }
        }
        rest = after;
    }
    decoded.extend_from_slice(rest);
    decoded
}
