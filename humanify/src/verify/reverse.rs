//! Whether an address has a name that has the address: reverse DNS, confirmed forward.

use std::net::IpAddr;

use super::list::{CheckList, Groups};
use super::resolve::{Resolve, ResolveError};

/// The longest name that the DNS knows (RFC 1035, 2.3.4), with a dot at its end.
const LONGEST_NAME: usize = 254;

/// How many names of an address are looked at, and how many of these are asked for.
const MOST_NAMES: usize = 16;

const MOST_QUESTIONS: usize = 2;

/// What the DNS says of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It has names of these groups, and they have it; of no group, if that is nothing.
    Confirmed(Groups),
    /// It did not answer.
    Failed,
}

/// Asks for the names of an address, and for the addresses of those that a crawler has.
pub(super) async fn confirm(resolver: &dyn Resolve, list: &CheckList, address: IpAddr) -> Answer {
    let names = match resolver.names(address).await {
        Ok(names) => names,
        Err(ResolveError::NotFound) => return Answer::Confirmed(0),
        Err(ResolveError::Failed) => return Answer::Failed,
    };
    // Whoever owns an address names it as it likes, so a name counts for nothing before its
    // own domain says the same, and no name is asked for that no crawler could have.
    let candidates = names
        .iter()
        .take(MOST_NAMES)
        .filter(|name| name.len() <= LONGEST_NAME)
        .map(|name| (name, list.groups_of(name)))
        .filter(|(_, groups)| *groups != 0)
        .take(MOST_QUESTIONS);
    let mut confirmed = 0;
    for (name, groups) in candidates {
        match resolver.addresses(name, address).await {
            Ok(addresses) if addresses.contains(&address) => confirmed |= groups,
            Ok(_) | Err(ResolveError::NotFound) => {}
            Err(ResolveError::Failed) => return Answer::Failed,
        }
    }
    Answer::Confirmed(confirmed)
}
