//! Handlers that pass a request on to another handler, and routes beside services.

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{any, get};
use humanify::prelude::*;

use super::{guarded, login, open, protect, statuses};
use crate::support::{HOME, Site};

#[exempt]
async fn exempted() -> &'static str {
    "in"
}

#[tokio::test]
async fn a_handler_that_gets_a_request_from_another_one_judges_it_itself() {
    #[block_bots]
    async fn front(request: Request) -> Response {
        login.call(request, ()).await
    }
    #[exempt]
    async fn open_front(request: Request) -> Response {
        login.call(request, ()).await
    }
    async fn around(request: Request, _: Next) -> Response {
        login.call(request, ()).await
    }
    let site = protect(
        Router::new()
            .route("/inside", any(front))
            .route("/exempt", any(open_front))
            .route("/around", any(guarded).layer(middleware::from_fn(around))),
    );
    for (path, bot) in [("/inside", 403), ("/exempt", 303), ("/around", 403)] {
        let found = statuses(&site, Method::GET, path).await;
        assert_eq!(found, (bot, 303), "{path}");
        let visitor = site.browser(HOME);
        assert!(visitor.get_in(path).await.clears(), "{path}");
        assert_eq!(visitor.get(path).await.body, "in", "{path}");
    }
}

#[tokio::test]
async fn one_handler_for_several_methods_keeps_the_force_of_its_attribute() {
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        Router::new().route("/", get(exempted).post(exempted)),
    );
    for method in [Method::GET, Method::POST] {
        assert_eq!(statuses(&site, method, "/").await, (200, 200));
    }
}

#[tokio::test]
async fn a_route_that_takes_the_place_of_a_service_does_not_hide_what_is_in_it() {
    let app = Router::new()
        .route("/{page}", get(open))
        .fallback_service(get(exempted).post(open));
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        app,
    );
    for path in ["/a/b", "/page"] {
        assert_eq!(statuses(&site, Method::GET, path).await, (303, 303));
        assert_eq!(statuses(&site, Method::POST, path).await.1, 403);
    }
}
