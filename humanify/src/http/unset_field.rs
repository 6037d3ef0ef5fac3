//! `remove_last_line`: takes a line of a header field back that was just appended.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Removes the last line of a field, and keeps the others in their order.
///
/// A field that almost no response has is appended, and taken back if there was one. Looking for it
/// first would search the map twice for every response.
#[cold]
pub(crate) fn remove_last_line(headers: &mut HeaderMap, name: &HeaderName) {
    let lines: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    if let Some((_, earlier)) = lines.split_last() {
        for line in earlier {
            headers.append(name, line.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header::CACHE_CONTROL;

    use super::*;

    #[test]
    fn only_the_last_line_is_removed() {
        let lines = ["public", "max-age=60", "immutable", "private"];
        for count in 0..=lines.len() {
            let mut headers = HeaderMap::new();
            for line in &lines[..count] {
                headers.append(CACHE_CONTROL, HeaderValue::from_static(line));
            }
            remove_last_line(&mut headers, &CACHE_CONTROL);
            let found: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
            assert_eq!(found, lines[..count.saturating_sub(1)]);
        }
    }
}
