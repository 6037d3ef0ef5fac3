//! Random bytes, sealed tokens, and the secret that seals them.

mod random;
mod sealer;
pub(crate) mod secret;

pub(crate) use random::{NoRandomness, random_bytes};
pub(crate) use sealer::{Purpose, SHORTEST_SECRET, Sealer};
pub use secret::SecretError;
