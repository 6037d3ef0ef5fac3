//! Scheme, host and prefix of the address that the client requested.

use std::num::NonZeroU8;

use super::*;

#[test]
fn https_needs_both_headers_if_a_client_may_have_sent_one() {
    const XFP: &str = "x-forwarded-proto";
    const ADDRESS: (&str, &str) = (XFF, "203.0.113.7");
    const CLAIM: (&str, &str) = ("forwarded", "for=203.0.113.7;proto=https");
    for (lines, expected) in [
        (&[ADDRESS, (XFP, "https")][..], true),
        (&[ADDRESS, (XFP, "http")], false),
        (&[CLAIM], true),
        // Here the proxy reports no scheme.
        (&[ADDRESS, CLAIM], false),
        (&[ADDRESS, ("forwarded", "proto=https")], false),
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
fn only_a_trusted_proxy_reports_the_scheme() {
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
fn scheme_host_and_prefix_are_those_of_the_farthest_trusted_proxy() {
    const PROTO: &str = "x-forwarded-proto";
    const HOST: &str = "x-forwarded-host";
    const PREFIX: &str = "x-forwarded-prefix";
    let hops = |count: u8| Trust::Hops(NonZeroU8::new(count).unwrap());
    let networks = Trust::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
    for (trust, lines, https, hosts, prefix) in [
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (PROTO, "wss")][..],
            true,
            &[][..],
            "",
        ),
        (
            hops(1),
            &[("forwarded", "for=8.8.8.8;proto=wss")],
            true,
            &[],
            "",
        ),
        (hops(1), &[(XFF, "8.8.8.8"), (PROTO, "ws")], false, &[], ""),
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (PROTO, "https, http")],
            false,
            &[],
            "",
        ),
        (
            hops(2),
            &[(XFF, "8.8.8.8, 10.0.0.9"), (PROTO, "https, http")],
            true,
            &[],
            "",
        ),
        // Only one of the two proxies reports it.
        (
            hops(2),
            &[(XFF, "8.8.8.8, 10.0.0.9"), (PROTO, "https")],
            true,
            &[],
            "",
        ),
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (HOST, "evil.example, Site.example:8443")],
            false,
            &["site.example"],
            "",
        ),
        (
            networks.clone(),
            &[
                (XFF, "6.6.6.6, 8.8.8.8, 10.0.0.9"),
                (HOST, "x.example, site.example, inner"),
            ],
            false,
            &["site.example"],
            "",
        ),
        (
            hops(1),
            &[(
                "forwarded",
                "for=6.6.6.6;host=x.example, for=8.8.8.8;host=\"site.example:80\"",
            )],
            false,
            &["site.example"],
            "",
        ),
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (PREFIX, "/evil, /app/")],
            false,
            &[],
            "/app",
        ),
        (
            hops(2),
            &[(XFF, "8.8.8.8, 10.0.0.9"), (PREFIX, "/a, /b")],
            false,
            &[],
            "/a/b",
        ),
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (PREFIX, "//evil.example")],
            false,
            &[],
            "",
        ),
        (
            hops(1),
            &[(XFF, "8.8.8.8"), (PREFIX, "/a/../b")],
            false,
            &[],
            "",
        ),
    ] {
        let peer = Peer::Address(ip("10.0.0.3"));
        let found = origin(peer, &headers(lines), &trust, &ForwardedHeader::Either);
        let hosts: Vec<Vec<u8>> = hosts.iter().map(|host| host.as_bytes().to_vec()).collect();
        assert_eq!(found.https, https, "{lines:?}");
        assert_eq!(found.hosts(), hosts, "{lines:?}");
        assert_eq!(found.prefix(), prefix, "{lines:?}");
        assert_eq!(found.ip, Some(ip("8.8.8.8")), "{lines:?}");
        // No other peer is trusted.
        let peer = Peer::Address(ip("203.0.113.9"));
        let found = origin(peer, &headers(lines), &trust, &ForwardedHeader::Either);
        assert_eq!(found, Origin::of_peer(Some(ip("203.0.113.9"))), "{lines:?}");
    }
}

#[test]
fn a_parameter_that_occurs_twice_is_ignored() {
    let find = |line: &str| {
        let peer = Peer::Address(ip("127.0.0.1"));
        let mut lines = HeaderMap::new();
        lines.insert("forwarded", line.parse().unwrap());
        origin(peer, &lines, &ONE_PROXY, &ForwardedHeader::Forwarded)
    };
    for line in [
        "for=203.0.113.7;for=6.6.6.6",
        "for=6.6.6.6;FOR=\"203.0.113.7\"",
        "for=_x;for=203.0.113.7",
        "for=203.0.113.7;for=unix:;for=203.0.113.7",
    ] {
        assert_eq!(find(line).ip, None, "{line}");
    }
    for line in ["proto=http;proto=https", "proto=https;proto=http"] {
        assert!(!find(&format!("for=203.0.113.7;{line}")).https, "{line}");
    }
    let hosts = find("for=203.0.113.7;host=a.example;host=b.example");
    assert!(hosts.contradicts_itself);
}
