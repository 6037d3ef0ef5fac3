//! Reads the source of a crate and finds modules that import each other in a cycle.
//!
//! [`ModuleTree`] reads files into modules, their definitions and their imports. [`cycles`]
//! resolves every path to the file that defines its item and looks for cycles.

mod cycle;
mod error;
mod module_tree;
mod paths;
mod resolve;

pub use cycle::{Cycle, cycles};
pub use error::SourceError;
pub use module_tree::ModuleTree;
