//! Look-ups in the DNS: in the background, remembered, and bounded in every direction.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::list::{CheckList, Groups};
use super::memory::Memory;
use super::resolve::Resolve;
use super::reverse::{Answer, confirm};
use crate::clock::SharedClock;
use crate::net::{Network, network};

/// How long a look-up may take, both questions together.
const TIME_OUT: Duration = Duration::from_secs(5);

/// How many look-ups run at once.
const MOST_RUNNING: usize = 64;

/// How many are begun in a minute, and how many of them for the addresses of one network: a
/// /24, or a /48 of IPv6. That is what a DNS server has to bear at most.
const MINUTE: u64 = 60_000;

const MOST_A_MINUTE: usize = 600;

const MOST_OF_A_NETWORK: usize = 16;

/// For how long an answer counts, in milliseconds: that an address is a crawler's, that it is
/// nobody's, and that nothing was found out. The first is asked for again in the meantime.
const CONFIRMED: u64 = 24 * 3_600_000;

const RENEWED: u64 = 12 * 3_600_000;

const DENIED: u64 = 3_600_000;

const FAILED: u64 = 60_000;

/// For how many addresses an answer is remembered. Crawlers have a memory of their own, which
/// nobody gets into who only pretends: no flood of claims makes it forget one.
const MOST_CONFIRMED: usize = 16_384;

const MOST_OTHERS: usize = 16_384;

/// What is known of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It has names of these groups, perhaps none.
    Names(Groups),
    /// It is being looked up, or will be when it is asked for again.
    NotYet,
    /// The DNS did not answer.
    Nothing,
}

/// The look-ups of one `Humanify`.
pub(super) struct Lookups {
    resolver: Arc<dyn Resolve>,
    list: Arc<CheckList>,
    clock: SharedClock,
    state: Mutex<State>,
}

struct State {
    confirmed: Memory<Groups>,
    /// Whether the DNS answered, of those that have no crawler's name.
    others: Memory<bool>,
    running: HashSet<IpAddr>,
    begun: Begun,
}

/// What was begun in this minute.
#[derive(Default)]
struct Begun {
    minute: u64,
    number: usize,
    networks: HashMap<Network, usize>,
    renewals: usize,
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
            state: Mutex::new(State {
                confirmed: Memory::new(MOST_CONFIRMED),
                others: Memory::new(MOST_OTHERS),
                running: HashSet::new(),
                begun: Begun::default(),
            }),
        })
    }

    /// What is known of an address. Where that is nothing yet, a look-up begins if there is
    /// room for one; nobody waits for it.
    pub(super) fn of(self: &Arc<Self>, address: IpAddr) -> Known {
        let now = self.clock.milliseconds();
        let mut state = self.state();
        let confirmed = state.confirmed.get(address, now);
        if let Some((groups, noted)) = confirmed {
            // A DNS that has just failed is not asked with every request.
            let has_failed = state.others.get(address, now).is_some();
            let due = !has_failed && now >= noted.saturating_add(RENEWED);
            if due && state.may_begin(address, now, true) {
                self.begin(&mut state, address);
            }
            return Known::Names(groups);
        }
        if let Some((answered, _)) = state.others.get(address, now) {
            return if answered {
                Known::Names(0)
            } else {
                Known::Nothing
            };
        }
        if state.may_begin(address, now, false) && !self.begin(&mut state, address) {
            return Known::Nothing;
        }
        Known::NotYet
    }

    /// Begins a look-up; `false` without a runtime that could run it.
    fn begin(self: &Arc<Self>, state: &mut State, address: IpAddr) -> bool {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return false;
        };
        state.running.insert(address);
        let running = Running {
            lookups: Arc::clone(self),
            address,
        };
        runtime.spawn(async move {
            let Running { lookups, address } = &running;
            let answer = confirm(&*lookups.resolver, &lookups.list, *address);
            let answer = tokio::time::timeout(TIME_OUT, answer).await;
            lookups.note(*address, answer.unwrap_or(Answer::Failed));
        });
        true
    }

    fn note(&self, address: IpAddr, answer: Answer) {
        let now = self.clock.milliseconds();
        let mut state = self.state();
        match answer {
            Answer::Confirmed(0) => {
                state.confirmed.forget(address);
                state.others.put(address, true, now, DENIED);
            }
            Answer::Confirmed(groups) => state.confirmed.put(address, groups, now, CONFIRMED),
            // What was known of a crawler before counts until its time is up.
            Answer::Failed => state.others.put(address, false, now, FAILED),
        }
        tracing::debug!(ip = %address, ?answer, "looked a crawler up in the DNS");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether a look-up may begin, which is counted then.
    fn may_begin(&mut self, address: IpAddr, now: u64, renewal: bool) -> bool {
        if self.running.contains(&address) || self.running.len() >= MOST_RUNNING {
            return false;
        }
        let minute = now / MINUTE;
        if self.begun.minute != minute {
            self.begun = Begun {
                minute,
                ..Begun::default()
            };
        }
        // A crawler that is known is asked for again whatever others claim.
        if renewal {
            self.begun.renewals += 1;
            return self.begun.renewals <= MOST_A_MINUTE;
        }
        if self.begun.number >= MOST_A_MINUTE {
            return false;
        }
        let of_network = self
            .begun
            .networks
            .entry(network(address).wider(24, 48))
            .or_default();
        if *of_network >= MOST_OF_A_NETWORK {
            return false;
        }
        *of_network += 1;
        self.begun.number += 1;
        true
    }
}

/// A look-up that runs. It has ended when this is dropped, however it ended.
struct Running {
    lookups: Arc<Lookups>,
    address: IpAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.lookups.state().running.remove(&self.address);
    }
}
