//! Parses a published list into a set of addresses, or refuses it.
//!
//! The text is not trusted: it may be of any kind and length, and malicious.

use super::entry;
use super::error::{MAX_ENTRIES, ParseError};
use crate::lists::json;
use crate::net::{AddressRange, Extent, RangeSet};

/// The format of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One address, network (`192.0.2.0/24`) or range (`192.0.2.1-192.0.2.9`, perhaps with spaces
    /// around the dash) on each line. Text after a space, `#` or `;` is a comment.
    Lines,
    /// Comma-separated values. The first is an address or a network.
    Csv,
    /// JSON with addresses as strings under these keys, at any depth, alone or in an array. Text
    /// after the document is ignored.
    Json(&'static [&'static str]),
}

/// The largest entry, without its unroutable addresses: a /8 of IPv4, or a /16 of IPv6.
const MAX_EXTENT: Extent = Extent::bits(24, 48);

/// Parses a list. Returns its routable addresses.
///
/// # Errors
/// If the list is malformed, too long or has a wide entry, or if it covers more than `most`.
pub(crate) fn parse(body: &[u8], format: Format, most: Extent) -> Result<RangeSet, ParseError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.trim_ascii_start().starts_with(b"<") {
        return Err(ParseError::WebPage);
    }
    let mut entries = Entries::default();
    match format {
        Format::Lines => {
            for line in body.split(|byte| *byte == b'\n') {
                let ends = |byte: &u8| matches!(byte, b'#' | b';');
                let entry = line.split(ends).next().unwrap_or_default();
                entries.add(entry.trim_ascii())?;
            }
        }
        Format::Csv => {
            for line in body.split(|byte| *byte == b'\n') {
                let entry = line.split(|byte| *byte == b',').next().unwrap_or_default();
                let entry = entry.trim_ascii();
                let bare = entry
                    .strip_prefix(b"\"")
                    .and_then(|e| e.strip_suffix(b"\""));
                match bare.unwrap_or(entry) {
                    [b'#', ..] => {}
                    entry => entries.add(entry)?,
                }
            }
        }
        Format::Json(keys) => {
            json::strings(body, keys, |entry| entries.add(entry.trim().as_bytes()))?;
        }
    }
    entries.into_networks(most)
}

/// The entries of a list that are parsed so far.
#[derive(Default)]
struct Entries {
    ranges: Vec<AddressRange>,
    unreadable: usize,
    unroutable: Option<RangeSet>,
}

impl Entries {
    fn add(&mut self, entry: &[u8]) -> Result<(), ParseError> {
        if entry.is_empty() {
            return Ok(());
        }
        if self.ranges.len() + self.unreadable >= MAX_ENTRIES {
            return Err(ParseError::TooMany);
        }
        match entry::range(entry) {
            Some(range) => {
                self.check_width(range)?;
                self.ranges.push(range);
            }
            None => self.unreadable += 1,
        }
        Ok(())
    }

    /// Refuses an entry that is too wide: a maintainer's mistake or a truncated line must not make
    /// everybody a bot.
    fn check_width(&mut self, range: AddressRange) -> Result<(), ParseError> {
        let whole = RangeSet::new([range]);
        let is_wide = |set: &RangeSet| set.extent().exceeds(MAX_EXTENT);
        if !is_wide(&whole) {
            return Ok(());
        }
        let unroutable = self.unroutable.get_or_insert_with(RangeSet::unroutable);
        if is_wide(&whole.without(unroutable)) {
            let (first, last) = range;
            let named = whole.iter().next().filter(|_| whole.count() == 1);
            let named = named.map(|network| network.to_string());
            return Err(ParseError::TooWide(
                named.unwrap_or_else(|| format!("{first}-{last}")),
            ));
        }
        Ok(())
    }

