//! `BanList`: lists, adds and lifts bans.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

use crate::middleware::Instance;
use crate::net::network;
use crate::store::StoreError;

/// The bans of a [`Humanify`](crate::Humanify), made by [`bans`](crate::Humanify::bans).
///
/// ```
/// # use humanify::prelude::*;
/// # use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let humanify = Humanify::builder()
///     .rules(protect! {
///         trap on "/wp-admin/*", "/.env";
///         ban "10 denials/minute" for "1 hour";
///         ban "1 trap/day" for "1 day";
///     })
///     .build()?;
/// let bans = humanify.bans();
///
/// let ip = "84.140.1.2".parse()?;
/// bans.ban(ip, Duration::from_secs(600)).await?;
/// for ban in bans.list().await? {
///     println!("{} for {:?} more", ban.network, ban.wait);
/// }
/// assert!(bans.lift(ip).await?);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct BanList {
    pub(crate) instance: Arc<Instance>,
}

/// A banned network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Banned {
    /// An IPv4 address, or an IPv6 /64.
    pub network: IpNet,
    /// How much longer the ban lasts.
    pub wait: Duration,
}

impl BanList {
    /// All bans, the longest remaining first.
    ///
    /// # Errors
    /// If the store cannot be reached.
    pub async fn list(&self) -> Result<Vec<Banned>, StoreError> {
        let mut list: Vec<Banned> = (self.instance.bans.list().await?.into_iter())
            .map(|(network, wait)| Banned {
                network: network.to_net(),
                wait,
            })
            .collect();
        list.sort_by_key(|banned| std::cmp::Reverse(banned.wait));
        Ok(list)
    }

    /// Bans an IPv4 address, or the /64 of an IPv6 address. A ban of an address that is not
    /// routable or belongs to a trusted proxy has no effect, since many clients may share it.
    ///
    /// # Errors
    /// If the store cannot be reached; the ban then holds in this process alone.
    pub async fn ban(&self, ip: IpAddr, time: Duration) -> Result<(), StoreError> {
        self.instance.bans.ban(network(ip), time).await
    }

    /// Lifts a ban; `false` if there was none.
    ///
    /// # Errors
    /// If the store cannot be reached; the ban may then be lifted in this process alone.
    pub async fn lift(&self, ip: IpAddr) -> Result<bool, StoreError> {
        self.instance.bans.lift(network(ip)).await
    }
}

impl fmt::Debug for BanList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BanList").finish_non_exhaustive()
    }
}
