//! Checks addresses and networks.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net, ipv4_mask_to_prefix};

use crate::finding::{LiteralProblem, quoted};
use crate::number;
use humanify_syntax::parse_network;

/// Checks an address or a network, and returns its canonical form.
pub(crate) fn network(text: &str) -> Result<String, LiteralProblem> {
    if let Some(ascii) = number::ascii_digits(text) {
        return Err(number::other_digits(text, &ascii, network(&ascii).err()));
    }
    if let Ok(network) = parse_network(text)
        && !has_leading_zero(text)
    {
        return match host_bits(text) {
            Some(wrong) => Err(wrong),
            None => Ok(network.to_string()),
        };
    }
    Err(similar_to_network(text).unwrap_or_else(|| {
        LiteralProblem::new(
            format_args!("`{text}` is neither an IP address nor a network"),
            "an address is `\"203.0.113.7\"` or `\"2001:db8::1\"`, a network \
             `\"203.0.113.0/24\"` or `\"2001:db8::/32\"`",
        )
    }))
}

/// Whether a number of an IPv4 address starts with `0`: such numbers are octal to some programs
/// and decimal to others.
fn has_leading_zero(text: &str) -> bool {
    let (address, _) = text.split_once('/').unwrap_or((text, ""));
    !address.contains(':')
        && address
            .split('.')
            .any(|octet| octet.len() > 1 && octet.starts_with('0') && is_octet(octet))
}

/// The message on a network with host bits: either the network or the address may be meant.
fn host_bits(text: &str) -> Option<LiteralProblem> {
    let network: IpNet = text.parse().ok()?;
    if network.addr() == network.network() {
        return None;
    }
    let (length, whole, one) = (network.prefix_len(), network.trunc(), network.addr());
    Some(
        LiteralProblem::new(
            format_args!("bits after `/{length}` are set in `{text}`"),
            format_args!("write `\"{whole}\"` for the network, or `\"{one}\"` for the address"),
        )
        .with(quoted(&whole.to_string()))
        .with(quoted(&one.to_string())),
    )
}

/// The network of an address and a netmask, or a mask of the bits that do not count:
/// `255.255.255.0` and `0.0.0.255`.
fn masked(address: &str, mask: &str) -> Option<String> {
    let address: Ipv4Addr = address.parse().ok()?;
    let mask: Ipv4Addr = mask.parse().ok()?;
    if !matches!(
        mask.octets(),
        [255, .., 0 | 128..] | [0, 0, .., 255] | [0, .., 255, 255]
    ) {
        return None;
    }
    let length = ipv4_mask_to_prefix(mask)
        .or_else(|_| ipv4_mask_to_prefix(Ipv4Addr::from(!u32::from(mask))))
        .ok()?;
    Some(Ipv4Net::new(address, length).ok()?.trunc().to_string())
}

