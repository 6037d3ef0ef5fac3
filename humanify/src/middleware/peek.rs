//! `RequestContext::peek`: looks at a request that nobody has sent.

use std::sync::Arc;

use super::early_refusal::fails_early_checks;
use super::instance::Instance;
use super::request::{RequestContext, identified};
use super::request_head::RequestHead;
use crate::client::Peer;

impl RequestContext {
    /// Identifies the client of a request that is only asked about: nothing is logged or reported.
    /// `None` if the client is unknown, or would be refused before judging.
    pub(crate) fn peek(
        instance: &Arc<Instance>,
        peer: Option<Peer>,
        head: RequestHead<'_>,
    ) -> Option<RequestContext> {
        let trusts_sockets = instance.settings.trust_unix_socket;
        let peer = peer.filter(|peer| *peer != Peer::Local || trusts_sockets)?;
        let detection = identified(instance, peer, head);
        let is_refused = !instance.settings.observe_only
            && fails_early_checks(instance, detection.client(), head);
        (!is_refused).then(|| RequestContext::new(instance, detection, head))
    }
}
