//! `Offer`: since when a part of an HTTP/2 response waits for the client's flow control.

use std::sync::Arc;

use axum::body::Bytes;
use bytes::Buf;
use tokio::time::Instant;

use super::stream::UnderWay;
use super::unsent::Weight;

/// A response with a part that may wait for the client. It ends when its body and its last part are
/// dropped.
pub(super) struct Offer {
    request: UnderWay,
    number: usize,
}

impl Offer {
    /// The response to a request. Its first part waits from now on.
    pub(super) fn new(request: UnderWay) -> Arc<Offer> {
        let number = request.activity().next_answer();
        let offer = Offer { request, number };
        offer.make();
        Arc::new(offer)
    }

    /// Records that a part waits from now on.
    pub(super) fn make(&self) {
        let mut offers = self.request.activity().offers();
        offers.retain(|(number, _)| *number != self.number);
        offers.push((self.number, Instant::now()));
    }

    /// Records that no part waits: the application has not produced the next one.
    pub(super) fn withdraw(&self) {
        let mut offers = self.request.activity().offers();
        offers.retain(|(number, _)| *number != self.number);
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        self.withdraw();
    }
}

/// A part of a response, until all of it is sent.
pub(super) struct Part {
    pub(super) bytes: Bytes,
    pub(super) offer: Option<Arc<Offer>>,
    /// Dropped with the bytes.
    #[allow(dead_code, reason = "the bytes weigh nothing where it is dropped")]
    pub(super) weight: Option<Weight>,
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
        if let Some(offer) = &self.offer {
            offer.make();
        }
    }
}
