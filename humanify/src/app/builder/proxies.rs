//! `Proxies`: which proxies report the client's address, and in which header.

use std::num::NonZeroU8;

use humanify_syntax::parse_network;
use ipnet::IpNet;

use crate::client::{ForwardedHeader, Trust, path_prefix};
use crate::error::ConfigError;
use crate::net::canonical_network;

/// The proxies in front of this server, for [`proxies`](super::HumanifyBuilder::proxies).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::{ForwardedHeader, Proxies};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let proxies = Proxies::networks(["10.0.0.0/8", "2001:db8::/32"])
///     .header(ForwardedHeader::XForwardedFor);
/// let humanify = Humanify::builder().proxies(proxies).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "proxies are trusted only after they are given to a builder"]
pub struct Proxies {
    trusted: Trusted,
    pub(super) header: ForwardedHeader,
    pub(super) unix_socket: bool,
    stripped_prefix: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Trusted {
    #[default]
    Nobody,
    Hops(u8),
    Networks(Vec<String>),
}

impl Proxies {
    /// No proxy: the peer is the client, and forwarded addresses are ignored. The default.
    pub fn none() -> Proxies {
        Proxies::default()
    }

    /// A chain of `hops` proxies. Each of them appends the address of its own peer, so
    /// `hops(2)` trusts the second entry from the right. `behind_proxy(true)` is `hops(1)`.
    ///
    /// The nearest proxy has to be on the same machine or in a private network. If the farthest
    /// ones are on the Internet, make sure that no client can reach the nearest one directly,
    /// or name [`networks`](Proxies::networks) instead.
    pub fn hops(hops: u8) -> Proxies {
        Proxies {
            trusted: Trusted::Hops(hops),
            ..Proxies::default()
        }
    }

    /// Proxies in these networks, each an address or CIDR text such as `10.0.0.0/8`. The
    /// rightmost forwarded entry outside them is the client's address.
    ///
    /// [`build`](super::HumanifyBuilder::build) refuses networks wider than a /8, or than a /16
    /// for IPv6.
    pub fn networks<T: Into<String>>(networks: impl IntoIterator<Item = T>) -> Proxies {
        Proxies {
            trusted: Trusted::Networks(networks.into_iter().map(Into::into).collect()),
            ..Proxies::default()
        }
    }

    /// The header in which a trusted proxy writes the client's address. Default:
    /// [`ForwardedHeader::Either`].
    pub fn header(mut self, header: ForwardedHeader) -> Proxies {
        self.header = header;
        self
    }

    /// Whether to serve requests from a unix socket, whose peer has no address. If a proxy is
    /// trusted, the peer of the socket counts as that proxy. Default: `false`.
    pub fn unix_socket(mut self, trust: bool) -> Proxies {
        self.unix_socket = trust;
        self
    }

    /// The prefix that a proxy removes from the path before it forwards a request: `/app`, if
    /// `https://example.org/app/login` arrives as `/login`. Links, forms and redirects then begin
    /// with it; rules are written without it. Default: the prefix that trusted proxies report in
    /// `X-Forwarded-Prefix`.
    pub fn stripped_prefix(mut self, prefix: impl Into<String>) -> Proxies {
        self.stripped_prefix = Some(prefix.into());
        self
    }

    /// Checks the prefix.
    pub(super) fn prefix(&self) -> Result<Option<String>, ConfigError> {
        let Some(prefix) = &self.stripped_prefix else {
            return Ok(None);
        };
        match path_prefix(prefix) {
            Some(path) => Ok(Some(path.to_owned())),
            None => Err(ConfigError::StrippedPrefix(prefix.clone())),
        }
    }

    /// Checks the proxies. `behind_proxy` is the builder's shorthand for one hop.
    pub(super) fn trust(&self, behind_proxy: bool) -> Result<Trust, ConfigError> {
        let hops = match (&self.trusted, behind_proxy) {
            (Trusted::Nobody, false) => return Ok(Trust::Nobody),
            (Trusted::Nobody, true) => 1,
            (_, true) => return Err(ConfigError::TwoKindsOfProxies),
            (Trusted::Hops(hops), false) => *hops,
            (Trusted::Networks(networks), false) => {
                if networks.is_empty() {
                    return Err(ConfigError::NoProxies);
                }
                let networks = networks.iter().map(|text| network(text));
                return networks.collect::<Result<_, _>>().map(Trust::Networks);
            }
        };
        let hops = NonZeroU8::new(hops).ok_or(ConfigError::NoHops)?;
        Ok(Trust::Hops(hops))
    }
}

fn network(text: &str) -> Result<IpNet, ConfigError> {
    let network = canonical_network(parse_network(text)?);
    let widest = match network {
        IpNet::V4(_) => 8,
        IpNet::V6(_) => 16,
    };
    let mapped = matches!(network, IpNet::V6(v6)
        if v6.contains(&std::net::Ipv4Addr::UNSPECIFIED.to_ipv6_mapped())
            || v6.addr().to_ipv4_mapped().is_some());
    if network.prefix_len() < widest || mapped {
        return Err(ConfigError::WideProxies(text.to_owned()));
    }
    Ok(network)
}
