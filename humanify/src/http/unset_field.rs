//! `set_unless_present`: sets a header field that the application may have set itself.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Sets a field, unless the headers have it. Returns whether it was set.
///
/// Almost no response has the field, and looking for it first would search the map twice for every
/// response. So the value is inserted, and an earlier value is put back.
#[inline]
pub(crate) fn set_unless_present(
    headers: &mut HeaderMap,
    name: &HeaderName,
    value: HeaderValue,
) -> bool {
    // Inserting drops all lines of a field but the first one.
    if headers.len() > headers.keys_len() && headers.contains_key(name) {
        return false;
    }
    match headers.insert(name.clone(), value) {
        None => true,
        Some(earlier) => {
            put_back(headers, name, earlier);
            false
        }
    }
}

#[cold]
fn put_back(headers: &mut HeaderMap, name: &HeaderName, earlier: HeaderValue) {
    headers.insert(name.clone(), earlier);
}

#[cfg(test)]
mod tests {
    use http::header::{CACHE_CONTROL, SET_COOKIE};

    use super::*;

    #[test]
    fn a_field_is_set_only_where_it_is_absent() {
        for lines in [&[][..], &["public"], &["public", "max-age=60", "immutable"]] {
            for cookies in [&[][..], &["a=1"], &["a=1", "b=2"]] {
                let mut headers = HeaderMap::new();
                for cookie in cookies {
                    headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
                }
                for line in lines {
                    headers.append(CACHE_CONTROL, HeaderValue::from_static(line));
                }
                let private = HeaderValue::from_static("private");
                let is_set = set_unless_present(&mut headers, &CACHE_CONTROL, private);
                assert_eq!(is_set, lines.is_empty());
                let found: Vec<_> = headers.get_all(CACHE_CONTROL).iter().collect();
                match lines {
                    [] => assert_eq!(found, ["private"]),
                    lines => assert_eq!(found, lines),
                }
                let found: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
                assert_eq!(found, cookies);
            }
        }
    }
}
