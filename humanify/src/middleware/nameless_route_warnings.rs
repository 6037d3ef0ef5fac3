//! Logs the routes without named handlers, and the nested services that hide theirs.

use axum::Router;
use humanify_syntax::analysis::Warning;

use super::instance::Instance;
use super::nameless_routes::nameless;
use super::shown_routes::ShownRoutes;

impl Instance {
    /// Logs once the routes and fallbacks whose handlers have no name, so that `endpoint` targets
    /// do not apply to them, and the nested services, whose handlers are hidden. A strict builder
    /// reports no error, since most applications have handlers to which no statement refers.
    pub(crate) fn check_names(&self, finder: &Router, shown: &ShownRoutes) {
        let statements = self.judge.rules.on_names();
        if statements.is_empty() {
            return;
        }
        let written = statements.join("; ");
        if let [service, ..] = shown.services.as_slice() {
            let prefix = |service: &str| service.split("/{*").next().map(str::to_owned);
            let prefixes: Vec<String> = shown
                .services
                .iter()
                .filter_map(|service| prefix(service))
                .collect();
            tracing::info!(
                statements = written,
                services = prefixes.join(", "),
                "`nest_service` hides the handlers of these services. Statements `on endpoint` pass \
                 over those that have no attribute of humanify: guard the service by its path, as in \
                 `challenge under \"{}\";`",
                prefix(service).unwrap_or_default()
            );
        }
        let Some((routes, path)) = self.nameless_routes(finder, shown) else {
            return;
        };
        let Warning { number, name, .. } = Warning::NAMELESS;
        tracing::warn!(
            number,
            statements = written,
            routes,
            "handlers of these routes have no name, so statements `on endpoint` pass them over. \
             A handler has a name if it has an attribute of humanify: put `#[endpoint(\"name\")]` \
             over each, or guard the route by its path, as in `challenge on \"{path}\";`. If it is \
             meant, add `intended({name})` before each statement"
        );
    }

    /// The routes and fallbacks whose handlers have no name, and a path that a statement could
    /// target instead.
    fn nameless_routes(&self, finder: &Router, shown: &ShownRoutes) -> Option<(String, String)> {
        /// The maximum number of routes that the message lists.
        const NAMED: usize = 12;
        let own = format!("{}/", self.settings.mount);
        let mut places = nameless(finder, shown);
        places.retain(|place| !place.place.starts_with(&own));
        let mut named: Vec<String> = places.iter().take(NAMED).map(ToString::to_string).collect();
        if places.len() > NAMED {
            named.push(format!("{} more", places.len() - NAMED));
        }
        let first = places.iter().find(|place| place.place.starts_with('/'));
        let path = first.map_or("/*", |place| &place.place).to_owned();
        (!named.is_empty()).then(|| (named.join(", "), path))
    }
}
