//! Which address a request comes from, through the proxies that are trusted.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// Which hops may tell the address of the one before them.
#[derive(Debug, Clone, Default)]
pub(crate) enum Trust {
    /// Nobody: the peer is the client.
    #[default]
    Nobody,
    /// One proxy, on this machine or in a private network: its entry, which is the
    /// rightmost, is the client.
    OneProxy,
    /// These networks: the client is the rightmost entry that is in none of them.
    Networks(Vec<IpNet>),
}

/// Where a trusted proxy writes the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` or `Forwarded`, whichever is there. If both are, they must agree,
    /// since the proxy may have passed on one that the client wrote.
    #[default]
    Either,
    /// `X-Forwarded-For` alone.
    XForwardedFor,
    /// `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)) alone.
    Forwarded,
    /// A header with a single address, which the proxy always sets, such as `X-Real-IP`.
    Single(HeaderName),
}

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Address(IpAddr),
    /// A unix socket.
    Local,
}

/// What was found out about where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The client's address; none if a trusted proxy does not tell it.
    pub(crate) ip: Option<IpAddr>,
    /// Whether the peer is a proxy that is trusted.
    pub(crate) proxied: bool,
    /// Whether a trusted proxy says that the client came by HTTPS.
    pub(crate) https: bool,
}

