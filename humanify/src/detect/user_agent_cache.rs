//! `UserAgentCache`: remembers the crawlers of recent user agents.
//!
//! Judging an agent takes microseconds, and most requests have one of a few hundred agents. A keyed
//! hash gives each agent one slot, which holds the last agent with that hash. So the cache never
//! grows, a client that invents agents only overwrites slots, and nobody waits for a lock.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, TryLockError};

use crate::crawlers::{Crawler, JUDGED_BYTES};

/// The number of agents that are cached, of at most [`JUDGED_BYTES`] bytes each: half a megabyte.
const SLOTS: usize = 1024;

/// The verdicts on agents.
pub(super) struct UserAgentCache {
    key: u64,
    slots: Box<[Mutex<Option<AgentSlot>>]>,
}

struct AgentSlot {
    agent: Box<[u8]>,
    crawler: Option<Crawler>,
}

impl Default for UserAgentCache {
    fn default() -> Self {
        UserAgentCache {
            key: RandomState::new().hash_one(()),
            slots: (0..SLOTS).map(|_| Mutex::default()).collect(),
        }
    }
}

impl UserAgentCache {
    /// The crawler of an agent. Calls `judge` if the agent is not cached.
    pub(super) fn find(
        &self,
        agent: &[u8],
        judge: impl FnOnce(&[u8]) -> Option<Crawler>,
    ) -> Option<Crawler> {
        if agent.len() > JUDGED_BYTES {
            return judge(agent);
        }
        let place = usize::try_from(hash(self.key, agent)).unwrap_or_default() % SLOTS;
        let mut slot = match self.slots.get(place).map(Mutex::try_lock) {
            Some(Ok(slot)) => slot,
            Some(Err(TryLockError::Poisoned(slot))) => slot.into_inner(),
            // Another thread uses the slot. Waiting for it could take longer than judging.
            Some(Err(TryLockError::WouldBlock)) | None => return judge(agent),
        };
        match &*slot {
            Some(known) if *known.agent == *agent => known.crawler,
            _ => {
                let crawler = judge(agent);
                *slot = Some(AgentSlot {
                    agent: agent.into(),
                    crawler,
                });
                crawler
            }
        }
    }
}

/// A fast hash. Collisions only make two agents alternate in one slot.
fn hash(key: u64, agent: &[u8]) -> u64 {
    let mix = |hash: u64, words: u128| {
        let (low, high) = (words as u64, (words >> 64) as u64);
        let product = u128::from(hash ^ low) * u128::from(high ^ 0x9e37_79b9_7f4a_7c15);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let (chunks, rest) = agent.as_chunks::<16>();
    let hash = chunks.iter().fold(key ^ agent.len() as u64, |hash, chunk| {
        mix(hash, u128::from_le_bytes(*chunk))
    });
    // The last bytes may be hashed a second time.
    let last = match agent.last_chunk::<16>() {
        _ if rest.is_empty() => return hash,
        Some(last) => u128::from_le_bytes(*last),
        None => rest
            .iter()
            .fold(0, |last, byte| last << 8 | u128::from(*byte)),
    };
    mix(hash, last)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::crawlers::Crawlers;

    #[test]
    fn an_agent_is_judged_once_and_each_agent_by_itself() {
        let crawlers = Crawlers::embedded().unwrap();
        let cache = UserAgentCache::default();
        let judged = Cell::new(0);
        let find = |agent: &[u8]| {
            cache.find(agent, |agent| {
                judged.set(judged.get() + 1);
                crawlers.find(agent)
            })
        };
        let long = [b'x'; JUDGED_BYTES + 1];
        let agents: [&[u8]; 4] = [b"curl/8.5.0", b"GPTBot/1.2", b"", &long];
        for agent in agents {
            for _ in 0..3 {
                assert_eq!(find(agent), crawlers.find(agent));
            }
        }
        // Two of the short ones may share a slot; the long one is never kept.
        assert!((6..=12).contains(&judged.get()), "{}", judged.get());
        for number in 0..10_000 {
            let agent = format!("agent {number}");
            assert_eq!(find(agent.as_bytes()), crawlers.find(agent.as_bytes()));
        }
    }
}
