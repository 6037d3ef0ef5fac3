//! Cuts and escapes what clients send, for reports and logs.

/// The longest part of a client's text that is kept, in bytes.
const MAX_LENGTH: usize = 200;

/// The first 200 bytes of a text, on one line, without characters that move the cursor, hide others
/// or change the direction of writing.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    let cut = bytes.get(..MAX_LENGTH).unwrap_or(bytes);
    let mut text = String::with_capacity(cut.len());
    for character in String::from_utf8_lossy(cut).chars() {
        if is_plain(character) {
            text.push(character);
        } else {
            text.extend(character.escape_unicode());
        }
    }
    text
}

/// Whether a character is printed as itself.
fn is_plain(character: char) -> bool {
    // Rust's debug output escapes invisible characters, and quotes.
    matches!(character, '"' | '\'' | '\\') || {
        let mut escape = character.escape_debug();
        escape.next() == Some(character) && escape.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_client_breaks_a_line_or_hides_in_it() {
        for (sent, shown) in [
            (&b"Mozilla/5.0 (X11)"[..], "Mozilla/5.0 (X11)"),
            (b"a\r\nINFO forged", r"a\u{d}\u{a}INFO forged"),
            (b"\x1b[31mred", r"\u{1b}[31mred"),
            ("left\u{202e}thgir".as_bytes(), r"left\u{202e}thgir"),
            ("zero\u{200b}width".as_bytes(), r"zero\u{200b}width"),
            ("Grüße \"quoted\"".as_bytes(), "Grüße \"quoted\""),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(escaped(sent), shown);
        }
        assert_eq!(escaped(&[b'a'; 5_000]).len(), 200);
    }
}
