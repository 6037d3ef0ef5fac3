//! Finds the routes whose handlers have no name: `endpoint` targets do not apply to them.

use axum::Router;
use axum::extract::MatchedPath;
use http::Method;

use super::shown_routes::ShownRoutes;
use crate::handler::{RouteFinder, RoutePolicy};

/// The methods that an application usually has handlers for.
pub(super) const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// A route or a fallback, and its methods whose handlers have no name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamelessRoute {
    /// The template of the route, or a description of the fallback.
    pub(super) place: String,
    methods: Vec<Method>,
}

impl std::fmt::Display for NamelessRoute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.methods.len() < METHODS.len() {
            for method in &self.methods {
                write!(f, "{method} ")?;
            }
        }
        f.write_str(&self.place)
    }
}

/// The routes and fallbacks with a handler without a name, in a router with the layer
/// [`RouteFinder`]. Routes of services under `nest_service` are hidden, so they are not included.
pub(super) fn nameless(finder: &Router, shown: &ShownRoutes) -> Vec<NamelessRoute> {
    let is_service = |template: &&String| {
        shown
            .services
            .iter()
            .any(|service| is_base(template, service))
    };
    let routes = shown
        .templates
        .iter()
        .filter(|template| !is_service(template));
    let routes = routes.map(|template| NamelessRoute {
        place: template.clone(),
        methods: nameless_methods(finder, &example(template), Some(template)),
    });
    let nested = shown.fallbacks.iter().filter_map(|template| {
        let prefix = template.split_once("/{*")?.0;
        Some((format!("the fallback under {prefix}"), prefix))
    });
    let root = shown.has_fallback.then(|| ("the fallback".to_owned(), ""));
    let fallbacks = root.into_iter().chain(nested);
    let fallbacks = fallbacks.map(|(place, prefix)| NamelessRoute {
        place,
        methods: nameless_methods(finder, &unknown_path(prefix), None),
    });
    let mut places: Vec<_> = routes.chain(fallbacks).collect();
    places.retain(|place| !place.methods.is_empty());
    places.sort_by(|one, other| one.place.cmp(&other.place));
    places
}

/// The methods of a route whose handlers have no name; without a template, the methods of the
/// fallback.
fn nameless_methods(finder: &Router, path: &str, template: Option<&str>) -> Vec<Method> {
    let is_nameless = |method: &Method| {
        RouteFinder::find(finder, method, path).is_some_and(|found| {
            !found.lacks_method
                && found.policy == RoutePolicy::Nothing
                && found.route.as_ref().map(MatchedPath::as_str) == template
        })
    };
    METHODS.into_iter().filter(is_nameless).collect()
}

/// Whether a template is the base of a nested service, which axum adds to the service's own.
fn is_base(template: &str, service: &str) -> bool {
    let base = service.split_once("/{*").map_or(service, |(base, _)| base);
    template.trim_end_matches('/') == base
}

/// A path below a prefix that no route matches, except for a catch-all route.
fn unknown_path(prefix: &str) -> String {
    format!("{}/humanify-example/of/no-route", example(prefix))
}

/// A path that a template matches.
fn example(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, parameter)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str("humanify-example");
        rest = parameter.split_once('}').map_or("", |(_, behind)| behind);
    }
    path + rest
}

#[cfg(test)]
mod tests {
    use axum::routing::{any, get};

    use super::*;

    fn found(app: &Router) -> Vec<String> {
        let found = nameless(&RouteFinder::of(app), &ShownRoutes::of(app));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_route_is_named_with_the_methods_that_have_handlers() {
        let app: Router = Router::new()
            .route("/", get(|| async {}))
            .route("/items/{id}", get(|| async {}).post(|| async {}))
            .route("/items/all", any(|| async {}))
            .nest(
                "/files",
                Router::new().route("/{*path}", get(|| async {}).fallback(|| async {})),
            );
        assert_eq!(
            found(&app),
            [
                "GET /",
                "GET /files/{*path}",
                "/items/all",
                "GET POST /items/{id}"
            ]
        );
    }

    #[test]
    fn fallbacks_are_named_by_the_prefix_of_their_router() {
        let inner = Router::new().route("/pay", any(|| async {}));
        let with_fallback = inner.clone().fallback(|| async {});
        let app: Router = Router::new()
            .nest("/shop", with_fallback)
            .nest("/plain", inner)
            .fallback(|| async {});
        assert_eq!(
            found(&app),
            [
                "/plain/pay",
                "/shop/pay",
                "the fallback",
                "the fallback under /shop",
            ]
        );
        assert_eq!(found(&Router::new()), Vec::<String>::new());
    }

    #[test]
    fn handlers_behind_a_nested_service_are_not_reported_as_nameless() {
        let service = Router::new().route("/", get(|| async {})).into_service();
        let app = Router::new().nest_service("/opaque", service);
        assert_eq!(found(&app), Vec::<String>::new());
    }
}
