//! `humanify lists`.

use std::io::Write;
use std::time::Duration;

use super::Failure;
use super::ask::{Place, Update};
use crate::clock::{SharedClock, SystemClock};
use crate::detect::{AddressSets, DataDate, Group};
use crate::lists::{
    Cache, CacheError, Change, Library, ListsError, Refresher, SOURCES, Settings, Source,
};

/// Fetches lists. Whether all of them are fresh.
pub(super) fn update(place: &Place, update: &Update, out: &mut dyn Write) -> Result<bool, Failure> {
    let cache = cache(place)?;
    let mut refresher = refresher(place, update).map_err(impossible)?;
    refresher.hurry(&update.only);
    if update.accept_shrunken {
        refresher.accept_shrunken();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(impossible)?;
    let mut outcomes = runtime.block_on(refresher.pass());
    runtime.shutdown_background();
    let place_of = |source: &Source| SOURCES.iter().position(|other| other.name == source.name);
    outcomes.sort_by_key(|outcome| place_of(outcome.source));
    for outcome in &outcomes {
        let name = outcome.source.name;
        let kept = refresher.library().kept(outcome.source);
        let networks = kept.map_or(0, |kept| kept.networks.count());
        match &outcome.result {
            Ok(Change::Unchanged) => writeln!(out, "{name:24} {networks:>9} networks, unchanged")?,
            Ok(Change::Fetched) => writeln!(out, "{name:24} {networks:>9} networks, new")?,
            Ok(Change::Shared) => {
                writeln!(
                    out,
                    "{name:24} {networks:>9} networks, new from another process"
                )?;
            }
            Err(refusal) if kept.is_some() => {
                writeln!(
                    out,
                    "{name:24} {networks:>9} networks, kept as they were: {refusal}"
                )?;
            }
            Err(refusal) => writeln!(out, "{name:24} {:>9} {refusal}", "-")?,
        }
    }
    let directory = cache.directory().display();
    match outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        true => writeln!(out, "\nThey are in {directory}.")?,
        false => writeln!(out, "\nNothing in {directory} has changed.")?,
    }
    Ok(outcomes.iter().all(|outcome| outcome.result.is_ok()))
}

/// Shows every list.
pub(super) fn show(place: &Place, out: &mut dyn Write) -> Result<(), Failure> {
    let cache = cache(place)?;
    let now = now();
    writeln!(out, "Fetched, in {}:\n", cache.directory().display())?;
    writeln!(
        out,
        "{:24} {:22} {:>9}  {:10}  {:14} Terms",
        "List", "Set", "Networks", "Fetched", "State"
    )?;
    for source in SOURCES {
        let (networks, date, state) = match cache.load(source) {
            Ok(Some(kept)) => (
                kept.networks.count().to_string(),
                day(kept.fetched),
                match kept.age(now) {
                    age if age > Duration::from_secs(31 * 86_400) => "old",
                    age if age > source.every.mul_f64(1.2) => "to be fetched",
                    _ => "fresh",
                },
            ),
            Ok(None) => ("-".to_owned(), "-".to_owned(), "never fetched"),
            Err(CacheError::Io(_)) => ("-".to_owned(), "-".to_owned(), "unreadable"),
            Err(_) => ("-".to_owned(), "-".to_owned(), "damaged"),
        };
        let (name, licence) = (source.name, source.licence);
        let group = source.group().map_or("crawlers", Group::name);
        writeln!(
            out,
            "{name:24} {group:22} {networks:>9}  {date:10}  {state:14} {licence}"
        )?;
    }
    let embedded = AddressSets::shipped().map_err(impossible)?;
    let info = embedded.info();
    writeln!(out, "\nCame with this version, of {}:\n", info.date())?;
    for group in Group::ALL {
        match info.networks(group) {
            0 => writeln!(out, "{:24} {group:22} {:>9}", "", "-")?,
            networks => writeln!(out, "{:24} {group:22} {networks:>9}", "")?,
        }
    }
    Ok(())
}

/// Where the lists are.
pub(super) fn cache(place: &Place) -> Result<Cache, Failure> {
    let given = place.0.clone().map(Cache::new);
    given.or_else(Cache::of_user).ok_or_else(|| {
        let reason = "neither XDG_CACHE_HOME nor HOME is set; say `--cache DIR`";
        Failure::Impossible(reason.to_owned())
    })
}

pub(super) fn now() -> Duration {
    clock().now()
}

/// The day of a time in seconds since 1970.
pub(super) fn day(seconds: u64) -> String {
    DataDate::from_days(seconds / 86_400).to_string()
}

pub(super) fn impossible(error: impl ToString) -> Failure {
    Failure::Impossible(error.to_string())
}

fn refresher(place: &Place, update: &Update) -> Result<Refresher, ListsError> {
    let library = Library::new(AddressSets::shipped()?, Vec::new(), Vec::new());
    let settings = Settings {
        cache: place.0.clone(),
        mirror: update.mirror.clone(),
        ..Settings::default()
    };
    settings.refresher(library, clock())
}

fn clock() -> SharedClock {
    SharedClock::new(SystemClock::default())
}
