//! Tests of odd spellings that a client sends before what proxies write.

use std::net::IpAddr;

use http::HeaderMap;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Odd spellings of forwarding headers that a client may send.
fn odd_lines() -> Vec<(&'static str, String)> {
    let long = "84.140.9.9, ".repeat(25_000);
    let commas = ",".repeat(300_000);
    let mut lines = Vec::new();
    for value in [
        "",
        " ",
        ",",
        ",,,",
        "84.140.9.9,",
        "84.140.9.9,,",
        "unknown",
        "UNKNOWN",
        "_hidden",
        "_x:_y",
        "\"84.140.9.9\"",
        "\"84.140.9.9",
        "84.140.9.9:",
        "84.140.9.9:99999",
        "84.140.9.9:80",
        "[2a02:8100::9]:4711",
        "\"[2a02:8100::9]:4711\"",
        "[2a02:8100::9",
        "2a02:8100::9%eth0",
        "::ffff:84.140.9.9",
        "10.0.0.1",
        "127.0.0.1, 10.0.0.1",
        "unix:",
        "for=84.140.9.9",
        "\u{ff}",
        &long,
        &commas,
    ] {
        lines.push(("x-forwarded-for", value.to_owned()));
    }
    for value in [
        "",
        ";;;",
        "for=",
        "for",
        "for=84.140.9.9",
        "FOR=84.140.9.9;PROTO=HTTPS;HOST=evil.example",
        "For=\"[2A02:8100::9]:4711\"",
        "for=[2a02:8100::9]",
        "for=unknown",
        "for=_x;proto=https",
        "for=\"_x:_y\"",
        "for=\"",
        "for=\"84.140.9.9, for=84.140.9.8",
        "for=\"84.140.9.9\\\"",
        "proto=https",
        "for=84.140.9.9,",
        ",",
        "by=84.140.9.9;for=\"unix:\"",
        "for=10.0.0.1",
        &long,
        &commas,
    ] {
        lines.push(("forwarded", value.to_owned()));
    }
    lines
}

#[test]
fn no_client_entry_before_the_proxies_entries_changes_the_address() {
    let client: IpAddr = ip("84.140.1.2");
    let mut sent_lines = 0;
    for (name, value) in odd_lines() {
        let Ok(value) = http::HeaderValue::from_bytes(value.as_bytes()) else {
            continue;
        };
        sent_lines += 1;
        let sent: HeaderMap = [(http::HeaderName::from_static(name), value.clone())]
            .into_iter()
            .collect();
        let shown = String::from_utf8_lossy(value.as_bytes());
        let shown = format!("{name}: {:.60}", &*shown);
        // No proxy is trusted.
        let direct = origin(
            Peer::Address(client),
            &sent,
            &Trust::Nobody,
            &ForwardedHeader::Either,
        );
        assert_eq!(direct, Origin::of_peer(Some(client)), "{shown}");
        // One or two proxies, each of which appends the address of its peer, to the last line or as
        // a new line.
        for entries in [&["84.140.1.2"][..], &["84.140.1.2", "10.0.0.2"]] {
            for joined in [true, false] {
                let mut headers = sent.clone();
                for entry in entries {
                    let mut lines: Vec<Vec<u8>> = headers
                        .get_all("x-forwarded-for")
                        .iter()
                        .map(|line| line.as_bytes().to_vec())
                        .collect();
                    match lines.last_mut().filter(|_| joined) {
                        Some(last) => last.extend(format!(", {entry}").bytes()),
                        None => lines.push(entry.as_bytes().to_vec()),
                    }
                    headers.remove("x-forwarded-for");
                    for line in lines {
                        let line = http::HeaderValue::from_bytes(&line).unwrap();
                        headers.append("x-forwarded-for", line);
                    }
                }
                let hops = u8::try_from(entries.len()).unwrap();
                let networks = vec!["10.0.0.0/8".parse().unwrap()];
                for trust in [
                    Trust::Hops(hops.try_into().unwrap()),
                    Trust::Networks(networks),
                ] {
                    let begun = std::time::Instant::now();
                    let found = origin(
                        Peer::Address(ip("10.0.0.3")),
                        &headers,
                        &trust,
                        &ForwardedHeader::Either,
                    );
                    assert!(begun.elapsed().as_millis() < 500, "{shown}");
                    // A client that also sends the other header contradicts the proxy, and is
                    // refused, or agrees with it.
                    let says_otherwise = found.contradicts_itself;
                    assert!(
                        says_otherwise || found.ip == Some(client),
                        "{shown}: {found:?}"
                    );
                    assert!(!says_otherwise || name == "forwarded", "{shown}: {found:?}");
                    let exact = origin(
                        Peer::Address(ip("10.0.0.3")),
                        &headers,
                        &trust,
                        &ForwardedHeader::XForwardedFor,
                    );
                    assert_eq!(exact.ip, Some(client), "{shown}");
                    assert!(!exact.https, "{shown}");
                }
            }
        }
    }
    assert!(sent_lines > 40, "{sent_lines}");
}
