//! The store in the memory of this process.

mod attempts;
mod bucket_set;
mod bucket_table;
mod decision;
mod replay_guard;
mod seen_networks;
mod spent_by_network;
mod store_run;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Store;
use super::failure::StoreError;
use super::maybe_ready::MaybeReady;
use super::spending::{SpendKind, SpendOutcome, SpendRequest, WhenFull};
use super::types::{
    Admission, Attempt, AttemptState, Bucket, CountList, CountMode, CountOutcome, FirstAnswer,
    Fits, NetworkUse, WrongAnswers,
};
use crate::client::{ClientKey, CounterKey};
use crate::clock::SharedClock;
use crate::net::Network;
use attempts::Attempts;
use bucket_table::BucketTable;
use replay_guard::ReplayGuard;
use seen_networks::SeenNetworks;
use store_run::StoreRun;

/// The store in the memory of this process, with a fixed bound. It has no record of ids that were
/// spent before its run began, so it refuses challenges that were made earlier.
pub(crate) struct MemoryStore {
    clock: SharedClock,
    run: Mutex<StoreRun>,
    buckets: BucketTable,
    challenges: Mutex<ChallengeRecords>,
    /// The spent forms. Each kind has room of its own, so that kinds do not displace each other.
    forms: Mutex<ReplayGuard>,
    /// The spent tickets for checks of the application's own.
    tickets: Mutex<ReplayGuard>,
    /// The spent tokens of ALTCHA, and of other captchas.
    #[cfg(feature = "captcha")]
    tokens: Mutex<ReplayGuard>,
    #[cfg(feature = "captcha-verify")]
    foreign_tokens: Mutex<ReplayGuard>,
    /// The spent nonces of agents' signatures.
    #[cfg(feature = "web-bot-auth")]
    nonces: Mutex<ReplayGuard>,
}

struct ChallengeRecords {
    spent: ReplayGuard,
    /// Browsers are separate, since a client can have any number of them and would displace
    /// addresses.
    browsers: Attempts,
    addresses: Attempts,
    /// The networks in which clearances were presented, and those of waits.
    clearances: SeenNetworks,
    waits: SeenNetworks,
}

impl MemoryStore {
    /// A store with room for `capacity` clients: that many buckets, failed attempts and
    /// spent challenges each.
    pub(crate) fn new(clock: SharedClock, capacity: usize) -> Self {
        MemoryStore {
            run: Mutex::new(StoreRun::new(clock.milliseconds())),
            buckets: BucketTable::new(capacity),
            challenges: Mutex::new(ChallengeRecords {
                spent: ReplayGuard::new(capacity),
                browsers: Attempts::new(capacity),
                addresses: Attempts::new(capacity),
                clearances: SeenNetworks::new(capacity),
                waits: SeenNetworks::new(capacity),
            }),
            forms: Mutex::new(ReplayGuard::new(capacity)),
            tickets: Mutex::new(ReplayGuard::new(capacity)),
            #[cfg(feature = "captcha")]
            tokens: Mutex::new(ReplayGuard::new(capacity)),
            #[cfg(feature = "captcha-verify")]
            foreign_tokens: Mutex::new(ReplayGuard::new(capacity)),
            #[cfg(feature = "web-bot-auth")]
            nonces: Mutex::new(ReplayGuard::new(capacity)),
            clock,
        }
    }

