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

/// The templates of the fallback of a router that is not nested.
const ROOT: [&str; 2] = ["/", "/{*__private__axum_fallback}"];

/// The routes of a router, as its `Debug` output shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShownRoutes {
    /// The templates of routes.
    pub(crate) templates: Vec<String>,
    /// The templates of nested services.
    pub(crate) services: Vec<String>,
    /// The templates of the fallbacks of nested routers.
    pub(crate) fallbacks: Vec<String>,
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
        self.has_fallback |= other.has_fallback;
        for list in [&mut self.templates, &mut self.services, &mut self.fallbacks] {
            list.sort();
            list.dedup();
        }
    }
}

fn read(shown: &str) -> Option<ShownRoutes> {
    let (_, rest) = shown.split_once(START)?;
    let (all, rest) = read_paths(rest)?;
    let (_, rest) = rest.split_once(START)?;
    let (mut fallbacks, rest) = read_paths(rest)?;
    let has_fallback = match (rest.contains(NO_FALLBACK), rest.contains(FALLBACK)) {
        (true, false) => false,
        (false, true) => true,
        _ => return None,
    };
    fallbacks.retain(|template| !ROOT.contains(&template.as_str()));
    fallbacks.sort();
    let (mut services, mut templates): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|template| template.ends_with(SERVICE));
    services.sort();
    templates.sort();
    Some(ShownRoutes {
        templates,
        services,
        fallbacks,
        has_fallback,
    })
}

/// Parses `RouteId(1): "/a", RouteId(2): "/b"}`. Returns the rest, too.
fn read_paths(mut rest: &str) -> Option<(Vec<String>, &str)> {
    let mut templates = Vec::new();
    while !rest.starts_with('}') {
        rest = rest.strip_prefix(", ").unwrap_or(rest);
        let (number, behind) = rest.strip_prefix("RouteId(")?.split_once("): \"")?;
        number.parse::<u64>().ok()?;
        let (template, behind) = behind.split_once('"')?;
        if template.contains('\\') {
            return None;
        }
        templates.push(template.to_owned());
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
                "/opaque",
                "/opaque/",
                "/open/pay/{id}",
                "/shop/pay/{id}",
            ]),
            services: texts(&["/opaque/{*__private__axum_nest_tail_param}"]),
            fallbacks: texts(&["/open", "/open/{*__private__axum_fallback}"]),
            has_fallback: false,
        };
        assert_eq!(ShownRoutes::of(&app), expected);
        let with_state: Router = app.clone().with_state(());
        assert_eq!(ShownRoutes::of(&with_state), expected);
        assert!(ShownRoutes::of(&app.fallback(handler)).has_fallback);
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
