//! `PlacedRules`: the statements and bans that were parsed so far, each with its place.

use super::assertion::PlacedAssertion;
use super::finding::Place;
use humanify_syntax::{Ban, Statement};

/// A parsed statement, with its place in the source.
pub(super) struct PlacedStatement {
    pub(super) statement: Statement,
    pub(super) place: Place,
    /// The index of the part between `;` in which it stands.
    pub(super) part: usize,
    /// Whether its part has a mistake. The statement is then left out of the check for statements
    /// that can never act.
    pub(super) doubtful: bool,
    /// The warnings that `intended(…)` silences.
    pub(super) intended: Option<Intended>,
}

/// `intended(…)`: the warnings that the author accepts.
#[derive(Clone)]
pub(super) struct Intended {
    pub(super) names: Vec<&'static str>,
    pub(super) place: Place,
}

/// A parsed ban, with its place in the source.
pub(super) struct PlacedBan {
    pub(super) ban: Ban,
    pub(super) place: Place,
    pub(super) part: usize,
    pub(super) intended: Option<Intended>,
}

/// The statements and bans that were parsed so far.
#[derive(Default)]
pub(super) struct PlacedRules {
    pub(super) statements: Vec<PlacedStatement>,
    pub(super) bans: Vec<PlacedBan>,
    pub(super) assertions: Vec<PlacedAssertion>,
    pub(super) no_default_exemptions: bool,
}
