//! The signature of a request, which identifies an agent.

use super::request::RequestContext;
use super::request_head::RequestHead;
use crate::verify::SignedMessage;

impl RequestContext {
    /// The parts of the request that a signature can cover.
    pub(super) fn message<'b>(&self, head: RequestHead<'b>) -> SignedMessage<'b> {
        SignedMessage {
            method: head.method,
            uri: head.original_uri,
            headers: head.headers,
            https: self.client().is_https(),
        }
    }

    /// Identifies the agent that signed the request, if it has a signature and any agents are
    /// configured.
    pub(super) async fn look_for_a_signature(&self, head: RequestHead<'_>) {
        let Some(signatures) = &self.instance.signatures else {
            return;
        };
        let message = self.message(head);
        if message.is_signed()
            && let Some(signed_by) = Box::pin(signatures.signer(&message)).await
        {
            self.detection.sign(signed_by);
        }
    }
}
