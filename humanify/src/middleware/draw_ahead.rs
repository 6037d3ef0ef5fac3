//! Draws, in debug builds, the challenges that the first visitors will see.

use super::instance::{Instance, demands};

impl Instance {
    /// In a debug build, draws what the first visitors will see, so that developers do not wait for
    /// it. An optimised build draws in milliseconds.
    pub(crate) fn draw_ahead(&self) {
        if !cfg!(debug_assertions) {
            return;
        }
        let policies = self.policies();
        let of_handlers = policies.values().copied().flat_map(demands);
        let all = of_handlers.chain(self.judge.rules.demands());
        self.challenges
            .draw_ahead(all.map(|demand| self.judge.task(demand)));
    }
}
