//! Which address a request comes from, through the proxies that are trusted.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU8;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::forwarded::{
    Hop, address, forwarded, forwarded_addresses, x_forwarded_for, x_forwarded_proto,
};

/// Which hops may tell the address of the one before them.
#[derive(Debug, Clone, Default)]
pub(crate) enum Trust {
    /// Nobody: the peer is the client.
    #[default]
    Nobody,
    /// So many proxies, the nearest of them on this machine or in a private network: the
    /// entry that the farthest wrote, which is this one from the right, is the client.
    Hops(NonZeroU8),
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

/// How a client's address was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressSource {
    /// It is the peer's, the other end of the connection: there is no proxy that is trusted,
    /// or the proxy asks itself, as for a health check.
    Peer,
    /// A trusted proxy wrote it into `X-Forwarded-For`.
    XForwardedFor,
    /// A trusted proxy wrote it into `Forwarded`.
    Forwarded,
    /// A trusted proxy wrote it into the header that
    /// [`ForwardedHeader::Single`] names.
    SingleHeader,
    /// Nowhere: the peer is a unix socket, or what a trusted proxy writes cannot be read.
    Nowhere,
}

impl fmt::Display for AddressSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            AddressSource::Peer => "the peer",
            AddressSource::XForwardedFor => "X-Forwarded-For",
            AddressSource::Forwarded => "Forwarded",
            AddressSource::SingleHeader => "the proxy's header",
            AddressSource::Nowhere => "nowhere",
        })
    }
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
    /// How it was found.
    pub(crate) source: AddressSource,
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
        Trust::Hops(_) => peer_ip.is_none_or(is_private),
        Trust::Networks(networks) => {
            peer_ip.is_none_or(|ip| networks.iter().any(|network| network.contains(&ip)))
        }
    };
    if !trusted {
        return Origin::of_peer(peer_ip);
    }
    let (source, hop) = match told(headers, trust, header) {
        Some((source, hop)) => (source, hop),
        // A request that the proxy made itself, such as a health check.
        None => (Origin::of_peer(peer_ip).source, Hop::of(peer_ip)),
    };
    Origin {
        ip: hop.ip,
        source: hop.ip.map_or(AddressSource::Nowhere, |_| source),
        proxied: true,
        https: hop
            .https
            .or_else(|| x_forwarded_proto(headers))
            .unwrap_or(false),
    }
}

impl Origin {
    /// The peer is the client, by plain HTTP.
    pub(crate) fn of_peer(ip: Option<IpAddr>) -> Origin {
        Origin {
            ip,
            source: ip.map_or(AddressSource::Nowhere, |_| AddressSource::Peer),
            proxied: false,
            https: false,
        }
    }
}

/// What a trusted proxy tells of the client; nothing, if it does not say anything.
fn told(
    headers: &HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Option<(AddressSource, Hop)> {
    let x_forwarded_for = || {
        let hop = pick(&x_forwarded_for(headers), trust)?;
        Some((AddressSource::XForwardedFor, hop))
    };
    let forwarded = || {
        let hop = pick(&forwarded(headers), trust)?;
        Some((AddressSource::Forwarded, hop))
    };
    match header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(),
        ForwardedHeader::Forwarded => forwarded(),
        ForwardedHeader::Single(name) => {
            let mut values = headers.get_all(name).iter();
            let hop = match (values.next()?, values.next()) {
                (value, None) => Hop::of(address(value.as_bytes())),
                // Two values in a header that has one: somebody else wrote in it.
                _ => Hop::UNKNOWN,
            };
            Some((AddressSource::SingleHeader, hop))
        }
        ForwardedHeader::Either => match (x_forwarded_for(), forwarded()) {
            (told, None) | (None, told) => told,
            (Some((_, a)), Some((source, b))) if a.ip == b.ip => {
                // A client that knows its own address may have written one of the two.
                let https = match (b.https, x_forwarded_proto(headers)) {
                    (Some(one), Some(other)) => Some(one && other),
                    (one, other) => one.or(other),
                };
                Some((source, Hop { https, ..b }))
            }
            (Some((source, _)), Some(_)) => Some((source, Hop::UNKNOWN)),
        },
    }
}

