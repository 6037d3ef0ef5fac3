//! Challenges, from the demand to the clearance.

mod clearances;
mod clocks;
mod demands;
mod endpoints;
mod restarts;
mod solving;
mod types;

use axum::Router;
use axum::routing::{any, get};
use humanify::{HumanifyBuilder, prelude::*};

use crate::support::Site;

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "the login page"
    }
    #[require_human]
    async fn protected() -> &'static str {
        "for humans"
    }
    #[require_human(hardness = 3)]
    async fn hard() -> &'static str {
        "for patient humans"
    }
    #[block_bots]
    async fn admin() -> &'static str {
        "no bots"
    }
    let app = Router::new()
        .route("/login", any(login))
        .route("/protected", get(protected))
        .route("/hard", get(hard))
        .route("/admin", get(admin))
        .route("/form", any(|| async { "a form" }));
    Site::new(builder, app)
}
