//! Statements that are valid but rarely intended.

mod bans;
mod capitals;
mod exemptions;
mod expressions;
mod families;
mod head;
mod late;
mod limits;
mod look_alike;
mod marks;
mod own_pages;
mod redundant;
mod targets;
mod values;
mod well_known;

use super::block::RuleBlock;
use super::defect::{Defect, DefectSubject};
use super::request::ExampleRequest;
use super::warnings::Warning;
use super::witness::{ExampleOutcome, Witness};
use crate::Action;

pub(super) use bans::check as check_bans;

/// The warnings about an entry.
pub(super) fn check(block: &mut RuleBlock, position: usize) -> Vec<Defect> {
    let Some((number, statement)) = block
        .entries
        .get(position)
        .and_then(|entry| Some((entry.number?, entry.statement)))
    else {
        return Vec::new();
    };
    let mut lints = LintFindings {
        found: Vec::new(),
        number,
        acts: block.acting(position),
    };
    targets::check(block, position, &mut lints);
    own_pages::check(block, position, &mut lints);
    values::check(&statement, &mut lints);
    head::check(block, position, &mut lints);
    families::check(&statement, &mut lints);
    look_alike::check(&statement, &mut lints);
    exemptions::check(block, position, &mut lints);
    late::check(block, position, &mut lints);
    limits::check(block, position, &mut lints);
    redundant::check(block, position, &mut lints);
    well_known::check(block, position, &mut lints);
    for defect in &mut lints.found {
        if let Some(witness) = &defect.witness
            && contradicts(block, position, witness)
        {
            defect.witness = None;
        }
    }
    lints.found
}

/// Whether a statement treats a witness's request differently than the witness says.
fn contradicts(block: &mut RuleBlock, position: usize, witness: &Witness) -> bool {
    let acts = match witness.outcome {
        ExampleOutcome::ExemptByDefault | ExampleOutcome::Untouched => return false,
        ExampleOutcome::Unaffected => false,
        _ => true,
    };
    // Only refusals of everyone stop humanify's own pages.
    let refuses = block
        .entries
        .get(position)
        .is_some_and(|entry| matches!(entry.statement.action, Action::AlwaysDeny | Action::Trap));
    let is_spared = !refuses && targets::is_own(&witness.request.path);
    !is_spared && block.acts_on_request(position, &witness.request) == Some(!acts)
}

/// The warnings found; each at most once.
struct LintFindings {
    found: Vec<Defect>,
    number: usize,
    /// A request on which the statement acts, unless an earlier one does.
    acts: Option<ExampleRequest>,
}

impl LintFindings {
    /// Adds a warning. `show` turns a request on which the statement acts into the witness.
    fn add_shown(
        &mut self,
        warning: &'static Warning,
        problem: impl Into<String>,
        help: impl Into<String>,
        show: impl FnOnce(ExampleRequest) -> Witness,
    ) {
        let before = self.found.len();
        self.add(warning, problem, help);
        if self.found.len() > before
            && let (Some(defect), Some(acts)) = (self.found.last_mut(), self.acts.clone())
        {
            defect.witness = Some(show(acts));
        }
    }

    /// Adds a warning with its witness.
    fn add_with(
        &mut self,
        warning: &'static Warning,
        problem: impl Into<String>,
        help: impl Into<String>,
        witness: Witness,
    ) {
        let before = self.found.len();
        self.add(warning, problem, help);
        if self.found.len() > before
            && let Some(defect) = self.found.last_mut()
        {
            defect.witness = Some(witness);
        }
    }

    /// Whether this warning was added.
    fn has(&self, warning: &'static Warning) -> bool {
        let mut found = self.found.iter();
        found.any(|known| known.warning == Some(warning))
    }

    fn add(
        &mut self,
        warning: &'static Warning,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.has(warning) {
            return;
        }
        self.found.push(Defect {
            about: DefectSubject::Statement(self.number),
            warning: Some(warning),
            problem: problem.into(),
            witness: None,
            help: help.into(),
        });
    }
}
