//! `OpaqueServices`: the services that hide which of their handlers a request reaches.

use std::sync::Arc;

use axum::Router;
use axum::extract::MatchedPath;
use http::Method;

use super::shown_routes::ShownRoutes;
use crate::handler::{RouteFinder, RoutePolicy};

/// The services of a router that announce the policy of one guarded handler. Handlers without a
/// policy may stand beside it, so the policy must not replace the rules for the whole service.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct OpaqueServices {
    /// The templates of those that are routes.
    routes: Vec<String>,
    /// The bases of nested services and of fallbacks, whose requests match no template.
    bases: Vec<String>,
}

/// The start of the last segment of a template that matches everything below its base.
const REST: &str = "/{*__private__axum_";

impl OpaqueServices {
    /// The services of a router, which has the layer [`RouteFinder`]; `None` if there are none.
    pub(crate) fn of(finder: &Router, shown: &ShownRoutes) -> Option<Arc<OpaqueServices>> {
        let mut found = OpaqueServices::default();
        for template in &shown.opaque {
            match template.split_once(REST) {
                Some((base, _)) if is_guarded(finder, &format!("{base}/{{rest}}"), None) => {
                    found.bases.push(base.to_owned());
                }
                None if is_guarded(finder, template, Some(template)) => {
                    found.routes.push(template.clone());
                }
                _ => {}
            }
        }
        (found != OpaqueServices::default()).then(|| Arc::new(found))
    }

    /// Whether such a service handles a request. Inside of another router, the route begins with the
    /// prefix, and the path does not.
    pub(super) fn handle(&self, route: Option<&str>, path: &str, is_nested: bool) -> bool {
        match route {
            Some(route) => self.routes.iter().any(|template| {
                route == template || (is_nested && route.ends_with(template.as_str()))
            }),
            None => self.bases.iter().any(|base| is_below(base, path)),
        }
    }
}

/// Whether a service announces one policy. If the path finds another route, nobody knows.
fn is_guarded(finder: &Router, path: &str, template: Option<&str>) -> bool {
    RouteFinder::find(finder, &Method::GET, path).is_none_or(|found| {
        let route = found.route.as_ref().map(MatchedPath::as_str);
        route != template || matches!(found.policy, RoutePolicy::One(_))
    })
}

/// Whether a path is below the base of a template, whose parameters match any segment. Everything is
/// below the empty one, also `*`.
fn is_below(base: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    base.is_empty()
        || base.split('/').all(|expected| {
            segments
                .next()
                .is_some_and(|segment| segment == expected || expected.contains('{'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_its_base() {
        for (base, path, expected) in [
            ("", "/a", true),
            ("", "*", true),
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a", "/ab", false),
            ("/a", "/", false),
            ("/{user}/files", "/me/files/x", true),
            ("/{user}/files", "/me/other/files", false),
        ] {
            assert_eq!(is_below(base, path), expected, "{base} {path}");
        }
    }
}
