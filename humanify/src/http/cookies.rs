//! Reads and writes cookies.

use http::HeaderMap;

use http::header::COOKIE;

/// A `Set-Cookie` that no script and no other site's request can use.
pub(crate) fn set_cookie(
    https: bool,
    (plain, secure): (&str, &str),
    value: &str,
    seconds: u64,
) -> String {
    let (name, flag) = if https {
        (secure, "; Secure")
    } else {
        (plain, "")
    };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}")
}

/// The values of every cookie of that name, in the order in which they were sent
/// ([RFC 6265](https://www.rfc-editor.org/rfc/rfc6265), section 5.4, leaves it to the client).
pub(crate) fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(move |pair| {
            let position = pair.iter().position(|byte| *byte == b'=')?;
            let (key, value) = pair.split_at_checked(position)?;
            let value = value.get(1..)?.trim_ascii();
            let value = value
                .strip_prefix(b"\"")
                .and_then(|value| value.strip_suffix(b"\""))
                .unwrap_or(value);
            (key.trim_ascii() == name.as_bytes()).then_some(value)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn every_cookie_with_a_name_is_found() {
        let mut headers = HeaderMap::new();
        for line in ["a=1; b=2;a=\"3\"", ";;=;a", "x=y; a = 4 "] {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        headers.append(COOKIE, HeaderValue::from_bytes(b"a=\xff").unwrap());
        let found: Vec<&[u8]> = cookies(&headers, "a").collect();
        assert_eq!(found, [&b"1"[..], b"3", b"4", b"\xff"]);
        assert_eq!(cookies(&headers, "c").count(), 0);
    }
}
