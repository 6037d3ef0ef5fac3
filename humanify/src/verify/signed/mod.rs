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
use crate::store::{SpendKind, SpendOutcome, SpendRequest, Store, nonce_id};
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

    async fn check(&self, message: &SignedMessage<'_>) -> Result<SignedBy, SignatureRefusal> {
        let signature_agent = SignatureAgent::of(message)?;
        let claims = SignatureClaim::all(message)?.into_iter();
        let (claim, known) = claims
            .filter(SignatureClaim::is_agents)
            .find_map(|claim| {
                let known = self.known(&claim, &signature_agent)?;
                Some((claim, known))
            })
            .ok_or(SignatureRefusal::Unknown)?;
        let now = self.clock.milliseconds() / 1_000;
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
                KeyLookup::NotYet => return Ok(SignedBy::NotYet),
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
        let id = nonce_id(agent.crawler.name, &claim.key_id, &terms.nonce);
        let spending = self.store.spend(SpendRequest {
            kind: SpendKind::Nonce,
            id,
            created_at: made.saturating_mul(1_000),
            expires: expires.saturating_mul(1_000),
        });
        match spending.wait().await {
            Ok(SpendOutcome::First) => Ok(SignedBy::Agent(agent.crawler)),
            Ok(SpendOutcome::Again) => Err(SignatureRefusal::Replayed),
            Ok(SpendOutcome::Forgotten) => Err(SignatureRefusal::Forgotten),
            Err(error) => Err(SignatureRefusal::NotSpent(error)),
        }
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
