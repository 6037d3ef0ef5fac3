//! Checks small literals: methods, header names, networks.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// The methods that axum's routers can route.
pub const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// Whether `name` is a valid name of a header (RFC 9110, section 5.1).
#[must_use]
pub fn is_header_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A text that is neither an address nor a network.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an IP address nor a network such as `203.0.113.0/24`")]
pub struct NetworkError(String);

impl fmt::Debug for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Parses an address or a network. Host bits are cleared, and an IPv4-mapped IPv6 network
/// (`::ffff:203.0.113.0/120`) becomes the IPv4 network that it stands for.
///
/// # Errors
/// If the text is neither, or if it is an IPv4-mapped address with a prefix shorter than 96 bits.
pub fn parse_network(text: &str) -> Result<IpNet, NetworkError> {
    let refused = || NetworkError(text.to_owned());
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| refused())?;
    let IpNet::V6(v6) = network else {
        return Ok(network.trunc());
    };
    // Checked before host bits are cleared, which would turn `::ffff:10.0.0.0/8` into `::/8`.
    let Some(v4) = v6.addr().to_ipv4_mapped() else {
        return Ok(network.trunc());
    };
    let length = v6.prefix_len().checked_sub(96).ok_or_else(refused)?;
    ipnet::Ipv4Net::new(v4, length)
        .map(|network| IpNet::V4(network.trunc()))
        .map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_one_form() {
        for (text, expected) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.7/24", "203.0.113.0/24"),
            ("::ffff:203.0.113.7", "203.0.113.7/32"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(parse_network(text).unwrap().to_string(), expected, "{text}");
        }
        for text in [
            "",
            "x",
            "1.2.3",
            "1.2.3.4/33",
            "1.2.3.4/",
            "fe80::1%eth0",
            "::ffff:10.0.0.0/8",
        ] {
            assert!(parse_network(text).is_err(), "{text}");
        }
    }

    #[test]
    fn header_names_are_tokens() {
        for name in ["content-type", "X-API_Key", "x1"] {
            assert!(is_header_name(name), "{name}");
        }
        for name in ["", "a b", "a:b", "é", "a\n"] {
            assert!(!is_header_name(name), "{name}");
        }
    }
}
