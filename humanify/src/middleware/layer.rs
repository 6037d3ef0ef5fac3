//! `HumanifyLayer`: the tower layer.

use std::sync::Arc;

use tower_layer::Layer;

use super::instance::Instance;
use super::opaque_services::OpaqueServices;
use super::service::HumanifyService;
use crate::handler::probe;

/// The tower layer, for applications that build their own stack;
/// [`Humanify::protect`](crate::Humanify::protect) applies it otherwise.
///
/// It protects the routes that were added before it, as every layer of axum does. humanify's own
/// pages are reached through its fallback, so it stands in the outermost router, after the
/// router's own fallback:
///
/// ```
/// # use humanify::prelude::*;
/// use axum::{Router, routing::get};
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder().build()?;
/// let app: Router = Router::new()
///     .route("/", get(|| async { "protected" }))
///     .layer(humanify.layer())
///     .route("/after", get(|| async { "not protected" }));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HumanifyLayer {
    pub(crate) instance: Arc<Instance>,
    /// The services of the router, if it is known.
    pub(crate) services: Option<Arc<OpaqueServices>>,
}

impl<S: Clone> Layer<S> for HumanifyLayer {
    type Service = HumanifyService<S>;

    fn layer(&self, inner: S) -> HumanifyService<S> {
        let announced = probe(|| drop(inner.clone())).announced();
        self.instance.learn(announced);
        let has_policy = announced.policy().is_some();
        HumanifyService {
            inner,
            announced,
            services: self.services.clone().filter(|_| has_policy),
            instance: Arc::clone(&self.instance),
        }
    }
}

impl std::fmt::Debug for HumanifyLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HumanifyLayer").finish_non_exhaustive()
    }
}
