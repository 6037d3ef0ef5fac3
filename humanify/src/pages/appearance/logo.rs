//! The logo of the pages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::pages::error::AppearanceError;

/// The largest logo, in bytes. Base64 makes it a third larger in each page.
pub(super) const MAX_BYTES: usize = 32 * 1024;

/// The `data:` address of a picture, whose type is detected by its first bytes.
///
/// # Errors
/// If it is too large, or of a type that some browser does not show.
pub(super) fn address(bytes: &[u8]) -> Result<String, AppearanceError> {
    if bytes.len() > MAX_BYTES {
        return Err(AppearanceError::LargeLogo(bytes.len()));
    }
    let media_type = media_type(bytes).ok_or(AppearanceError::Logo)?;
    Ok(format!(
        "data:{media_type};base64,{}",
        STANDARD.encode(bytes)
    ))
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => is_svg(std::str::from_utf8(bytes).ok()?).then_some("image/svg+xml"),
    }
}

/// Whether the document's first element is an `svg` of the SVG namespace, without which an `img`
/// does not show it.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    for (start, end) in [
        ("<?xml", "?>"),
        ("<!--", "-->"),
        ("<!DOCTYPE", ">"),
        ("<!--", "-->"),
    ] {
        if rest.starts_with(start) {
            rest = rest
                .split_once(end)
                .map_or("", |(_, rest)| rest)
                .trim_start();
        }
    }
    let Some((element, _)) = rest.split_once('>') else {
        return false;
    };
    element
        .strip_prefix("<svg")
        .is_some_and(|rest| rest.starts_with(char::is_whitespace))
        && element.contains("\"http://www.w3.org/2000/svg\"")
}
