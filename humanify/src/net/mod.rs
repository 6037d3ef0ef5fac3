//! IP addresses: canonical form, routability, the network of a client, sets of ranges.

mod canonical;
mod network;
#[cfg(feature = "lists")]
mod range_algebra;
mod ranges;
mod routable;

pub(crate) use canonical::{canonical, canonical_network, is_tunnelled};
pub(crate) use network::{Network, network};
#[cfg(feature = "lists")]
pub(crate) use range_algebra::Extent;
#[cfg(feature = "lists")]
pub(crate) use ranges::AddressRange;
pub(crate) use ranges::RangeSet;
pub(crate) use routable::is_routable;
