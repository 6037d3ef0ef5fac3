//! What is known of a client.

mod consistency;
mod detection;
mod detector;
mod signals;
#[cfg(feature = "testing")]
mod stub;

pub use consistency::Inconsistency;
pub use detection::Detection;
pub(crate) use detector::Detector;
pub use signals::Signals;
#[cfg(feature = "testing")]
pub use stub::DetectionStub;
