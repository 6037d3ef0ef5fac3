//! `user_agent`: finds the user agent among the header fields of a request.

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue};

/// The first line of `User-Agent`. Many clients send it as the second field, and comparing a name is
/// cheaper than hashing it.
#[inline]
pub(crate) fn user_agent(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut lines = headers.iter();
    match (lines.next(), lines.next()) {
        (Some((first, _)), Some((second, value)))
            if *second == USER_AGENT && *first != USER_AGENT =>
        {
            Some(value)
        }
        _ => headers.get(&USER_AGENT),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{ACCEPT, HOST};

    use super::*;

    #[test]
    fn the_first_line_of_the_user_agent_is_found_wherever_it_is() {
        for (names, found) in [
            (&[][..], None),
            (&[HOST], None),
            (&[USER_AGENT], Some("0")),
            (&[HOST, USER_AGENT], Some("1")),
            (&[USER_AGENT, HOST], Some("0")),
            (&[HOST, ACCEPT, USER_AGENT], Some("2")),
            (&[USER_AGENT, HOST, USER_AGENT], Some("0")),
            (&[USER_AGENT, USER_AGENT], Some("0")),
            (&[HOST, USER_AGENT, USER_AGENT], Some("1")),
            (&[HOST, HOST, USER_AGENT], Some("2")),
        ] {
            let mut headers = HeaderMap::new();
            for (number, name) in names.iter().enumerate() {
                headers.append(name, HeaderValue::from(number));
            }
            let value = user_agent(&headers).map(HeaderValue::as_bytes);
            assert_eq!(value, found.map(str::as_bytes), "{names:?}");
        }
    }
}
