//! Finds the template of a router that a rule may have meant.

use crate::nearest::nearest;

/// The template that a target may have meant: one that differs only in the names of its parameters,
/// else one that ends with the target's text, else the most similar one, else one whose first
/// segments are similar.
pub(super) fn nearest_route<'t>(templates: &'t [String], named: &str) -> Option<&'t str> {
    let all = || templates.iter().map(String::as_str);
    let plain = named.trim_start_matches('^').trim_end_matches('$');
    let start = fixed(plain).trim_end_matches('/');
    all()
        .find(|template| shape(template) == shape(plain))
        .or_else(|| all().find(|template| plain.len() > 2 && template.ends_with(plain)))
        .or_else(|| nearest(plain, all().filter(|template| template.len() > 2)))
        .or_else(|| {
            let depth = start.matches('/').count();
            let starts = all().filter_map(|template| {
                let end = template.match_indices('/').nth(depth);
                template.get(..end.map_or(template.len(), |(end, _)| end))
            });
            let near = nearest(start, starts).filter(|_| start.len() > 2)?;
            all().find(|template| *template == near || is_deeper(template, near))
        })
}

/// Whether a template is below a path, or the path itself.
pub(super) fn is_deeper(template: &str, path: &str) -> bool {
    let rest = template.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The text before the first segment that holds a wildcard or a parameter.
fn fixed(text: &str) -> &str {
    let open = text.find(['*', '?', '{', '<', '[', '(', '.', '\\']);
    let end = match open {
        Some(open) => text.get(..open).and_then(|before| before.rfind('/')),
        None => None,
    };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// The segments of a template, with parameter names removed.
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
    use super::*;

    #[test]
    fn an_unanswered_target_is_reported_with_the_nearest_template() {
        let templates: Vec<String> = [
            "/",
            "/items/{item_id}",
            "/files/{*path}",
            "/shop/pay/{id}",
            "/admin/users",
        ]
        .map(str::to_owned)
        .into();
        for (named, expected) in [
            ("/items/{id}", Some("/items/{item_id}")),
            ("/pay/{id}", Some("/shop/pay/{id}")),
            ("/files/{*rest}", Some("/files/{*path}")),
            ("/item/{item_id}", Some("/items/{item_id}")),
            ("/admni/*", Some("/admin/users")),
            ("^/admn/", Some("/admin/users")),
            ("/wp-login.php", None),
            ("/x", None),
        ] {
            assert_eq!(nearest_route(&templates, named), expected, "{named}");
        }
    }
}
