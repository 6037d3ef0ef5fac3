//! `SystemResolver`: a resolver that queries the name servers of the system, or others.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData};

use super::resolve::{Resolve, ResolveError, Resolving};

/// The time-out of one query, and how often it is sent.
const TIME_OUT: Duration = Duration::from_secs(2);

const ATTEMPTS: usize = 2;

/// A resolver that queries the name servers of the system's configuration, by UDP and TCP.
/// Feature `verify-dns`.
///
/// The answers of these servers are believed. They should be on the same machine or network, or
/// be trusted for some other reason.
#[derive(Clone)]
pub struct SystemResolver(TokioResolver);

/// The system's configuration of name servers is missing or cannot be read.
#[derive(thiserror::Error)]
#[error("the system's name servers are not known: {0}")]
pub struct SystemResolverError(NetError);

crate::error_chain::debug_as_message!(SystemResolverError);

impl SystemResolver {
    /// Reads the system's configuration, on Unix `/etc/resolv.conf`.
    ///
    /// # Errors
    /// If it is missing or cannot be read.
    pub fn new() -> Result<SystemResolver, SystemResolverError> {
        let mut builder = TokioResolver::builder_tokio().map_err(SystemResolverError)?;
        configure(builder.options_mut());
        builder
            .build()
            .map(SystemResolver)
            .map_err(SystemResolverError)
    }

    /// Queries these servers instead of the system's.
    ///
    /// ```
    /// # fn main() -> Result<(), humanify::verify::SystemResolverError> {
    /// use humanify::{CrawlerVerification, Humanify, verify::SystemResolver};
    ///
    /// let resolver = SystemResolver::with_servers(["127.0.0.1:5353".parse().unwrap()])?;
    /// let builder = Humanify::builder().crawlers(CrawlerVerification::new().resolver(resolver));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If no server is given.
    pub fn with_servers(
        servers: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<SystemResolver, SystemResolverError> {
        let servers: Vec<NameServerConfig> = servers.into_iter().map(name_server).collect();
        if servers.is_empty() {
            return Err(SystemResolverError(NetError::NoConnections));
        }
        let config = ResolverConfig::from_parts(None, Vec::new(), servers);
        let mut builder =
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        configure(builder.options_mut());
        builder
            .build()
            .map(SystemResolver)
            .map_err(SystemResolverError)
    }
}

impl std::fmt::Debug for SystemResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SystemResolver")
    }
}

impl Resolve for SystemResolver {
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>> {
        Box::pin(async move {
            let answer = self.0.reverse_lookup(address).await;
            records(answer, |data| match data {
                RData::PTR(name) => Some(name.0.to_ascii()),
                _ => None,
            })
        })
    }

    fn addresses<'a>(&'a self, name: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>> {
        Box::pin(async move {
            let mut name = Name::from_ascii(name).map_err(|_| ResolveError::NotFound)?;
            // Otherwise the system's search domains would be appended, too.
            name.set_fqdn(true);
            let answer = match like {
                IpAddr::V4(_) => self.0.ipv4_lookup(name).await,
                IpAddr::V6(_) => self.0.ipv6_lookup(name).await,
            };
            records(answer, |data| match data {
                RData::A(address) => Some(address.0.into()),
                RData::AAAA(address) => Some(address.0.into()),
                _ => None,
            })
        })
    }
}

fn name_server(server: SocketAddr) -> NameServerConfig {
    let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for connection in &mut connections {
        connection.port = server.port();
    }
    NameServerConfig::new(server.ip(), true, connections)
}

fn configure(options: &mut ResolverOpts) {
    options.timeout = TIME_OUT;
    options.attempts = ATTEMPTS;
    // The local hosts file says nothing about crawlers. Answers are cached in `Lookups`.
    options.use_hosts_file = ResolveHosts::Never;
    options.cache_size = 0;
}

/// The records of an answer. Tells an answer without records from a missing answer.
fn records<T>(
    answer: Result<Lookup, NetError>,
    record: impl Fn(&RData) -> Option<T>,
) -> Result<Vec<T>, ResolveError> {
    match answer {
        Ok(lookup) => Ok(lookup
            .answers()
            .iter()
            .filter_map(|answer| record(&answer.data))
            .collect()),
        Err(NetError::Dns(DnsError::NoRecordsFound(none)))
            if matches!(
                none.response_code,
                ResponseCode::NoError | ResponseCode::NXDomain
            ) =>
        {
            Err(ResolveError::NotFound)
        }
        Err(_) => Err(ResolveError::Failed),
    }
}
