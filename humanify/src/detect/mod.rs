//! Detection of bots: what is known about a client, and which signs make it a bot.

mod agent_cache;
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
