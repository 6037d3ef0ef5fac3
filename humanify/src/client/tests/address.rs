//! The address of the client: which hop of the chain it is.

use std::net::IpAddr;
use std::num::NonZeroU8;

use http::{HeaderMap, HeaderName};
use proptest::prelude::*;

use super::*;
use crate::net::canonical;

#[test]
fn an_untrusted_peer_is_the_client_whatever_its_headers() {
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
fn with_one_proxy_the_client_is_the_rightmost_entry() {
    for (lines, expected) in [
        (&[(XFF, "6.6.6.6, 203.0.113.7")][..], Some("203.0.113.7")),
        (
            &[(XFF, "6.6.6.6"), (XFF, "203.0.113.7")],
            Some("203.0.113.7"),
        ),
        (&[(XFF, "6.6.6.6, 10.0.0.9")], Some("10.0.0.9")),
        (&[(XFF, "6.6.6.6, _hidden")], None),
        // A client's open quote does not swallow what the proxy appends.
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
        (&[], Some("127.0.0.1")),
    ] {
        let found = find("127.0.0.1", lines, &ONE_PROXY);
        assert_eq!(found, expected.map(ip), "{lines:?}");
    }
}

#[test]
fn the_client_is_the_rightmost_untrusted_entry() {
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

/// Nobody has so many proxies. An address behind more entries than are read is unknown.
#[test]
fn the_client_is_unknown_behind_more_proxies_than_are_read() {
    let trust = Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
    for (proxies, expected) in [(63, Some("203.0.113.7")), (64, None), (500, None)] {
        let line = format!("6.6.6.6, 203.0.113.7{}", ", 10.0.0.9".repeat(proxies)).leak();
        let found = find("10.0.0.3", &[(XFF, line)], &trust);
        assert_eq!(found, expected.map(ip), "{proxies}");
    }
}

#[test]
fn with_several_proxies_the_client_is_the_farthest_ones_entry() {
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
fn the_source_of_the_address_is_reported() {
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
    /// An untrusted peer is the client, over plain HTTP, whatever headers it sends.
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
        let canonical = canonical(peer);
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

    /// Entries left of the trusted proxies' entries change nothing.
    #[test]
    fn entries_written_by_the_client_change_nothing(
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

#[test]
fn headers_that_contradict_the_proxy_are_noticed() {
    for (lines, contradicts) in [
        (&[(XFF, "203.0.113.7")][..], false),
        (
            &[(XFF, "203.0.113.7"), ("forwarded", "for=203.0.113.7")],
            false,
        ),
        (&[(XFF, "203.0.113.7"), ("forwarded", "for=6.6.6.6")], true),
        (&[(XFF, "203.0.113.7"), ("forwarded", "for=_hidden")], true),
        (&[(XFF, "203.0.113.7"), ("forwarded", "for=\"")], true),
        // `Forwarded` has no address here.
        (&[(XFF, "203.0.113.7"), ("forwarded", "proto=https")], false),
        (
            &[(XFF, "203.0.113.7"), ("x-forwarded-host", "u@a.example")],
            true,
        ),
    ] {
        let peer = Peer::Address(ip("127.0.0.1"));
        let found = origin(peer, &headers(lines), &ONE_PROXY, &ForwardedHeader::Either);
        assert_eq!(found.contradicts_itself, contradicts, "{lines:?}");
        // Of two addresses none is the client's.
        let by_address = contradicts && lines.iter().any(|(name, _)| *name == "forwarded");
        let expected = (!by_address).then(|| ip("203.0.113.7"));
        assert_eq!(found.ip, expected, "{lines:?}");
    }
}

#[test]
fn a_hop_at_a_unix_socket_is_a_proxy_on_that_machine() {
    let networks = Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
    for (line, expected) in [
        ("203.0.113.7, unix:", Some("203.0.113.7")),
        ("203.0.113.7, 10.0.0.9, unix:", Some("203.0.113.7")),
        ("203.0.113.7, unix:, 6.6.6.6", Some("6.6.6.6")),
        ("unix:", None),
    ] {
        let found = find("10.0.0.3", &[(XFF, line)], &networks);
        assert_eq!(found, expected.map(ip), "{line}");
    }
}

#[test]
fn a_translated_address_is_the_ipv4_address() {
    for sent in [
        "64:ff9b::cb00:7107",
        "::ffff:203.0.113.7",
        "2002:cb00:7107::1",
    ] {
        let mut lines = HeaderMap::new();
        lines.insert(XFF, sent.parse().unwrap());
        let peer = Peer::Address(ip("127.0.0.1"));
        let found = origin(peer, &lines, &ONE_PROXY, &ForwardedHeader::Either);
        assert_eq!(found.ip, Some(ip("203.0.113.7")), "{sent}");
        let found = origin(
            Peer::Address(ip(sent)),
            &lines,
            &Trust::Nobody,
            &ForwardedHeader::Either,
        );
        assert_eq!(found.ip, Some(ip("203.0.113.7")), "{sent}");
    }
}

#[test]
fn a_long_list_is_walked_no_farther_than_needed() {
    let networks = Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
    for (padding, expected) in [(",", None), ("10.0.0.1,", None)] {
        let mut lines = HeaderMap::new();
        lines.insert(XFF, padding.repeat(50_000).parse().unwrap());
        let found = origin(
            Peer::Address(ip("10.0.0.3")),
            &lines,
            &networks,
            &ForwardedHeader::Either,
        );
        assert_eq!(found.ip, expected);
        assert!(addresses_in(&lines, &ForwardedHeader::Either).len() <= 16);
    }
}
