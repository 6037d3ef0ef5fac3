//! Forward-confirmed reverse DNS: an address has a name, and the name has the address.

use std::net::IpAddr;

use super::check_list::{CheckList, Groups};
use super::resolve::{Resolve, ResolveError};

/// The longest DNS name (RFC 1035, section 2.3.4), with a trailing dot.
const MAX_NAME_LENGTH: usize = 254;

/// How many names of an address are read, and how many of them are resolved.
const MAX_NAMES: usize = 16;

const MAX_QUESTIONS: usize = 2;

/// The result of the DNS for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DnsAnswer {
    /// It has names of these groups, confirmed forward. Empty if it has none.
    Confirmed(Groups),
    /// The DNS did not answer.
    Failed,
}

/// Looks up the names of an address, and then the addresses of those names that a crawler may
/// have.
pub(super) async fn confirm(
    resolver: &dyn Resolve,
    list: &CheckList,
    address: IpAddr,
) -> DnsAnswer {
    let names = match resolver.names(address).await {
        Ok(names) => names,
        Err(ResolveError::NotFound) => return DnsAnswer::Confirmed(0),
        Err(ResolveError::Failed) => return DnsAnswer::Failed,
    };
    // The owner of an address can give it any name, so a name counts only once its own domain
    // confirms it. Names that no crawler has are not resolved.
    let candidates = names
        .iter()
        .take(MAX_NAMES)
        .filter(|name| name.len() <= MAX_NAME_LENGTH)
        .map(|name| (name, list.groups_of(name)))
        .filter(|(_, groups)| *groups != 0)
        .take(MAX_QUESTIONS);
    let mut confirmed = 0;
    for (name, groups) in candidates {
        match resolver.addresses(name, address).await {
            Ok(addresses) if addresses.contains(&address) => confirmed |= groups,
            Ok(_) | Err(ResolveError::NotFound) => {}
            Err(ResolveError::Failed) => return DnsAnswer::Failed,
        }
    }
    DnsAnswer::Confirmed(confirmed)
}
