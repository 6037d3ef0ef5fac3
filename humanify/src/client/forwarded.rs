//! Parses forwarding headers: `X-Forwarded-*`, `Forwarded` (RFC 7239) and headers with a single
//! address. Lists are read from the right, where the nearest proxy wrote.

use std::net::IpAddr;

use http::HeaderMap;

use crate::net::{canonical, is_tunnelled};

/// One entry of a forwarding header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hop<'a> {
    /// `None` if the entry is obfuscated, `unknown` or malformed.
    pub(super) ip: Option<IpAddr>,
    /// Whether the address stands for the router of a tunnel, behind which anybody may be.
    pub(super) is_tunnelled: bool,
    /// Whether the entry is a unix socket, so that the hop is on the machine of the proxy that
    /// wrote it.
    pub(super) is_local: bool,
    /// Whether the entry has an address, readable or not.
    pub(super) names_client: bool,
    pub(super) https: Option<bool>,
    pub(super) host: Option<&'a [u8]>,
}

impl Hop<'_> {
    pub(super) const UNKNOWN: Hop<'static> = Hop {
        ip: None,
        is_tunnelled: false,
        is_local: false,
        names_client: true,
        https: None,
        host: None,
    };

    /// A hop with an address, as a proxy writes it, and nothing else.
    pub(super) fn of(entry: &[u8]) -> Hop<'static> {
        let ip = written(entry);
        Hop {
            ip: ip.map(canonical),
            is_tunnelled: ip.is_some_and(is_tunnelled),
            ..Hop::UNKNOWN
        }
    }
}

/// The entries of a list, from the right. All lines of a header are one list (RFC 9110, section
/// 5.3). Quotes mean nothing in these headers: a proxy appends a comma and its entry, whatever a
/// client wrote before.
pub(super) fn entries<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
) -> impl Iterator<Item = &'a [u8]> {
    let lines = headers.get_all(name).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
}

/// The hops of `X-Forwarded-For`, from the right.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Hop<'_>> {
    entries(headers, "x-forwarded-for").map(|entry| Hop {
        is_local: is_unix_socket(entry.trim_ascii()),
        ..Hop::of(entry)
    })
}

/// The hops of `Forwarded`, from the right.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Hop<'_>> {
    let lines = headers.get_all("forwarded").iter().rev();
    lines.flat_map(|line| elements(line.as_bytes())).map(hop)
}

/// The elements of one line, from the right. A line with an open quote or a quoted pair becomes
/// one unreadable element, since it is unclear which part the proxy wrote.
fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let quotes = line.iter().filter(|byte| **byte == b'"').count();
    let readable = quotes.is_multiple_of(2) && !line.contains(&b'\\');
    let line = if readable { line } else { b"for=unknown" };
    let mut quoted = false;
    // The line has an even number of quotes, so counting them from the right gives the same answer
    // as counting from the left.
    line.rsplit(move |byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    })
}

/// A value that is not a valid host.
const UNREADABLE: &[u8] = b",";

fn hop(element: &[u8]) -> Hop<'_> {
    let mut hop = Hop {
        names_client: false,
        ..Hop::UNKNOWN
    };
    let mut quoted = false;
    let pairs = element.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b';' && !quoted
    });
    for pair in pairs {
        let Some(position) = pair.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        let (name, value) = pair.split_at(position);
        let value = unquoted(value.get(1..).unwrap_or_default().trim_ascii());
        match name.trim_ascii() {
            // No proxy writes a parameter twice (RFC 7239, section 4), so it is unclear which of
            // the two it wrote.
            name if name.eq_ignore_ascii_case(b"for") && hop.names_client => {
                (hop.ip, hop.is_tunnelled, hop.is_local) = (None, false, false);
            }
            name if name.eq_ignore_ascii_case(b"for") => {
                hop.names_client = true;
                let named = Hop::of(value);
                (hop.ip, hop.is_tunnelled) = (named.ip, named.is_tunnelled);
                hop.is_local = is_unix_socket(value);
            }
            name if name.eq_ignore_ascii_case(b"proto") => {
                hop.https = Some(hop.https.unwrap_or(true) && is_https(value));
            }
            name if name.eq_ignore_ascii_case(b"host") => {
                hop.host = Some(hop.host.map_or(value, |_| UNREADABLE));
            }
            _ => {}
        }
    }
    hop
}

