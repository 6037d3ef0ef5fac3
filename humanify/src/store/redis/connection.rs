//! `RedisConnection`: the connection to a server or a cluster.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation,
    ServerErrorKind,
};
use tokio::sync::oneshot::{self, error::TryRecvError};
use tokio::time::timeout;

use crate::store::failure::{FailureCause, StoreError};

/// How long a failing server is not contacted.
const RETRY_PAUSE: Duration = Duration::from_millis(500);

/// Without a command for this long, the server may have closed the connection.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// The address of the server.
#[derive(Clone)]
pub(crate) enum RedisAddress {
    /// One server: `redis://`, `rediss://` or `unix://`, with user and password in it.
    One(String),
    /// A cluster; some of its nodes are given.
    Cluster(Vec<String>),
}

/// Whether a command may be repeated if the connection is lost before its response arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// The command is repeated: running twice does no harm.
    Again,
    /// The command is not repeated, since the server may have run it.
    Never,
}

/// A command or a script.
#[derive(Clone, Copy)]
enum RedisWork<'a> {
    Script(&'a ScriptInvocation<'a>),
    Command(&'a Cmd),
}

impl RedisWork<'_> {
    /// The name of the operation for OpenTelemetry.
    #[cfg(feature = "metrics")]
    fn name(self) -> &'static str {
        match self {
            RedisWork::Script(_) => "EVALSHA",
            RedisWork::Command(_) => "command",
        }
    }

    async fn send<T: FromRedisValue>(
        self,
        connection: &mut (impl ConnectionLike + Send),
    ) -> RedisResult<T> {
        match self {
            RedisWork::Script(script) => script.invoke_async(connection).await,
            RedisWork::Command(command) => command.query_async(connection).await,
        }
    }
}

/// A connection that is opened on demand, and again after it was lost.
pub(super) struct RedisConnection {
    kind: ConnectionKind,
    time_out: Duration,
    /// While a server is failing, requests fail at once until this time; then one request tries
    /// again.
    rests_until: Mutex<Option<Instant>>,
    /// The time of the last response.
    answered: Mutex<Option<Instant>>,
    /// Why the last command failed; `None` if it did not.
    failure: Mutex<Option<FailureCause>>,
}

enum ConnectionKind {
    /// One server. The connection is dropped if the server no longer accepts writes, because its
    /// name then belongs to another server.
    One(Box<Client>, Mutex<Option<ConnectionManager>>),
    /// A cluster. The connection reconnects by itself, as long as its runtime lives.
    Cluster(Box<ClusterClient>, tokio::sync::Mutex<Option<OpenCluster>>),
}

/// A connection to a cluster. A task of its runtime does its work.
struct OpenCluster {
    connection: ClusterConnection,
    /// Closed when the runtime ends.
    runtime: oneshot::Receiver<()>,
}

impl RedisConnection {
    pub(super) fn new(server: RedisAddress, time_out: Duration) -> RedisResult<Self> {
        let way = match server {
            RedisAddress::One(address) => {
                ConnectionKind::One(Box::new(Client::open(address)?), Mutex::new(None))
            }
            RedisAddress::Cluster(addresses) => {
                let client = ClusterClient::builder(addresses)
                    .connection_timeout(time_out)
                    .response_timeout(time_out)
                    .retries(1)
                    .build()?;
                ConnectionKind::Cluster(Box::new(client), tokio::sync::Mutex::default())
            }
        };
        Ok(RedisConnection {
            kind: way,
            time_out,
            rests_until: Mutex::new(None),
            answered: Mutex::new(None),
            failure: Mutex::new(None),
        })
    }

