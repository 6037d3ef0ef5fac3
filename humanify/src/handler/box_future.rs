//! The boxed future that handlers and services return.

use std::future::Future;
use std::pin::Pin;

/// A boxed future, as the guarded handlers give it.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send + 'static>>;
