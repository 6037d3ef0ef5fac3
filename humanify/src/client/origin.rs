//! Where a request comes from, and what it asked for before proxies passed it on.

use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;

use super::forwarded::{
    Hop, address, entries, farthest, forwarded, forwarded_addresses, is_https, x_forwarded_for,
};
use super::hosts::host_of;
use super::trust::{ForwardedHeader, Trust, Walked};
use crate::net::canonical;

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

/// What was found out about where a request comes from. One walk through the proxies that are
/// trusted finds all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The client's address; none if a trusted proxy does not tell it.
    pub(crate) ip: Option<IpAddr>,
    /// How it was found.
    pub(crate) source: AddressSource,
    /// Whether the peer is a proxy that is trusted.
    pub(crate) proxied: bool,
    /// Whether a trusted proxy says that the client came by HTTPS.
    pub(crate) https: bool,
    /// The hosts that trusted proxies say the client asked for.
    pub(crate) hosts: Vec<Vec<u8>>,
    /// What trusted proxies say that they took off the path.
    pub(crate) prefix: String,
    /// Whether the headers that a trusted proxy passes on contradict each other, so that the
    /// client wrote one of them.
    pub(crate) contradicts_itself: bool,
}

/// Finds the client.
pub(crate) fn origin(
    peer: Peer,
    headers: &HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Origin {
    let peer_ip = match peer {
        Peer::Address(ip) => Some(canonical(ip)),
        Peer::Local => None,
    };
    if !trust.trusts(peer_ip) {
        return Origin::of_peer(peer_ip);
    }
    let told = told(headers, trust, header);
    let (proxies, host) = (told.proxies, told.hop.and_then(|hop| hop.host));
    let mut origin = Origin {
        proxied: true,
        https: told
            .https
            .or_else(|| x_forwarded_proto(headers, proxies))
            .unwrap_or(false),
        prefix: x_forwarded_prefix(headers, proxies),
        contradicts_itself: told.contradicts_itself,
        // A request that the proxy made itself, such as a health check.
        ..Origin::of_peer(peer_ip)
    };
    if let Some(hop) = told.hop {
        origin.ip = hop.ip;
        origin.source = hop.ip.map_or(AddressSource::Nowhere, |_| told.source);
    }
    let hosts = [host, farthest(headers, "x-forwarded-host", proxies)];
    for host in hosts.into_iter().flatten() {
        match host_of(host) {
            Some(host) if origin.hosts.contains(&host) => {}
            Some(host) => origin.hosts.push(host),
            None => origin.contradicts_itself = true,
        }
    }
    origin
}

impl Origin {
    /// The peer is the client, by plain HTTP.
    pub(crate) fn of_peer(ip: Option<IpAddr>) -> Origin {
        Origin {
            ip: ip.map(canonical),
            source: ip.map_or(AddressSource::Nowhere, |_| AddressSource::Peer),
            proxied: false,
            https: false,
            hosts: Vec::new(),
            prefix: String::new(),
            contradicts_itself: false,
        }
    }
}

/// What a trusted proxy tells of the client.
struct Told<'a> {
    source: AddressSource,
    /// None, if it does not say anything.
    hop: Option<Hop<'a>>,
    proxies: usize,
    https: Option<bool>,
    contradicts_itself: bool,
}

impl<'a> Told<'a> {
    fn new(source: AddressSource, walked: Walked<'a>) -> Told<'a> {
        Told {
            source,
            hop: Some(walked.hop),
            proxies: walked.proxies,
            https: walked.hop.https,
            contradicts_itself: false,
        }
    }

    fn nothing(trust: &Trust) -> Told<'a> {
        Told {
            source: AddressSource::Peer,
            hop: None,
            proxies: trust.proxies(),
            https: None,
            contradicts_itself: false,
        }
    }
}

fn told<'a>(headers: &'a HeaderMap, trust: &Trust, header: &ForwardedHeader) -> Told<'a> {
    let x_forwarded_for = || {
        let walked = trust.walk(x_forwarded_for(headers))?;
        Some(Told::new(AddressSource::XForwardedFor, walked))
    };
    let forwarded = || {
        let walked = trust.walk(forwarded(headers))?;
        Some(Told::new(AddressSource::Forwarded, walked))
    };
    let told = match header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(),
        ForwardedHeader::Forwarded => forwarded(),
        ForwardedHeader::Single(name) => {
            let mut values = headers.get_all(name).iter();
            let hop = match (values.next(), values.next()) {
                (None, _) => None,
                (Some(value), None) => Some(Hop::of(address(value.as_bytes()))),
                // Two values in a header that has one: somebody else wrote in it.
                _ => Some(Hop::UNKNOWN),
            };
            hop.map(|hop| {
                let proxies = trust.proxies();
                Told::new(AddressSource::SingleHeader, Walked { hop, proxies })
            })
        }
        ForwardedHeader::Either => match (x_forwarded_for(), forwarded()) {
            (told, None) | (None, told) => told,
            (Some(list), Some(elements)) => Some(both(headers, list, elements)),
        },
    };
    told.unwrap_or_else(|| Told::nothing(trust))
}

