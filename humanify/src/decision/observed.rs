//! `ObservedSummary`: the clients that would have been stopped, the causes, and how many look like
//! people.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::action::DecisionAction;
use super::decided_by::DecidedBy;
use super::report::DecisionReport;

/// The maximum number of clients that are distinguished for each cause.
const MAX_CLIENTS: usize = 10_000;

/// The maximum number of kinds of clients that have a line of their own for each cause; the others
/// are counted together. Crawlers alone have hundreds of names.
const MAX_KINDS: usize = 64;

/// The decisions that were only observed since the start: the clients that would have been stopped,
/// the causes, and how many look like people. Made by
/// [`Humanify::observed`](crate::Humanify::observed).
///
/// It has `Display` as a table, and `Serialize`.
#[derive(Debug, Clone, Default, Serialize)]
#[non_exhaustive]
pub struct ObservedSummary {
    /// The decisions by cause, the most frequent first.
    pub statements: Vec<ObservedStatement>,
}

/// The decisions of one statement, attribute or other cause.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ObservedStatement {
    /// The cause.
    pub decided_by: DecidedBy,
    /// The outcome that the requests would have had.
    pub action: DecisionAction,
    /// The number of requests.
    pub requests: u64,
    /// The number of requests that look like people's: no sign holds for the client.
    pub requests_like_people: u64,
    /// The number of clients that sent them, by address; at most 10,000 are distinguished.
    pub clients: usize,
    /// The number of these clients that look like people.
    pub clients_like_people: usize,
    /// The kinds of clients, the most frequent first.
    pub kinds: Vec<ObservedClients>,
}

/// The requests of one kind of client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ObservedClients {
    /// The crawler's name, otherwise the signs that hold, otherwise `no signs`.
    pub kind: String,
    /// The number of requests.
    pub requests: u64,
}

/// The decisions that were observed so far. Their number is bounded by that of the statements.
#[derive(Debug, Default)]
pub(super) struct ObservedCounts {
    entries: Mutex<BTreeMap<(String, &'static str), ObservedEntry>>,
    hasher: RandomState,
}

#[derive(Debug)]
struct ObservedEntry {
    decided_by: DecidedBy,
    action: DecisionAction,
    requests: u64,
    requests_like_people: u64,
    clients: HashSet<u64>,
    clients_like_people: HashSet<u64>,
    kinds: BTreeMap<String, u64>,
}

impl ObservedCounts {
    /// Counts a decision that was only observed.
    pub(super) fn count(&self, report: &DecisionReport) {
        let client = &report.client;
        let who = match client.crawler {
            Some(name) => name.to_owned(),
            None if client.signs.is_empty() => "no signs".to_owned(),
            None => client.signs.join(", "),
        };
        let id = self.hasher.hash_one(client.address);
        let key = (report.decided_by.to_string(), report.action.name());
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.entry(key).or_insert_with(|| ObservedEntry {
            decided_by: report.decided_by,
            action: report.action,
            requests: 0,
            requests_like_people: 0,
            clients: HashSet::new(),
            clients_like_people: HashSet::new(),
            kinds: BTreeMap::new(),
        });
        entry.requests += 1;
        count_client(&mut entry.clients, id);
        if client.looks_like_a_person() {
            entry.requests_like_people += 1;
            count_client(&mut entry.clients_like_people, id);
        }
        let is_known = entry.kinds.contains_key(&who) || entry.kinds.len() < MAX_KINDS;
        let who = if is_known { who } else { "others".to_owned() };
        *entry.kinds.entry(who).or_default() += 1;
    }

    pub(super) fn summary(&self) -> ObservedSummary {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statements: Vec<ObservedStatement> =
            entries.values().map(ObservedEntry::statement).collect();
        statements.sort_by_key(|statement| std::cmp::Reverse(statement.requests));
        ObservedSummary { statements }
    }
}

impl ObservedEntry {
    fn statement(&self) -> ObservedStatement {
        let kinds = self.kinds.iter().map(|(kind, requests)| ObservedClients {
            kind: kind.clone(),
            requests: *requests,
        });
        let mut kinds: Vec<ObservedClients> = kinds.collect();
        kinds.sort_by_key(|clients| std::cmp::Reverse(clients.requests));
        ObservedStatement {
            decided_by: self.decided_by,
            action: self.action,
            requests: self.requests,
            requests_like_people: self.requests_like_people,
            clients: self.clients.len(),
            clients_like_people: self.clients_like_people.len(),
            kinds,
        }
    }
}

fn count_client(clients: &mut HashSet<u64>, id: u64) {
    if clients.len() < MAX_CLIENTS {
        clients.insert(id);
    }
}

impl fmt::Display for ObservedSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.statements.is_empty() {
            return writeln!(f, "nobody would have been stopped");
        }
        for statement in &self.statements {
            writeln!(f, "{}: {}", statement.action, statement.decided_by)?;
            writeln!(
                f,
                "    {} requests of {} clients; {} requests of {} clients look like people",
                statement.requests,
                statement.clients,
                statement.requests_like_people,
                statement.clients_like_people
            )?;
            for clients in &statement.kinds {
                writeln!(f, "    {:>8}  {}", clients.requests, clients.kind)?;
            }
        }
        Ok(())
    }
}
