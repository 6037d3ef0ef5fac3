//! `Humanify`: the object that an application holds.

mod bans;
mod builder;
mod description;
mod limiter;
mod mount;
mod own_check;
mod serve;

pub use bans::{BanList, Banned};
#[cfg(feature = "redis")]
pub use builder::Redis;
pub use builder::{
    AudioDataset, ClientIdUse, Cookies, CrawlerVerification, HumanifyBuilder, ImageDataset, Memory,
    Pages, Proxies, Secrets, StoreSettings,
};
pub use description::Description;
pub use limiter::{ClientSelector, Limiter, RouteStats};
#[cfg(feature = "captcha")]
pub(crate) use mount::mount_path;
pub use own_check::{OwnCheckError, OwnCheckPassed};
pub use serve::{Serve, ServeGracefully, ServeLimits};

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::MethodRouter;
use http::Request;

use crate::decision::{Explanation, ObservedSummary};
use crate::error::ConfigError;
use crate::handler::{RouteFinder, has_protected_route};
use crate::middleware::{
    Endpoint, HumanifyLayer, Instance, OpaqueServices, ShownRoutes, find_route_conflict,
};

/// The protection of one application. Clones share everything.
///
/// ```
/// # use humanify::prelude::*;
/// use axum::{Router, routing::get};
///
/// #[require_human]
/// async fn hello() -> &'static str {
///     "Hello, human!"
/// }
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder().build()?;
/// let app: Router = humanify.protect(Router::new().route("/", get(hello)))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Humanify {
    pub(crate) instance: Arc<Instance>,
}

impl Humanify {
    pub(crate) fn new(instance: Instance) -> Self {
        Humanify {
            instance: Arc::new(instance),
        }
    }

    /// A builder with the default settings.
    pub fn builder() -> HumanifyBuilder {
        HumanifyBuilder::default()
    }

    /// Protects every route of the application, and adds humanify's own pages.
    ///
    /// The server has to report the client's address: `humanify.serve` does, and so does
    /// `app.into_make_service_with_connect_info::<SocketAddr>()`. Routes that are added
    /// afterwards are not protected. Rules see the whole path, also if the router is nested in
    /// another one.
    ///
    /// The rules are checked against the routes. The log warns, with the nearest template, of a
    /// target that no route answers, a trap on a route, a named handler that does not exist, or
    /// `"/admin"` beside routes below it. The [guide](crate::guide::meaning) has the list.
    ///
    /// # Errors
    /// If a route of the application has the address of one of humanify's own pages, a handler demands a
    /// challenge for which the builder has no dataset, or the builder is
    /// [`strict`](HumanifyBuilder::strict) and the rules give warnings.
    pub fn protect(&self, app: Router) -> Result<Router, ConfigError> {
        let mount = &self.instance.settings.mount;
        let paths = Endpoint::ALL.map(Endpoint::path);
        let finder = RouteFinder::of(&app);
        if let Some(route) = find_route_conflict(&finder, mount, &paths) {
            return Err(ConfigError::Collision(route));
        }
        let shown = ShownRoutes::of(&app);
        self.instance.check_names(&finder, &shown);
        self.instance.read_bans();
        let services = OpaqueServices::of(&finder, &shown);
        let layer = HumanifyLayer {
            services: services.clone(),
            ..self.layer()
        };
        self.instance.keep_route_finder(finder.clone(), services);
        // The layer answers these paths before the router does. They are routes so that they are
        // also found under a prefix, and have no methods so that two protected routers can be
        // merged.
        let app = paths.iter().fold(app, |app, path| {
            app.route(&format!("{mount}/{path}"), MethodRouter::new())
        });
        // `with_state` completes the router, so that all handlers are known afterwards.
        let app = app.layer(layer).with_state(());
        if let Some((handler, challenge_type)) = self.instance.impossible_demand() {
            return Err(ConfigError::ImpossibleDemand {
                handler,
                challenge_type,
            });
        }
        let findings = self.instance.check_router(&finder, shown);
        if !findings.is_empty() {
            return Err(ConfigError::Findings(findings));
        }
        Ok(app)
    }

    /// The layer alone, for applications that add it to their stack themselves.
    ///
    /// Add it to the outermost router, after its fallback: humanify's own pages, on which visitors
    /// solve challenges, are reached through the layer's own fallback. They are missing behind
    /// `route_layer`, a nested router or a later `fallback`. [`protect`](Humanify::protect) adds
    /// them as routes.
    #[must_use]
    pub fn layer(&self) -> HumanifyLayer {
        self.instance.lists.start();
        HumanifyLayer {
            instance: Arc::clone(&self.instance),
            services: None,
        }
    }

    /// Reads and resets the limits of clients.
    #[must_use]
    pub fn limiter(&self) -> Limiter {
        Limiter {
            instance: Arc::clone(&self.instance),
        }
    }