/// The addresses that a request names in the headers that are read: one of them is the
/// client's where the proxy tells its address, but not which.
pub(crate) fn named(headers: &HeaderMap, header: &ForwardedHeader) -> Vec<IpAddr> {
    let x_forwarded_for = || {
        last(
            x_forwarded_for(headers)
                .into_iter()
                .filter_map(|hop| hop.ip),
        )
    };
    let forwarded = || last(forwarded_addresses(headers));
    match header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(),
        ForwardedHeader::Forwarded => forwarded(),
        ForwardedHeader::Either => [x_forwarded_for(), forwarded()].concat(),
        ForwardedHeader::Single(name) => {
            let values = headers.get_all(name).iter();
            last(values.filter_map(|value| address(value.as_bytes())))
        }
    }
}

fn last(addresses: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = addresses.collect();
    addresses.drain(..addresses.len().saturating_sub(MOST_NAMED));
    addresses
}

/// So many of the addresses in each header are looked at where it is not clear which it is: the
/// last, since proxies write behind what is there.
const MOST_NAMED: usize = 16;

/// Whether a request carries a header by which proxies tell addresses.
pub(crate) fn claims_forwarding(headers: &HeaderMap) -> bool {
    static NAMES: [HeaderName; 3] = [
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("forwarded"),
        HeaderName::from_static("x-real-ip"),
    ];
    NAMES.iter().any(|name| headers.contains_key(name))
}

