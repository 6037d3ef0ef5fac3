//! The site that the browser visits: humanify's pages, and an application behind them.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use http::StatusCode;
use http::header::{HeaderName, REFERRER_POLICY};
use humanify::{Appearance, ErrorPages, HumanifyBuilder, ManagedSteps, Memory, prelude::*};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::support::Site;

/// A site on a port of its own, until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Served {
    site: Site,
    _server: Arc<Server>,
    /// Scheme, host and port.
    pub(crate) origin: String,
}

/// The common settings of the sites. They trust the address that the browser claims, so that a test
/// can choose it.
pub(crate) fn settings() -> HumanifyBuilder {
    let codes = [404, 405, 410, 500].map(|code| StatusCode::from_u16(code).unwrap());
    Humanify::builder()
        .pages(Appearance::default().name("Example Garden"))
        .behind_proxy(true)
        // The agent of a headless browser is a crawler's. Its work is a person's here, so that it is short.
        .managed_steps(ManagedSteps::default().crawler(0).inconsistent(0))
        .store(Memory::default().max_clients(1_000))
        .error_pages(ErrorPages::default().codes(codes))
}

impl Served {
    /// Serves a site with these settings.
    pub(crate) async fn start(settings: HumanifyBuilder) -> Served {
        Served::with(settings, application()).await
    }

    /// Serves an application of a test with these settings.
    pub(crate) async fn with(settings: HumanifyBuilder, app: Router) -> Served {
        let site = Site::new(settings, app);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let app = site
            .app
            .clone()
            .into_make_service_with_connect_info::<SocketAddr>();
        let server = Server(tokio::spawn(async move {
            axum::serve(listener, app).await.unwrap();
        }));
        Served {
            site,
            _server: Arc::new(server),
            origin,
        }
    }

    /// The address of one of its pages.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Deref for Served {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[always_challenge]
async fn login() -> Html<&'static str> {
    page("<h1>the login page</h1>")
}

#[require_human]
async fn protected() -> Html<&'static str> {
    page("<h1>for humans</h1>")
}

#[block_bots]
async fn members() -> Html<&'static str> {
    page("<h1>no bots</h1>")
}

#[rate_limit("1/hour")]
async fn scarce() -> Html<&'static str> {
    page("<h1>once an hour</h1>")
}

#[always_challenge]
async fn send() -> Html<&'static str> {
    page("<h1>thank you</h1>")
}

async fn contact() -> Html<&'static str> {
    page(
        "<h1>write to us</h1><form method=post action=/send>\
         <label>Message <input name=message></label><button>Send</button></form>",
    )
}

/// A page with all faults that the tests look for.
async fn faulty() -> Html<&'static str> {
    Html(
        "<!doctype html><meta http-equiv=content-security-policy content=\"script-src 'none'\">\
         <title>faulty</title><p style='color:#bbb;background:#fff;width:2000px'>pale</p>\
         <img src='http://127.0.0.1:9/pixel.png'><script>1</script>",
    )
}

/// A page whose script makes forty concurrent requests to protected resources.
async fn app() -> Html<&'static str> {
    Html(
        "<!doctype html><title>app</title><script type=module>
         import { ask } from '/humanify/dialog.js';
         window.answers = null;
         const asked = Array.from({ length: 40 }, (_, number) => ask(`/protected?${number}`));
         const texts = asked.map(async asked => {
             const answer = await asked;
             return `${answer.status} ${await answer.text()}`;
         });
         window.answers = await Promise.all(texts);
         </script>",
    )
}

/// The same, with a policy to send no referrer.
async fn quiet_app() -> ([(HeaderName, &'static str); 1], Html<&'static str>) {
    ([(REFERRER_POLICY, "no-referrer")], app().await)
}

/// A page with forty protected parts.
async fn gallery() -> Html<String> {
    let parts: String = (0..20)
        .map(|number| {
            format!(
                "<img src='/protected?{number}'><script src='/protected?script{number}'></script>"
            )
        })
        .collect();
    Html(format!(
        "<!doctype html><title>gallery</title><h1>gallery</h1>{parts}"
    ))
}

fn page(body: &'static str) -> Html<&'static str> {
    Html(body)
}

fn application() -> Router {
    Router::new()
        .route("/", get(async || page("<h1>home</h1>")))
        .route("/login", get(login))
        .route("/protected", get(protected))
        .route("/app", get(app))
        .route("/quiet_app", get(quiet_app))
        .route("/gallery", get(gallery))
        .route("/members", get(members))
        .route("/scarce", get(scarce))
        .route("/contact", get(contact))
        .route("/send", post(send))
        .route("/gone", get(async || StatusCode::GONE))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/faulty", get(faulty))
}
