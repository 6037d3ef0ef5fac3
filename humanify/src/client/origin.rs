//! `Origin`: address, scheme, host and prefix of a request, found through trusted proxies.

use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;

use super::forwarded::{
    Hop, address, entries, farthest, forwarded, forwarded_addresses, is_https, x_forwarded_for,
};
use super::hosts::host_of;
use super::trust::{ForwardedHeader, FoundHop, Trust};
use crate::net::canonical;

/// How a client's address was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AddressSource {
    /// The peer, which is the other end of the connection: no proxy is trusted, or the proxy sent
    /// the request itself, as for a health check.
    Peer,
    /// `X-Forwarded-For`, as a trusted proxy wrote it.
    XForwardedFor,
    /// `Forwarded`, as a trusted proxy wrote it.
    Forwarded,
    /// The header that [`ForwardedHeader::Single`] names, as a trusted proxy wrote it.
    SingleHeader,
    /// There is no address: the peer is a unix socket, or the trusted proxy's header is malformed.
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

/// The other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    Address(IpAddr),
    /// A unix socket.
    Local,
}

/// The origin of a request, found by one walk through the trusted proxies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The client's address; `None` if the trusted proxy does not report it.
    pub(crate) ip: Option<IpAddr>,
    /// How the address was found.
    pub(crate) source: AddressSource,
    /// Whether the peer is a trusted proxy.
    pub(crate) proxied: bool,
    /// Whether a trusted proxy reports that the client used HTTPS.
    pub(crate) https: bool,
    /// Values that only some proxies report. Boxed, since every request carries this field.
    pub(crate) reported: Option<Box<ReportedOrigin>>,
    /// Whether the headers that a trusted proxy passes on contradict each other, which means that
    /// the client wrote one of them.
    pub(crate) contradicts_itself: bool,
}

/// The hosts and the prefix of a request, as trusted proxies report them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ReportedOrigin {
    /// The hosts that the client requested.
    hosts: Vec<Vec<u8>>,
    /// The prefix that the proxies removed from the path.
    prefix: String,
}

/// Finds the origin of a request by its peer and its headers.
#[inline]
pub(crate) fn origin(
    peer: Peer,
    headers: &HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Origin {
    let peer_ip = match peer {
        Peer::Address(ip) => Some(ip),
        Peer::Local => None,
    };
    match trust.trusts(peer_ip) {
        true => reported_origin(peer_ip, headers, trust, header),
        false => Origin::of_peer(peer_ip),
    }
}

/// The origin that a trusted proxy reports.
fn reported_origin(
    peer_ip: Option<IpAddr>,
    headers: &HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Origin {
    let forwarding = forwarding(headers, trust, header);
    let (proxies, host) = (forwarding.proxies, forwarding.hop.and_then(|hop| hop.host));
    let mut origin = Origin {
        proxied: true,
        https: forwarding
            .https
            .or_else(|| x_forwarded_proto(headers, proxies))
            .unwrap_or(false),
        contradicts_itself: forwarding.contradicts_itself,
        // The values for a request that the proxy sent itself, such as a health check.
        ..Origin::of_peer(peer_ip)
    };
    if let Some(hop) = forwarding.hop {
        origin.ip = hop.ip;
        origin.source = hop.ip.map_or(AddressSource::Nowhere, |_| forwarding.source);
    }
    let hosts = [host, farthest(headers, "x-forwarded-host", proxies)];
    for host in hosts.into_iter().flatten() {
        match host_of(host) {
            Some(host) if origin.hosts().contains(&host) => {}
            Some(host) => origin.reported.get_or_insert_default().hosts.push(host),
            None => origin.contradicts_itself = true,
        }
    }
    let prefix = x_forwarded_prefix(headers, proxies);
    if !prefix.is_empty() {
        origin.strip(prefix);
    }
    origin
}

impl Origin {
    /// The hosts that the client requested, as trusted proxies report them.
    pub(super) fn hosts(&self) -> &[Vec<u8>] {
        self.reported
            .as_ref()
            .map_or(&[], |reported| &reported.hosts)
    }

    /// The prefix that trusted proxies removed from the path, as they report it.
    pub(super) fn prefix(&self) -> &str {
        self.reported
            .as_ref()
            .map_or("", |reported| &reported.prefix)
    }

    /// Sets the prefix that proxies removed from the path.
    pub(crate) fn strip(&mut self, prefix: String) {
        self.reported.get_or_insert_default().prefix = prefix;
    }

    /// The origin of a request whose peer is the client, over plain HTTP.
    #[inline]
    pub(crate) fn of_peer(ip: Option<IpAddr>) -> Origin {
        Origin {
            ip: ip.map(canonical),
            source: ip.map_or(AddressSource::Nowhere, |_| AddressSource::Peer),
            proxied: false,
            https: false,
            reported: None,
            contradicts_itself: false,
        }
    }
}

/// What a trusted proxy reports about the client.
struct Forwarding<'a> {
    source: AddressSource,
    /// `None` if the proxy reports nothing.
    hop: Option<Hop<'a>>,
    proxies: usize,
    https: Option<bool>,
    contradicts_itself: bool,
}

impl<'a> Forwarding<'a> {
    fn new(source: AddressSource, found: FoundHop<'a>) -> Forwarding<'a> {
        Forwarding {
            source,
            hop: Some(found.hop),
            proxies: found.proxies,
            https: found.hop.https,
            contradicts_itself: false,
        }
    }

    fn nothing(trust: &Trust) -> Forwarding<'a> {
        Forwarding {
            source: AddressSource::Peer,
            hop: None,
            proxies: trust.proxies(),
            https: None,
            contradicts_itself: false,
        }
    }
}

fn forwarding<'a>(
    headers: &'a HeaderMap,
    trust: &Trust,
    header: &ForwardedHeader,
) -> Forwarding<'a> {
    let x_forwarded_for = || {
        let found = trust.walk(x_forwarded_for(headers))?;
        Some(Forwarding::new(AddressSource::XForwardedFor, found))
    };
    let forwarded = || {
        let found = trust.walk(forwarded(headers))?;
        Some(Forwarding::new(AddressSource::Forwarded, found))
    };
    let forwarding = match header {
        ForwardedHeader::XForwardedFor => x_forwarded_for(),
        ForwardedHeader::Forwarded => forwarded(),
        ForwardedHeader::Single(name) => {
            let mut values = headers.get_all(name).iter();
            let hop = match (values.next(), values.next()) {
                (None, _) => None,
                (Some(value), None) => Some(Hop::of(value.as_bytes())),
                // The proxy sets one value. Of two, the client wrote one.
                _ => Some(Hop::UNKNOWN),
            };
            hop.map(|hop| {
                let proxies = trust.proxies();
                Forwarding::new(AddressSource::SingleHeader, FoundHop { hop, proxies })
            })
        }
        ForwardedHeader::Either => match (x_forwarded_for(), forwarded()) {
            (forwarding, None) | (None, forwarding) => forwarding,
            (Some(list), Some(elements)) => Some(combine(headers, list, elements)),
        },
    };
    forwarding.unwrap_or_else(|| Forwarding::nothing(trust))
}

