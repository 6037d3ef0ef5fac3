//! Which proxies are trusted, and where they write what they know.

use std::net::IpAddr;
use std::num::NonZeroU8;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::forwarded::Hop;
use crate::net::canonical;

/// More hops than this are not walked: nobody has so many proxies.
const MOST_HOPS: usize = 64;

/// Which hops may tell the address of the one before them.
#[derive(Debug, Clone, Default)]
pub(crate) enum Trust {
    /// Nobody: the peer is the client.
    #[default]
    Nobody,
    /// So many proxies, the nearest of them on this machine or in a private network: the
    /// entry that the farthest wrote, which is this one from the right, is the client.
    Hops(NonZeroU8),
    /// These networks: the client is the rightmost entry that is in none of them.
    Networks(Vec<IpNet>),
}

/// Where a trusted proxy writes the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` or `Forwarded`, whichever is there. If both are, they must agree,
    /// since the proxy may have passed on one that the client wrote: the answer is 400 where
    /// they do not.
    #[default]
    Either,
    /// `X-Forwarded-For` alone.
    XForwardedFor,
    /// `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)) alone.
    Forwarded,
    /// A header with a single address, which the proxy always sets, such as `X-Real-IP`.
    Single(HeaderName),
}

/// The hop at which a walk ended, and how many proxies were trusted on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walked<'a> {
    pub(super) hop: Hop<'a>,
    pub(super) proxies: usize,
}

impl Trust {
    /// Whether a peer is a proxy that is trusted. Without an address it is the other end of a
    /// unix socket.
    pub(crate) fn trusts(&self, peer: Option<IpAddr>) -> bool {
        match self {
            Trust::Nobody => false,
            Trust::Hops(_) => peer.is_none_or(is_private),
            Trust::Networks(networks) => peer.is_none_or(|ip| is_in(networks, ip)),
        }
    }

    /// Walks from the right to the hop that is the client; nothing, if there is no hop. An
    /// entry that cannot be read ends the walk: what stands left of it was written by somebody
    /// unknown.
    pub(super) fn walk<'a>(&self, mut hops: impl Iterator<Item = Hop<'a>>) -> Option<Walked<'a>> {
        match self {
            Trust::Nobody => None,
            Trust::Hops(count) => {
                let proxies = usize::from(count.get());
                let nearest = hops.next()?;
                let hop = match proxies {
                    1 => Some(nearest),
                    // With fewer entries than proxies, who knows which of them wrote.
                    _ => hops.nth(proxies - 2),
                };
                let hop = hop.unwrap_or(Hop::UNKNOWN);
                Some(Walked { hop, proxies })
            }
            Trust::Networks(networks) => {
                let mut last = None;
                for (before, hop) in hops.take(MOST_HOPS).enumerate() {
                    let proxies = before + 1;
                    last = Some(Walked { hop, proxies });
                    let is_proxy = hop.is_local || hop.ip.is_some_and(|ip| is_in(networks, ip));
                    if !is_proxy {
                        return last;
                    }
                }
                // Every hop is a trusted proxy, so the leftmost is where the request began.
                last.map(|walked| match walked.proxies {
                    MOST_HOPS => Walked {
                        hop: Hop::UNKNOWN,
                        ..walked
                    },
                    _ => walked,
                })
            }
        }
    }

    /// How many proxies are trusted where no list of hops says it.
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

/// Whether a request carries a header by which proxies tell addresses.
pub(crate) fn claims_forwarding(headers: &HeaderMap) -> bool {
    static NAMES: [HeaderName; 3] = [
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("forwarded"),
        HeaderName::from_static("x-real-ip"),
    ];
    NAMES.iter().any(|name| headers.contains_key(name))
}

/// Loopback, private (RFC 1918), unique local (RFC 4193) and link-local addresses.
pub(crate) fn is_private(ip: IpAddr) -> bool {
    match canonical(ip) {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
