//! Asking the DNS.

use std::net::IpAddr;
use std::pin::Pin;

/// The future of a [`Resolve`].
pub type Resolving<'a, T> = Pin<Box<dyn Future<Output = Result<T, ResolveError>> + Send + 'a>>;

/// A resolver of the DNS, which tells whether a crawler is who it says. The feature `verify-dns`
/// brings one, `SystemResolver`. Applications may implement it for another.
///
/// What it answers is believed, so it has to ask a server that is trusted. A question that
/// takes longer than five seconds is given up; the future is dropped then.
pub trait Resolve: Send + Sync + 'static {
    /// The names of an address: its `PTR` records.
    fn names(&self, address: IpAddr) -> Resolving<'_, Vec<String>>;

    /// The addresses of a name: its `A` records where `like` is an IPv4 address, otherwise its
    /// `AAAA` records.
    fn addresses<'a>(&'a self, name: &'a str, like: IpAddr) -> Resolving<'a, Vec<IpAddr>>;
}

/// Why the DNS does not answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// It answers that there is nothing. Who claims a name then lies.
    #[error("there is no such record")]
    NotFound,
    /// It does not answer, or not in a way that can be understood. Nothing is known then.
    #[error("the DNS does not answer")]
    Failed,
}
