//! Statements that are valid but rarely intended.

mod bans;
mod exemptions;
mod late;
mod limits;
mod look_alike;
mod marks;
mod redundant;
mod targets;
mod values;
mod well_known;

use super::block::Block;
use super::defect::{About, Defect};
use super::request::Request;
use super::warnings::Warning;
use super::witness::{Fate, Witness};
use crate::Statement;

pub(super) use bans::check as check_bans;

/// What is odd about an entry.
pub(super) fn check(block: &mut Block, position: usize) -> Vec<Defect> {
    let Some((number, statement)) = block
        .entries
        .get(position)
        .and_then(|entry| Some((entry.number?, entry.statement)))
    else {
        return Vec::new();
    };
    let mut odd = Oddities {
        found: Vec::new(),
        number,
        acts: block.acting(position),
    };
    targets::check(&statement, &mut odd);
    let entries = block.entries.iter();
    let others: Vec<Statement> = entries.map(|entry| entry.statement).collect();
    values::check(&statement, &others, &mut odd);
    look_alike::check(&statement, &mut odd);
    exemptions::check(&statement, &mut odd);
    late::check(block, position, &mut odd);
    limits::check(block, position, &mut odd);
    redundant::check(block, position, &mut odd);
    well_known::check(block, position, &mut odd);
    for defect in &mut odd.found {
        if let Some(witness) = &defect.witness
            && contradicts(block, position, witness)
        {
            defect.witness = None;
        }
    }
    odd.found
}

/// Whether a statement does something else than a witness says of it.
fn contradicts(block: &mut Block, position: usize, witness: &Witness) -> bool {
    let acts = match witness.fate {
        Fate::ExemptByDefault | Fate::Untouched => return false,
        Fate::Spared => false,
        _ => true,
    };
    // Rules never stop humanify's own pages, whatever they aim at.
    let is_own = targets::is_own(&witness.request.path);
    !is_own && block.acts_on_request(position, &witness.request) == Some(!acts)
}

/// What was found, each warning once.
struct Oddities {
    found: Vec<Defect>,
    number: usize,
    /// A request on which the statement acts, if none before it does.
    acts: Option<Request>,
}

impl Oddities {
    /// Adds a warning, with a request on which the statement acts, changed to what shows it.
    fn add_shown(
        &mut self,
        warning: &'static Warning,
        problem: impl Into<String>,
        help: impl Into<String>,
        show: impl FnOnce(Request) -> Witness,
    ) {
        let before = self.found.len();
        self.add(warning, problem, help);
        if self.found.len() > before
            && let (Some(defect), Some(acts)) = (self.found.last_mut(), self.acts.clone())
        {
            defect.witness = Some(show(acts));
        }
    }

    /// Adds a warning, with what shows it.
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
            about: About::Statement(self.number),
            warning: Some(warning),
            problem: problem.into(),
            witness: None,
            help: help.into(),
        });
    }
}
