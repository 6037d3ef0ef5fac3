//! How the layer learns what each handler's attributes say. An axum that changes one of
//! these cases makes a test fail.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRef, Path, Query, Request, State};
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, get_service, post};
use axum::{Json, Router};
use humanify::Secrets;
use humanify::prelude::*;
use tower::ServiceExt;

use crate::support::{DATACENTER, HOME, Site};

#[block_bots]
async fn guarded() -> &'static str {
    "in"
}

#[always_challenge]
async fn login() -> &'static str {
    "in"
}

async fn open() -> &'static str {
    "in"
}

/// The status that a bot and a person get.
async fn statuses(site: &Site, method: Method, path: &str) -> (u16, u16) {
    let bot = site
        .browser(DATACENTER)
        .send(method.clone(), path, "")
        .await;
    let human = site.browser(HOME).send(method, path, "").await;
    (bot.status.as_u16(), human.status.as_u16())
}

fn protect(app: Router) -> Site {
    Site::new(Humanify::builder(), app)
}

async fn pass(request: Request, next: Next) -> Response {
    next.run(request).await
}

#[tokio::test]
async fn each_method_has_its_own_policy() {
    let site = protect(Router::new().route("/", get(guarded).post(open).put(login)));
    assert_eq!(statuses(&site, Method::GET, "/").await, (403, 200));
    assert_eq!(statuses(&site, Method::HEAD, "/").await, (403, 200));
    assert_eq!(statuses(&site, Method::POST, "/").await, (200, 200));
    assert_eq!(statuses(&site, Method::PUT, "/").await, (403, 403));
    assert_eq!(statuses(&site, Method::DELETE, "/").await, (405, 405));
}

#[tokio::test]
async fn routers_may_be_nested_and_merged() {
    let inner = Router::new()
        .route("/guarded", get(guarded))
        .route("/open", get(open));
    let app = Router::new()
        .nest("/a", Router::new().nest("/b", inner.clone()))
        .nest("/fallback", inner.fallback(guarded))
        .merge(Router::new().route("/merged", get(guarded)))
        .route("/open", get(open));
    let site = protect(app);
    for (path, expected) in [
        ("/a/b/guarded", (403, 200)),
        ("/a/b/open", (200, 200)),
        ("/fallback/nothing", (403, 200)),
        ("/merged", (403, 200)),
        ("/open", (200, 200)),
        ("/nothing", (404, 404)),
    ] {
        assert_eq!(statuses(&site, Method::GET, path).await, expected, "{path}");
    }
}

#[derive(Clone)]
pub(crate) struct App {
    number: u32,
}

impl FromRef<App> for u32 {
    fn from_ref(app: &App) -> u32 {
        app.number
    }
}

#[derive(Debug)]
struct Failure;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        StatusCode::IM_A_TEAPOT.into_response()
    }
}

#[block_bots]
async fn with_everything(
    State(number): State<u32>,
    Path(id): Path<u32>,
    Query(query): Query<Vec<(String, String)>>,
    client: Client,
    detection: Detection,
    ConnectInfo(_peer): ConnectInfo<SocketAddr>,
    body: String,
) -> Result<Json<(u32, u32, usize, bool, bool, String)>, Failure> {
    let known = client.ip().is_some();
    Ok(Json((
        number,
        id,
        query.len(),
        known,
        detection.is_bot(),
        body,
    )))
}

/// Documentation stays.
#[require_human]
#[allow(clippy::unused_async)]
pub(crate) async fn visible(State(app): State<App>) -> impl IntoResponse {
    (StatusCode::CREATED, app.number.to_string())
}

#[require_human]
#[axum::debug_handler(state = App)]
async fn debugged(State(app): State<App>) -> Result<String, Failure> {
    if app.number == 0 {
        Err(Failure)
    } else {
        Ok("in".into())
    }
}

#[block_bots]
async fn nothing() {}

