//! `Stream`: a connection with time-outs, which ends when the client makes the server wait.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::connections::Slot;
use super::limits::ServeLimits;

/// The state of a connection, as its service knows it.
#[derive(Default)]
pub(super) struct Activity {
    /// The requests whose answers are not sent yet.
    requests: AtomicUsize,
    /// The requests that were ever begun.
    begun: AtomicUsize,
    /// The requests that were ever answered on HTTP/2.
    answered: AtomicUsize,
    /// Whether the connection speaks another protocol by now.
    upgraded: AtomicBool,
    /// The parts of answers that wait for the client to take them, each with the number of its
    /// request and since when it waits. Never more than there are requests under way.
    offers: Mutex<Vec<(usize, Instant)>>,
}

/// A request that is under way until this is dropped.
pub(super) struct UnderWay(Arc<Activity>);

impl UnderWay {
    pub(super) fn activity(&self) -> &Activity {
        &self.0
    }
}

impl Activity {
    pub(super) fn begin(activity: &Arc<Activity>) -> UnderWay {
        activity.requests.fetch_add(1, Ordering::Relaxed);
        activity.begun.fetch_add(1, Ordering::Relaxed);
        UnderWay(Arc::clone(activity))
    }

    /// The connection is handed over, and nobody knows how long it may be silent.
    pub(super) fn upgrade(&self) {
        self.upgraded.store(true, Ordering::Relaxed);
    }

    /// The number of another answer on HTTP/2.
    pub(super) fn next_answer(&self) -> usize {
        self.answered.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn offers(&self) -> MutexGuard<'_, Vec<(usize, Instant)>> {
        self.offers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when a part of an answer waits for the client.
    fn waits_since(&self) -> Option<Instant> {
        // They are in the order in which they began to wait.
        self.offers().first().map(|(_, since)| *since)
    }

    fn may_be_silent(&self) -> bool {
        self.upgraded.load(Ordering::Relaxed) || self.requests.load(Ordering::Relaxed) > 0
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection with the time-outs of a server.
pub(super) struct Stream<S> {
    inner: S,
    activity: Arc<Activity>,
    header_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    /// How long a part of an answer on HTTP/2 may wait for the client.
    take_timeout: Option<Duration>,
    reading: Phase,
    /// Whether the connection is of HTTP/2, on which there are other things to say than requests.
    is_http2: bool,
    has_begun: bool,
    /// How many requests had begun when something was last read.
    requests_seen: usize,
    read_deadline: Deadline,
    write_deadline: Deadline,
    take_deadline: Deadline,
    slot: Slot,
}

/// What the server waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing: the application handles a request.
    Nothing,
    /// The first byte of a request.
    Request,
    /// The rest of its head.
    Head,
}

impl<S> Stream<S> {
    pub(super) fn new(inner: S, activity: Arc<Activity>, limits: &ServeLimits, slot: Slot) -> Self {
        Stream {
            inner,
            activity,
            header_timeout: limits.header_timeout,
            idle_timeout: limits.idle_timeout,
            write_timeout: limits.write_timeout,
            take_timeout: None,
            reading: Phase::Nothing,
            is_http2: false,
            has_begun: false,
            requests_seen: 0,
            read_deadline: Deadline::default(),
            write_deadline: Deadline::default(),
            take_deadline: Deadline::default(),
            slot,
        }
    }

    /// Ends the connection where a part of an answer on HTTP/2 waits longer for the client.
    pub(super) fn take_timeout(mut self, time: Option<Duration>) -> Self {
        self.take_timeout = time;
        self
    }

    /// Whether the client has left a part of an answer waiting for too long.
    fn takes_nothing(&mut self, context: &mut Context<'_>) -> bool {
        let since = self.activity.waits_since();
        let until = since.zip(self.take_timeout);
        self.take_deadline
            .set_at(until.and_then(|(since, time)| since.checked_add(time)));
        self.take_deadline.is_over(context)
    }

    /// Enters another phase, and begins its time.
    fn enter(&mut self, phase: Phase) {
        if self.reading != phase {
            self.reading = phase;
            self.read_deadline.set(match phase {
                Phase::Nothing => None,
                // A new client has to send a request.
                Phase::Request if !self.has_begun => self.header_timeout,
                Phase::Request => self.idle_timeout,
                Phase::Head => self.header_timeout,
            });
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.slot.is_taken(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        // A request may begin and end between two reads, and then the next one is awaited.
        let begun = this.activity.begun.load(Ordering::Relaxed);
        // Who still takes the last answer cannot send the next request.
        let may_be_silent = this.activity.may_be_silent() || this.write_deadline.is_set();
        if may_be_silent || begun != this.requests_seen {
            this.requests_seen = begun;
            this.enter(Phase::Nothing);
        }
        if this.reading == Phase::Nothing && !may_be_silent {
            this.enter(Phase::Request);
        }
        if this.takes_nothing(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.inner).poll_read(context, buffer);
        let read = buffer.filled().get(before..).unwrap_or_default();
        if polled.is_ready() {
            if !this.has_begun && !read.is_empty() {
                this.has_begun = true;
                this.is_http2 = read.starts_with(b"PRI");
                // The time of the head began with the connection.
                this.reading = Phase::Head;
            } else if !read.is_empty() && this.reading == Phase::Request && !this.is_http2 {
                this.enter(Phase::Head);
            }
            return polled;
        }
        if this.read_deadline.is_over(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> Stream<S> {
    /// Gives up where nothing has been taken for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.slot.is_taken(context) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        if polled.is_ready() {
            self.write_deadline.set(None);
            return polled;
        }
        if !self.write_deadline.is_set() {
            self.write_deadline.set(self.write_timeout);
        }
        if self.write_deadline.is_over(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.written(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_flush(context);
        self.written(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_shutdown(context);
        self.written(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(context, parts);
        self.written(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

/// An instant by which something has to have happened.
#[derive(Default)]
pub(super) struct Deadline {
    at: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Begins anew; none is for ever.
    pub(super) fn set(&mut self, time: Option<Duration>) {
        self.set_at(time.and_then(|time| Instant::now().checked_add(time)));
    }

    /// It is over at that instant; none is never.
    fn set_at(&mut self, at: Option<Instant>) {
        self.at = at;
    }

    pub(super) fn is_set(&self) -> bool {
        self.at.is_some()
    }

    /// Whether it is over; if not, the task is woken when it is.
    pub(super) fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let Some(at) = self.at else {
            return false;
        };
        // One timer is made for a connection, when it first waits.
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(context).is_ready()
    }
}
