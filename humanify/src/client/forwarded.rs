//! What proxies write of the hops behind them: `X-Forwarded-*`, `Forwarded` (RFC 7239) and
//! headers with a single address. Lists are read from the right, where the nearest proxy wrote.

use std::net::IpAddr;

use http::HeaderMap;

use crate::net::canonical;

/// One entry of a list of hops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hop<'a> {
    /// None where the entry is obfuscated, `unknown` or malformed.
    pub(super) ip: Option<IpAddr>,
    /// Whether the entry is the other end of a unix socket, so that it is on the machine of the
    /// proxy that wrote it.
    pub(super) is_local: bool,
    /// Whether the entry says anything of an address.
    pub(super) names_client: bool,
    pub(super) https: Option<bool>,
    pub(super) host: Option<&'a [u8]>,
}

impl Hop<'_> {
    pub(super) const UNKNOWN: Hop<'static> = Hop {
        ip: None,
        is_local: false,
        names_client: true,
        https: None,
        host: None,
    };

    /// A hop of which nothing but the address is told.
    pub(super) fn of(ip: Option<IpAddr>) -> Hop<'static> {
        Hop { ip, ..Hop::UNKNOWN }
    }
}

/// The entries of a list, from the right. All lines of a header are one list (RFC 9110, section
/// 5.3). These headers know no quotes: a proxy that adds its entry adds a comma and what stands
/// behind it, whatever a client wrote before.
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
        ..Hop::of(address(entry))
    })
}

/// The hops of `Forwarded`, from the right.
pub(super) fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Hop<'_>> {
    let lines = headers.get_all("forwarded").iter().rev();
    lines.flat_map(|line| elements(line.as_bytes())).map(hop)
}

/// The elements of one line, from the right. Where a quote is left open, or a quoted pair hides
/// one, nobody can tell which part the proxy wrote: the whole line is one entry that cannot be
/// read.
fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let quotes = line.iter().filter(|byte| **byte == b'"').count();
    let readable = quotes.is_multiple_of(2) && !line.contains(&b'\\');
    let line = if readable { line } else { b"for=unknown" };
    let mut quoted = false;
    // There are as many quotes to the right of a separator as to its left, or both are odd.
    line.rsplit(move |byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    })
}

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
            name if name.eq_ignore_ascii_case(b"for") => {
                hop.names_client = true;
                hop.ip = address(value);
                hop.is_local = is_unix_socket(value);
            }
            name if name.eq_ignore_ascii_case(b"proto") => hop.https = Some(is_https(value)),
            name if name.eq_ignore_ascii_case(b"host") => hop.host = Some(value),
            _ => {}
        }
    }
    hop
}

/// All that looks like an address in `Forwarded`, also where its quotes are broken, from the
/// right.
pub(super) fn forwarded_addresses(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all("forwarded").iter().rev();
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'"' | b'=' | b'\\');
    lines
        .flat_map(move |line| line.as_bytes().rsplit(ends))
        .map(address)
}

/// The entry of a list that the farthest of so many proxies wrote; the leftmost, where not all of
/// them wrote one, and none, if there is no such header.
pub(super) fn farthest<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
    proxies: usize,
) -> Option<&'a [u8]> {
    let entry = entries(headers, name).take(proxies).last()?;
    Some(entry.trim_ascii())
}

/// Whether a scheme is one over TLS: web sockets have names of their own.
pub(super) fn is_https(scheme: &[u8]) -> bool {
    scheme.eq_ignore_ascii_case(b"https") || scheme.eq_ignore_ascii_case(b"wss")
}

/// How nginx writes a peer at a unix socket.
fn is_unix_socket(entry: &[u8]) -> bool {
    entry.starts_with(b"unix:")
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
        .unwrap_or(text)
}

/// Reads an address as proxies write it: with a port, in brackets, in quotes, with a zone.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(unquoted(text.trim_ascii())).ok()?;
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
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
    let ip = match bare.split_once('%') {
        // Only IPv6 has zones (RFC 6874).
        Some((address, zone)) if is_zone(zone) => IpAddr::V6(address.parse().ok()?),
        Some(_) => return None,
        None => bare.parse().ok()?,
    };
    Some(canonical(ip))
}

fn is_zone(zone: &str) -> bool {
    !zone.is_empty()
        && zone
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