/// Finds the client's address.
pub(crate) fn origin(
    peer: Peer,
    headers: &HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Origin {
    let peer_ip = match peer {
        Peer::Address(ip) => Some(ip.to_canonical()),
        Peer::Local => None,
    };
    let trusted = match trust {
        Trust::Nobody => false,
        Trust::OneProxy => peer_ip.is_none_or(is_private),
        Trust::Networks(networks) => {
            peer_ip.is_none_or(|ip| networks.iter().any(|network| network.contains(&ip)))
        }
    };
    if !trusted {
        return Origin {
            ip: peer_ip,
            proxied: false,
            https: false,
        };
    }
    let pick = |hops: Vec<Hop>| pick(&hops, trust);
    let chosen = match header {
        ForwardedHeader::XForwardedFor => pick(x_forwarded_for(headers)),
        ForwardedHeader::Forwarded => pick(forwarded(headers)),
        ForwardedHeader::Single(name) => {
            let mut values = headers.get_all(name).iter();
            match (values.next(), values.next()) {
                (None, _) => Pick::Nothing,
                (Some(value), None) => Pick::Chosen(Hop {
                    ip: address(value.as_bytes()),
                    https: None,
                }),
                // Two values in a header that has one: somebody else wrote in it.
                _ => Pick::Chosen(Hop::UNKNOWN),
            }
        }
        ForwardedHeader::Either => match (pick(x_forwarded_for(headers)), pick(forwarded(headers)))
        {
            (chosen, Pick::Nothing) | (Pick::Nothing, chosen) => chosen,
            (Pick::Chosen(a), Pick::Chosen(b)) if a.ip == b.ip => Pick::Chosen(Hop {
                ip: a.ip,
                https: b.https,
            }),
            (Pick::Chosen(_), Pick::Chosen(_)) => Pick::Chosen(Hop::UNKNOWN),
        },
    };
    let https = |said: Option<bool>| said.unwrap_or_else(|| x_forwarded_proto(headers));
    match chosen {
        // A request that the proxy made itself, such as a health check.
        Pick::Nothing => Origin {
            ip: peer_ip,
            proxied: true,
            https: https(None),
        },
        Pick::Chosen(hop) => Origin {
            ip: hop.ip,
            proxied: true,
            https: https(hop.https),
        },
    }
}

/// Whether a request carries a header by which proxies tell addresses.
pub(crate) fn claims_forwarding(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "forwarded", "x-real-ip"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// Loopback, private (RFC 1918), unique local (RFC 4193) and link-local addresses.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// One entry of a list of hops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hop {
    /// None where the entry is obfuscated, `unknown` or malformed.
    ip: Option<IpAddr>,
    https: Option<bool>,
}

impl Hop {
    const UNKNOWN: Hop = Hop {
        ip: None,
        https: None,
    };
}

enum Pick {
    /// The header is not there.
    Nothing,
    Chosen(Hop),
}

/// Walks the hops from the right. An entry that cannot be read ends the walk: what stands
/// left of it was written by somebody unknown.
fn pick(hops: &[Hop], trust: &Trust) -> Pick {
    let Some(rightmost) = hops.last() else {
        return Pick::Nothing;
    };
    let Trust::Networks(networks) = trust else {
        return Pick::Chosen(*rightmost);
    };
    let untrusted = hops.iter().rev().find(|hop| {
        hop.ip
            .is_none_or(|ip| !networks.iter().any(|network| network.contains(&ip)))
    });
    // Every hop is a trusted proxy, so the leftmost is where the request began.
    Pick::Chosen(*untrusted.or(hops.first()).unwrap_or(rightmost))
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

fn x_forwarded_for(headers: &HeaderMap) -> Vec<Hop> {
    list(headers, "x-forwarded-for")
        .map(|entry| Hop {
            ip: address(entry),
            https: None,
        })
        .collect()
}

fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
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

/// The rightmost entry of `X-Forwarded-Proto`, which the nearest proxy wrote.
fn x_forwarded_proto(headers: &HeaderMap) -> bool {
    list(headers, "x-forwarded-proto")
        .last()
        .is_some_and(|scheme| scheme.trim_ascii().eq_ignore_ascii_case(b"https"))
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
fn address(text: &[u8]) -> Option<IpAddr> {
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

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn find(peer: &str, lines: &[(&'static str, &'static str)], trust: &Trust) -> Option<IpAddr> {
        origin(
            Peer::Address(ip(peer)),
            &headers(lines),
            trust,
            &ForwardedHeader::Either,
        )
        .ip
    }

    const XFF: &str = "x-forwarded-for";

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
            assert_eq!(address(text.as_bytes()), expected.map(ip), "{text}");
        }
        assert_eq!(address(b"\xff"), None);
    }

    #[test]
    fn an_untrusted_peer_is_the_client_whatever_it_says() {
        let lines = [
            (XFF, "1.2.3.4"),
            ("forwarded", "for=1.2.3.4"),
            ("x-real-ip", "1.2.3.4"),
        ];
        assert_eq!(
            find("203.0.113.7", &lines, &Trust::Nobody),
            Some(ip("203.0.113.7"))
        );
        assert_eq!(
            find("127.0.0.1", &lines, &Trust::Nobody),
            Some(ip("127.0.0.1"))
        );
        assert_eq!(
            find("203.0.113.7", &lines, &Trust::OneProxy),
            Some(ip("203.0.113.7"))
        );
    }

    #[test]
    fn one_proxy_tells_exactly_the_rightmost_entry() {
        for (lines, expected) in [
            (&[(XFF, "6.6.6.6, 203.0.113.7")][..], Some("203.0.113.7")),
            (
                &[(XFF, "6.6.6.6"), (XFF, "203.0.113.7")],
                Some("203.0.113.7"),
            ),
            (&[(XFF, "6.6.6.6, 10.0.0.9")], Some("10.0.0.9")),
            (&[(XFF, "6.6.6.6, _hidden")], None),
            // A client that leaves a quote open does not swallow what the proxy adds.
            (&[(XFF, "8.8.8.8%\", 203.0.113.7")], Some("203.0.113.7")),
            (&[(XFF, "\"8.8.8.8, 203.0.113.7")], Some("203.0.113.7")),
            (&[("forwarded", "for=8.8.8.8%\", for=203.0.113.7")], None),
            (
                &[("forwarded", "for=\"8.8.8.8\\\", for=203.0.113.7\"")],
                None,
            ),
            (
                &[("forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:99\"")],
                Some("2001:db8::7"),
            ),
            (&[("forwarded", "for=6.6.6.6, for=_hidden")], None),
            (
                &[("forwarded", "for=6.6.6.6, for=\"1.1.1.1, 2.2.2.2")],
                None,
            ),
            (
                &[(XFF, "203.0.113.7"), ("forwarded", "for=203.0.113.7")],
                Some("203.0.113.7"),
            ),
            (&[(XFF, "203.0.113.7"), ("forwarded", "for=6.6.6.6")], None),
            (&[], Some("127.0.0.1")),
        ] {
            let found = find("127.0.0.1", lines, &Trust::OneProxy);
            assert_eq!(found, expected.map(ip), "{lines:?}");
        }
    }

    #[test]
    fn the_rightmost_that_is_not_trusted_wins() {
        let trust = Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
        for (lines, expected) in [
            ("6.6.6.6, 203.0.113.7, 10.0.0.9", Some("203.0.113.7")),
            ("203.0.113.7, garbage, 10.0.0.9", None),
            ("10.0.0.1, 10.0.0.2", Some("10.0.0.1")),
        ] {
            let lines = [(XFF, lines)];
            assert_eq!(
                find("10.0.0.3", &lines, &trust),
                expected.map(ip),
                "{lines:?}"
            );
            assert_eq!(find("::ffff:10.0.0.3", &lines, &trust), expected.map(ip));
            assert_eq!(find("11.0.0.3", &lines, &trust), Some(ip("11.0.0.3")));
        }
    }

    #[test]
    fn the_scheme_is_believed_from_a_trusted_proxy_only() {
        let lines = headers(&[(XFF, "203.0.113.7"), ("x-forwarded-proto", "http, https")]);
        let https = |peer, trust: &Trust| {
            origin(
                Peer::Address(ip(peer)),
                &lines,
                trust,
                &ForwardedHeader::Either,
            )
            .https
        };
        assert!(https("127.0.0.1", &Trust::OneProxy));
        assert!(!https("203.0.113.9", &Trust::OneProxy));
        assert!(!https("127.0.0.1", &Trust::Nobody));
    }

    #[test]
    fn a_single_value_header_has_one_value() {
        let header = ForwardedHeader::Single(HeaderName::from_static("x-real-ip"));
        let find = |lines: &[(&'static str, &'static str)]| {
            origin(
                Peer::Address(ip("127.0.0.1")),
                &headers(lines),
                &Trust::OneProxy,
                &header,
            )
            .ip
        };
        assert_eq!(
            find(&[("x-real-ip", "203.0.113.7"), (XFF, "6.6.6.6")]),
            Some(ip("203.0.113.7"))
        );
        assert_eq!(
            find(&[("x-real-ip", "6.6.6.6"), ("x-real-ip", "203.0.113.7")]),
            None
        );
    }
}
