//! The templates of a router, and the one that a rule may have meant.

use axum::Router;
use humanify_syntax::nearest;

/// What stands in the `Debug` output of a router before the templates of its routes.
const START: &str = "node: Node { paths: {";

/// What the template of a nested service ends with, of which nobody knows the routes.
const NESTED: &str = "{*__private__axum_nest_tail_param}";

/// The templates of all routes, read out of the router's `Debug` output, since axum shows them
/// nowhere else. Nothing, if it is not of the form that is known.
pub(crate) fn templates(app: &Router) -> Vec<String> {
    let shown = format!("{app:?}");
    shown
        .split_once(START)
        .and_then(|(_, rest)| read(rest))
        .unwrap_or_default()
}

/// Reads `RouteId(1): "/a", RouteId(2): "/b"}`.
fn read(mut rest: &str) -> Option<Vec<String>> {
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
    Some(templates)
}

/// Whether a router with these templates may answer by one that a rule names.
pub(crate) fn may_answer(templates: &[String], named: &str) -> bool {
    templates.iter().any(|template| {
        template == named
            || template
                .strip_suffix(NESTED)
                .is_some_and(|prefix| named.starts_with(prefix))
    })
}

/// The template that a rule may have meant: one that differs in the names of parameters, one that
/// has a prefix before it, or the nearest.
pub(crate) fn meant<'a>(templates: &'a [String], named: &str) -> Option<&'a str> {
    let all = || templates.iter().map(String::as_str);
    all()
        .find(|template| shape(template) == shape(named))
        .or_else(|| all().find(|template| template.ends_with(named)))
        .or_else(|| nearest(named, all()))
}

/// A template without the names of its parameters.
fn shape(template: &str) -> Vec<&str> {
    let segments = template.split('/').map(|segment| match segment {
        wild if wild.starts_with("{*") => "{*}",
        parameter if parameter.starts_with('{') => "{}",
        segment => segment,
    });
    segments.collect()
}

#[cfg(test)]
mod tests {
    use axum::routing::{any, get};

    use super::*;

    #[test]
    fn the_templates_of_a_router_are_read_as_axum_shows_them() {
        let inner: Router = Router::new().route("/pay/{id}", get(|| async {}));
        let app: Router = Router::new()
            .route("/", get(|| async {}))
            .route("/items/{item_id}", any(|| async {}))
            .route("/files/{*path}", get(|| async {}))
            .nest("/shop", inner.clone())
            .nest_service("/opaque", inner.into_service())
            .fallback(|| async {});
        let mut templates = templates(&app);
        templates.sort();
        for template in ["/", "/items/{item_id}", "/files/{*path}", "/shop/pay/{id}"] {
            assert!(
                may_answer(&templates, template),
                "{template}: {templates:?}"
            );
        }
        // Of a nested service nothing is known.
        assert!(may_answer(&templates, "/opaque/pay/{id}"), "{templates:?}");
        for (named, expected) in [
            ("/items/{id}", "/items/{item_id}"),
            ("/pay/{id}", "/shop/pay/{id}"),
            ("/files/{*rest}", "/files/{*path}"),
            ("/item/{item_id}", "/items/{item_id}"),
        ] {
            assert!(!may_answer(&templates, named), "{named}");
            assert_eq!(meant(&templates, named), Some(expected), "{named}");
        }
    }

    #[test]
    fn another_form_is_no_form() {
        for shown in [
            "RouteId(1): \"/a\"",
            "RouteId(x): \"/a\"}",
            "{}}",
            "RouteId(1): \"/\\\"\"}",
        ] {
            assert_eq!(read(shown), None, "{shown}");
        }
        assert_eq!(read("}"), Some(Vec::new()));
    }
}
