//! Reads the source of a crate and finds modules that import each other in a ring.
//!
//! [`ModuleTree`] reads files into modules, their definitions and their imports. [`rings`]
//! resolves every path to the file that defines its item and looks for rings.

mod error;
mod module_tree;
mod paths;
mod resolve;
mod ring;

pub use error::SourceError;
pub use module_tree::ModuleTree;
pub use ring::{Ring, rings};