    /// Lists, adds and lifts bans.
    #[must_use]
    pub fn bans(&self) -> BanList {
        BanList {
            instance: Arc::clone(&self.instance),
        }
    }

    /// Explains, step by step, how a request would be decided, as text and as JSON. Nothing is
    /// counted, logged or reported, and no handler runs.
    ///
    /// The request is described as the server would see it: the peer's address is the extension
    /// `ConnectInfo<SocketAddr>`. The route and its handler are found in the router that was
    /// [protected](Self::protect). Signatures of agents are not checked, since that would spend
    /// their nonces.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// use std::net::SocketAddr;
    ///
    /// use axum::{Router, extract::ConnectInfo, routing::get};
    /// use http::Request;
    ///
    /// #[block_bots]
    /// async fn shop() -> &'static str {
    ///     "Buy"
    /// }
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let humanify = Humanify::builder().build()?;
    /// let app = humanify.protect(Router::new().route("/shop", get(shop)))?;
    ///
    /// let peer = SocketAddr::from(([203, 0, 113, 7], 80));
    /// let request = Request::get("/shop")
    ///     .header("user-agent", "curl/8.14.1")
    ///     .extension(ConnectInfo(peer))
    ///     .body(())?;
    /// let explanation = humanify.explain(&request).await;
    /// assert!(explanation.to_string().contains("=> deny, by #[block_bots] on"));
    /// let json = serde_json::to_string(&explanation)?;
    /// # assert!(json.contains("\"handler\""));
    /// # Ok(()) }
    /// ```
    pub async fn explain<B>(&self, request: &Request<B>) -> Explanation {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method.clone_from(request.method());
        parts.uri.clone_from(request.uri());
        parts.headers.clone_from(request.headers());
        parts.extensions = request.extensions().clone();
        self.instance.explain(parts).await
    }

    /// Summarises the decisions that were only observed since the start: the clients that would
    /// have been stopped, the causes, and how many look like people. See
    /// [`observe_only`](HumanifyBuilder::observe_only).
    #[must_use]
    pub fn observed(&self) -> ObservedSummary {
        self.instance.reporter.observed()
    }

    /// Human-readable summary of the active configuration: `println!("{}", humanify.describe())`
    /// after `protect`.
    #[must_use]
    pub fn describe(&self) -> Description {
        Description::new(&self.instance)
    }

    /// Protects the application and serves it, on any axum listener whose addresses are socket
    /// addresses, IP addresses or unix sockets.
    ///
    /// ```no_run
    /// # use humanify::prelude::*;
    /// # use axum::Router;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = Router::new();
    /// let humanify = Humanify::builder().build()?;
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// humanify
    ///     .serve(listener, app)
    ///     .with_graceful_shutdown(async { /* when to stop */ })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Slow and greedy clients are cut off; see [`ServeLimits`]. A request of HTTP/1.1 without
    /// `Host` gets 400 and its connection ends, before any layer sees it. Layers that need to see
    /// refusals, such as CORS, tracing or request ids, belong around the protection:
    /// [`Serve::layer`] adds one.
    pub fn serve<L>(&self, listener: L, app: Router) -> Serve<L> {
        self.server(listener, self.protect(app))
    }

    /// Serves an application that is already protected, with the application's own layers around
    /// the protection. A CORS layer then also applies to refusals, so that browsers let scripts of
    /// other origins read them.
    ///
    /// ```no_run
    /// # use humanify::prelude::*;
    /// # use axum::{Router, middleware::from_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let routes = Router::new();
    /// # let cors = from_fn(async |request, next: axum::middleware::Next| next.run(request).await);
    /// let humanify = Humanify::builder().build()?;
    /// let app = humanify.protect(routes)?.layer(cors);
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    /// humanify.serve_protected(listener, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Routes that were left outside of the protection stay open: a router that contains a
    /// protected one, by `nest` or `merge`, is served as it is.
    ///
    /// # Errors
    /// If no route of the application is protected, the server does not start. A protected router
    /// inside of `nest_service` does not count, since its routes are hidden.
    pub fn serve_protected<L>(&self, listener: L, app: Router) -> Serve<L> {
        let app = match has_protected_route(&app) {
            true => Ok(app),
            false => Err(ConfigError::NotProtected),
        };
        self.server(listener, app)
    }

    fn server<L>(&self, listener: L, app: Result<Router, ConfigError>) -> Serve<L> {
        self.instance.draw_ahead();
        Serve {
            listener,
            app,
            trust: self.instance.settings.trust.clone(),
            reporter: Arc::clone(&self.instance.reporter),
            limits: ServeLimits::default(),
        }
    }
}

impl fmt::Debug for Humanify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Humanify")
            .field("mount", &self.instance.settings.mount)
            .finish_non_exhaustive()
    }
}
