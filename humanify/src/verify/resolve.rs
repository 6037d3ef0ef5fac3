//! `Resolve`: the trait of DNS resolvers.

use std::net::IpAddr;
use std::pin::Pin;

/// The future that the methods of [`Resolve`] return.
pub type Resolving<'a, T> = Pin<Box<dyn Future<Output = Result<T, ResolveError>> + Send + 'a>>;

/// A DNS resolver, by which crawlers are verified. The feature `verify-dns` has one,
/// `SystemResolver`. Applications may implement this trait.
///
/// Its answers are believed, so it has to query trusted servers. After five seconds a look-up is
/// given up and its future is dropped.
pub trait Resolve: Send + Sync + 'static {
    /// The names of an address: its `PTR` records.
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>>;

    /// The addresses of a name: its `A` records if `like` is an IPv4 address, otherwise its `AAAA`
    /// records.
    fn addresses<'a>(&'a self, name: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>>;
}

/// Why a DNS query has no records.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The server answered that there are no records. A crawler that should have some is then an
    /// impostor.
    #[error("there is no such record")]
    NotFound,
    /// The server did not answer, or its answer was malformed. Nothing is known then.
    #[error("the DNS does not answer")]
    Failed,
}

crate::error_chain::debug_as_message!(ResolveError);
