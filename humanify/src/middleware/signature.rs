//! The signature of a request, by which an agent says who it is.

use super::request::RequestContext;
use super::request_head::RequestHead;
use crate::verify::Message;

impl RequestContext {
    /// The request as agents sign it.
    pub(super) fn message<'b>(&self, head: RequestHead<'b>) -> Message<'b> {
        Message {
            method: head.method,
            uri: head.original_uri,
            headers: head.headers,
            https: self.client().is_https(),
        }
    }

    /// Finds out whose signature the request has, if it has one and any agents are known.
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
