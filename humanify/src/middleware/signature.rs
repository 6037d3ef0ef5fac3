//! The signature of a request, which identifies an agent.

use http::request::Parts;

use super::parts::original_uri;
use super::request::RequestContext;
use crate::verify::SignedMessage;

impl RequestContext {
    /// The parts of the request that a signature can cover.
    pub(super) fn message<'b>(&self, parts: &'b Parts) -> SignedMessage<'b> {
        SignedMessage {
            method: &parts.method,
            uri: original_uri(parts),
            headers: &parts.headers,
            https: self.client().is_https(),
        }
    }

    /// Identifies the agent that signed the request, if it has a signature and any agents are
    /// configured.
    pub(super) async fn look_for_a_signature(&self, parts: &Parts) {
        let Some(signatures) = &self.instance.signatures else {
            return;
        };
        let message = self.message(parts);
        if message.is_signed()
            && let Some(signed_by) = Box::pin(signatures.signer(&message)).await
        {
            self.detection.sign(signed_by);
        }
    }
}
