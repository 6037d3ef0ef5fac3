//! Finds routes of the application that collide with humanify's endpoints.

use axum::Router;
use axum::extract::MatchedPath;
use http::Method;

use super::nameless_routes::METHODS;
use crate::handler::{RouteFinder, RoutePolicy};

/// The application's route that matches one of these paths specifically; a catch-all route does no
/// harm. `finder` has the layer [`RouteFinder`].
pub(crate) fn find_route_conflict(finder: &Router, mount: &str, paths: &[&str]) -> Option<String> {
    let mut templates = paths.iter().filter_map(|path| {
        let found = RouteFinder::find(finder, &Method::GET, &format!("{mount}/{path}"))?;
        // A protected route is one of humanify's own.
        let route = found.route.filter(|_| !found.is_protected)?;
        Some(MatchedPath::as_str(&route).to_owned())
    });
    templates.find(|template| template.starts_with(mount))
}

/// Whether the handler of a path has attributes.
pub(super) fn has_policy(finder: &Router, path: &str) -> bool {
    METHODS.iter().any(|method| {
        RouteFinder::find(finder, method, path)
            .is_some_and(|found| found.route.is_some() && found.policy != RoutePolicy::Nothing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};

    #[test]
    fn only_routes_of_that_very_path_collide() {
        let handler = || async { "" };
        let paths = ["challenge", "verify"];
        for (app, collides) in [
            (Router::new(), false),
            (Router::new().route("/humanify", get(handler)), false),
            (Router::new().route("/{*path}", get(handler)), false),
            (Router::new().route("/{a}/{b}", get(handler)), false),
            (Router::new().fallback(handler), false),
            (
                Router::new().route("/humanify/challenge", get(handler)),
                true,
            ),
            (Router::new().route("/humanify/verify", post(handler)), true),
            (Router::new().route("/humanify/{page}", get(handler)), true),
            (
                Router::new().nest("/humanify", Router::new().route("/verify", get(handler))),
                true,
            ),
        ] {
            assert_eq!(
                find_route_conflict(&RouteFinder::of(&app), "/humanify", &paths).is_some(),
                collides
            );
        }
    }
}
