//! Parses an entry of a list: an address, a network or a range.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::net::{AddressRange, canonical, canonical_network};

/// The longest entry that is parsed, in bytes. A range of two IPv6 addresses is shorter.
const MAX_ENTRY_LENGTH: usize = 120;

/// Parses an address, a network or a range. Everything after it is a comment.
pub(super) fn range(entry: &[u8]) -> Option<AddressRange> {
    let head = entry.get(..MAX_ENTRY_LENGTH).unwrap_or(entry);
    let (text, rest) = word(head);
    let dash = text.iter().position(|byte| *byte == b'-');
    let (first, last) = match dash.and_then(|dash| text.split_at_checked(dash)) {
        Some((first, [_])) => (first, address(word(rest).0)?),
        Some((first, last)) => (first, address(last.get(1..)?)?),
        None => {
            let last = rest.strip_prefix(b"-").map(|rest| word(rest).0);
            match last.and_then(address) {
                Some(last) => (text, last),
                None => return single(text),
            }
        }
    };
    let first = address(first)?;
    let in_order = first.is_ipv4() == last.is_ipv4() && first <= last;
    in_order.then_some((first, last))
}

/// Parses an address or a network.
fn single(text: &[u8]) -> Option<AddressRange> {
    if text.contains(&b'/') {
        let network: IpNet = std::str::from_utf8(text).ok()?.parse().ok()?;
        let network = canonical_network(network.trunc());
        return Some((network.network(), network.broadcast()));
    }
    address(text).map(|address| (address, address))
}

/// The text up to the first space, and the text after that space.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_start();
    let end = text.iter().position(u8::is_ascii_whitespace);
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    (word, rest.trim_ascii_start())
}

fn address(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    let v4 = text.parse::<Ipv4Addr>().map(IpAddr::V4);
    let address = v4.or_else(|_| text.parse::<Ipv6Addr>().map(IpAddr::V6));
    address.ok().map(canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_after_a_space_is_a_comment_unless_it_continues_a_range() {
        for (entry, expected) in [
            ("8.8.8.8", "8.8.8.8-8.8.8.8"),
            ("8.8.8.8 - relay", "8.8.8.8-8.8.8.8"),
            ("8.8.8.8 -relay", "8.8.8.8-8.8.8.8"),
            ("8.8.8.8 -", "8.8.8.8-8.8.8.8"),
            ("8.8.8.8 seen-2026-01-01", "8.8.8.8-8.8.8.8"),
            ("8.8.8.8\tnot 8.8.8.9 - 8.8.8.10", "8.8.8.8-8.8.8.8"),
            ("9.9.9.0/24 seen-2026-01-01", "9.9.9.0-9.9.9.255"),
            ("9.9.9.0/24 - a relay", "9.9.9.0-9.9.9.255"),
            ("2600::1 - relay", "2600::1-2600::1"),
            ("8.8.8.1-8.8.8.9 seen-2026", "8.8.8.1-8.8.8.9"),
            ("8.8.8.1 - 8.8.8.9 - relays", "8.8.8.1-8.8.8.9"),
            ("8.8.8.1- 8.8.8.9", "8.8.8.1-8.8.8.9"),
            ("8.8.8.1 -8.8.8.9", "8.8.8.1-8.8.8.9"),
            ("2600::1 - 2600::9", "2600::1-2600::9"),
            ("seen-2026 8.8.8.8", ""),
            ("relay - 8.8.8.8", ""),
            ("8.8.8.8-relay", ""),
            ("8.8.8.8- relay", ""),
            ("8.8.8.8-", ""),
            ("-", ""),
            ("- 8.8.8.8", ""),
            ("8.8.8.9 - 8.8.8.1", ""),
            ("9.9.9.0/24 - 9.9.10.0", ""),
            ("8.8.8.8 - 2600::1", ""),
        ] {
            let found = range(entry.as_bytes());
            let found = found.map(|(first, last)| format!("{first}-{last}"));
            assert_eq!(found.unwrap_or_default(), expected, "{entry}");
        }
        let comment = [b"8.8.8.8 \xe4".as_slice(), "ä".repeat(100).as_bytes()].concat();
        assert!(range(&comment).is_some());
    }
}
