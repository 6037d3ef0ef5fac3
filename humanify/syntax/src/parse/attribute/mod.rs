//! Attributes over a handler: what each says, and what they say together.

mod arguments;
mod model;
mod named;
mod rates;
mod together;

pub use arguments::read;
pub use model::{Attribute, AttributeInput, AttributeKind, Setting};
pub use together::check_together;
