//! Parses the attributes over a handler, and checks them together.

mod arguments;
mod combinations;
mod model;
mod named;
mod rates;

pub use arguments::read;
pub use combinations::check_together;
pub use model::{Attribute, AttributeInput, AttributeKind, AttributeSetting};
