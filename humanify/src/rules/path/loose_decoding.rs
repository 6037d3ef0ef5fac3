//! Decodes encodings that only some servers decode: overlong UTF-8, `%u002f`, full-width forms of
//! ASCII characters.

/// The path as a lenient server reads it, which decodes more than the standards allow. `None` if
/// the path has no such encoding.
pub(super) fn loosely_decoded(path: &[u8]) -> Option<Vec<u8>> {
    if !path
        .iter()
        .any(|byte| *byte == b'%' || may_start_loosely(*byte))
    {
        return None;
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    let mut found = false;
    while let Some((first, after)) = rest.split_first() {
        (rest, found) = match character(rest) {
            Some((character, after)) => {
                decoded.push(character);
                (after, true)
            }
            None => {
                decoded.push(*first);
                (after, found)
            }
        };
    }
    found.then_some(decoded)
}

/// Whether a byte may be the first of a character in overlong UTF-8, or of a full-width form.
pub(super) const fn may_start_loosely(byte: u8) -> bool {
    matches!(byte, 0xc0 | 0xc1 | 0xe0 | 0xef | 0xf0 | 0xf8 | 0xfc)
}

/// The ASCII character with which the path begins for a lenient server, and the rest of the path.
fn character(path: &[u8]) -> Option<(u8, &[u8])> {
    let (code, after) = match path {
        [b'%', b'u' | b'U', rest @ ..] => {
            let (digits, after) = rest.split_at_checked(4)?;
            let digits = std::str::from_utf8(digits).ok()?;
            if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return None;
            }
            (u32::from_str_radix(digits, 16).ok()?, after)
        }
        [first, rest @ ..] if may_start_loosely(*first) => {
            let more = usize::try_from(first.leading_ones()).ok()?.checked_sub(1)?;
            let (tail, after) = rest.split_at_checked(more)?;
            if tail.iter().any(|byte| byte & 0xc0 != 0x80) {
                return None;
            }
            let high = u32::from(first & (0x3f >> more));
            let code = tail
                .iter()
                .fold(high, |code, byte| code << 6 | u32::from(byte & 0x3f));
            (code, after)
        }
        _ => return None,
    };
    let ascii = match code {
        0..0x80 => code,
        // The full-width forms of `!` to `~`.
        0xff01..=0xff5e => code - 0xff01 + u32::from(b'!'),
        _ => return None,
    };
    Some((u8::try_from(ascii).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_some_servers_are_decoded() {
        for (path, expected) in [
            (&b"/a\xc0\xafb"[..], Some(&b"/a/b"[..])),
            (b"/\xc1\xb3ecret", Some(b"/secret")),
            (b"\xe0\x80\xaf", Some(b"/")),
            (b"\xf0\x80\x80\xaf", Some(b"/")),
            (b"\xf8\x80\x80\x80\xaf", Some(b"/")),
            (b"\xfc\x80\x80\x80\x80\xaf", Some(b"/")),
            (b"/%u002e%U002E/x", Some(b"/../x")),
            (b"%uff0f", Some(b"/")),
            ("\u{ff0f}\u{ff0e}\u{ff41}".as_bytes(), Some(b"/.a")),
            // Other characters and invalid bytes are unchanged.
            ("/caf\u{e9}/\u{e01}\u{3042}\u{1f600}".as_bytes(), None),
            (b"/%u20ac/%u00/%uzzzz", None),
            (b"/\xc0", None),
            (b"/\xc0x", None),
            (b"/\xe0\x80", None),
            (b"/%2f", None),
        ] {
            let text = String::from_utf8_lossy(path);
            assert_eq!(loosely_decoded(path).as_deref(), expected, "{text}");
        }
    }
}
