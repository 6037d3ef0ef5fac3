//! Checks the rules against a protected router that turns out to be nested in another one.

use std::sync::Arc;

use axum::extract::NestedPath;
use humanify_syntax::analysis::{RouterFacts, Warning, check_router};
use tokio::runtime::Handle;
use tracing::dispatcher;

use super::instance::Instance;
use super::request_head::RequestHead;

/// Looks at the first request that comes through an outer router. Rules see the whole path, which
/// is known only now.
#[inline]
pub(super) fn note_nesting(instance: &Arc<Instance>, head: RequestHead<'_>) {
    if head.path.len() != head.original_path.len() {
        check_once(instance, head);
    }
}

#[cold]
fn check_once(instance: &Arc<Instance>, head: RequestHead<'_>) {
    if instance.warnings.knows_of_nesting() {
        return;
    }
    let Some(prefix) = head.extensions.get::<NestedPath>() else {
        return;
    };
    if !instance.warnings.is_first_nested() {
        return;
    }
    let (instance, prefix) = (Arc::clone(instance), prefix.clone());
    let subscriber = dispatcher::get_default(Clone::clone);
    let check = move || {
        dispatcher::with_default(&subscriber, || instance.check_nested(prefix.as_str()));
    };
    // The check takes milliseconds.
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(check)),
        Err(_) => check(),
    }
}

impl Instance {
    /// Logs the targets that routes answer only without the prefix at which the router is nested.
    fn check_nested(&self, prefix: &str) {
        let Some(shown) = self.shown_routes() else {
            return;
        };
        let nested = |templates: &[String]| -> Vec<String> {
            let whole = |template: &String| match template.as_str() {
                "/" => prefix.to_owned(),
                template => format!("{prefix}{template}"),
            };
            templates.iter().map(whole).collect()
        };
        let facts = RouterFacts {
            templates: &nested(&shown.templates),
            services: &nested(&shown.services),
            fallbacks: &nested(&shown.fallbacks),
            has_fallback: false,
            handlers: &[],
            may_be_nested: false,
            is_guarded: &|_| false,
        };
        for (statement, defect) in check_router(self.judge.rules.sets(), &facts) {
            if defect
                .warning
                .is_some_and(|warning| warning.number == Warning::NO_ROUTE.number)
            {
                tracing::warn!(
                    number = Warning::NO_ROUTE.number,
                    statement,
                    nested_at = prefix,
                    "the protected router is nested, and rules see the whole path: {}. Write the \
                     target with the prefix `{prefix}`",
                    defect.problem
                );
            }
        }
    }
}
