//! `ShownRoutes`: the routes that a router shows in its `Debug` output.

use axum::Router;

/// The text in the `Debug` output of a router before the templates of its routes, and of its
/// fallbacks.
const START: &str = "node: Node { paths: {";

/// The text in that output if no custom fallback exists.
const NO_FALLBACK: &str = "default_fallback: true";
const FALLBACK: &str = "default_fallback: false";

/// The end of the template of a nested service, whose routes are unknown.
const SERVICE: &str = "{*__private__axum_nest_tail_param}";

/// The end of the template of everything below a router with a fallback.
const BELOW_FALLBACK: &str = "/{*__private__axum_fallback}";

/// The templates of the fallback of a router that is not nested.
const ROOT: [&str; 2] = ["/", BELOW_FALLBACK];

/// The routes of a router, as its `Debug` output shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShownRoutes {
    /// The templates of routes.
    pub(crate) templates: Vec<String>,
    /// The templates of nested services.
    pub(crate) services: Vec<String>,
    /// The templates of the fallbacks of nested routers.
    pub(crate) fallbacks: Vec<String>,
    /// The templates of routes, and of everything below fallbacks, whose handler is a service: nobody
    /// knows what is in it.
    pub(crate) opaque: Vec<String>,
    /// Whether the router has a custom fallback.
    pub(crate) has_fallback: bool,
}

impl ShownRoutes {
    /// The routes of a router. axum shows them only in its `Debug` output. Empty if the output does
    /// not have the known form.
    pub(crate) fn of(app: &Router) -> ShownRoutes {
        read(&format!("{app:?}")).unwrap_or_default()
    }

    /// Adds the routes of another router.
    pub(crate) fn join(&mut self, other: ShownRoutes) {
        self.templates.extend(other.templates);
        self.services.extend(other.services);
        self.fallbacks.extend(other.fallbacks);
        self.opaque.extend(other.opaque);
        self.has_fallback |= other.has_fallback;
        for list in [
            &mut self.templates,
            &mut self.services,
            &mut self.fallbacks,
            &mut self.opaque,
        ] {
            list.sort();
            list.dedup();
        }
    }
}

fn read(shown: &str) -> Option<ShownRoutes> {
    let (before, rest) = shown.split_once(START)?;
    let (all, rest) = read_paths(rest)?;
    let mut opaque = opaque(before, &all);
    let (before, rest) = rest.split_once(START)?;
    let (fallbacks, rest) = read_paths(rest)?;
    let has_fallback = match (rest.contains(NO_FALLBACK), rest.contains(FALLBACK)) {
        (true, false) => false,
        (false, true) => true,
        _ => return None,
    };
    if has_fallback {
        let below = self::opaque(before, &fallbacks).into_iter();
        opaque.extend(below.filter(|template| template.ends_with(BELOW_FALLBACK)));
    }
    opaque.sort();
    opaque.dedup();
    let templates = |routes: Vec<(u64, String)>| routes.into_iter().map(|(_, template)| template);
    let mut fallbacks: Vec<String> = templates(fallbacks).collect();
    fallbacks.retain(|template| !ROOT.contains(&template.as_str()));
    fallbacks.sort();
    let (mut services, mut templates): (Vec<_>, Vec<_>) =
        templates(all).partition(|template| template.ends_with(SERVICE));
    services.sort();
    templates.sort();
    Some(ShownRoutes {
        templates,
        services,
        fallbacks,
        opaque,
        has_fallback,
    })
}

/// The templates whose routes are services: `RouteId(1): Route(Route)`. Handlers are shown as
/// `RouteId(2): MethodRouter(…)`.
fn opaque(shown: &str, routes: &[(u64, String)]) -> Vec<String> {
    let is_service = |(number, _): &&(u64, String)| {
        let start = format!("RouteId({number}): Route(");
        shown.contains(&start)
    };
    let services = routes.iter().filter(is_service);
    services.map(|(_, template)| template.clone()).collect()
}

/// Parses `RouteId(1): "/a", RouteId(2): "/b"}`. Returns the rest, too.
fn read_paths(mut rest: &str) -> Option<(Vec<(u64, String)>, &str)> {
    let mut templates = Vec::new();
    while !rest.starts_with('}') {
        rest = rest.strip_prefix(", ").unwrap_or(rest);
        let (number, behind) = rest.strip_prefix("RouteId(")?.split_once("): \"")?;
        let number = number.parse::<u64>().ok()?;
        let (template, behind) = behind.split_once('"')?;
        if template.contains('\\') {
            return None;
        }
        templates.push((number, template.to_owned()));
        rest = behind;
    }
    Some((templates, rest))
}

#[cfg(test)]
mod tests {
    use axum::routing::{any, get};

    use super::*;

    #[test]
    fn the_routes_of_a_router_are_read_as_axum_shows_them() {
        let handler = || async {};
        let inner: Router = Router::new().route("/pay/{id}", get(handler));
        let with_fallback = inner.clone().fallback(handler);
        let app: Router = Router::new()
            .route("/", get(handler))
            .route("/items/{item_id}", any(handler))
            .route("/files/{*path}", get(handler))
            .nest("/shop", inner.clone())
            .nest("/open", with_fallback)
            .nest_service("/opaque", inner.clone().into_service())
            .route_service("/one", get(handler))
            .merge(Router::new().route("/merged", get(handler)));
        let texts = |texts: &[&str]| -> Vec<String> {
            texts.iter().map(|text| (*text).to_owned()).collect()
        };
        let expected = ShownRoutes {
            templates: texts(&[
                "/",
                "/files/{*path}",
                "/items/{item_id}",
                "/merged",
                "/one",
                "/opaque",
                "/opaque/",
                "/open/pay/{id}",
                "/shop/pay/{id}",
            ]),
            services: texts(&["/opaque/{*__private__axum_nest_tail_param}"]),
            fallbacks: texts(&["/open", "/open/{*__private__axum_fallback}"]),
            opaque: texts(&[
                "/one",
                "/opaque",
                "/opaque/",
                "/opaque/{*__private__axum_nest_tail_param}",
            ]),
            has_fallback: false,
        };
        assert_eq!(ShownRoutes::of(&app), expected);
        let with_state: Router = app.clone().with_state(());
        assert_eq!(ShownRoutes::of(&with_state), expected);
        assert!(ShownRoutes::of(&app.clone().fallback(handler)).has_fallback);
        let with_state: Router = app.fallback(handler).with_state(());
        assert_eq!(ShownRoutes::of(&with_state).opaque, expected.opaque);
        let nested = Router::new().fallback_service(get(handler));
        let service: Router = nested.clone().nest("/under", nested);
        let root = "/{*__private__axum_fallback}";
        assert_eq!(
            ShownRoutes::of(&service).opaque,
            [&format!("/under{root}"), root]
        );
    }

    #[test]
    fn an_unknown_debug_output_is_refused() {
        for shown in [
            "RouteId(1): \"/a\"",
            "RouteId(x): \"/a\"}",
            "{}}",
            "RouteId(1): \"/\\\"\"}",
        ] {
            assert_eq!(read_paths(shown), None, "{shown}");
        }
        assert_eq!(read_paths("}, x"), Some((Vec::new(), "}, x")));
        for shown in [
            "Router",
            "node: Node { paths: {}",
            "node: Node { paths: {}}, node: Node { paths: {}}",
        ] {
            assert_eq!(read(shown), None, "{shown}");
        }
    }
}