    /// Runs a script, in one round trip once the server knows it.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
        repeat: Repeat,
    ) -> Result<T, StoreError> {
        self.within_time(RedisWork::Script(script), repeat).await
    }

    /// Sends one command that may run twice.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.within_time(RedisWork::Command(command), Repeat::Again)
            .await
    }

    /// Runs a script that no request waits for. If it fails, the server is contacted all the same.
    pub(super) async fn run_aside<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.timed(RedisWork::Script(script), Repeat::Again).await
    }

    async fn within_time<T: FromRedisValue>(
        &self,
        work: RedisWork<'_>,
        repeat: Repeat,
    ) -> Result<T, StoreError> {
        if !self.may_send() {
            return Err(StoreError::Unreachable);
        }
        let done = self.timed(work, repeat).await;
        if done.is_err() {
            *lock(&self.rests_until) = Some(Instant::now() + RETRY_PAUSE);
        }
        done
    }

    async fn timed<T: FromRedisValue>(
        &self,
        work: RedisWork<'_>,
        repeat: Repeat,
    ) -> Result<T, StoreError> {
        #[cfg(feature = "metrics")]
        let begun = Instant::now();
        let done = timeout(self.time_out, self.done(work, repeat)).await;
        #[cfg(feature = "metrics")]
        {
            let error = match &done {
                Ok(Ok(_)) => None,
                Ok(Err(_)) => Some("failed"),
                Err(_) => Some("timeout"),
            };
            crate::metrics::store_round_trip(work.name(), begun.elapsed(), error);
        }
        let error = match done {
            Ok(Ok(value)) => {
                *lock(&self.rests_until) = None;
                *lock(&self.answered) = Some(Instant::now());
                *lock(&self.failure) = None;
                return Ok(value);
            }
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        // The address may hold a password. The error does not contain it.
        let cause = match error {
            Some(error) if is_refusal(&error) => FailureCause::Refused(error.to_string()),
            Some(error) => FailureCause::Unreachable(error.to_string()),
            None => FailureCause::Unreachable(format!("no answer within {:?}", self.time_out)),
        };
        tracing::debug!(?cause, "the store failed");
        *lock(&self.failure) = Some(cause);
        Err(StoreError::Unreachable)
    }

    /// Why the last command failed; `None` if it did not.
    pub(super) fn failure(&self) -> Option<FailureCause> {
        lock(&self.failure).clone()
    }

    /// Does the work, and repeats it after a lost connection if it did not run or may run twice.
    async fn done<T: FromRedisValue>(&self, work: RedisWork<'_>, repeat: Repeat) -> RedisResult<T> {
        if repeat == Repeat::Never && self.was_idle() {
            // A `PING`, which may run twice, detects a server that has closed the connection.
            let ping = redis::cmd("PING");
            let pong: RedisResult<redis::Value> = self.run_once(RedisWork::Command(&ping)).await;
            if let Err(error) = pong {
                self.note(&error);
                self.run_once::<redis::Value>(RedisWork::Command(&ping))
                    .await?;
            }
        }
        match self.run_once(work).await {
            Err(error) => {
                self.note(&error);
                match (refuses_writes(&error), is_lost(&error), repeat) {
                    (true, ..) | (_, true, Repeat::Again) => self.run_once(work).await,
                    _ => Err(error),
                }
            }
            done => done,
        }
    }

    async fn run_once<T: FromRedisValue>(&self, work: RedisWork<'_>) -> RedisResult<T> {
        match &self.kind {
            ConnectionKind::One(client, known) => {
                let mut connection = manager(client, known, self.time_out)?;
                work.send(&mut connection).await
            }
            ConnectionKind::Cluster(client, known) => {
                let mut connection = cluster(client, known).await?;
                work.send(&mut connection).await
            }
        }
    }

    /// Drops the connection if its server does not accept writes.
    fn note(&self, error: &RedisError) {
        if refuses_writes(error)
            && let ConnectionKind::One(_, known) = &self.kind
        {
            tracing::debug!("the server no longer accepts writes; its name is resolved again");
            *lock(known) = None;
        }
    }

    fn was_idle(&self) -> bool {
        lock(&self.answered).is_some_and(|answered| answered.elapsed() >= IDLE_TIME)
    }

    /// Whether the server is believed to be up, or this request is the one that tries again.
    fn may_send(&self) -> bool {
        let mut rests_until = lock(&self.rests_until);
        let now = Instant::now();
        match *rests_until {
            Some(until) if now < until => false,
            Some(_) => {
                *rests_until = Some(now + RETRY_PAUSE);
                true
            }
            None => true,
        }
    }
}

/// Whether the server has become a replica. It has not run a command that it refuses.
fn refuses_writes(error: &RedisError) -> bool {
    let is_replicas = |kind| {
        matches!(
            kind,
            ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown
        )
    };
    matches!(error.kind(), ErrorKind::Server(kind) if is_replicas(kind))
        // Older servers report it in this form for scripts.
        || error.to_string().contains("-READONLY ")
}

/// Whether a server has answered, although not with what the command asks for.
fn is_refusal(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(_)
            | ErrorKind::Extension
            | ErrorKind::AuthenticationFailed
            | ErrorKind::UnexpectedReturnType
            | ErrorKind::Parse
            | ErrorKind::RESP3NotSupported
    )
}

/// Whether the connection is gone.
fn is_lost(error: &RedisError) -> bool {
    error.is_connection_dropped() || (error.is_io_error() && !error.is_timeout())
}

fn manager(
    client: &Client,
    known: &Mutex<Option<ConnectionManager>>,
    time_out: Duration,
) -> RedisResult<ConnectionManager> {
    let mut known = lock(known);
    if let Some(known) = &*known {
        return Ok(known.clone());
    }
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_max_delay(time_out)
        .set_connection_timeout(Some(time_out))
        .set_response_timeout(Some(time_out));
    let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
    *known = Some(manager.clone());
    Ok(manager)
}

/// The connection to a cluster. Only one request at a time opens it.
async fn cluster(
    client: &ClusterClient,
    known: &tokio::sync::Mutex<Option<OpenCluster>>,
) -> RedisResult<ClusterConnection> {
    let mut known = known.lock().await;
    if let Some(known) = &mut *known
        && known.runtime.try_recv() == Err(TryRecvError::Empty)
    {
        return Ok(known.connection.clone());
    }
    let connection = client.get_async_connection().await?;
    let (mut sender, runtime) = oneshot::channel();
    tokio::spawn(async move { sender.closed().await });
    *known = Some(OpenCluster {
        connection: connection.clone(),
        runtime,
    });
    Ok(connection)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
