//! The closed lists of names that conditions compare with: crawlers and providers of VPNs.
//!
//! A test of humanify holds them against the data that it looks clients up in.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::CrawlerKind;

/// What a crawler is for and its name, between tabs.
const CRAWLERS: &str = include_str!("crawlers.txt");

/// The names that `client.vpn_provider` can have.
pub const VPN_PROVIDERS: &[&str] = &[
    "NordVPN",
    "ProtonVPN",
    "ExpressVPN",
    "Surfshark",
    "PrivateInternetAccess",
    "CyberGhost",
    "TunnelBear",
    "Mullvad",
    "Other",
];

/// The crawlers that are recognised by their user agents, each with its kinds. Agents that sign
/// their requests can have other names.
pub fn crawlers() -> impl Iterator<Item = (&'static str, CrawlerKind)> {
    CRAWLERS.lines().filter_map(|line| {
        let (kind, name) = line.split_once('\t')?;
        Some((name, CrawlerKind::named(kind)?))
    })
}

static KINDS: LazyLock<HashMap<&'static str, Vec<CrawlerKind>>> = LazyLock::new(|| {
    let mut kinds: HashMap<&'static str, Vec<CrawlerKind>> = HashMap::new();
    for (name, kind) in crawlers() {
        kinds.entry(name).or_default().push(kind);
    }
    kinds
});

/// What a crawler of this name is for; nothing, if the list has none.
pub fn kinds_of(name: &str) -> &'static [CrawlerKind] {
    KINDS.get(name).map_or(&[], Vec::as_slice)
}
