//! Handlers in many places, and beside many other attributes: none of them is warned of.
#![deny(warnings)]

mod pub_crate_mod {
    use axum::Router;
    use axum::routing::get;
    mod handlers {
        use humanify::prelude::*;
        /// Documented.
        #[rate_limit("5 per minute")]
        pub(crate) async fn h() -> &'static str {
            "x"
        }
        /// Also.
        #[exempt(rate_limit)]
        pub(super) async fn i() {}
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(handlers::h).post(handlers::i))
    }
}

mod cfg {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[cfg(unix)]
    #[block_bots]
    async fn h() -> &'static str {
        "unix"
    }
    #[block_bots]
    #[cfg(not(unix))]
    async fn h() -> &'static str {
        "other"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod debug_below {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[block_bots]
    #[axum::debug_handler]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod debug_above {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[axum::debug_handler]
    #[block_bots]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod impl_block {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    struct S;
    impl S {
        #[block_bots]
        async fn h() -> &'static str {
            "x"
        }
        #[require_human]
        #[rate_limit("5/minute")]
        pub async fn i() -> &'static str {
            "x"
        }
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(S::h).post(S::i))
    }
}

mod macro_ident_lit {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    macro_rules! guarded {
        ($name:ident, $rate:literal, $hard:literal) => {
            #[rate_limit($rate)]
            #[require_human(hardness = $hard)]
            async fn $name() -> &'static str {
                stringify!($name)
            }
        };
    }
    guarded!(a, "5/minute", 2);
    guarded!(b, "7/minute", 3);
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(a).post(b))
    }
}

mod path_attr {

    #[humanify::require_human]
    #[humanify::rate_limit("5/minute", burst = 10)]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        axum::Router::new().route("/", axum::routing::get(h))
    }
}

mod alias {

    extern crate humanify as hf;
    #[hf::block_bots]
    #[hf::rate_limit("5/minute")]
    #[hf::endpoint("a.b")]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        axum::Router::new().route("/", axum::routing::get(h))
    }
}

mod allow_clippy_deprecated {
    use axum::Router;
    use axum::http::HeaderMap;
    use axum::routing::get;
    use humanify::prelude::*;
    #[allow(clippy::unused_async)]
    #[block_bots]
    #[allow(unused_variables)]
    async fn h(headers: HeaderMap) {}
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod all_together {
    use axum::Router;
    use axum::response::Html;
    use axum::routing::post;
    use humanify::prelude::*;
    #[endpoint("billing.pay")]
    #[block_bots]
    #[always_challenge(hardness = 2, challenge_type = "grid")]
    #[rate_limit("5/minute; 100/day")]
    #[rate_limit("2/second", key = "headers.x-api-key", methods = [POST])]
    async fn h() -> Html<&'static str> {
        Html("x")
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", post(h))
    }
}

mod direct {
    use axum::Router;
    use axum::extract::Path;
    use axum::routing::get;
    use humanify::prelude::*;
    #[require_human]
    async fn h(Path(n): Path<u32>) -> String {
        n.to_string()
    }
    async fn t() -> String {
        h(Path(3)).await
    }
    pub(super) fn app() -> axum::Router {
        drop(t());
        Router::new().route("/{n}", get(h))
    }
}

mod nested_fn {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    pub(super) fn app() -> axum::Router {
        #[exempt]
        async fn h() -> &'static str {
            "x"
        }
        Router::new().route("/", get(h))
    }
}

mod cfg_attr {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    #[cfg_attr(all(), block_bots)]
    #[cfg_attr(all(), rate_limit("5/minute"))]
    async fn h() -> &'static str {
        "x"
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod async_trait_call {
    use axum::Router;
    use axum::extract::State;
    use axum::routing::get;
    use humanify::prelude::*;
    trait Store {
        fn get(&self) -> impl Future<Output = String> + Send;
    }
    #[derive(Clone)]
    struct Db;
    impl Store for Db {
        async fn get(&self) -> String {
            "x".into()
        }
    }
    #[require_human(action = "deny_access")]
    async fn h(State(db): State<Db>) -> String {
        db.get().await
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h)).with_state(Db)
    }
}

mod use_beneath {
    use axum::Router;
    use axum::routing::get;
    use humanify::{block_bots, endpoint};
    #[block_bots]
    #[endpoint("x")]
    async fn h() {}
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(h))
    }
}

mod macro_expr_vis {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    macro_rules! routes { ($($(#[$meta:meta])* $vis:vis fn $name:ident -> $ty:ty $body:block)*) => { $($(#[$meta])* $vis async fn $name() -> $ty $body)* } }
    routes! {
        #[block_bots] pub fn a -> &'static str { "a" }
        #[rate_limit("5/minute")] pub(crate) fn b -> String { "b".to_owned() }
    }
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(a).post(b))
    }
}

mod trait_default {
    use axum::Router;
    use axum::routing::get;
    use humanify::prelude::*;
    trait T {
        #[block_bots]
        async fn h() -> &'static str {
            "x"
        }
    }
    struct S;
    impl T for S {}
    pub(super) fn app() -> axum::Router {
        Router::new().route("/", get(S::h))
    }
}

fn main() {
    drop(pub_crate_mod::app());
    drop(cfg::app());
    drop(debug_below::app());
    drop(debug_above::app());
    drop(impl_block::app());
    drop(macro_ident_lit::app());
    drop(path_attr::app());
    drop(alias::app());
    drop(allow_clippy_deprecated::app());
    drop(all_together::app());
    drop(direct::app());
    drop(nested_fn::app());
    drop(cfg_attr::app());
    drop(async_trait_call::app());
    drop(use_beneath::app());
    drop(macro_expr_vis::app());
    drop(trait_default::app());
}
