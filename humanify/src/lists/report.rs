//! Logs at start which sets of addresses are empty or outdated.

use std::time::Duration;

use crate::addresses::{AddressSets, Group};

/// Advice for missing or outdated lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Waiting: they are being fetched.
    #[cfg(feature = "lists")]
    Wait,
    /// Fetching them, which the settings or the features do not do.
    Fetch,
}

/// The age from which a set is reported as old.
const OLD_AGE: Duration = Duration::from_secs(31 * 86_400);

/// Warns of every set that is empty or older than a month.
///
/// `fetched` returns when the oldest list of a group was fetched, as time since 1970. A group
/// without one has the date of the data that came with the crate.
pub(super) fn at_start(
    sets: &AddressSets,
    fetched: impl Fn(Group) -> Option<Duration>,
    now: Duration,
    remedy: Remedy,
) {
    let (empty, old) = missing(sets, fetched, now);
    if !empty.is_empty() {
        tracing::warn!(
            sets = empty.join(", "),
            "these sets of addresses are empty, so that nobody is found in them{}",
            match remedy {
                #[cfg(feature = "lists")]
                Remedy::Wait => {
                    "; those of them that are published are being fetched, to the others \
                     `add_network` adds"
                }
                Remedy::Fetch => {
                    "; `lists(Lists::Fresh)` with the feature `lists` fetches those that are \
                     published, to the others `add_network` adds"
                }
            }
        );
    }
    if !old.is_empty() {
        tracing::warn!(
            sets = old.join(", "),
            "these sets of addresses are older than a month{}",
            match remedy {
                #[cfg(feature = "lists")]
                Remedy::Wait => {
                    "; they are being fetched, and if that fails, the log says why"
                }
                Remedy::Fetch => {
                    "; `lists(Lists::Fresh)` with the feature `lists` keeps them fresh, and so \
                     does a newer version of humanify"
                }
            }
        );
    }
}

/// The names of the empty sets, and the names and days of the old sets.
fn missing(
    sets: &AddressSets,
    fetched: impl Fn(Group) -> Option<Duration>,
    now: Duration,
) -> (Vec<&'static str>, Vec<String>) {
    let empty = sets.empty_groups();
    let shipped = sets.info().date();
    let is_old = |since: Duration| now.saturating_sub(since) > OLD_AGE;
    let old = Group::ALL
        .into_iter()
        .filter(|group| !empty.contains(group));
    let old = old.filter_map(|group| {
        let since = fetched(group).unwrap_or_else(|| shipped.since_1970());
        let days = since.as_secs() / 86_400;
        is_old(since).then(|| format!("{group} ({})", crate::addresses::DataDate::from_days(days)))
    });
    (
        empty.iter().map(|group| group.name()).collect(),
        old.collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_are_empty_or_old_are_named() {
        let sets = AddressSets::embedded().unwrap();
        let day = |days: u64| sets.info().date().since_1970() + Duration::from_secs(days * 86_400);
        let (empty, old) = missing(&sets, |_| None, day(31));
        assert!(
            empty.contains(&"StopForumSpam") && empty.contains(&"TunnelBear"),
            "{empty:?}"
        );
        assert!(!empty.contains(&"Datacenter"), "{empty:?}");
        assert_eq!(old, [""; 0]);

        let fetched = |group| (group != Group::TorExitNodes).then(|| day(30));
        let (_, old) = missing(&sets, fetched, day(32));
        assert_eq!(old, [format!("TorExitNodes ({})", sets.info().date())]);
    }
}
