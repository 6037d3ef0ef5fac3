//! The data that humanify embeds, as bytes. The scripts in `scripts/` make it.
//!
//! This crate contains no code. The crate `humanify` reads the formats; `LICENSES.md` has the origins
//! and licences.

mod addresses;
#[cfg(feature = "altcha")]
pub mod altcha;
mod crawlers;
pub mod speech;
mod verification;

pub use addresses::ADDRESSES;
pub use crawlers::{BROWSER_WORDS, CRAWLERS};
pub use verification::VERIFICATION;
