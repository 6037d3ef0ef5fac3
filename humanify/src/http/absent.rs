//! `insert_if_absent`: sets a header field that a response has not yet.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Sets a field, unless there is one of this name. Returns whether it did.
///
/// The field is appended first, since almost no response has it: looking for it before would
/// search the map twice.
pub(crate) fn insert_if_absent(
    headers: &mut HeaderMap,
    name: HeaderName,
    value: HeaderValue,
) -> bool {
    if !headers.append(&name, value) {
        return true;
    }
    let mut values: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
    values.pop();
    headers.remove(&name);
    for value in values {
        headers.append(&name, value);
    }
    false
}

#[cfg(test)]
mod tests {
    use http::header::CACHE_CONTROL;

    use super::*;

    #[test]
    fn a_field_that_is_there_stays_as_it_is() {
        let private = HeaderValue::from_static("private");
        for lines in [
            &[][..],
            &["no-store"],
            &["public", "max-age=60", "immutable"],
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(CACHE_CONTROL, HeaderValue::from_static(line));
            }
            let is_set = insert_if_absent(&mut headers, CACHE_CONTROL, private.clone());
            assert_eq!(is_set, lines.is_empty());
            let lines = if is_set { &["private"] } else { lines };
            let found: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
            assert_eq!(found, lines);
        }
    }
}