    fn into_networks(self, most: Extent) -> Result<RangeSet, ParseError> {
        let entries = self.ranges.len() + self.unreadable;
        // The heading of a table is accepted, and so are a few mistakes in a long list.
        if self.unreadable > 1.max(entries / 20) || self.ranges.is_empty() && entries > 0 {
            return Err(ParseError::Garbage {
                unreadable: self.unreadable,
                entries,
            });
        }
        let networks = RangeSet::new(self.ranges).without(&RangeSet::unroutable());
        if networks.is_empty() {
            return Err(ParseError::Empty);
        }
        if networks.extent().exceeds(most) {
            return Err(ParseError::TooMuch);
        }
        // One range may be hundreds of networks, each of which takes memory and disk.
        if networks.iter().nth(MAX_ENTRIES).is_some() {
            return Err(ParseError::TooFine);
        }
        Ok(networks)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    /// A bound that every list fits into.
    const ANY: Extent = Extent::bits(30, 59);
    const PREFIXES: Format = Format::Json(&["ipv4Prefix", "ipv6Prefix"]);

    fn read(text: &str, format: Format) -> Vec<String> {
        let networks = parse(text.as_bytes(), format, ANY).unwrap();
        networks.iter().map(|network| network.to_string()).collect()
    }

    fn refused(text: &str, format: Format) -> String {
        parse(text.as_bytes(), format, ANY).unwrap_err().to_string()
    }

    #[test]
    fn every_format_is_read() {
        for (text, format, expected) in [
            (
                "# Tor\r\n8.8.8.8\r\n\r\n9.9.9.0/24 ; comment\n2600::1 seen\n1.1.1.1 - 1.1.1.4\n",
                Format::Lines,
                &[
                    "1.1.1.1/32",
                    "1.1.1.2/31",
                    "1.1.1.4/32",
                    "8.8.8.8/32",
                    "9.9.9.0/24",
                    "2600::1/128",
                ][..],
            ),
            (
                "\u{feff}8.8.8.8\n::ffff:9.9.9.9",
                Format::Lines,
                &["8.8.8.8/32", "9.9.9.9/32"],
            ),
            ("8.8.8.8/24", Format::Lines, &["8.8.8.0/24"]),
            (
                "dest_ip,dest_port,comment\n8.8.8.8,80,\"a, b\"\n\"9.9.9.9\",1,\n# end",
                Format::Csv,
                &["8.8.8.8/32", "9.9.9.9/32"],
            ),
            (
                "2a02:26f7:b000::/45,DE,DE-BE,Berlin,\n8.8.4.0/31,US,US-CA,,\n",
                Format::Csv,
                &["8.8.4.0/31", "2a02:26f7:b000::/45"],
            ),
            (
                r#"{"syncToken": "1", "prefixes": [{"ipv4Prefix": "34.1.208.0/20", "scope": "1.2.3.4"}, {"ipv6Prefix": "2600:1900::/35"}]}"#,
                PREFIXES,
                &["34.1.208.0/20", "2600:1900::/35"],
            ),
            (
                r#"{"addresses": ["23.235.32.0/20"], "ipv6_addresses": ["2a04:4e40::/32"]}"#,
                Format::Json(&["addresses", "ipv6_addresses"]),
                &["23.235.32.0/20", "2a04:4e40::/32"],
            ),
            (
                r#"[{"ipv4_addr_in": "31.171.153.66", "ipv6_addr_in": null, "port": 1, "deep": {"ipv4_addr_in": "8.8.8.8"}}]"#,
                Format::Json(&["ipv4_addr_in", "ipv6_addr_in"]),
                &["8.8.8.8/32", "31.171.153.66/32"],
            ),
            (
                "{\"regions\": [{\"servers\": {\"wg\": [{\"ip\": \"8.8.8.8\", \"cn\": \"x\"}]}}]}\n\nQ2VydGlmaWNhdGU=",
                Format::Json(&["ip"]),
                &["8.8.8.8/32"],
            ),
        ] {
            assert_eq!(read(text, format), expected, "{text}");
        }
    }

    #[test]
    fn private_and_reserved_networks_are_removed() {
        let firehol = "0.0.0.0/8\n10.0.0.0/8\n127.0.0.0/8\n192.0.0.0/23\n224.0.0.0/3\n5.5.5.5\n";
        assert_eq!(read(firehol, Format::Lines), ["5.5.5.5/32", "192.0.1.0/24"]);
        assert_eq!(
            refused("10.1.2.3\n::1\nfe80::/10\n", Format::Lines),
            "it names no routable address"
        );
    }

    #[test]
    fn lists_that_would_make_everybody_a_bot_are_refused() {
        for (text, named) in [
            ("8.8.8.8\n0.0.0.0/0\n", "0.0.0.0/0"),
            ("8.8.8.8\n::/0\n", "::/0"),
            ("8.0.0.0/7", "8.0.0.0/7"),
            ("2600::/15", "2600::/15"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            ("8.0.0.1-10.0.0.0", "8.0.0.1-10.0.0.0"),
        ] {
            let expected =
                format!("it holds {named}, which is too much of the Internet to be meant");
            assert_eq!(refused(text, Format::Lines), expected, "{text}");
        }
        assert_eq!(read("8.0.0.0/8\n2600::/16", Format::Lines).len(), 2);
        let many: String = (11..80).map(|n| format!("{n}.0.0.0/8\n")).collect();
        let reason = "it covers more of the Internet than a list of its kind can";
        assert_eq!(refused(&many, Format::Lines), reason);
        let few = |text: &str| parse(text.as_bytes(), Format::Lines, Extent::bits(8, 16));
        for (text, is_taken) in [
            ("8.8.8.0/24", true),
            ("8.8.8.0/24\n8.8.9.0", false),
            ("2600::/48", true),
            ("2600::/48\n2601::/64", false),
        ] {
            assert_eq!(few(text).is_ok(), is_taken, "{text}");
        }
    }

    #[test]
    fn short_ranges_of_too_many_networks_are_refused() {
        // Each range is 166 networks: the list has 2 MB, its networks would take 130 MB.
        let ranges: String = (0..20_000)
            .map(|n| format!("2600:{n:x}:0:1::1-2600:{n:x}:0:ffff:ffff:ffff:ffff:fffe\n"))
            .collect();
        assert_eq!(
            refused(&ranges, Format::Lines),
            "its ranges are more than 2000000 networks"
        );
    }

    #[test]
    fn texts_that_are_not_lists_are_refused() {
        for (text, format, reason) in [
            (
                "<!DOCTYPE html><p>8.8.8.8",
                Format::Lines,
                "it is a web page, not a list",
            ),
            ("  <Error>", PREFIXES, "it is a web page, not a list"),
            (
                "8.8.8.8\nNot\nFound\n",
                Format::Lines,
                "2 of its 3 entries are neither addresses nor networks",
            ),
            (
                "Not Found",
                Format::Lines,
                "1 of its 1 entries are neither addresses nor networks",
            ),
            (
                "8.8.8.256",
                Format::Lines,
                "1 of its 1 entries are neither addresses nor networks",
            ),
            (
                "8.8.8.9-8.8.8.1",
                Format::Lines,
                "1 of its 1 entries are neither addresses nor networks",
            ),
            ("", Format::Lines, "it names no routable address"),
            ("{}", PREFIXES, "it names no routable address"),
        ] {
            assert_eq!(refused(text, format), reason, "{text}");
        }
        let cut = r#"{"prefixes": [{"ipv4Prefix": "34.1.208.0/20"}, {"ipv4"#;
        assert!(refused(cut, PREFIXES).starts_with("it is not JSON: EOF"));
        let deep = "[".repeat(100_000);
        assert!(refused(&deep, PREFIXES).starts_with("it is not JSON: recursion limit"));
    }

    #[test]
    fn an_endless_list_is_refused_before_it_fills_the_memory() {
        let many = "8.8.8.8\n".repeat(MAX_ENTRIES + 1);
        assert_eq!(
            refused(&many, Format::Lines),
            "it has more than 2000000 entries"
        );
    }

    #[test]
    fn no_text_gives_unroutable_addresses() {
        let texts = (
            prop::collection::vec(any::<u8>(), 0..400),
            "([0-9a-f:./ -]{0,30}\n){0,8}",
            r#"[\[\]{}",:a-c0-9.]{0,80}"#,
            prop::collection::vec((any::<IpAddr>(), 0..=128_u8), 0..8),
        );
        let accepted = std::cell::Cell::new(0);
        let result = TestRunner::default().run(&texts, |(body, lines, json, networks)| {
            // Random letters are rarely a list, so some texts are made of networks.
            let networks: String = networks
                .iter()
                .map(|(ip, length)| {
                    let length = if ip.is_ipv4() { length / 4 } else { *length };
                    format!("{ip}/{length}\n")
                })
                .collect();
            let bodies = [
                body.as_slice(),
                lines.as_bytes(),
                json.as_bytes(),
                networks.as_bytes(),
            ];
            for body in bodies {
                for format in [Format::Lines, Format::Csv, Format::Json(&["a", "b"])] {
                    let Ok(networks) = parse(body, format, ANY) else {
                        continue;
                    };
                    for network in networks.iter() {
                        accepted.set(accepted.get() + 1);
                        prop_assert!(crate::net::is_routable(network.network()));
                        prop_assert!(crate::net::is_routable(network.broadcast()));
                    }
                }
            }
            Ok(())
        });
        result.unwrap();
        assert!(accepted.get() > 50, "{accepted:?}");
    }
}
