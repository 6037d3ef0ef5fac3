//! `AnswerBody`: a response body that counts its unsent bytes, and ends its request when dropped.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

use super::flow_control::{FlowControlWait, Part};
use super::stream::RequestGuard;
use super::unsent::UnsentAccount;

/// A response body. The request ends when this is dropped.
pub(super) struct AnswerBody {
    body: Body,
    /// The first frame, if it was ready at once. It is in memory before the client reads anything.
    early: Option<Option<Result<Frame<Part>, axum::Error>>>,
    signal: ReadSignal,
    /// The account that is charged for bytes in memory; `None` for a trusted proxy.
    account: Option<Arc<UnsentAccount>>,
}

/// How the server learns whether a client reads a response.
pub(super) enum ReadSignal {
    /// On HTTP/1: by what the connection accepts.
    Written(#[allow(dead_code, reason = "the request ends where it is dropped")] RequestGuard),
    /// On HTTP/2: by the flow control of the stream, which can stall while the connection goes on.
    FlowControl(Arc<FlowControlWait>),
}

impl AnswerBody {
    pub(super) fn new(body: Body, signal: ReadSignal, account: Option<Arc<UnsentAccount>>) -> Self {
        let mut answer = AnswerBody {
            body,
            early: None,
            signal,
            account,
        };
        if answer.account.is_some()
            && let Poll::Ready(early) = answer.next(&mut Context::from_waker(Waker::noop()))
        {
            answer.early = Some(early);
        }
        answer
    }

    /// The next frame of the body. Its bytes are charged from now on.
    fn next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Part>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let wait = match &self.signal {
            ReadSignal::FlowControl(wait) => Some(wait),
            ReadSignal::Written(_) => None,
        };
        let account = self.account.as_ref();
        let part = |bytes: Bytes| Part {
            // Bytes that the application shares between responses, such as a cached file, are free.
            weight: account
                .filter(|_| bytes.is_unique())
                .map(|account| account.hold(bytes.len())),
            wait: wait.cloned(),
            bytes,
        };
        polled.map_ok(|frame| frame.map_data(part))
    }

    /// The number of bytes in the first frame, if it is waiting.
    fn early_bytes(&self) -> u64 {
        let early = self.early.as_ref().and_then(Option::as_ref);
        let part = early.and_then(|early| early.as_ref().ok()?.data_ref());
        part.map_or(0, |part| {
            u64::try_from(part.bytes.len()).unwrap_or_default()
        })
    }
}

impl HttpBody for AnswerBody {
    type Data = Part;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Part>, axum::Error>>> {
        let this = &mut *self;
        let polled = match &mut this.early {
            // A body that has ended stays ended.
            Some(None) => Poll::Ready(None),
            early => match early.take() {
                Some(early) => Poll::Ready(early),
                None => this.next(context),
            },
        };
        if let ReadSignal::FlowControl(wait) = &this.signal {
            // The connection polls for the next frame only when the client accepts more.
            match polled.is_ready() {
                true => wait.begin(),
                false => wait.end(),
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.early {
            Some(early) => early.is_none(),
            None => self.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let (early, rest) = (self.early_bytes(), self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(early));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(early));
        }
        hint
    }
}
