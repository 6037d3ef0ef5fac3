//! `FlowControlWait`: since when a part of an HTTP/2 response waits for the client's flow control.

use std::sync::Arc;

use axum::body::Bytes;
use bytes::Buf;
use tokio::time::Instant;

use super::stream::RequestGuard;
use super::unsent::HeldBytes;

/// A response with a part that may wait for the client. It ends when its body and its last part are
/// dropped.
pub(super) struct FlowControlWait {
    request: RequestGuard,
    number: usize,
}

impl FlowControlWait {
    /// The response to a request. Its first part waits from now on.
    pub(super) fn new(request: RequestGuard) -> Arc<FlowControlWait> {
        let number = request.activity().next_answer();
        let wait = FlowControlWait { request, number };
        wait.begin();
        Arc::new(wait)
    }

    /// Records that a part waits from now on.
    pub(super) fn begin(&self) {
        let mut waits = self.request.activity().waits();
        waits.retain(|(number, _)| *number != self.number);
        waits.push((self.number, Instant::now()));
    }

    /// Records that no part waits: the application has not produced the next one.
    pub(super) fn end(&self) {
        let mut waits = self.request.activity().waits();
        waits.retain(|(number, _)| *number != self.number);
    }
}

impl Drop for FlowControlWait {
    fn drop(&mut self) {
        self.end();
    }
}

/// A part of a response, until all of it is sent.
pub(super) struct Part {
    pub(super) bytes: Bytes,
    pub(super) wait: Option<Arc<FlowControlWait>>,
    /// Dropped with the bytes.
    #[allow(dead_code, reason = "the bytes weigh nothing where it is dropped")]
    pub(super) weight: Option<HeldBytes>,
}

impl Buf for Part {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        if let Some(wait) = &self.wait {
            wait.begin();
        }
    }
}
