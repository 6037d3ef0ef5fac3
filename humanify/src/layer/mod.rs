//! The layer: it stands before every route of the application, knows each handler's policy,
//! has every request judged, and gives the answer to those that do not pass.

mod answer;
mod caller;
mod collision;
mod door;
mod errors;
mod instance;
mod own;
mod peer;
mod trial;
mod visit;
mod warnings;

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

#[cfg(feature = "captcha")]
pub(crate) use caller::Caller;
pub(crate) use collision::find as find_collision;
pub(crate) use instance::{Instance, Settings};
pub(crate) use own::Page;
pub(crate) use peer::{Connection, Telling};
pub(crate) use visit::Visit;

use crate::guard::{Announced, BoxFuture, Mark, announce_layer, listen};
use visit::Entry;

/// The tower layer, for those who put it into their stack themselves;
/// [`Humanify::protect`](crate::Humanify::protect) does it for everyone else.
///
/// It protects the routes that were added before it, as every layer of axum does:
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
}

impl<S: Clone> Layer<S> for HumanifyLayer {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        let announced = listen(|| drop(inner.clone())).announced();
        self.instance.learn(announced);
        Protected {
            inner,
            announced,
            instance: Arc::clone(&self.instance),
        }
    }
}

/// A route behind the layer.
pub struct Protected<S> {
    inner: S,
    announced: Announced,
    instance: Arc<Instance>,
}

impl<S: Clone> Clone for Protected<S> {
    fn clone(&self) -> Self {
        announce_layer();
        Protected {
            inner: self.inner.clone(),
            announced: self.announced,
            instance: Arc::clone(&self.instance),
        }
    }
}

impl<S> Service<Request> for Protected<S>
where
    S: Service<Request, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let judged = request
            .extensions()
            .get::<Mark>()
            .is_some_and(|mark| mark.judged_by.contains(&self.instance.id));
        if judged {
            return Box::pin(self.inner.call(request));
        }
        let mut entering = Box::pin(enter(Arc::clone(&self.instance), request, self.announced));
        // Almost every request is judged without waiting for anything, and then the service
        // that was made ready is called at once, with no copy of it.
        if !self.instance.catches_panics() {
            let mut nobody = Context::from_waker(Waker::noop());
            match entering.as_mut().poll(&mut nobody) {
                Poll::Ready(Entry::Pass(request, exit)) => {
                    let inner = self.inner.call(request);
                    return Box::pin(async move {
                        let response = inner.await?;
                        Ok(exit.finish(response).await)
                    });
                }
                Poll::Ready(Entry::Answered(response)) => {
                    return Box::pin(async move { Ok(*response) });
                }
                // It is polled again below, with the waker of whoever waits.
                Poll::Pending => {}
            }
        }
        // The service that was made ready is the one to be called.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let instance = Arc::clone(&self.instance);
        Box::pin(async move {
            match entering.await {
                Entry::Pass(request, exit) => {
                    let response = if instance.catches_panics() {
                        let method = request.method().clone();
                        let path = request.uri().path().to_owned();
                        errors::catch(|| inner.call(request), &method, &path).await?
                    } else {
                        inner.call(request).await?
                    };
                    Ok(exit.finish(response).await)
                }
                Entry::Answered(response) => Ok(*response),
            }
        })
    }
}

/// Finds out who asks, and judges the request.
async fn enter(instance: Arc<Instance>, request: Request, announced: Announced) -> Entry {
    let (mut parts, body) = request.into_parts();
    match Visit::begin(&instance, &mut parts) {
        Ok(visit) => visit.enter(parts, body, announced).await,
        Err(response) => Entry::Answered(response),
    }
}

/// The answer to a client that is banned, which costs next to nothing.
fn shut_out(wait: Duration) -> Response {
    let mut response = plain(StatusCode::FORBIDDEN, "Access denied for now.\n");
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// An answer with nothing but a status and a line of text.
fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}
