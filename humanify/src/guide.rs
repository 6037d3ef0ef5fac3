//! The user's guide, a chapter for each subject.
//!
//! Start with the [crate's page](crate) and its example. Every program in these chapters is
//! compiled by the tests.

#[doc = include_str!("../docs/rules.md")]
pub mod rules {}

#[doc = include_str!("../docs/meaning.md")]
pub mod meaning {}

#[doc = include_str!("../docs/limits.md")]
pub mod limits {}

#[doc = include_str!("../docs/challenges.md")]
pub mod challenges {}

#[doc = include_str!("../docs/detection.md")]
pub mod detection {}

#[doc = include_str!("../docs/lists.md")]
pub mod lists {}

#[doc = include_str!("../docs/production.md")]
pub mod production {}

#[doc = include_str!("../docs/layers.md")]
pub mod layers {}

#[doc = include_str!("../docs/clients.md")]
pub mod clients {}

#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../docs/cargo.md")]
pub mod cargo {}

#[doc = include_str!("../docs/refusals.md")]
pub mod refusals {}
