//! Programs that use humanify, one for each thing that a newcomer looks for. Run one with
//! `cargo run --example hello`.
