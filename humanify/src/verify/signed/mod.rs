//! `SignatureChecker`: verifies the signatures of agents (Web Bot Auth).

mod claim;
mod directory;
mod error;
mod fetch;
mod key;
mod message;
mod settings;
#[cfg(test)]
mod tests;

#[cfg(feature = "web-bot-auth")]
pub use error::SignedAgentsError;
#[cfg(feature = "web-bot-auth")]
pub(crate) use message::SignedMessage;
#[cfg(feature = "web-bot-auth")]
pub use settings::SignedAgents;

use std::sync::Arc;

use http::HeaderName;

use crate::clock::SharedClock;
use crate::crawlers::Crawler;
use crate::store::{IdOrigin, SpendKind, SpendOutcome, SpendRequest, Store, nonce_id};
use claim::{SignatureAgent, SignatureClaim};
use directory::{Directory, KeyLookup};
use error::SignatureRefusal;
use key::AgentKey;

static SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");

static SIGNATURE: HeaderName = HeaderName::from_static("signature");

static SIGNATURE_AGENT: HeaderName = HeaderName::from_static("signature-agent");

/// A configured agent, as rules see it.
#[derive(Debug)]
struct Agent {
    crawler: Crawler,
    key: AgentKey,
}

/// Verifies the signatures of requests.
pub(crate) struct SignatureChecker {
    agents: SignedAgents,
    directories: Vec<Arc<Directory>>,
    store: Arc<dyn Store>,
    clock: SharedClock,
}

/// The signer of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignedBy {
    /// This agent.
    Agent(Crawler),
    /// The signature claims to be of an agent whose keys are being fetched.
    NotYet,
}

impl SignatureChecker {
    pub(crate) fn new(agents: SignedAgents, store: Arc<dyn Store>, clock: SharedClock) -> Self {
        SignatureChecker {
            directories: agents.directories(&clock),
            agents,
            store,
            clock,
        }
    }

    /// The signer of a request. `None` if no signature is valid, or if its nonce was used before.
    pub(crate) async fn signer(&self, message: &SignedMessage<'_>) -> Option<SignedBy> {
        match self.check(message).await {
            Ok(signed_by) => Some(signed_by),
            Err(SignatureRefusal::Unknown) => None,
            Err(refusal) => {
                tracing::debug!(%refusal, "the signature of a request is ignored");
                None
            }
        }
    }

    /// Tries each signature. The nonces of all that verify are spent, so that a request with
    /// several signatures cannot be sent again with another one of them alone.
    async fn check(&self, message: &SignedMessage<'_>) -> Result<SignedBy, SignatureRefusal> {
        let signature_agent = SignatureAgent::of(message)?;
        let claims = SignatureClaim::all(message)?;
        let now = self.clock.milliseconds() / 1_000;
        let mut verified = Vec::new();
        let mut is_pending = false;
        let mut refusal = SignatureRefusal::Unknown;
        for claim in claims.iter().filter(|claim| claim.is_agents()) {
            match self.verify(message, &signature_agent, claim, now) {
                Ok(Some(agent)) => verified.push(agent),
                Ok(None) => is_pending = true,
                Err(other) if refusal == SignatureRefusal::Unknown => refusal = other,
                Err(_) => {}
            }
        }
        if verified.is_empty() && is_pending {
            return Ok(SignedBy::NotYet);
        }
        let mut signed_by = None;
        for (crawler, request) in verified {
            match self.store.spend(request).wait().await {
                Ok(SpendOutcome::First) => {
                    signed_by.get_or_insert(SignedBy::Agent(crawler));
                }
                Ok(SpendOutcome::Again) => refusal = SignatureRefusal::Replayed,
                Ok(SpendOutcome::Forgotten) => refusal = SignatureRefusal::Forgotten,
                Err(error) => refusal = SignatureRefusal::NotSpent(error),
            }
        }
        signed_by.ok_or(refusal)
    }

    /// Verifies one signature. Returns its agent, and its nonce to be spent; `None` if the agent's
    /// directory is being fetched.
    fn verify(
        &self,
        message: &SignedMessage<'_>,
        signature_agent: &SignatureAgent,
        claim: &SignatureClaim,
        now: u64,
    ) -> Result<Option<(Crawler, SpendRequest)>, SignatureRefusal> {
        let known = self
            .known(claim, signature_agent)
            .ok_or(SignatureRefusal::Unknown)?;
        let terms = claim.terms(now)?;
        let authority = message.authority().ok_or(SignatureRefusal::Authority)?;
        if !self.agents.is_host(&authority) {
            return Err(SignatureRefusal::Authority);
        }
        claim.covers_enough(message)?;
        let agent = match known {
            KeySource::Key(agent) => agent,
            KeySource::Directory(directory) => match directory.find(&claim.key_id) {
                KeyLookup::Agent(agent) => agent,
                KeyLookup::NotYet => return Ok(None),
                KeyLookup::Nobody => return Err(SignatureRefusal::NotInDirectory),
            },
        };
        if !agent.key.counts_at(now) {
            return Err(SignatureRefusal::OldKey);
        }
        claim.verify(message, &agent.key)?;

        // The store refuses ids from before its start, since they may have been spent. Clocks may
        // differ by this much.
        let made = terms.created.saturating_sub(claim::MAX_CLOCK_SKEW_SECONDS);
        // Another process, whose clock is behind, may accept the signature a little longer.
        let expires = terms.expires.saturating_add(claim::MAX_CLOCK_SKEW_SECONDS);
        let request = SpendRequest {
            kind: SpendKind::Nonce,
            id: nonce_id(agent.crawler.name, &claim.key_id, &terms.nonce),
            origin: IdOrigin::Foreign {
                created_at: made.saturating_mul(1_000),
            },
            expires: expires.saturating_mul(1_000),
        };
        Ok(Some((agent.crawler, request)))
    }

    /// The place of a signature's key, if it is a configured agent's. A directory's keys count only
    /// for its own address, so that no agent can sign for another.
    fn known(
        &self,
        claim: &SignatureClaim,
        signature_agent: &SignatureAgent,
    ) -> Option<KeySource<'_>> {
        if let Some(agent) = self.agents.agent(&claim.key_id) {
            return Some(KeySource::Key(Arc::clone(agent)));
        }
        let url = signature_agent.of_claim(claim)?;
        let mut directories = self.directories.iter();
        directories
            .find(|directory| directory.is_at(url))
            .map(KeySource::Directory)
    }
}

/// The place of a key.
enum KeySource<'a> {
    Key(Arc<Agent>),
    Directory(&'a Arc<Directory>),
}