#[tokio::test]
async fn handlers_keep_their_state_their_extractors_and_their_answers() {
    let app = Router::new()
        .route("/all/{id}", post(with_everything))
        .route("/visible", get(visible))
        .route("/debugged", get(debugged))
        .route("/nothing", get(nothing))
        .with_state(App { number: 7 });
    let site = protect(app);
    let reply = site
        .browser(HOME)
        .send(Method::POST, "/all/5?a=1&b=2", "body")
        .await;
    assert_eq!(reply.body, r#"[7,5,2,true,false,"body"]"#);
    assert_eq!(statuses(&site, Method::POST, "/all/5").await, (403, 200));
    assert_eq!(statuses(&site, Method::GET, "/visible").await, (303, 201));
    assert_eq!(statuses(&site, Method::GET, "/debugged").await, (303, 200));
    assert_eq!(statuses(&site, Method::GET, "/nothing").await, (403, 200));
}

#[tokio::test]
async fn a_handler_can_be_called_in_a_test() {
    let (status, text) = {
        let response = visible(State(App { number: 7 })).await.into_response();
        let status = response.status();
        (
            status,
            axum::body::to_bytes(response.into_body(), 99)
                .await
                .unwrap(),
        )
    };
    assert_eq!((status, &text[..]), (StatusCode::CREATED, &b"7"[..]));
    assert!(debugged(State(App { number: 0 })).await.is_err());
    assert_eq!(guarded().await, "in");
    nothing().await;
}

#[tokio::test]
async fn layers_between_router_and_handler_hide_no_attribute() {
    let app = Router::new()
        .route("/from_fn", get(guarded).layer(middleware::from_fn(pass)))
        .route(
            "/timeout",
            get(guarded).layer(tower_http::timeout::TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                Duration::from_secs(9),
            )),
        )
        .route(
            "/handler",
            get(guarded.layer(tower_http::trace::TraceLayer::new_for_http())),
        )
        .route_layer(middleware::from_fn(pass))
        .layer(tower_http::set_header::SetResponseHeaderLayer::overriding(
            axum::http::header::SERVER,
            axum::http::HeaderValue::from_static("x"),
        ))
        .layer(middleware::from_fn(pass));
    let site = protect(app);
    for path in ["/from_fn", "/timeout", "/handler"] {
        assert_eq!(
            statuses(&site, Method::GET, path).await,
            (403, 200),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_router_without_its_state_yet_is_learned_when_it_gets_it() {
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let app: Router = Router::new()
        .route("/", get(visible))
        .layer(humanify.layer())
        .with_state(App { number: 7 });
    let bot = request("/", "127.0.0.1");
    assert_eq!(
        app.oneshot(bot).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_attribute_that_the_layer_cannot_see_is_still_enforced() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    let inner = Router::new()
        .route("/guarded", get(guarded))
        .route("/exempted", get(exempted))
        .route("/limited", get(limited))
        .route("/open", get(open));
    let boxed = inner.clone().into_service::<Body>();
    let app = Router::new()
        .nest_service("/nested", boxed)
        .route_service("/both", get(guarded).post(login))
        .route("/service", get_service(guarded.with_state(())));
    let site = Site::new(
        Humanify::builder().rules(protect! {
            always_challenge on "/nested/exempted";
            limit "4/hour" on "/nested/*";
        }),
        app,
    );
    assert_eq!(
        statuses(&site, Method::GET, "/nested/guarded").await,
        (403, 200)
    );
    assert_eq!(
        statuses(&site, Method::GET, "/nested/exempted").await,
        (303, 303)
    );
    assert_eq!(statuses(&site, Method::GET, "/both").await, (403, 200));
    assert_eq!(statuses(&site, Method::POST, "/both").await, (403, 403));
    assert_eq!(statuses(&site, Method::GET, "/service").await, (403, 200));

    // The rule's limit of four an hour, counted once each; the handler's two come on top.
    let visitor = site.browser("84.140.1.50");
    let mut passed = 0;
    for _ in 0..3 {
        passed += usize::from(visitor.get("/nested/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 2);
    assert_eq!(visitor.get("/nested/open").await.status, StatusCode::OK);
    assert_eq!(
        visitor.get("/nested/open").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_limit_that_the_layer_cannot_see_counts_as_any_other() {
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    #[rate_limit("2/hour", count = "failures")]
    async fn login(request: Request) -> StatusCode {
        match request.uri().query() {
            Some("right") => StatusCode::OK,
            _ => StatusCode::UNAUTHORIZED,
        }
    }
    let inner = Router::new()
        .route("/limited", any(limited))
        .route("/login", any(login))
        .into_service::<Body>();
    let site = protect(Router::new().nest_service("/in", inner));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for method in ["GET", "HEAD", "GET"] {
        let method = method.parse().unwrap();
        let reply = visitor.send(method, "/in/limited", "").await;
        passed += usize::from(reply.status == StatusCode::OK);
    }
    assert_eq!(passed, 2, "HEAD counts as GET");
    let mut passed = 0;
    for number in 0..20 {
        let method = Method::from_bytes(format!("MADE-UP-{number}").as_bytes()).unwrap();
        let reply = visitor.send(method, "/in/limited", "").await;
        passed += usize::from(reply.status == StatusCode::OK);
        assert!(reply.header("ratelimit").is_some());
    }
    assert_eq!(passed, 2, "no name of a method is a bucket of its own");
    for method in [Method::GET, Method::POST] {
        let mut tried = 0;
        for number in 0..20 {
            let path = ["/in/login?right", "/in/login"][number % 2];
            let reply = visitor.send(method.clone(), path, "").await;
            tried += usize::from(reply.status == StatusCode::UNAUTHORIZED);
        }
        assert_eq!(tried, 2, "{method}");
    }
}

#[tokio::test]
async fn an_exempt_handler_speaks_for_the_service_that_it_is_alone_in() {
    // As the documentation of `#[exempt]` says; the router's own methods keep them apart.
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder().rules(protect! { deny_access; }),
        Router::new()
            .route_service("/service", get(exempted).post(open))
            .route("/route", get(exempted).post(open)),
    );
    assert_eq!(statuses(&site, Method::POST, "/service").await, (200, 200));
    assert_eq!(statuses(&site, Method::GET, "/route").await, (200, 200));
    assert_eq!(statuses(&site, Method::POST, "/route").await, (403, 200));
}

#[tokio::test]
async fn a_challenge_of_a_handler_that_the_layer_cannot_see_can_be_solved() {
    let inner = Router::new()
        .route("/login", get(login))
        .into_service::<Body>();
    let site = protect(Router::new().nest_service("/in", inner));
    let visitor = site.browser(HOME);
    let solved = visitor.get_in("/in/login").await;
    assert_eq!(solved.location().as_deref(), Some("/in/login"));
    assert_eq!(visitor.get("/in/login").await.body, "in");
}

#[tokio::test]
async fn a_guard_without_a_layer_is_closed() {
    let app: Router = Router::new().route("/", get(guarded));
    let response = app.oneshot(request("/", HOME)).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    // Tests are built with debug assertions, and see what to do.
    let body = axum::body::to_bytes(response.into_body(), 9_999).await;
    let body = String::from_utf8(body.unwrap().to_vec()).unwrap();
    assert!(body.contains("humanify.protect(app)"), "{body}");

    // A route that is added after the layer is not protected, and a guard there is closed.
    let site = protect(Router::new());
    let app = site.app.route("/late", get(guarded));
    let response = app.oneshot(request("/late", HOME)).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn protecting_a_router_twice_counts_each_request_once() {
    #[rate_limit("2/hour")]
    async fn limited() -> &'static str {
        "in"
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let app = Router::new().route("/", get(limited));
    let twice = humanify.protect(humanify.protect(app).unwrap()).unwrap();
    let other = Router::new().route("/other", get(limited));
    let merged = twice.merge(humanify.protect(other).unwrap());
    for path in ["/", "/other"] {
        for expected in [200, 200, 429] {
            let response = merged.clone().oneshot(request(path, HOME)).await.unwrap();
            assert_eq!(response.status().as_u16(), expected, "{path}");
        }
    }
    let response = merged
        .oneshot(request("/humanify/challenge", HOME))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_collision_is_an_error_and_no_panic() {
    let humanify = Humanify::builder().build().unwrap();
    let app = Router::new().route("/humanify/verify", post(open));
    let error = humanify.protect(app).unwrap_err().to_string();
    assert!(
        error.contains("/humanify/verify") && error.contains("Pages::at"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_tells_no_address_answers_with_the_fix() {
    let site = protect(Router::new().route("/", get(open)));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = site.app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body = axum::body::to_bytes(response.into_body(), 9_999)
        .await
        .unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    assert!(
        body.contains("into_make_service_with_connect_info") && body.contains("MockConnectInfo"),
        "{body}"
    );
}

#[tokio::test]
async fn a_panic_in_a_handlers_clone_leaves_nothing_behind() {
    struct Explosive(Arc<Mutex<bool>>);
    impl Clone for Explosive {
        fn clone(&self) -> Self {
            let armed = *self.0.lock().unwrap();
            assert!(!armed, "boom");
            Explosive(Arc::clone(&self.0))
        }
    }
    let armed = Arc::new(Mutex::new(false));
    let explosive = Explosive(Arc::clone(&armed));
    let app: Router = Router::new().route(
        "/",
        get(move || async move {
            drop(explosive);
            "in"
        }),
    );
    *armed.lock().unwrap() = true;
    let humanify = Humanify::builder()
        .secrets(Secrets::new([7; 32]))
        .build()
        .unwrap();
    let layer = humanify.layer();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        app.layer(layer).with_state::<()>(())
    }));
    assert!(caught.is_err());
    let site = protect(Router::new().route("/", get(open)));
    assert_eq!(statuses(&site, Method::GET, "/").await, (200, 200));
}

fn request(path: &str, ip: &str) -> Request {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    let peer = SocketAddr::new(ip.parse().unwrap(), 80);
    request.extensions_mut().insert(ConnectInfo(peer));
    request.headers_mut().insert(
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
            .parse()
            .unwrap(),
    );
    request
}
