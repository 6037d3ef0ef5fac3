//! The way to a server, or to a cluster of them.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster::ClusterClient;
use redis::cluster_async::ClusterConnection;
use redis::{Client, Cmd, FromRedisValue, RedisError, RedisResult, ScriptInvocation};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::store::failure::StoreError;

/// For how long a server that failed is left alone.
const REST: Duration = Duration::from_millis(500);

/// Where the server is.
#[derive(Clone)]
pub(crate) enum Server {
    /// One server: `redis://`, `rediss://` or `unix://`, with user and password in it.
    One(String),
    /// A cluster, by some of its nodes.
    Cluster(Vec<String>),
}

/// Connects when it is first needed, and again after it was lost.
pub(super) struct Connection {
    way: Way,
    time_out: Duration,
    /// While a server is known to fail nobody waits for it but one request now and then.
    rests_until: Mutex<Option<Instant>>,
}

enum Way {
    One(Box<Client>, OnceCell<ConnectionManager>),
    Cluster(Box<ClusterClient>, OnceCell<ClusterConnection>),
}

impl Connection {
    pub(super) fn new(server: Server, time_out: Duration) -> RedisResult<Self> {
        let way = match server {
            Server::One(address) => Way::One(Box::new(Client::open(address)?), OnceCell::new()),
            Server::Cluster(addresses) => {
                let client = ClusterClient::builder(addresses)
                    .connection_timeout(time_out)
                    .response_timeout(time_out)
                    .retries(1)
                    .build()?;
                Way::Cluster(Box::new(client), OnceCell::new())
            }
        };
        Ok(Connection {
            way,
            time_out,
            rests_until: Mutex::new(None),
        })
    }

    /// Runs a script, in one round trip once the server knows it.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.within_time(async {
            match &self.way {
                Way::One(client, cell) => {
                    let mut connection = manager(client, cell, self.time_out).await?;
                    script.invoke_async(&mut connection).await
                }
                Way::Cluster(client, cell) => {
                    let mut connection = cluster(client, cell).await?;
                    script.invoke_async(&mut connection).await
                }
            }
        })
        .await
    }

    /// Sends one command.
    pub(super) async fn command<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.within_time(async {
            match &self.way {
                Way::One(client, cell) => {
                    let mut connection = manager(client, cell, self.time_out).await?;
                    command.query_async(&mut connection).await
                }
                Way::Cluster(client, cell) => {
                    let mut connection = cluster(client, cell).await?;
                    command.query_async(&mut connection).await
                }
            }
        })
        .await
    }

    async fn within_time<T>(
        &self,
        work: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, StoreError> {
        if !self.may_try() {
            return Err(StoreError::Unreachable);
        }
        let error = match timeout(self.time_out, work).await {
            Ok(Ok(value)) => {
                *self.rests() = None;
                return Ok(value);
            }
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        *self.rests() = Some(Instant::now() + REST);
        // The address may hold a password, and is not in the error.
        match error {
            Some(error) => tracing::debug!(%error, "the store failed"),
            None => tracing::debug!("the store did not answer in time"),
        }
        Err(StoreError::Unreachable)
    }

    /// Whether the server is believed to be there, or it is this request's turn to find out.
    fn may_try(&self) -> bool {
        let mut rests_until = self.rests();
        let now = Instant::now();
        match *rests_until {
            Some(until) if now < until => false,
            Some(_) => {
                *rests_until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    fn rests(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn manager(
    client: &Client,
    cell: &OnceCell<ConnectionManager>,
    time_out: Duration,
) -> Result<ConnectionManager, RedisError> {
    let connect = async || {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(time_out)
            .set_connection_timeout(Some(time_out))
            .set_response_timeout(Some(time_out));
        ConnectionManager::new_lazy_with_config(client.clone(), config)
    };
    cell.get_or_try_init(connect).await.cloned()
}

async fn cluster(
    client: &ClusterClient,
    cell: &OnceCell<ClusterConnection>,
) -> Result<ClusterConnection, RedisError> {
    cell.get_or_try_init(|| client.get_async_connection())
        .await
        .cloned()
}
