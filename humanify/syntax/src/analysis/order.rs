//! Which statements are tried before another one, and end it when they act.

use crate::{Action, Statement};

/// When statements are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// First, wherever they stand: whoever is refused here gets no further.
    Refusing,
    /// Then, wherever they stand: requests are counted.
    Counting,
    /// Then from top to bottom: the first that acts ends the rules.
    Judging,
}

fn stage(action: &Action) -> Stage {
    match action {
        Action::AlwaysDeny | Action::Trap => Stage::Refusing,
        Action::Limit(_) => Stage::Counting,
        _ => Stage::Judging,
    }
}

/// Whether the first statement leaves nothing for the second where it acts. `comes_first` says
/// that it stands before it.
pub(super) fn ends(first: &Statement, comes_first: bool, second: &Statement) -> bool {
    if first.observe {
        return false;
    }
    match (stage(&first.action), stage(&second.action)) {
        // A trap is reported before a refusal, whichever stands first.
        (Stage::Refusing, Stage::Refusing) => match (first.action, second.action) {
            (Action::Trap, Action::AlwaysDeny) => comes_first || !second.observe,
            // What only observes is reported beside a refusal.
            (Action::AlwaysDeny, Action::AlwaysDeny) => comes_first && !second.observe,
            (Action::Trap, Action::Trap) => comes_first,
            _ => false,
        },
        (Stage::Refusing, Stage::Judging) => true,
        (Stage::Judging, Stage::Judging) => comes_first,
        // A limit is a promise about load; that nobody gets there is not its mistake.
        _ => false,
    }
}
