//! The signature of a request, by which an agent says who it is.

use http::request::Parts;

use super::parts::original_uri;
use super::request::RequestContext;
use crate::verify::SignedMessage;

impl RequestContext {
    /// The request as agents sign it.
    pub(super) fn message<'b>(&self, parts: &'b Parts) -> SignedMessage<'b> {
        SignedMessage {
            method: &parts.method,
            uri: original_uri(parts),
            headers: &parts.headers,
            https: self.client().is_https(),
        }
    }

    /// Finds out whose signature the request has, if it has one and any agents are known.
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
