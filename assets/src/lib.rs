//! What humanify carries with it: data as bytes, made by the scripts in `scripts/`.
//!
//! Nothing here is code but the names. Formats are read by the crate `humanify`, licences
//! and origins are in `LICENSES.md`.

mod addresses;
#[cfg(feature = "altcha")]
pub mod altcha;
mod crawlers;
pub mod speech;
mod verification;

pub use addresses::ADDRESSES;
pub use crawlers::{COMPANIONS, CRAWLERS};
pub use verification::VERIFICATION;
