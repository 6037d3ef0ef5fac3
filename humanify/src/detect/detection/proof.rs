//! Verification of a client that claims to be a crawler.

use super::Detection;
use crate::crawlers::Crawler;
use crate::net::canonical;
use crate::verify::ClaimProof;
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignedBy;

impl Detection {
    /// The proof of the user agent's claim, if it was determined.
    pub(crate) fn known_proof(&self) -> Option<ClaimProof> {
        self.0.proof.get().copied()
    }

    /// Whether the user agent names a crawler and the check is still running.
    pub(crate) fn is_being_checked(&self) -> bool {
        self.proof() == ClaimProof::Checking
    }

    /// Whether the signer of the request is still being determined. If there is one, name and kind
    /// are the signer's and not the user agent's.
    pub(crate) fn may_be_signed(&self) -> bool {
        #[cfg(feature = "web-bot-auth")]
        if self.0.signed_by.get() == Some(&SignedBy::NotYet) {
            return true;
        }
        false
    }

    /// The proof of what the user agent claims. It does not change within a request.
    pub(super) fn proof(&self) -> ClaimProof {
        if self.seen().crawler.is_none()
            && self.0.proof.get().is_none()
            && !self.is_or_may_be_signed()
        {
            return ClaimProof::None;
        }
        *self.0.proof.get_or_init(|| {
            let Some(signer) = self.0.signer() else {
                let proof = self.proof_of(self.seen().crawler);
                if proof != ClaimProof::Impostor && self.may_be_signed() {
                    return ClaimProof::Checking;
                }
                return proof;
            };
            // A key proves the name under which it is configured, and no other name in the user
            // agent.
            let client = &self.0.client;
            let claimed = self.0.detector.crawler(client.user_agent_bytes());
            let other = claimed.filter(|claimed| claimed.name != signer.name);
            match self.proof_of(other) {
                ClaimProof::None | ClaimProof::Verified => ClaimProof::Verified,
                open => open,
            }
        })
    }

    /// Whether the request has a signature that counts, or may have one.
    fn is_or_may_be_signed(&self) -> bool {
        #[cfg(feature = "web-bot-auth")]
        return self.0.signed_by.get().is_some();
        #[cfg(not(feature = "web-bot-auth"))]
        false
    }

    /// The proof of the user agent's claim to be a crawler.
    fn proof_of(&self, claimed: Option<Crawler>) -> ClaimProof {
        let (detector, client) = (&self.0.detector, &self.0.client);
        // Only crawlers of the list can be checked.
        match (&detector.verifier, claimed) {
            (Some(verifier), Some(crawler)) => verifier.proof(
                client.user_agent_bytes(),
                client.ip().map(canonical),
                &crawler,
            ),
            _ => ClaimProof::None,
        }
    }
}
