//! The commands `lists update` and `lists show`.

use std::fmt::Write as _;
use std::io::Write;
use std::time::SystemTime;

use humanify::Group;
use humanify::lists::{AddressLists, ListState, UpdateOptions, UpdateOutcome};

use crate::error::Failure;

/// Fetches lists. Returns whether all of them are fresh.
pub(crate) fn update(
    lists: &AddressLists,
    options: &UpdateOptions,
    out: &mut dyn Write,
) -> Result<bool, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(Failure::impossible)?;
    let updates = runtime.block_on(lists.update(options));
    runtime.shutdown_background();
    let updates = updates.map_err(Failure::impossible)?;
    for update in &updates {
        let outcome = match &update.outcome {
            Ok(UpdateOutcome::Unchanged) => "networks, unchanged".to_owned(),
            Ok(UpdateOutcome::Fetched) => "networks, new".to_owned(),
            Ok(UpdateOutcome::Shared) => "networks, new from another process".to_owned(),
            Ok(_) => "networks".to_owned(),
            Err(error) if update.networks.is_some() => {
                format!("networks, kept as they were: {error}")
            }
            Err(error) => error.to_string(),
        };
        let networks = update.networks.unwrap_or(0);
        match update.networks.is_some() || update.outcome.is_ok() {
            true => writeln!(out, "{:24} {networks:>9} {outcome}", update.name)?,
            false => writeln!(out, "{:24} {:>9} {outcome}", update.name, "-")?,
        }
    }
    let directory = lists.directory().display();
    match updates.iter().any(|update| update.outcome.is_ok()) {
        true => writeln!(out, "\nThe lists are in {directory}.")?,
        false => writeln!(out, "\nNothing in {directory} has changed.")?,
    }
    out.flush()?;
    Ok(updates.iter().all(|update| update.outcome.is_ok()))
}

/// Shows every list.
pub(crate) fn show(lists: &AddressLists, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "Fetched, in {}:\n", lists.directory().display())?;
    writeln!(
        out,
        "{:24} {:22} {:>9}  {:10}  {:14} Terms",
        "List", "Set", "Networks", "Fetched", "State"
    )?;
    for list in lists.status() {
        let state = match &list.state {
            ListState::NeverFetched => "never fetched",
            ListState::Fresh(_) => "fresh",
            ListState::Due(_) => "to be fetched",
            ListState::Old(_) => "old",
            ListState::Unreadable => "unreadable",
            ListState::Damaged => "damaged",
            _ => "unknown",
        };
        let (networks, date) = match list.state.stored() {
            Some(stored) => (stored.networks.to_string(), day(stored.fetched)),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let (name, terms) = (list.name, list.terms);
        let set = list.group.map_or("crawlers", Group::name);
        writeln!(
            out,
            "{name:24} {set:22} {networks:>9}  {date:10}  {state:14} {terms}"
        )?;
    }
    let lookup = lists.lookup().map_err(Failure::impossible)?;
    let date = day(lookup.embedded_date());
    writeln!(out, "\nCame with this version, of {date}:\n")?;
    for group in Group::ALL {
        match lookup.embedded_networks(group) {
            0 => writeln!(out, "{:24} {group:22} {:>9}", "", "-")?,
            networks => writeln!(out, "{:24} {group:22} {networks:>9}", "")?,
        }
    }
    Ok(())
}

/// The day of a time, in UTC: `2026-10-05`.
pub(crate) fn day(time: SystemTime) -> String {
    let mut text = String::new();
    // A time before 1970 or after 9999 has no form.
    let written = write!(text, "{}", humantime::format_rfc3339_seconds(time));
    match (written, text.split_once('T')) {
        (Ok(()), Some((day, _))) => day.to_owned(),
        _ => "-".to_owned(),
    }
}
