//! What is known of a client.

mod consistency;
mod detection;
mod detector;
mod signals;

pub use consistency::Inconsistency;
pub use detection::Detection;
pub(crate) use detector::Detector;
pub use signals::Signals;
