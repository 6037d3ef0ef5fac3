//! Statements as they are gathered, each with its place.

use super::assertion::PlacedAssertion;
use super::finding::Place;
use crate::{Ban, Statement};

/// A statement that could be read, with its place in the source.
pub(super) struct Placed {
    pub(super) statement: Statement,
    pub(super) place: Place,
    /// Which part between `;` it stands in.
    pub(super) part: usize,
    /// Whether something is wrong beside it, so that it is not judged by what it covers.
    pub(super) doubtful: bool,
    /// The warnings that are meant.
    pub(super) intended: Option<Intended>,
}

/// `intended(…)`: warnings that are meant.
#[derive(Clone)]
pub(super) struct Intended {
    pub(super) names: Vec<&'static str>,
    pub(super) place: Place,
}

/// A ban that could be read.
pub(super) struct PlacedBan {
    pub(super) ban: Ban,
    pub(super) place: Place,
    pub(super) part: usize,
    pub(super) intended: Option<Intended>,
}

/// What is being gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) statements: Vec<Placed>,
    pub(super) bans: Vec<PlacedBan>,
    pub(super) assertions: Vec<PlacedAssertion>,
    pub(super) no_default_exemptions: bool,
}
