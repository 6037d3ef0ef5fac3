//! Programs that use humanify, one for each subject. Run one with `cargo run --example hello`.

/// The README's programs compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
