//! The loop that accepts connections, and the service on each of them.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::serve::Listener;
use axum::{BoxError, Router};
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::sync::{oneshot, watch};
use tower_service::Service;

use super::answer_body::{AnswerBody, ReadSignal};
use super::closed::{ClosedConnections, ClosingReason};
use super::connections::Connections;
use super::flow_control::FlowControlWait;
use super::limits::ServeLimits;
use super::stream::{Activity, Deadline, Stream};
use super::unsent::{Unsent, UnsentAccount};
use crate::client::Trust;
use crate::decision::Reporter;
use crate::handler::BoxFuture;
use crate::http::plain_text;
use crate::middleware::Connection;

/// What a connection is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    NotYet,
    /// After the running requests.
    Gracefully,
    /// Now.
    AtOnce,
}

/// Serves until `signal` completes, and then waits for the running requests.
pub(super) async fn run<L>(
    mut listener: L,
    app: Router,
    (trust, reporter): (Trust, Arc<Reporter>),
    limits: ServeLimits,
    signal: impl Future<Output = ()>,
) where
    L: Listener,
    L::Addr: 'static,
{
    let closed = ClosedConnections::new(move |ip| reporter.logged_address(ip));
    let connections = Connections::new(
        limits.connections,
        limits.connections_per_client,
        Arc::clone(&closed),
    );
    let unsent = Unsent::new(limits.unsent_answers);
    // Each connection holds a receiver, and hears by it that it is time to end.
    let (stop, _) = watch::channel(Stop::NotYet);
    let mut signal = pin!(signal);
    loop {
        let (io, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut signal => break,
        };
        let connection = Connection::from(&address);
        let ip = connection.ip();
        // Trusted proxies forward requests of many clients.
        let counted = ip.filter(|ip| !trust.trusts(Some(*ip)));
        let Some(slot) = connections.enter(counted) else {
            closed.note(ClosingReason::Rejected, ip);
            continue;
        };
        let activity = Activity::new(slot.usage());
        // The other streams of a proxy's connection belong to other clients.
        let take_timeout = counted.and(limits.write_timeout);
        let stream =
            Stream::new(io, Arc::clone(&activity), &limits, slot).take_timeout(take_timeout);
        let (account, end) = counted.map(|ip| unsent.open(ip)).unzip();
        let service = ConnectionService {
            app: app.clone(),
            connection,
            activity,
            body_timeout: limits.body_timeout,
            account: account.map(Arc::new),
        };
        let builder = builder(&limits);
        let mut stopping = stop.subscribe();
        tokio::spawn(async move {
            let service = TowerToHyperService::new(service);
            let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
            let mut served = pin!(served);
            let mut may_be_told = true;
            let mut ended = pin!(ended(end));
            loop {
                tokio::select! {
                    result = served.as_mut() => {
                        if let Err(error) = result {
                            tracing::trace!(%error, "a connection ended early");
                        }
                        break;
                    }
                    () = ended.as_mut() => {
                        ClosingReason::Unsent.count();
                        tracing::debug!("a connection ended, since its answers take too much memory");
                        break;
                    }
                    told = stopping.changed(), if may_be_told => {
                        // Without a sender, the server was dropped.
                        may_be_told = told.is_ok();
                        if *stopping.borrow_and_update() == Stop::AtOnce {
                            break;
                        }
                        served.as_mut().graceful_shutdown();
                    }
                }
            }
        });
    }
    drop(listener);
    stop.send_replace(Stop::Gracefully);
    let Some(time) = limits.shutdown_timeout else {
        return stop.closed().await;
    };
    if tokio::time::timeout(time, stop.closed()).await.is_err() {
        tracing::warn!(
            connections = stop.receiver_count(),
            "the server stops while connections are still open, such as those of streams that never \
             end; `ServeLimits::shutdown_timeout` sets how long it waits"
        );
        stop.send_replace(Stop::AtOnce);
    }
}

