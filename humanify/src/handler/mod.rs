//! Guarded handlers, and how the layer discovers their policies.

mod box_future;
mod callable;
mod discovery;
mod extractors;
mod finder;
mod guard_future;
mod guarded;
mod responds;

pub use box_future::BoxFuture;
pub(crate) use discovery::{HiddenJudge, JudgedMarker, RoutePolicy, announce_layer, probe};
pub(crate) use finder::{FoundRoute, RouteFinder, has_protected_route};
pub use guarded::Guarded;
