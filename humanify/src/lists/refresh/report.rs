//! Log lines about refreshed lists.

use std::path::Path;

use super::outcome::{ListChange, ListOutcome};
use crate::lists::cache::Cache;
use crate::lists::list_problems::ListProblems;

/// Logs one line about all files that cannot be written.
pub(super) fn report_unwritable(cache: &Cache, unwritable: &ListProblems) {
    if !unwritable.is_empty() {
        tracing::warn!(
            directory = %cache.directory().display(),
            lists = %unwritable,
            "lists of addresses cannot be kept on disk, so that the next start fetches them again; \
             `ListSettings::cache` sets the directory"
        );
    }
}

/// Logs one line about new lists and one about failed ones, whatever their number.
pub(super) fn report(outcomes: &[ListOutcome], cache: Option<&Path>) {
    let named = |change: ListChange| {
        let are = outcomes
            .iter()
            .filter(move |outcome| matches!(outcome.result, Ok(is) if is == change));
        are.map(|outcome| outcome.source.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        tracing::info!(
            new = named(ListChange::Fetched),
            unchanged = named(ListChange::Unchanged),
            shared = named(ListChange::Shared),
            cache = cache.map(|cache| tracing::field::display(cache.display())),
            "lists of addresses are refreshed"
        );
    }
    // Without a network, all lists fail for one reason, which is logged once.
    let failed = ListProblems::default();
    for outcome in outcomes {
        if let Err(refusal) = &outcome.result {
            failed.note(outcome.source.name, refusal);
        }
    }
    if !failed.is_empty() {
        tracing::warn!(
            %failed,
            "lists of addresses could not be refreshed; the last good ones stay, and they are \
             tried again"
        );
    }
}
