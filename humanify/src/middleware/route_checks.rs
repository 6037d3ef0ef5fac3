//! What `protect` says of rules whose targets miss the application's routes and handlers.

use std::sync::atomic::Ordering;

use axum::Router;

use super::instance::Instance;
use super::nameless::nameless;
use super::routes;

impl Instance {
    /// Says which statements name a handler that does not exist, now that all are known.
    pub(crate) fn check_targets(&self) {
        if self.targets_checked.swap(true, Ordering::Relaxed) {
            return;
        }
        let names: Vec<&str> = self.policies().keys().copied().collect();
        for statement in self.judge.rules.unanswered(&names) {
            tracing::warn!(
                statement,
                handlers = ?names,
                "no guarded handler answers to an `endpoint` target of this statement; a handler \
                 has a name only if it has an attribute"
            );
        }
    }

    /// Says which statements name a route that the application does not have, and which traps stand
    /// on one that it has.
    pub(crate) fn check_routes(&self, templates: &[String]) {
        if templates.is_empty() {
            return;
        }
        for (source, named) in self.judge.rules.routes() {
            if !routes::may_answer(templates, named) {
                tracing::warn!(
                    statement = source,
                    route = named,
                    did_you_mean =
                        routes::meant(templates, named).unwrap_or("no route that is near"),
                    "no route of the application has the template of this `route` target"
                );
            }
        }
        for template in templates {
            if let Some(source) = self.judge.rules.trap_on(template) {
                tracing::warn!(
                    statement = source,
                    route = template,
                    "this trap stands on a route that the application has, so whoever asks for it is refused"
                );
            }
        }
    }

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
