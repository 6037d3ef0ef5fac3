//! Agents that sign their requests, known by their keys: Web Bot Auth.

mod claim;
mod key;
mod message;
mod settings;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use http::HeaderName;
use sha2::{Digest, Sha256};

use crate::clock::SharedClock;
use crate::detect::Crawler;
use crate::store::{Spendable, Spending, Store};
use claim::{Claim, Refusal};
use key::Key;
pub(crate) use message::Message;
pub use settings::{SignedAgents, SignedAgentsError};

static SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
static SIGNATURE: HeaderName = HeaderName::from_static("signature");
static SIGNATURE_AGENT: HeaderName = HeaderName::from_static("signature-agent");

/// An agent whose key is known, as rules see it.
#[derive(Clone, Debug)]
struct Agent {
    crawler: Crawler,
    key: Key,
}

/// Checks the signatures of requests.
pub(crate) struct SignatureChecker {
    agents: SignedAgents,
    store: Arc<dyn Store>,
    clock: SharedClock,
}

impl SignatureChecker {
    pub(crate) fn new(agents: SignedAgents, store: Arc<dyn Store>, clock: SharedClock) -> Self {
        SignatureChecker {
            agents,
            store,
            clock,
        }
    }

    /// Whose signature a request has, if it is right and was not seen before.
    pub(crate) async fn signer(&self, message: &Message<'_>) -> Option<Crawler> {
        match self.check(message).await {
            Ok(crawler) => Some(crawler),
            Err(Refusal::Unknown) => None,
            Err(refusal) => {
                tracing::debug!(%refusal, "a signed request is taken for one without a signature");
                None
            }
        }
    }

    async fn check(&self, message: &Message<'_>) -> Result<Crawler, Refusal> {
        let mut found = None;
        for claim in Claim::all(message)? {
            if claim.is_agents()
                && let Some(agent) = self.agents.agent(&claim.key_id)
            {
                found = Some((claim, agent));
                break;
            }
        }
        let (claim, agent) = found.ok_or(Refusal::Unknown)?;
        let now = self.clock.milliseconds() / 1_000;
        let terms = claim.terms(now)?;
        let authority = message.authority().ok_or(Refusal::Authority)?;
        if !self.agents.is_host(&authority) {
            return Err(Refusal::Authority);
        }
        claim.verify(message, &agent.key)?;

        // The store forgets what was made before it knew what was spent; a signature may have
        // been, for as long as clocks may differ.
        let made = terms.created.saturating_sub(claim::SKEW);
        let id = nonce_id(&claim.key_id, &terms.nonce);
        let spending = self.store.spend(
            Spendable::Nonce,
            id,
            made.saturating_mul(1_000),
            terms.expires.saturating_mul(1_000),
        );
        match spending.wait().await {
            Ok(Spending::First) => Ok(agent.crawler),
            Ok(Spending::Again) => Err(Refusal::Replayed),
            Ok(Spending::Forgotten) => Err(Refusal::Forgotten),
            Err(error) => Err(Refusal::NotSpent(error)),
        }
    }
}

impl fmt::Debug for SignatureChecker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureChecker")
            .field("agents", &self.agents)
            .finish_non_exhaustive()
    }
}

/// By what the store knows a nonce: each key has nonces of its own.
fn nonce_id(key_id: &str, nonce: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(b"web-bot-auth nonce\0")
        .chain_update(key_id)
        .chain_update([0])
        .chain_update(nonce)
        .finalize();
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(id, byte)| *id = byte);
    id
}