/// The message on a text that is similar to an address.
fn similar_to_network(text: &str) -> Option<LiteralProblem> {
    let write = |problem: String, texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        // Several networks replace the one text.
        let texts = texts.join(", ");
        Some(LiteralProblem::new(problem, format_args!("write `{texts}`")).with(texts))
    };
    let trimmed = text.trim();
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if dense != text && parse_network(&dense).is_ok() && host_bits(&dense).is_none() {
        return write(
            format!("an address cannot contain white space: `{text}`"),
            &[dense],
        );
    }
    let parts: Vec<&str> = text
        .split(|c: char| c == ',' || c == ';' || c == '|' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .collect();
    if let [address, mask] = parts.as_slice()
        && let Some(whole) = masked(address, mask)
    {
        return write(
            "a network is an address with the length of its prefix".to_owned(),
            &[whole],
        );
    }
    if parts.len() > 1 && parts.iter().all(|part| network(part).is_ok()) {
        let several: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        return write(
            "several addresses are a list of strings".to_owned(),
            &several,
        );
    }
    if trimmed.eq_ignore_ascii_case("localhost") {
        return Some(
            LiteralProblem::new(
                "`localhost` is a name, not an address",
                "write `\"127.0.0.0/8\"`, and `\"::1\"` beside it in a list for IPv6",
            )
            .with("\"127.0.0.0/8\""),
        );
    }
    if matches!(trimmed, "*" | "any" | "all" | "0.0.0.0/0, ::/0") {
        return Some(LiteralProblem::new(
            format_args!("`{text}` contains every address"),
            "leave the comparison out",
        ));
    }
    if let Some(number) = trimmed
        .strip_prefix("AS")
        .or_else(|| trimmed.strip_prefix("as"))
        && number.parse::<u32>().is_ok()
    {
        return Some(LiteralProblem::new(
            format_args!("`{text}` is an autonomous system number, which is not looked up"),
            "list its networks, or test `client.is_datacenter` or `client.is_vpn`",
        ));
    }
    if let Some((_, length)) = trimmed.split_once('/')
        && let Some((address, _)) = trimmed.split_once('/')
        && let Ok(address) = address.parse::<IpAddr>()
    {
        let most = if address.is_ipv4() { 32 } else { 128 };
        if let Ok(mask) = length.parse::<Ipv4Addr>() {
            let bits = u32::from(mask);
            if bits.leading_ones() + bits.trailing_zeros() == 32 && address.is_ipv4() {
                let network = IpNet::new(address, bits.leading_ones() as u8).ok()?;
                if network.addr() != network.network() {
                    return host_bits(&network.to_string());
                }
                return write(
                    format!("expected a number of bits after `/`, found the mask `{length}`"),
                    &[network.to_string()],
                );
            }
        }
        if length.parse::<u32>().is_ok_and(|length| length > most) {
            return Some(LiteralProblem::new(
                format_args!(
                    "`/{length}` is longer than an {} address, which has {most} bits",
                    if most == 32 { "IPv4" } else { "IPv6" }
                ),
                format_args!("a length is at most {most}: `\"{address}\"` alone is one address"),
            ));
        }
    }
    if let Some(inner) = trimmed.strip_prefix('[')
        && let Some((address, behind)) = inner.split_once(']')
        && address.parse::<IpAddr>().is_ok()
    {
        let network = format!("{address}{behind}");
        if behind.starts_with('/') && parse_network(&network).is_ok() {
            return write(
                "a network is written without brackets".to_owned(),
                &[network],
            );
        }
        let what = if behind.is_empty() {
            "brackets"
        } else {
            "brackets and without a port"
        };
        return write(
            format!("an address is written without {what}"),
            &[address.to_owned()],
        );
    }
    if let Ok(socket) = trimmed.parse::<std::net::SocketAddr>() {
        return write(
            "an address is compared without a port".to_owned(),
            &[socket.ip().to_string()],
        );
    }
    if let Some((address, zone)) = trimmed.split_once('%')
        && address.parse::<std::net::Ipv6Addr>().is_ok()
    {
        return write(
            format!("an address is compared without its zone `%{zone}`"),
            &[address.to_owned()],
        );
    }
    if let Some((from, to)) = trimmed
        .split_once("..")
        .map(|(from, to)| (from, to.trim_start_matches(['.', '='])))
        .or_else(|| trimmed.split_once('-'))
        && let (Ok(from), Ok(to)) = (from.trim().parse::<Ipv4Addr>(), to.trim().parse())
    {
        let networks = subnets(from, to);
        if (1..=8).contains(&networks.len()) {
            return write(
                format!("`{text}` is a range; addresses are compared with networks"),
                &networks,
            );
        }
        return Some(LiteralProblem::new(
            format_args!("`{text}` is a range; addresses are compared with networks"),
            "list the networks that it consists of, such as `\"203.0.113.0/24\"`",
        ));
    }
    let (address, length) = trimmed.split_once('/').unwrap_or((trimmed, ""));
    let octets: Vec<&str> = address.split('.').collect();
    if octets.len() <= 4 && octets.iter().all(|octet| is_octet(octet) || *octet == "*") {
        let stars = octets.iter().position(|octet| *octet == "*");
        if let Some(known) = stars
            && known > 0
            && octets.iter().skip(known).all(|octet| *octet == "*")
            && length.is_empty()
        {
            let network = filled(octets.get(..known)?, (known * 8) as u8)?;
            return write(
                format!("`*` cannot be part of an address; `{text}` is a network"),
                &[network],
            );
        }
        if stars.is_none() && octets.len() < 4 && !octets.is_empty() {
            let bits = match length {
                "" if octets.len() > 1 => octets.len() as u8 * 8,
                "" => return None,
                length => length.parse().ok().filter(|bits| *bits <= 32)?,
            };
            let network = filled(&octets, bits)?;
            if host_bits(&network).is_none() {
                return write(
                    format!("an IPv4 address has four numbers, `{text}` has fewer"),
                    &[network],
                );
            }
        }
        if stars.is_none() && octets.len() == 4 && has_leading_zero(trimmed) {
            let plain: Option<Vec<String>> = octets
                .iter()
                .map(|octet| octet.parse::<u8>().ok().map(|octet| octet.to_string()))
                .collect();
            let plain = plain?.join(".");
            let plain = match length {
                "" => plain,
                length => format!("{plain}/{length}"),
            };
            network(&plain).ok()?;
            return write(
                format!(
                    "leading zeros in an address are ambiguous (some programs read octal): `{text}`"
                ),
                &[plain],
            );
        }
    }
    let is_decimal = |octet: &&str| !octet.is_empty() && octet.bytes().all(|b| b.is_ascii_digit());
    if octets.len() > 1 && octets.iter().all(is_decimal) {
        let large = octets
            .iter()
            .find(|octet| octet.parse::<u8>().is_err())
            .copied();
        return match large {
            Some(octet) => Some(LiteralProblem::new(
                format_args!("a number in an IPv4 address is at most 255, found `{octet}`"),
                "an address is `\"203.0.113.7\"`, a network `\"203.0.113.0/24\"`",
            )),
            None if octets.len() > 4 => Some(LiteralProblem::new(
                format_args!(
                    "an IPv4 address has four numbers, `{text}` has {}",
                    octets.len()
                ),
                "an address is `\"203.0.113.7\"`, a network `\"203.0.113.0/24\"`",
            )),
            None => None,
        };
    }
    if let Some(networks) = named(&trimmed.to_ascii_lowercase()) {
        return write(
            format!("`{text}` is a name, not an address"),
            &networks.map(str::to_owned),
        );
    }
    let is_country = trimmed.len() == 2 && trimmed.bytes().all(|b| b.is_ascii_uppercase());
    if is_country {
        return Some(LiteralProblem::new(
            format_args!("`{text}` is not an address; countries are not looked up"),
            "list networks, or test `client.is_datacenter` or `client.is_vpn`",
        ));
    }
    if trimmed.contains('.') && trimmed.chars().any(|c| c.is_ascii_alphabetic()) {
        return Some(LiteralProblem::new(
            format_args!("`{text}` is a name, not an address; names are not looked up"),
            "list the addresses that it stands for",
        ));
    }
    None
}

/// The private networks, which other programs know by a name.
fn named(text: &str) -> Option<[&'static str; 4]> {
    ["private", "private_ranges", "lan", "internal", "rfc1918"]
        .contains(&text)
        .then_some(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"])
}

fn is_octet(text: &str) -> bool {
    !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The network of an incomplete address, from its first numbers.
fn filled(octets: &[&str], bits: u8) -> Option<String> {
    let mut address = [0_u8; 4];
    for (octet, written) in address.iter_mut().zip(octets) {
        *octet = written.parse().ok()?;
    }
    IpNet::new(IpAddr::from(address), bits)
        .ok()
        .map(|network| network.to_string())
}

/// The networks of a range. Empty if the range is backwards.
fn subnets(from: Ipv4Addr, to: Ipv4Addr) -> Vec<String> {
    ipnet::Ipv4Subnets::new(from, to, 0)
        .map(|network| network.to_string())
        .collect()
}
