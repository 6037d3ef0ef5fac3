//! `humanify lookup`.

use std::io::Write;
use std::net::IpAddr;

use humanify_syntax::Sign;

use super::Failure;
use super::ask::Place;
use super::lists::{cache, day, impossible};
use crate::detect::{AddressSets, Group, Signals, is_routable};
use crate::lists::{Library, SOURCES};

/// Shows what is known of addresses. Whether none counts as a bot.
pub(super) fn look_up(
    place: &Place,
    addresses: &[IpAddr],
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let cache = cache(place)?;
    let embedded = AddressSets::shipped().map_err(impossible)?;
    let shipped = embedded.info().date();
    let mut library = Library::new(embedded, Vec::new(), Vec::new());
    for source in SOURCES {
        match cache.load(source) {
            Ok(Some(kept)) => library.keep(source, kept),
            Ok(None) => {}
            Err(error) => writeln!(
                out,
                "{} {error}; `humanify lists update` fetches it again",
                cache.path(source).display()
            )?,
        }
    }
    let mut bots = 0;
    for &address in addresses {
        writeln!(out, "{address}")?;
        let mut signs = Vec::new();
        if !is_routable(address) {
            writeln!(out, "  no client on the Internet has this address")?;
            signs.push(Sign::InvalidIp);
        }
        let found = library.explain(address);
        for found in &found {
            let (group, network) = (found.group, found.network.to_string());
            match (found.list, found.fetched) {
                (Some(list), Some(fetched)) => {
                    writeln!(
                        out,
                        "  {group:22} {network:20} in {list}, fetched {}",
                        day(fetched)
                    )?;
                }
                _ => writeln!(
                    out,
                    "  {group:22} {network:20} came with humanify, of {shipped}"
                )?,
            }
            signs.extend(sign(group));
        }
        if found.is_empty() {
            writeln!(out, "  in no list")?;
        }
        let mut named = Vec::new();
        for sign in Signals::default()
            .counted()
            .filter(|sign| signs.contains(sign))
        {
            let names = Sign::NAMES.iter().find(|(_, named)| *named == sign);
            named.extend(names.map(|(name, _)| format!("client.{name}")));
        }
        match named.is_empty() {
            true => writeln!(out, "  counts as no bot")?,
            false => writeln!(out, "  counts as a bot: {}", named.join(", "))?,
        }
        bots += usize::from(!named.is_empty());
    }
    Ok(bots == 0)
}

/// The sign that an address in this group has.
fn sign(group: Group) -> Option<Sign> {
    match group {
        Group::Vpn(_) => Some(Sign::Vpn),
        Group::FireholProxies | Group::AwesomeProxies => Some(Sign::Proxy),
        Group::Datacenter => Some(Sign::Datacenter),
        Group::StopForumSpam => Some(Sign::ForumSpammer),
        Group::FireholLevel1 => Some(Sign::Firehol),
        Group::TorExitNodes => Some(Sign::Tor),
        Group::PrivateRelay => None,
    }
}
