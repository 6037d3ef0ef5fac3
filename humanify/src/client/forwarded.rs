//! What proxies write of the hops behind them: `X-Forwarded-For`, `Forwarded` (RFC 7239) and
//! headers with a single address.

use std::net::IpAddr;

use http::HeaderMap;

/// One entry of a list of hops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hop {
    /// None where the entry is obfuscated, `unknown` or malformed.
    pub(super) ip: Option<IpAddr>,
    pub(super) https: Option<bool>,
}

impl Hop {
    pub(super) const UNKNOWN: Hop = Hop {
        ip: None,
        https: None,
    };

    /// A hop of which nothing but the address is told.
    pub(super) fn of(ip: Option<IpAddr>) -> Hop {
        Hop { ip, https: None }
    }
}

/// All lines of a header are one list (RFC 9110, section 5.3). These headers know no
/// quotes: a proxy that adds its entry adds a comma and what stands behind it, whatever a
/// client wrote before.
fn list<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
}

pub(super) fn x_forwarded_for(headers: &HeaderMap) -> Vec<Hop> {
    list(headers, "x-forwarded-for")
        .map(|entry| Hop::of(address(entry)))
        .collect()
}

pub(super) fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
    headers
        .get_all("forwarded")
        .iter()
        .flat_map(|line| {
            let line = line.as_bytes();
            // Where a quote is left open, or a quoted pair hides one, nobody can tell which
            // part the proxy wrote: the whole line is one entry that cannot be read.
            let quotes = line.iter().filter(|byte| **byte == b'"').count();
            let readable = quotes.is_multiple_of(2) && !line.contains(&b'\\');
            let line = if readable { line } else { b"unknown" };
            split_unquoted(line, b',')
        })
        .map(|element| {
            let mut hop = Hop::UNKNOWN;
            for pair in split_unquoted(element, b';') {
                let Some(position) = pair.iter().position(|byte| *byte == b'=') else {
                    continue;
                };
                let (name, value) = pair.split_at(position);
                let value = value.get(1..).unwrap_or_default().trim_ascii();
                match name.trim_ascii() {
                    name if name.eq_ignore_ascii_case(b"for") => hop.ip = address(value),
                    name if name.eq_ignore_ascii_case(b"proto") => {
                        hop.https = Some(unquoted(value).eq_ignore_ascii_case(b"https"));
                    }
                    _ => {}
                }
            }
            hop
        })
        .collect()
}

/// All that looks like an address in `Forwarded`, also where its quotes are broken.
pub(super) fn forwarded_addresses(headers: &HeaderMap) -> impl Iterator<Item = IpAddr> {
    let lines = headers.get_all("forwarded").iter();
    let ends = |byte: &u8| matches!(byte, b',' | b';' | b'"' | b'=' | b'\\');
    lines
        .flat_map(move |line| line.as_bytes().split(ends))
        .filter_map(address)
}

/// Whether the rightmost entry of `X-Forwarded-Proto`, which the nearest proxy wrote, is HTTPS;
/// none, if there is no such header.
pub(super) fn x_forwarded_proto(headers: &HeaderMap) -> Option<bool> {
    let scheme = list(headers, "x-forwarded-proto").last()?;
    Some(scheme.trim_ascii().eq_ignore_ascii_case(b"https"))
}

fn split_unquoted(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    text.split(move |byte| {
        quoted ^= *byte == b'"';
        *byte == separator && !quoted
    })
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
    Some(ip.to_canonical())
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
