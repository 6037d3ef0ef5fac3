//! Warns where rules cover a path but not the routes below it, or the reverse.

use super::RouterCheck;
use crate::analysis::block::{MatchScope, TargetTexts, match_scope};
use crate::analysis::nearest_route::is_deeper;
use crate::analysis::warnings::Warning;
use crate::{Action, Target};

impl RouterCheck<'_> {
    /// Warns of `"/admin"` beside a route below it, and of `"/admin/*"` beside the route `/admin`.
    pub(super) fn check_neighbours(&mut self, position: usize, target: &Target) {
        let Target::Path(text) = *target else {
            return;
        };
        let text = text.strip_suffix('/').unwrap_or(text);
        let base = text.strip_suffix("/*").unwrap_or(text);
        if base.is_empty() || base.contains(['*', '?', '{', '<']) {
            return;
        }
        for index in 0..self.routes.len() {
            let Some(template) = self.router.templates.get(index) else {
                return;
            };
            let is_itself = template.trim_end_matches('/') == base;
            let (warning, is_beside) = match base == text {
                true => (Warning::BELOW, !is_itself && is_deeper(template, base)),
                false => (Warning::BASE, is_itself),
            };
            if !is_beside || self.is_covered(index) {
                continue;
            }
            let problem = match base == text {
                true => format!(
                    "`\"{text}\"` matches only this path, and no rule covers the route `{template}` below it"
                ),
                false => format!(
                    "`\"{text}\"` matches only paths below `{base}`, and no rule covers the route `{template}` itself"
                ),
            };
            let help = format!("write `under \"{base}\"` for the path and everything below it");
            self.add(position, warning, problem, help);
            return;
        }
    }

    /// Whether a rule that judges, or an attribute, covers a route.
    fn is_covered(&mut self, index: usize) -> bool {
        let Some(route) = self.routes.get(index).cloned() else {
            return true;
        };
        let judging: Vec<(bool, Vec<TargetTexts>)> = self
            .block
            .entries
            .iter()
            .filter(|entry| !matches!(entry.statement.action, Action::Limit(_)))
            .map(|entry| (entry.on.is_empty(), entry.on.clone()))
            .collect();
        for (is_about_all, on) in judging {
            if is_about_all {
                return true;
            }
            for target_texts in on {
                let is_about = match match_scope(&target_texts.target) {
                    // It is unknown which route a handler answers.
                    MatchScope::Endpoint => true,
                    MatchScope::Route(template) => self
                        .router
                        .templates
                        .get(index)
                        .is_some_and(|one| one == template),
                    MatchScope::Path | MatchScope::Slash => {
                        let must = vec![target_texts.set.clone(), route.clone()];
                        self.first(must, &[]).is_none_or(|found| found.is_some())
                    }
                };
                if is_about {
                    return true;
                }
            }
        }
        match self.first(vec![route], &[]) {
            Some(Some(path)) => (self.router.is_guarded)(&path),
            _ => true,
        }
    }
}
