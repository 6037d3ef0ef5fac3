//! Detection of bots: what is known about a client, and which signs make it a bot.

mod consistency;
mod detection;
#[cfg(feature = "testing")]
mod detection_stub;
mod detector;
mod signals;
mod user_agent_cache;

pub use consistency::Inconsistency;
pub use detection::Detection;
#[cfg(feature = "testing")]
pub use detection_stub::DetectionStub;
pub(crate) use detector::Detector;
pub use signals::Signals;