    fn challenges(&self) -> MutexGuard<'_, ChallengeRecords> {
        lock(&self.challenges)
    }

    /// The time and the run. Callers hold the lock of the ids that they look up.
    fn now_and_run(&self) -> (u64, StoreRun) {
        let mut run = lock(&self.run);
        let now = self.clock.milliseconds();
        run.follow_clock(now);
        (now, *run)
    }

    fn spend_once(
        &self,
        spent: &Mutex<ReplayGuard>,
        spending: SpendRequest,
    ) -> Result<SpendOutcome, StoreError> {
        let SpendRequest {
            kind,
            id,
            origin,
            expires,
        } = spending;
        let when_full = kind.when_full();
        // The time is read under the lock, so that what is forgotten stays forgotten.
        let mut spent = lock(spent);
        let (now, run) = self.now_and_run();
        if !run.includes(origin) {
            return Ok(SpendOutcome::Forgotten);
        }
        if spent.find(id, now).is_some() {
            return Ok(SpendOutcome::Again);
        }
        if spent.has_forgotten(id, when_full, expires) {
            return Ok(SpendOutcome::Forgotten);
        }
        spent.spend(id, when_full, expires, FirstAnswer::default(), now)?;
        Ok(SpendOutcome::First)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for MemoryStore {
    fn is_sync(&self) -> bool {
        true
    }

    fn count<'a>(&'a self, buckets: &'a [Bucket], mode: CountMode) -> MaybeReady<'a, CountOutcome> {
        let now = self.clock.microseconds();
        let mut counts = CountList::new();
        let wait = self.buckets.count((buckets, None), mode, now, &mut counts);
        MaybeReady::Ready(Ok(CountOutcome::new(counts, wait)))
    }

    fn count_at_once(
        &self,
        buckets: (&[Bucket], Option<ClientKey>),
        counts: &mut CountList,
    ) -> Option<Fits> {
        let now = self.clock.microseconds();
        let wait = self.buckets.count(buckets, CountMode::Acquire, now, counts);
        Some(wait.map_or(Fits::Yes, |wait| Fits::After(Duration::from_micros(wait))))
    }

    fn forget<'a>(&'a self, buckets: &'a [Bucket]) -> MaybeReady<'a, ()> {
        for bucket in buckets {
            self.buckets.forget(bucket);
        }
        MaybeReady::Ready(Ok(()))
    }

    fn admit(&self, attempt: Attempt) -> MaybeReady<'_, Admission> {
        // The time is read under the lock: no later operation has an earlier time.
        let mut challenges = self.challenges();
        let (now, run) = self.now_and_run();
        MaybeReady::Ready(match run.includes(attempt.origin) {
            true => challenges.admit(attempt, now),
            false => Ok(Admission::Forgotten),
        })
    }

    fn spend(&self, spending: SpendRequest) -> MaybeReady<'_, SpendOutcome> {
        MaybeReady::Ready(match spending.kind {
            SpendKind::Form => self.spend_once(&self.forms, spending),
            SpendKind::Ticket => self.spend_once(&self.tickets, spending),
            #[cfg(feature = "captcha")]
            SpendKind::Token => self.spend_once(&self.tokens, spending),
            #[cfg(feature = "captcha-verify")]
            SpendKind::ForeignToken => self.spend_once(&self.foreign_tokens, spending),
            #[cfg(feature = "web-bot-auth")]
            SpendKind::Nonce => self.spend_once(&self.nonces, spending),
        })
    }

    fn attempt_state(
        &self,
        browser: CounterKey,
        address: CounterKey,
        allowed: u32,
    ) -> MaybeReady<'_, AttemptState> {
        let mut challenges = self.challenges();
        let (now, run) = self.now_and_run();
        MaybeReady::Ready(Ok(AttemptState {
            wrong_answers: challenges.wrong_answers(browser, address, now),
            closed: challenges.browsers.locked_out(browser, allowed, now),
            run: run.number(),
        }))
    }

    fn run(&self) -> MaybeReady<'_, u64> {
        MaybeReady::Ready(Ok(self.now_and_run().1.number()))
    }

    fn record_network(
        &self,
        why: NetworkUse,
        id: [u8; 16],
        network: Network,
        most: usize,
        expires: u64,
    ) -> MaybeReady<'_, bool> {
        let mut challenges = self.challenges();
        let (now, _) = self.now_and_run();
        let noted = match why {
            NetworkUse::Answer => {
                let counts = |known: Network| known.is_v4() == network.is_v4();
                Ok(challenges
                    .spent
                    .note_network(id, network, (most, counts), now))
            }
            NetworkUse::Clearance => challenges.clearances.note(id, network, most, expires, now),
            NetworkUse::Wait => challenges.waits.note(id, network, most, expires, now),
        };
        MaybeReady::Ready(noted)
    }
}

impl ChallengeRecords {
    fn wrong_answers(
        &mut self,
        browser: CounterKey,
        address: CounterKey,
        now: u64,
    ) -> WrongAnswers {
        WrongAnswers {
            browser: self.browsers.count(browser, now),
            address: self.addresses.count(address, now),
            error_id: self.browsers.error_id(browser),
        }
    }

    fn admit(&mut self, attempt: Attempt, now: u64) -> Result<Admission, StoreError> {
        if let Some(answered) = self.spent.find(attempt.challenge, now) {
            return Ok(Admission::Again(answered));
        }
        let Attempt {
            challenge, expires, ..
        } = attempt;
        if self
            .spent
            .has_forgotten(challenge, WhenFull::ForgetOldest, expires)
        {
            return Ok(Admission::Forgotten);
        }
        let before = self.wrong_answers(attempt.browser, attempt.address, now);
        if let Some(allowed) = attempt.allowed
            && let Some(wait) = self.browsers.locked_out(attempt.browser, allowed, now)
        {
            return Ok(Admission::LockedOut { wait });
        }
        let counts = !attempt.right && attempt.allowed.is_some();
        let answered = FirstAnswer {
            right: attempt.right,
            unbroken: before.error_id == 0 || before.error_id == attempt.error_id,
            wrong_answers: match counts {
                false => before,
                true => WrongAnswers {
                    browser: before.browser.saturating_add(1),
                    address: before.address.saturating_add(1),
                    error_id: attempt.error_id(),
                },
            },
            at: now,
        };
        self.spent
            .spend(challenge, WhenFull::ForgetOldest, expires, answered, now)?;
        if counts {
            self.browsers.add(attempt.browser, attempt.error_id(), now);
            self.addresses.add(attempt.address, attempt.error_id(), now);
        }
        Ok(Admission::First(answered))
    }
}
