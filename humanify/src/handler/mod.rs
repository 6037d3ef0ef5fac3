//! Guarded handlers, and how the layer discovers their policies.

mod box_future;
mod callable;
mod discovery;
mod guard_future;
mod guarded;

pub use box_future::BoxFuture;
pub(crate) use discovery::{HiddenJudge, JudgedMarker, RoutePolicy, announce_layer, probe};
pub use guarded::Guarded;
