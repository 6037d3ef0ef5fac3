//! The order in which statements are tried, and which statements shadow others.

use crate::{Action, Statement};

/// The stage in which a statement is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TrialStage {
    /// First, regardless of the position: `always_deny` and `trap` refuse.
    Refusing,
    /// Second, regardless of the position: limits count.
    Counting,
    /// Third, from top to bottom: the first statement that acts decides.
    Judging,
}

fn stage(action: &Action) -> TrialStage {
    match action {
        Action::AlwaysDeny | Action::Trap => TrialStage::Refusing,
        Action::Limit(_) => TrialStage::Counting,
        _ => TrialStage::Judging,
    }
}

/// Whether the second statement cannot act on a request on which the first acts. `comes_first` says
/// whether the first stands above the second.
pub(super) fn shadows(first: &Statement, comes_first: bool, second: &Statement) -> bool {
    if first.observe {
        return false;
    }
    match (stage(&first.action), stage(&second.action)) {
        // A trap is reported before a refusal, whichever stands above.
        (TrialStage::Refusing, TrialStage::Refusing) => match (first.action, second.action) {
            (Action::Trap, Action::AlwaysDeny) => comes_first || !second.observe,
            // A statement that only observes is reported beside a refusal.
            (Action::AlwaysDeny, Action::AlwaysDeny) => comes_first && !second.observe,
            (Action::Trap, Action::Trap) => comes_first,
            _ => false,
        },
        (TrialStage::Refusing, TrialStage::Judging) => true,
        (TrialStage::Judging, TrialStage::Judging) => comes_first,
        // A limit bounds load; a limit that no request reaches is not a defect.
        _ => false,
    }
}