/// Combines `X-Forwarded-For` with `Forwarded`. If they name two addresses, the client wrote one
/// of them. A header without an address agrees with the other.
fn combine<'a>(
    headers: &HeaderMap,
    list: Forwarding<'a>,
    elements: Forwarding<'a>,
) -> Forwarding<'a> {
    let of = |forwarding: &Forwarding<'a>| {
        forwarding
            .hop
            .map_or((None, false), |hop| (hop.ip, hop.is_local))
    };
    let names_client = elements.hop.is_some_and(|hop| hop.names_client);
    let agrees = of(&list) == of(&elements);
    // A client that knows its own address may have written the `Forwarded` that agrees, so it is
    // not known to be the proxy's. It makes no request HTTPS that `X-Forwarded-Proto` does not.
    let scheme = x_forwarded_proto(headers, list.proxies).unwrap_or(false);
    let https = Some(scheme && elements.https.unwrap_or(true));
    let host = elements.hop.and_then(|hop| hop.host);
    let forwarding = match names_client && agrees {
        true => elements,
        false => list,
    };
    let hop = match names_client && !agrees {
        true => Some(Hop::UNKNOWN),
        false => forwarding.hop,
    };
    Forwarding {
        hop: hop.map(|hop| Hop { host, ..hop }),
        https,
        contradicts_itself: names_client && !agrees,
        ..forwarding
    }
}

/// Whether the client used HTTPS, as the farthest trusted proxy reports; `None` if no proxy
/// reports it.
fn x_forwarded_proto(headers: &HeaderMap, proxies: usize) -> Option<bool> {
    farthest(headers, "x-forwarded-proto", proxies).map(is_https)
}

/// The prefixes that trusted proxies removed from the path, joined, the farthest proxy's first.
/// Empty if one of them is not a path.
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

/// Checks a path prefix and removes its trailing slash. `None` unless it consists of letters,
/// digits and `-_.~`, in segments that are neither empty nor dots.
pub(crate) fn path_prefix(text: &str) -> Option<&str> {
    let path = text.strip_suffix('/').unwrap_or(text);
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    };
    let is_path = path.len() <= MAX_PREFIX_LENGTH
        && (path.is_empty()
            || path
                .strip_prefix('/')
                .is_some_and(|path| path.split('/').all(is_segment)));
    is_path.then_some(path)
}

/// The longest path prefix that is accepted, in bytes.
const MAX_PREFIX_LENGTH: usize = 256;

/// All addresses in the forwarding headers that are read. If the headers contradict each other,
/// one of these is the client's.
pub(crate) fn addresses_in(headers: &HeaderMap, header: &ForwardedHeader) -> Vec<IpAddr> {
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

/// The last addresses of a header. `entries` come from the right.
fn last(entries: impl Iterator<Item = Option<IpAddr>>) -> Vec<IpAddr> {
    entries
        .take(MAX_LOOKED_AT)
        .flatten()
        .take(MAX_NAMED)
        .collect()
}

/// How many addresses of each header [`addresses_in`] returns: the last ones, since proxies append.
const MAX_NAMED: usize = 16;

/// How many entries of each header [`addresses_in`] reads.
const MAX_LOOKED_AT: usize = 256;
