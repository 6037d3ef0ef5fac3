//! `Lookups`: DNS look-ups in the background, cached and bounded.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::check_list::{CheckList, Groups};
use super::expiring_cache::ExpiringCache;
use super::lookup_budget::LookupBudget;
use super::resolve::Resolve;
use super::reverse_dns::{DnsAnswer, confirm};
use crate::clock::{SharedClock, is_current};

/// The time-out of a look-up, for both queries together.
const TIME_OUT: Duration = Duration::from_secs(5);

/// How long an answer is valid, in milliseconds: for a crawler's address, for any other address,
/// and after a failure of the DNS. A crawler's address is looked up again before its answer
/// expires.
const CONFIRMED: u64 = 24 * 3_600_000;

const RENEWED: u64 = 12 * 3_600_000;

const DENIED: u64 = 3_600_000;

const FAILED: u64 = 60_000;

/// For how long after an answer the DNS counts as answering, in milliseconds.
const ANSWERS: u64 = 60_000;

/// How many answers are remembered. Confirmed crawlers have a cache of their own, so that a flood
/// of false claims cannot displace them.
const MAX_CONFIRMED: usize = 16_384;

const MAX_OTHERS: usize = 16_384;

/// The result for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookupResult {
    /// It has names of these groups; the set may be empty.
    Names(Groups),
    /// It is being looked up, or will be with a later request.
    NotYet,
    /// The DNS did not answer.
    Nothing,
}

/// The look-ups of one `Humanify`.
pub(super) struct Lookups {
    resolver: Arc<dyn Resolve>,
    list: Arc<CheckList>,
    clock: SharedClock,
    state: Mutex<LookupState>,
}

struct LookupState {
    confirmed: ExpiringCache<IpAddr, Groups>,
    /// Addresses without a crawler's name: whether the DNS answered.
    others: ExpiringCache<IpAddr, bool>,
    budget: LookupBudget,
    /// When the DNS last answered, in milliseconds.
    answered: Option<u64>,
}

impl Lookups {
    pub(super) fn new(
        resolver: Arc<dyn Resolve>,
        list: Arc<CheckList>,
        clock: SharedClock,
    ) -> Arc<Lookups> {
        Arc::new(Lookups {
            resolver,
            list,
            clock,
            state: Mutex::new(LookupState {
                confirmed: ExpiringCache::new(MAX_CONFIRMED),
                others: ExpiringCache::new(MAX_OTHERS),
                budget: LookupBudget::new(),
                answered: None,
            }),
        })
    }

    /// The cached result for an address. If there is none, a look-up begins in the background, as
    /// far as the bounds allow. Never waits.
    pub(super) fn of(self: &Arc<Self>, address: IpAddr) -> LookupResult {
        let (result, is_due) = self.cached(address);
        match result {
            // The state is not locked here: a runtime that is shutting down drops the look-up at once.
            _ if !is_due || self.begin(address) => result,
            LookupResult::NotYet => LookupResult::Nothing,
            known => known,
        }
    }

    /// The cached result for an address, and whether a look-up has to begin.
    fn cached(&self, address: IpAddr) -> (LookupResult, bool) {
        let now = self.clock.milliseconds();
        let mut state = self.state();
        let confirmed = state.confirmed.get(address, now);
        if let Some((groups, noted)) = confirmed {
            // After a failure, the DNS is not queried again with every request.
            let has_failed = state.others.get(address, now).is_some();
            let due = !has_failed && now >= noted.saturating_add(RENEWED);
            let begins = due && state.budget.begin(address, now, true);
            return (LookupResult::Names(groups), begins);
        }
        match state.others.get(address, now) {
            Some((true, _)) => (LookupResult::Names(0), false),
            Some((false, _)) => (LookupResult::Nothing, false),
            None => (
                LookupResult::NotYet,
                state.budget.begin(address, now, false),
            ),
        }
    }

    /// Runs a look-up that has begun. `false` if there is no runtime to run it.
    fn begin(self: &Arc<Self>, address: IpAddr) -> bool {
        let running = RunningLookup {
            lookups: Arc::clone(self),
            address,
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return false;
        };
        runtime.spawn(async move {
            let RunningLookup { lookups, address } = &running;
            let answer = confirm(&*lookups.resolver, &lookups.list, *address);
            let answer = tokio::time::timeout(TIME_OUT, answer).await;
            lookups.note(*address, answer.unwrap_or(DnsAnswer::Failed));
        });
        true
    }

    fn note(&self, address: IpAddr, answer: DnsAnswer) {
        let now = self.clock.milliseconds();
        let mut state = self.state();
        match answer {
            DnsAnswer::Confirmed(0) => {
                state.confirmed.forget(address);
                state.others.put(address, true, now, DENIED);
                state.budget.count_false_claim(address, now);
            }
            DnsAnswer::Confirmed(groups) => {
                state.confirmed.put(address, groups, now, CONFIRMED);
                state.budget.confirm(address, now);
            }
            // An earlier answer about a crawler stays valid until it expires.
            DnsAnswer::Failed => {
                state.others.put(address, false, now, FAILED);
                // Somebody who claims falsely can keep his own zone from answering. If nothing
                // answers, it is nobody's doing.
                let answered = state.answered;
                if answered.is_some_and(|answered| is_current(answered, ANSWERS, now)) {
                    state.budget.count_false_claim(address, now);
                }
            }
        }
        if answer != DnsAnswer::Failed {
            state.answered = Some(now);
        }
        tracing::debug!(?answer, "looked a crawler up in the DNS");
    }

    fn state(&self) -> MutexGuard<'_, LookupState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Guard of a running look-up. Dropping it marks the look-up as ended, also after a panic.
struct RunningLookup {
    lookups: Arc<Lookups>,
    address: IpAddr,
}

impl Drop for RunningLookup {
    fn drop(&mut self) {
        self.lookups.state().budget.end(self.address);
    }
}