/// Loopback, private (RFC 1918), unique local (RFC 4193) and link-local addresses.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// Chooses the hop that is the client; nothing, if there is no hop. Of networks the walk goes
/// from the right, and an entry that cannot be read ends it: what stands left of it was written
/// by somebody unknown.
fn pick(hops: &[Hop], trust: &Trust) -> Option<Hop> {
    let first = hops.first()?;
    match trust {
        Trust::Nobody => None,
        Trust::Hops(count) => {
            let count = usize::from(count.get());
            // With fewer entries than proxies, who knows which of them wrote.
            let index = hops.len().checked_sub(count);
            let hop = index.and_then(|index| hops.get(index));
            Some(hop.copied().unwrap_or(Hop::UNKNOWN))
        }
        Trust::Networks(networks) => {
            let untrusted = hops.iter().rev().find(|hop| {
                hop.ip
                    .is_none_or(|ip| !networks.iter().any(|network| network.contains(&ip)))
            });
            // Every hop is a trusted proxy, so the leftmost is where the request began.
            Some(*untrusted.unwrap_or(first))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    const ONE_PROXY: Trust = Trust::Hops(NonZeroU8::MIN);

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
            find("203.0.113.7", &lines, &ONE_PROXY),
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
            let found = find("127.0.0.1", lines, &ONE_PROXY);
            assert_eq!(found, expected.map(ip), "{lines:?}");
        }
    }

    #[test]
    fn https_is_what_all_say_where_a_client_may_have_written_one_of_two() {
        const XFP: &str = "x-forwarded-proto";
        const ADDRESS: (&str, &str) = (XFF, "203.0.113.7");
        const CLAIM: (&str, &str) = ("forwarded", "for=203.0.113.7;proto=https");
        for (lines, expected) in [
            (&[ADDRESS, (XFP, "https")][..], true),
            (&[ADDRESS, (XFP, "http")], false),
            (&[CLAIM], true),
            (&[ADDRESS, CLAIM, (XFP, "http")], false),
            (&[ADDRESS, CLAIM, (XFP, "https")], true),
            (
                &[
                    ADDRESS,
                    (XFP, "https"),
                    ("forwarded", "for=203.0.113.7;proto=http"),
                ],
                false,
            ),
        ] {
            let peer = Peer::Address(ip("127.0.0.1"));
            let found = origin(peer, &headers(lines), &ONE_PROXY, &ForwardedHeader::Either);
            assert_eq!(found.https, expected, "{lines:?}");
            assert_eq!(found.ip, Some(ip("203.0.113.7")));
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
    fn of_several_proxies_the_farthest_ones_entry_is_the_client() {
        let trust = Trust::Hops(NonZeroU8::new(3).unwrap());
        for (lines, expected) in [
            (
                "6.6.6.6, 203.0.113.7, 198.41.0.4, 10.0.0.9",
                Some("203.0.113.7"),
            ),
            ("203.0.113.7, garbage, 10.0.0.9", Some("203.0.113.7")),
            ("203.0.113.7, 10.0.0.9", None),
            ("garbage, 10.0.0.8, 10.0.0.9", None),
        ] {
            let lines = [(XFF, lines)];
            assert_eq!(
                find("10.0.0.3", &lines, &trust),
                expected.map(ip),
                "{lines:?}"
            );
            assert_eq!(find("11.0.0.3", &lines, &trust), Some(ip("11.0.0.3")));
        }
        assert_eq!(find("10.0.0.3", &[], &trust), Some(ip("10.0.0.3")));
    }

    #[test]
    fn how_the_address_was_found_is_told() {
        let real_ip = ForwardedHeader::Single(HeaderName::from_static("x-real-ip"));
        let either = ForwardedHeader::Either;
        for (lines, header, source) in [
            (&[][..], &either, AddressSource::Peer),
            (&[(XFF, "8.8.8.8")], &either, AddressSource::XForwardedFor),
            (
                &[("forwarded", "for=8.8.8.8")],
                &either,
                AddressSource::Forwarded,
            ),
            (&[(XFF, "_hidden")], &either, AddressSource::Nowhere),
            (
                &[("x-real-ip", "8.8.8.8")],
                &real_ip,
                AddressSource::SingleHeader,
            ),
            (&[(XFF, "8.8.8.8")], &real_ip, AddressSource::Peer),
        ] {
            let peer = Peer::Address(ip("10.0.0.1"));
            let found = origin(peer, &headers(lines), &ONE_PROXY, header);
            assert_eq!(found.source, source, "{lines:?}");
        }
        let local = origin(Peer::Local, &headers(&[]), &ONE_PROXY, &either);
        assert_eq!(local.source, AddressSource::Nowhere);
    }

    proptest! {
        /// Whatever a peer that is not trusted sends, it is the client, by plain HTTP.
        #[test]
        fn no_header_of_an_untrusted_peer_changes_anything(
            peer in any::<IpAddr>(),
            lines in proptest::collection::vec(
                (
                    prop_oneof![
                        Just("x-forwarded-for".to_owned()),
                        Just("forwarded".to_owned()),
                        Just("x-real-ip".to_owned()),
                        Just("x-forwarded-proto".to_owned()),
                        Just("x-client-ip".to_owned()),
                        "[a-z][a-z-]{1,20}",
                    ],
                    prop_oneof![
                        "[ -~]{0,60}",
                        any::<IpAddr>().prop_map(|ip| ip.to_string()),
                        any::<IpAddr>().prop_map(|ip| format!("for=\"[{ip}]\";proto=https")),
                        Just("https".to_owned()),
                    ],
                ),
                0..8,
            ),
            trust in prop_oneof![
                Just(Trust::Nobody),
                (1..9_u8).prop_map(|hops| Trust::Hops(NonZeroU8::new(hops).unwrap())),
                Just(Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()])),
            ],
            header in prop_oneof![
                Just(ForwardedHeader::Either),
                Just(ForwardedHeader::XForwardedFor),
                Just(ForwardedHeader::Forwarded),
                Just(ForwardedHeader::Single(HeaderName::from_static("x-real-ip"))),
            ],
        ) {
            let canonical = peer.to_canonical();
            let trusted = match &trust {
                Trust::Nobody => false,
                Trust::Hops(_) => is_private(canonical),
                Trust::Networks(networks) => networks[0].contains(&canonical),
            };
            prop_assume!(!trusted);
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                let name: HeaderName = name.parse().unwrap();
                headers.append(name, value.parse().unwrap());
            }
            let found = origin(Peer::Address(peer), &headers, &trust, &header);
            prop_assert_eq!(found, Origin::of_peer(Some(canonical)));
        }

        /// Whatever stands left of what a trusted proxy wrote changes nothing either.
        #[test]
        fn what_a_client_wrote_before_the_proxy_changes_nothing(
            client in any::<std::net::Ipv4Addr>(),
            before in proptest::collection::vec("[ -~]{0,40}", 0..4),
        ) {
            let mut headers = HeaderMap::new();
            for line in before {
                headers.append(XFF, line.parse().unwrap());
            }
            headers.append(XFF, client.to_string().parse().unwrap());
            let peer = Peer::Address(ip("127.0.0.1"));
            let found = origin(peer, &headers, &ONE_PROXY, &ForwardedHeader::XForwardedFor);
            prop_assert_eq!(found.ip, Some(IpAddr::V4(client)));
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
        assert!(https("127.0.0.1", &ONE_PROXY));
        assert!(!https("203.0.113.9", &ONE_PROXY));
        assert!(!https("127.0.0.1", &Trust::Nobody));
    }

    #[test]
    fn a_single_value_header_has_one_value() {
        let header = ForwardedHeader::Single(HeaderName::from_static("x-real-ip"));
        let find = |lines: &[(&'static str, &'static str)]| {
            origin(
                Peer::Address(ip("127.0.0.1")),
                &headers(lines),
                &ONE_PROXY,
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