/// What two headers tell. They agree on the address, or the client wrote one of the two; one that
/// says nothing of an address agrees with the other.
fn both<'a>(headers: &HeaderMap, list: Told<'a>, elements: Told<'a>) -> Told<'a> {
    let of = |told: &Told<'a>| told.hop.map_or((None, false), |hop| (hop.ip, hop.is_local));
    let names_client = elements.hop.is_some_and(|hop| hop.names_client);
    let agrees = of(&list) == of(&elements);
    // A client that knows its own address may have written one of the two.
    let scheme = x_forwarded_proto(headers, list.proxies);
    let https = match (elements.https, scheme) {
        (Some(one), Some(other)) => Some(one && other),
        (one, other) => one.or(other),
    };
    let host = elements.hop.and_then(|hop| hop.host);
    let told = match names_client && agrees {
        true => elements,
        false => list,
    };
    let hop = match names_client && !agrees {
        true => Some(Hop::UNKNOWN),
        false => told.hop,
    };
    Told {
        hop: hop.map(|hop| Hop { host, ..hop }),
        https,
        contradicts_itself: names_client && !agrees,
        ..told
    }
}

/// Whether the client came by HTTPS, as the farthest trusted proxy says; none, if no proxy says
/// it.
fn x_forwarded_proto(headers: &HeaderMap, proxies: usize) -> Option<bool> {
    farthest(headers, "x-forwarded-proto", proxies).map(is_https)
}

/// What trusted proxies took off the path, the farthest first. Nothing, if that is no path.
fn x_forwarded_prefix(headers: &HeaderMap, proxies: usize) -> String {
    let entries = entries(headers, "x-forwarded-prefix").take(proxies);
    let mut prefixes: Vec<&[u8]> = entries.map(<[u8]>::trim_ascii).collect();
    prefixes.reverse();
    let mut prefix = String::new();
    for part in prefixes {
        match std::str::from_utf8(part).ok().and_then(path_prefix) {
            Some(part) => prefix.push_str(part),
            None => return String::new(),
        }
    }
    prefix
}

/// A prefix of paths without the slash at its end: letters, digits and a few signs, in segments
/// that are neither empty nor dots.
pub(crate) fn path_prefix(text: &str) -> Option<&str> {
    let path = text.strip_suffix('/').unwrap_or(text);
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    let is_path = path.len() <= LONGEST_PREFIX
        && (path.is_empty()
            || path
                .strip_prefix('/')
                .is_some_and(|path| path.split('/').all(is_segment)));
    is_path.then_some(path)
}

/// Longer prefixes are nobody's.
const LONGEST_PREFIX: usize = 256;

/// The addresses that a request names in the headers that are read: one of them is the
/// client's where the proxy tells its address, but not which.
pub(crate) fn named(headers: &HeaderMap, header: &ForwardedHeader) -> Vec<IpAddr> {
    let x_forwarded_for = || last(x_forwarded_for(headers).map(|hop| hop.ip));
    let forwarded = || last(forwarded_addresses(headers));
    match header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(),
        ForwardedHeader::Forwarded => forwarded(),
        ForwardedHeader::Either => [x_forwarded_for(), forwarded()].concat(),
        ForwardedHeader::Single(name) => {
            let values = headers.get_all(name).iter().rev();
            last(values.map(|value| address(value.as_bytes())))
        }
    }
}

/// The last addresses of a header, whose entries come from the right.
fn last(entries: impl Iterator<Item = Option<IpAddr>>) -> Vec<IpAddr> {
    entries
        .take(MOST_LOOKED_AT)
        .flatten()
        .take(MOST_NAMED)
        .collect()
}

/// So many of the addresses in each header are looked at where it is not clear which it is: the
/// last, since proxies write behind what is there.
const MOST_NAMED: usize = 16;

/// So many entries of a header are looked at for addresses.
const MOST_LOOKED_AT: usize = 256;