/// Waits until a connection has to end because of its unsent bytes; for ever without an account.
async fn ended(end: Option<oneshot::Receiver<()>>) {
    match end {
        Some(end) => drop(end.await),
        None => std::future::pending().await,
    }
}

fn builder(limits: &ServeLimits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // The parser measures the wait for a request and its head together; `Stream` has a time-out
        // for each.
        .header_read_timeout(time_to_the_end_of_a_head(limits))
        .max_buf_size(limits.header_size);
    #[cfg(feature = "http2")]
    builder
        .http2()
        .max_header_list_size(u32::try_from(limits.header_size).unwrap_or(u32::MAX))
        .enable_connect_protocol();
    builder
}

/// The longest time from the end of a request to the end of the head of the next one.
fn time_to_the_end_of_a_head(limits: &ServeLimits) -> Option<Duration> {
    let (idle, head) = limits.idle_timeout.zip(limits.header_timeout)?;
    // The parser adds it to the time of day, which must not overflow.
    Some(idle.saturating_add(head).min(A_YEAR))
}

const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

/// The application, on one connection.
#[derive(Clone)]
struct ConnectionService {
    app: Router,
    connection: Connection,
    activity: Arc<Activity>,
    body_timeout: Option<Duration>,
    /// The account of the connection's unsent bytes; `None` for a trusted proxy.
    account: Option<Arc<UnsentAccount>>,
}

impl<B> Service<Request<B>> for ConnectionService
where
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = BoxFuture<Result<Response<AnswerBody>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let guard = Activity::begin(&self.activity);
        let time = self.body_timeout;
        let mut request = request.map(|body| TimedBody {
            body,
            time,
            deadline: Deadline::default(),
        });
        self.connection.note(request.extensions_mut());
        let is_connect = request.method() == http::Method::CONNECT;
        let is_http2 = request.version() == Version::HTTP_2;
        // Extended CONNECT (RFC 8441), by which HTTP/2 opens web sockets, has a scheme and a path.
        let opens_tunnel = is_connect && request.uri().scheme().is_some();
        let activity = Arc::clone(&self.activity);
        let account = self.account.clone();
        if lacks_host(&request) {
            let signal = ReadSignal::Written(guard);
            let refusal = without_host().map(|body| AnswerBody::new(body, signal, account));
            return Box::pin(std::future::ready(Ok(refusal)));
        }
        let answer = self.app.call(request);
        Box::pin(async move {
            let response = answer.await?;
            let succeeds = response.status().is_success();
            let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
            match is_http2 {
                true if opens_tunnel && succeeds => activity.open_tunnel(),
                false if switches || (is_connect && succeeds) => activity.upgrade(),
                _ => {}
            }
            let signal = match is_http2 {
                true => ReadSignal::FlowControl(FlowControlWait::new(guard)),
                false => ReadSignal::Written(guard),
            };
            Ok(response.map(|body| AnswerBody::new(body, signal, account)))
        })
    }
}

/// Whether a request lacks the `Host` that RFC 9112, section 3.2, requires. HTTP/1.0 does not have
/// it, and HTTP/2 has `:authority`. The protection refuses requests with several hosts.
fn lacks_host<B>(request: &Request<B>) -> bool {
    request.version() == Version::HTTP_11 && !request.headers().contains_key(HOST)
}

/// The response to a request without a host. The connection ends, so that nothing after such a
/// request is read as another one.
fn without_host() -> Response<Body> {
    let mut response = plain_text(StatusCode::BAD_REQUEST, "The request has no `Host`.\n");
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

/// The body of a request, of which each part comes in time.
struct TimedBody<B> {
    body: B,
    time: Option<Duration>,
    deadline: Deadline,
}

impl<B> HttpBody for TimedBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.deadline.set(None);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        if !this.deadline.is_set() {
            this.deadline.set(this.time);
        }
        if this.deadline.is_over(context) {
            let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
            return Poll::Ready(Some(Err(error.into())));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}
