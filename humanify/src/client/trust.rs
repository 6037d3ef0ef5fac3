//! `Trust` and `ForwardedHeader`: which proxies are trusted, and which header they set.

use std::net::IpAddr;
use std::num::NonZeroU8;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::forwarded::Hop;
use crate::net::{canonical, is_tunnelled};

/// The maximum number of hops that are walked.
const MAX_HOPS: usize = 64;

/// Which hops are trusted to report the address of the hop before them.
#[derive(Debug, Clone, Default)]
pub(crate) enum Trust {
    /// None: the peer is the client.
    #[default]
    Nobody,
    /// This many proxies, the nearest of them on this machine or in a private network. With n
    /// proxies, the client is the n-th entry from the right.
    Hops(NonZeroU8),
    /// Proxies in these networks: the client is the rightmost entry outside all of them.
    Networks(Vec<IpNet>),
}

/// The header in which a trusted proxy writes the client's address; for
/// [`Proxies::header`](crate::Proxies::header).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` or `Forwarded`, whichever is present. If both are and name two addresses,
    /// the client wrote one of them, and the request is answered by 400.
    #[default]
    Either,
    /// `X-Forwarded-For` only.
    XForwardedFor,
    /// `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)) only.
    Forwarded,
    /// A header with a single address, such as `X-Real-IP`, which the proxy sets on every request.
    Single(HeaderName),
}

/// The hop at which a walk ended, and how many trusted proxies it passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundHop<'a> {
    pub(super) hop: Hop<'a>,
    pub(super) proxies: usize,
}

impl Trust {
    /// Whether a peer is a trusted proxy. `None` is the peer of a unix socket.
    #[inline]
    pub(crate) fn trusts(&self, peer: Option<IpAddr>) -> bool {
        // All addresses of a tunnel stand for its router, also those of other hosts behind it.
        let is_there = |holds: &dyn Fn(IpAddr) -> bool| {
            peer.is_none_or(|ip| !is_tunnelled(ip) && holds(canonical(ip)))
        };
        match self {
            Trust::Nobody => false,
            Trust::Hops(_) => is_there(&is_private),
            Trust::Networks(networks) => is_there(&|ip| is_in(networks, ip)),
        }
    }

    /// Walks from the right to the hop that is the client; `None` if there is no hop. An unreadable
    /// entry ends the walk, since it is unknown who wrote the entries left of it.
    pub(super) fn walk<'a>(&self, mut hops: impl Iterator<Item = Hop<'a>>) -> Option<FoundHop<'a>> {
        match self {
            Trust::Nobody => None,
            Trust::Hops(count) => {
                let proxies = usize::from(count.get());
                let nearest = hops.next()?;
                let hop = match proxies {
                    1 => Some(nearest),
                    // With fewer entries than proxies, it is unclear which proxies wrote them.
                    _ => hops.nth(proxies - 2),
                };
                let hop = hop.unwrap_or(Hop::UNKNOWN);
                Some(FoundHop { hop, proxies })
            }
            Trust::Networks(networks) => {
                let mut last = None;
                for (before, hop) in hops.take(MAX_HOPS).enumerate() {
                    let proxies = before + 1;
                    last = Some(FoundHop { hop, proxies });
                    let is_named =
                        !hop.is_tunnelled && hop.ip.is_some_and(|ip| is_in(networks, ip));
                    let is_proxy = hop.is_local || is_named;
                    if !is_proxy {
                        return last;
                    }
                }
                // Every hop is a trusted proxy, so the leftmost one sent the request.
                last.map(|found| match found.proxies {
                    MAX_HOPS => FoundHop {
                        hop: Hop::UNKNOWN,
                        ..found
                    },
                    _ => found,
                })
            }
        }
    }

    /// The number of trusted proxies to assume if there is no list of hops to walk.
    pub(super) fn proxies(&self) -> usize {
        match self {
            Trust::Hops(count) => usize::from(count.get()),
            Trust::Nobody | Trust::Networks(_) => 1,
        }
    }
}

fn is_in(networks: &[IpNet], ip: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&ip))
}

/// Whether a request has a header in which proxies report addresses.
pub(crate) fn claims_forwarding(headers: &HeaderMap) -> bool {
    static NAMES: [HeaderName; 3] = [
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("forwarded"),
        HeaderName::from_static("x-real-ip"),
    ];
    NAMES.iter().any(|name| headers.contains_key(name))
}

/// Whether an address is loopback, private (RFC 1918), unique local (RFC 4193) or link-local.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match canonical(ip) {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
