//! Parses the attributes over a handler, and checks them together.

mod arguments;
mod model;
mod named;
mod rates;
mod together;

pub use arguments::read;
pub use model::{Attribute, AttributeInput, AttributeKind, AttributeSetting};
pub use together::check_together;
