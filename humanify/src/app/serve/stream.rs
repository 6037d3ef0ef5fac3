//! `Stream`: a connection with time-outs for reading and writing.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::connections::Slot;
use super::limits::ServeLimits;
use crate::limit::{Job, SlotUse};

/// The state of a connection, shared with its service.
pub(super) struct Activity {
    /// The place of the connection, which is busy while a response is not sent yet.
    usage: Arc<SlotUse>,
    /// The number of requests that have begun.
    requests_begun: AtomicUsize,
    /// The number of responses on HTTP/2.
    answered: AtomicUsize,
    /// The job of a connection that was upgraded to another protocol.
    upgraded: OnceLock<Job>,
    /// The job of an HTTP/2 connection on which a stream carries another protocol. The end of the
    /// stream does not show, so the connection has to send something now and then.
    tunnel: OnceLock<Job>,
    /// The parts of responses that wait for the client, each with the number of its response and
    /// the start of its wait. There are never more than requests under way.
    waits: Mutex<Vec<(usize, Instant)>>,
}

/// A request, which is under way until this is dropped.
pub(super) struct RequestGuard {
    activity: Arc<Activity>,
    #[allow(dead_code, reason = "the job ends where it is dropped")]
    job: Job,
}

impl RequestGuard {
    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }
}

impl Activity {
    /// The state of the connection at this place.
    pub(super) fn new(usage: &Arc<SlotUse>) -> Arc<Activity> {
        Arc::new(Activity {
            usage: Arc::clone(usage),
            requests_begun: AtomicUsize::default(),
            answered: AtomicUsize::default(),
            upgraded: OnceLock::new(),
            tunnel: OnceLock::new(),
            waits: Mutex::default(),
        })
    }

    pub(super) fn begin(activity: &Arc<Activity>) -> RequestGuard {
        activity.requests_begun.fetch_add(1, Ordering::Relaxed);
        RequestGuard {
            activity: Arc::clone(activity),
            job: activity.usage.begin(),
        }
    }

    /// Records an upgrade: in another protocol, a silent connection may be normal.
    pub(super) fn upgrade(&self) {
        self.upgraded.get_or_init(|| self.usage.begin());
    }

    /// Records that a stream of an HTTP/2 connection carries another protocol.
    pub(super) fn open_tunnel(&self) {
        self.tunnel.get_or_init(|| self.usage.begin());
    }

    fn has_tunnel(&self) -> bool {
        self.tunnel.get().is_some()
    }

    /// Whether nobody expects the client to send anything.
    fn may_be_silent(&self) -> bool {
        self.usage.has_jobs_beyond(usize::from(self.has_tunnel()))
    }

    /// The number for the next response on HTTP/2.
    pub(super) fn next_answer(&self) -> usize {
        self.answered.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn waits(&self) -> MutexGuard<'_, Vec<(usize, Instant)>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The start of the longest wait of a part for the client.
    fn waits_since(&self) -> Option<Instant> {
        // The list is sorted by the start of the wait.
        self.waits().first().map(|(_, since)| *since)
    }
}

/// A connection with the time-outs of [`ServeLimits`].
pub(super) struct Stream<S> {
    inner: S,
    activity: Arc<Activity>,
    header_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    /// The longest wait of a part of an HTTP/2 response for the client.
    take_timeout: Option<Duration>,
    reading: Phase,
    /// Whether the connection uses HTTP/2, which has other frames than those of requests.
    is_http2: bool,
    has_begun: bool,
    /// The number of requests that had begun at the last read.
    requests_seen: usize,
    read_deadline: Deadline,
    write_deadline: Deadline,
    /// The job of writing, while the client accepts nothing.
    writing: Option<Job>,
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
            writing: None,
            take_deadline: Deadline::default(),
            slot,
        }
    }

    /// Sets the longest wait of a part of an HTTP/2 response for the client. A longer wait ends the
    /// connection.
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

    /// Enters another phase, and starts its time-out.
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
        let begun = this.activity.requests_begun.load(Ordering::Relaxed);
        // A client that still reads the last response cannot send the next request.
        let may_be_silent = this.activity.may_be_silent();
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
                // The time-out for the head began with the connection.
                this.reading = Phase::Head;
            } else if !read.is_empty() && this.reading == Phase::Request {
                match this.is_http2 {
                    false => this.enter(Phase::Head),
                    true if this.activity.has_tunnel() => {
                        this.read_deadline.set(this.idle_timeout);
                    }
                    true => {}
                }
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
    /// Fails if the client has accepted nothing for too long.
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
            self.writing = None;
            return polled;
        }
        if self.writing.is_none() {
            self.writing = Some(self.activity.usage.begin());
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

/// A deadline with a timer.
#[derive(Default)]
pub(super) struct Deadline {
    at: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Restarts the deadline; `None` means no deadline.
    pub(super) fn set(&mut self, time: Option<Duration>) {
        self.set_at(time.and_then(|time| Instant::now().checked_add(time)));
    }

    /// Sets the instant of the deadline; `None` means no deadline.
    fn set_at(&mut self, at: Option<Instant>) {
        self.at = at;
    }

    pub(super) fn is_set(&self) -> bool {
        self.at.is_some()
    }

    /// Whether the deadline has passed; if not, the task is woken when it passes.
    pub(super) fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let Some(at) = self.at else {
            return false;
        };
        // A connection has one timer, which is created at its first wait.
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(context).is_ready()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;
    use crate::app::serve::closed::ClosedConnections;
    use crate::app::serve::connections::Connections;

    /// A client that sends nothing.
    struct Silent;

    impl AsyncRead for Silent {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Pending
        }
    }

    #[tokio::test]
    async fn only_an_upgraded_connection_may_be_idle_without_a_time_out() {
        type Change = fn(&Activity);
        const SHORT: Duration = Duration::from_millis(1);
        let changes: [(Change, bool); 3] = [
            (|_| {}, false),
            (Activity::open_tunnel, false),
            (Activity::upgrade, true),
        ];
        for (change, is_upgraded) in changes {
            let closed = ClosedConnections::new(|address| address.to_string());
            let slot = Connections::new(1, 1, closed).enter(None).unwrap();
            let activity = Activity::new(slot.usage());
            change(&activity);
            let limits = ServeLimits::default()
                .header_timeout(SHORT)
                .idle_timeout(SHORT);
            let mut stream = Stream::new(Silent, activity, &limits, slot);
            let mut bytes = [0];
            let read = poll_fn(|context| {
                let mut buffer = ReadBuf::new(&mut bytes);
                Pin::new(&mut stream).poll_read(context, &mut buffer)
            });
            let waits = tokio::time::timeout(50 * SHORT, read).await.is_err();
            assert_eq!(waits, is_upgraded);
        }
    }
}
