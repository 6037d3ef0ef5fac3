//! Handlers of many kinds, by what they take, return and are called: none of them is warned of.
#![deny(warnings)]

mod state {
    use axum::Router;
    use axum::extract::{Path, State};
    use axum::routing::get;
    use humanify::prelude::*;
    #[derive(Clone)]
    struct App {
        n: u32,
    }
    #[block_bots]
    async fn h(State(app): State<App>, Path(id): Path<u64>) -> String {
        format!("{} {id}", app.n)
    }
    pub(super) fn app() -> axum::Router {
        Router::new()
            .route("/{id}", get(h))
            .with_state(App { n: 1 })
    }
}

mod result {
    use axum::http::StatusCode;
    use axum::response::{IntoResponse, Response};
    use axum::routing::get;
    use axum::{Json, Router};
    use humanify::prelude::*;
    #[derive(Debug)]
    enum E {
        A,
    }
    impl IntoResponse for E {
        fn into_response(self) -> Response {
            StatusCode::BAD_REQUEST.into_response()
        }
    }
    #[require_human(hardness = 3)]
    async fn h() -> Result<Json<u32>, E> {
        if std::env::args().count() > 9 {
            return Err(E::A);
        }
        Ok(Json(1))
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod impl_into_response {
    use axum::Router;
    use axum::http::{HeaderMap, StatusCode};
    use axum::response::IntoResponse;
    use axum::routing::get;
    use humanify::prelude::*;
    #[require_human(challenge_type = "audio")]
    async fn h(headers: HeaderMap) -> impl IntoResponse {
        (StatusCode::OK, headers.len().to_string())
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod raw_string {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[rate_limit(r"5/minute")]
    #[endpoint(r#"billing.pay"#)]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod raw_ident {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[block_bots]
    async fn r#match() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(r#match))
    }
}

mod patterns {
    use axum::Router;
    use axum::extract::Path;
    use axum::http::HeaderMap;
    use axum::routing::get;
    use humanify::prelude::*;
    #[block_bots]
    async fn h(Path((a, mut b)): Path<(u32, u32)>, _: HeaderMap) -> String {
        b += a;
        b.to_string()
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/{a}/{b}", get(h))
    }
}

mod query_struct {
    use axum::extract::Query;
    use axum::http::StatusCode;
    use axum::routing::post;
    use axum::{Json, Router};
    use humanify::prelude::*;
    use std::collections::HashMap;
    #[rate_limit("5/minute", count = "failures", key = "args.user")]
    async fn h(
        Query(q): Query<HashMap<String, String>>,
        Json(b): Json<HashMap<String, u32>>,
    ) -> Result<String, (StatusCode, String)> {
        q.get("user")
            .map(|u| format!("{u}{}", b.len()))
            .ok_or((StatusCode::UNAUTHORIZED, "no".into()))
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", post(h))
    }
}

mod nested_generic_inner {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    fn inner<T: ToString>(t: T) -> String {
        t.to_string()
    }
    #[block_bots]
    async fn h(client: Client) -> String {
        let _ = client;
        inner(3_u8)
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod lifetime_static {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    use std::borrow::Cow;
    #[always_challenge]
    async fn h(uri: axum::http::Uri) -> Cow<'static, str> {
        uri.to_string().into()
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

fn main() {
    drop(state::app());
    drop(result::app());
    drop(impl_into_response::app());
    drop(raw_string::app());
    drop(raw_ident::app());
    drop(patterns::app());
    drop(query_struct::app());
    drop(nested_generic_inner::app());
    drop(lifetime_static::app());
}
