//! What `protect` says of routes whose handlers have no name.

use axum::Router;

use super::instance::Instance;
use super::nameless::nameless;

impl Instance {
    /// Says which routes statements on names of handlers pass over, since their handlers have
    /// none.
    pub(crate) fn check_names(&self, finder: &Router, templates: &[String]) {
        /// So many routes are named.
        const NAMED: usize = 12;
        let statements = self.judge.rules.on_names();
        if statements.is_empty() {
            return;
        }
        let own = format!("{}/", self.settings.mount);
        let mut routes = nameless(finder, templates);
        routes.retain(|route| !route.template.starts_with(&own));
        let Some(first) = routes.first() else {
            return;
        };
        let mut shown: Vec<String> = routes.iter().take(NAMED).map(ToString::to_string).collect();
        if routes.len() > NAMED {
            shown.push(format!("{} more", routes.len() - NAMED));
        }
        tracing::warn!(
            statements = statements.join("; "),
            routes = shown.join(", "),
            "handlers of these routes have no name, so statements `on endpoint` pass them over. A \
             handler has a name if it has an attribute of humanify: put `#[endpoint(\"name\")]` \
             over each, or guard the route by its path, as in `challenge on \"{}\";`",
            first.template
        );
    }
}