/// Everything in `Forwarded` that looks like an address, from the right, even where its quotes
/// are broken.
pub(super) fn forwarded_addresses(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all("forwarded").iter().rev();
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'"' | b'=' | b'\\');
    lines
        .flat_map(move |line| line.as_bytes().rsplit(ends))
        .map(address)
}

/// The entry that the farthest of `proxies` proxies wrote. The leftmost entry if there are fewer
/// entries; `None` if there is no such header.
pub(super) fn farthest<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
    proxies: usize,
) -> Option<&'a [u8]> {
    let entry = entries(headers, name).take(proxies).last()?;
    Some(entry.trim_ascii())
}

/// Whether a scheme uses TLS: `https`, or `wss` for WebSockets.
pub(super) fn is_https(scheme: &[u8]) -> bool {
    scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"wss")
}

/// Whether an entry is a unix socket, as nginx writes it.
fn is_unix_socket(entry: &[u8]) -> bool {
    entry.starts_with(b"unix:")
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}

/// The canonical form of an address as proxies write it.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    written(text).map(canonical)
}

/// Parses an address as proxies write it: with a port, in brackets, in quotes, with a zone.
fn written(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(unquoted(text.trim_ascii())).ok()?;
    let is_port = |port: &str| match port.strip_prefix('_') {
        // A proxy may hide the port (RFC 7239, section 6.3).
        Some(hidden) => is_word(hidden),
        None => !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()),
    };
    let bare = if let Some(rest) = text.strip_prefix('[') {
        let (inside, after) = rest.split_once(']')?;
        let port = after.strip_prefix(':');
        if !(after.is_empty() || port.is_some_and(is_port)) {
            return None;
        }
        inside
    } else {
        match text.split_once(':') {
            Some((v4, port)) if !port.contains(':') && is_port(port) => v4,
            _ => text,
        }
    };
    match bare.split_once('%') {
        // Only IPv6 addresses have zones (RFC 6874).
        Some((address, zone)) if is_word(zone) => Some(IpAddr::V6(address.parse().ok()?)),
        Some(_) => None,
        None => bare.parse().ok(),
    }
}

/// Whether a text has only characters of which zones and hidden ports consist.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (text, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            (" 203.0.113.7:4711 ", Some("203.0.113.7")),
            ("203.0.113.7:_p", Some("203.0.113.7")),
            ("[2001:db8::1]:_p", Some("2001:db8::1")),
            ("203.0.113.7:_", None),
            ("203.0.113.7:_p\"", None),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]:80", Some("2001:db8::1")),
            ("\"[2001:db8::1]\"", Some("2001:db8::1")),
            ("::ffff:203.0.113.7", Some("203.0.113.7")),
            ("fe80::1%eth0", Some("fe80::1")),
            ("[fe80::1%eth0]:80", Some("fe80::1")),
            ("fe80::1%", None),
            ("fe80::1%\"", None),
            ("203.0.113.7%eth0", None),
            ("8.8.8.8%\"", None),
            ("[2001:db8::1]x", None),
            ("_hidden", None),
            ("unknown", None),
            ("203.0.113", None),
            ("203.0.113.7:", None),
            ("", None),
        ] {
            assert_eq!(
                address(text.as_bytes()),
                expected.map(|text| text.parse::<IpAddr>().unwrap()),
                "{text}"
            );
        }
        assert_eq!(address(b"\xff"), None);
    }
}
