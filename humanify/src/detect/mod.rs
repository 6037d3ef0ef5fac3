//! What is known of a client.

mod consistency;
mod detection;
mod detector;
#[cfg(feature = "testing")]
mod known;
mod signals;

pub use consistency::Inconsistency;
pub use detection::Detection;
pub(crate) use detector::Detector;
#[cfg(feature = "testing")]
pub use known::Known;
pub use signals::Signals;
