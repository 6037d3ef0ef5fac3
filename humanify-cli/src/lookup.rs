//! The command `lookup`.

use std::io::Write;
use std::net::IpAddr;

use humanify::lists::AddressLists;

use crate::error::Failure;
use crate::lists::day;

/// Shows which lists contain the addresses. Returns whether none of them counts as a bot.
pub(crate) fn look_up(
    lists: &AddressLists,
    addresses: &[IpAddr],
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let lookup = lists.lookup().map_err(Failure::impossible)?;
    for (path, reason) in lookup.unusable() {
        let path = path.display();
        writeln!(
            out,
            "{path} {reason}; `humanify lists update` fetches it again"
        )?;
    }
    let embedded = day(lookup.embedded_date());
    let mut is_clean = true;
    for &address in addresses {
        writeln!(out, "{address}")?;
        let report = lookup.report(address);
        if !report.is_routable {
            writeln!(out, "  no client on the Internet has this address")?;
        }
        for found in &report.matches {
            let (group, network) = (found.group, found.network.to_string());
            let origin = match found.list {
                Some((list, fetched)) => format!("in {list}, fetched {}", day(fetched)),
                None => format!("came with humanify, of {embedded}"),
            };
            writeln!(out, "  {group:22} {network:20} {origin}")?;
        }
        if report.matches.is_empty() {
            writeln!(out, "  in no list")?;
        }
        match report.is_bot() {
            true => writeln!(out, "  counts as a bot: {}", report.signs.join(", "))?,
            false => writeln!(out, "  does not count as a bot")?,
        }
        is_clean &= !report.is_bot();
    }
    out.flush()?;
    Ok(is_clean)
}
