//! Finds the routes whose handlers have no name, which `endpoint` targets pass over.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use http::Method;
use http::header::ALLOW;
use tower_service::Service;

use crate::handler::{FoundRoute, RoutePolicy};

/// The methods that an application usually has handlers for.
pub(super) const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// A route, and those of its methods whose handlers have no name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamelessRoute<'a> {
    pub(super) template: &'a str,
    methods: Vec<Method>,
}

impl std::fmt::Display for NamelessRoute<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.methods.len() < METHODS.len() {
            for method in &self.methods {
                write!(f, "{method} ")?;
            }
        }
        f.write_str(self.template)
    }
}

/// The routes with these templates that have a handler without a name, found in a router that
/// wears the layer [`RouteFinder`](crate::handler::RouteFinder).
pub(super) fn nameless<'a>(finder: &Router, templates: &'a [String]) -> Vec<NamelessRoute<'a>> {
    let routes = templates.iter().map(|template| NamelessRoute {
        template,
        methods: METHODS
            .into_iter()
            .filter(|method| is_nameless(finder, template, method))
            .collect(),
    });
    let mut routes: Vec<_> = routes.filter(|route| !route.methods.is_empty()).collect();
    routes.sort_by_key(|route| route.template);
    routes
}

/// Whether a handler without a name answers to a method of a route.
fn is_nameless(finder: &Router, template: &str, method: &Method) -> bool {
    let request = Request::builder().method(method).uri(example(template));
    let Ok(request) = request.body(Body::empty()) else {
        return false;
    };
    let mut finder = finder.clone();
    let mut answer = pin!(Service::<Request>::call(&mut finder, request));
    // The finder answers at once, so nothing ever has to wait.
    let Poll::Ready(Ok(response)) = answer
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    else {
        return false;
    };
    // The router says which methods there are where there is none for this one.
    if response.headers().contains_key(ALLOW) {
        return false;
    }
    response
        .extensions()
        .get()
        .is_some_and(|found: &FoundRoute| {
            found.policy == RoutePolicy::Nothing
                && found.route.as_ref().map(MatchedPath::as_str) == Some(template)
        })
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
    use crate::handler::RouteFinder;
    use crate::middleware::routes::ShownRoutes;

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
        let known = ShownRoutes::of(&app).templates;
        let finder = app.layer(RouteFinder).with_state(());
        let found: Vec<String> = nameless(&finder, &known)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            [
                "GET /",
                "GET /files/{*path}",
                "/items/all",
                "GET POST /items/{id}"
            ]
        );
    }
}
