//! Statements as they are gathered, each with its place.

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
}

/// What is being gathered.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) statements: Vec<Placed>,
    pub(super) bans: Vec<Ban>,
    pub(super) no_default_exemptions: bool,
}
