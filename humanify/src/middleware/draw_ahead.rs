//! Draws, in debug builds, the challenges that the first visitors will see.

use std::sync::Arc;

use humanify_syntax::Demand;

use super::instance::{Instance, demands};
use crate::challenge::Task;

/// So many kinds of challenges are drawn before somebody asks for them.
const MOST_DRAWN_AHEAD: usize = 4;

impl Instance {
    /// In a debug build, draws what the first visitors will see, so that developers do not wait for
    /// it. An optimised build draws in milliseconds.
    pub(crate) fn draw_ahead(self: &Arc<Self>) {
        if !cfg!(debug_assertions) {
            return;
        }
        let of_handlers: Vec<Demand> = self
            .policies()
            .values()
            .copied()
            .flat_map(demands)
            .collect();
        let all = self.judge.rules.demands().chain(of_handlers);
        let mut tasks: Vec<Task> = Vec::new();
        for task in all.map(|demand| self.judge.task(demand)) {
            if !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        tasks.truncate(MOST_DRAWN_AHEAD);
        let instance = Arc::clone(self);
        let draw = move || {
            for task in tasks {
                instance.challenges.draw_ahead(task);
            }
        };
        // Without the thread the first visitor waits.
        let thread = std::thread::Builder::new().name("humanify-stock".to_owned());
        drop(thread.spawn(draw));
    }
}
