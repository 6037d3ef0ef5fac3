//! `ConfigError`: why a configuration cannot work.

use humanify_syntax::{ChallengeType, NetworkError};

use crate::crypto::{NoRandomness, SecretError};
use crate::lists::ListsError;
use crate::pages::{AppearanceError, ErrorTemplateError};

/// A setting that cannot work, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A hardness that is not between 1 and 5.
    #[error("there is no hardness {0}; say one from 1 (easy) to 5 (hard)")]
    Hardness(u8),
    /// No answer would ever be looked at.
    #[error("`retries(0)` would close every challenge; say at least 1")]
    Retries,
    /// There would be no room for anybody.
    #[error("`max_clients(0)` leaves no room for anybody; say at least 1")]
    MaxClients,
    /// A folder of pictures that cannot be used.
    #[cfg(feature = "image-folder")]
    #[error(transparent)]
    Folder(#[from] crate::challenge::FolderError),
    /// A type of challenge is asked for, and everything that it could be made of is off.
    #[error(
        "the challenge type `{}` is asked for, but there is neither an image dataset nor an audio dataset; say one, or make it `ProofOfWork`",
        .0.name()
    )]
    NoChallenge(ChallengeType),
    /// A handler demands a challenge, and everything that it could be made of is off.
    #[error(
        "the handler `{handler}` demands the challenge type `{}`, but there is neither an image dataset nor an audio dataset; say one in the builder, or `challenge_type = \"proof_of_work\"` over the handler",
        challenge_type.name()
    )]
    ImpossibleDemand {
        /// The name of the handler.
        handler: &'static str,
        /// What it demands.
        challenge_type: ChallengeType,
    },
    /// The challenge is of sound, and there is none.
    #[error(
        "the challenge type is `Audio`, but there is no audio dataset; say `audio_dataset(AudioDataset::Characters)`"
    )]
    NoSound,
    /// An empty list of proxies.
    #[error("`trusted_proxies` names no network; leave it out if there is no proxy")]
    NoProxies,
    /// No hop at all.
    #[error("`trusted_hops(0)` trusts no proxy; leave it out if there is none")]
    NoHops,
    /// Several ways to say where proxies are.
    #[error(
        "`behind_proxy(true)`, `trusted_hops` and `trusted_proxies` are three ways to say where the proxies are; say one of them"
    )]
    TwoKindsOfProxies,
    /// A network of proxies that holds half the world.
    #[error(
        "`trusted_proxies` names `{0}`, which holds far more than proxies: whoever is in it chooses its own address. Name the networks of your proxies, at least a /8 or, for IPv6, a /16; write IPv4 networks without `::ffff:`"
    )]
    WideProxies(String),
    /// Something that is no network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A prefix that is no path.
    #[error(
        "`{0}` cannot hold humanify's pages; say a path such as `/humanify`, with letters, digits, `-`, `_` and `.`"
    )]
    Mount(String),
    /// A rule that the macro would have refused.
    #[error("a rule cannot be compiled: {0}")]
    Rules(String),
    /// Pages that cannot look like that.
    #[error(transparent)]
    Appearance(#[from] AppearanceError),
    /// Error pages that cannot be shown.
    #[error(transparent)]
    ErrorPages(#[from] ErrorTemplateError),
    /// Clips that are damaged.
    #[error("the embedded recordings cannot be read: {0}")]
    Recordings(String),
    /// Lists that are damaged, or cannot be had as they are asked for.
    #[error(transparent)]
    List(#[from] ListsError),
    /// A secret that is none.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// No address of a Redis server.
    #[cfg(feature = "redis")]
    #[error(
        "the address of Redis cannot be used: {0}; write it as in `redis://:password@localhost:6379/0`"
    )]
    Redis(String),
    /// The application has a route where humanify's pages are.
    #[error(
        "the application's route `{0}` is where humanify's own pages are; move one of them, humanify's with `mount(\"/another\")`"
    )]
    Collision(String),
}

impl From<NoRandomness> for ConfigError {
    fn from(_: NoRandomness) -> Self {
        ConfigError::Secret(SecretError::NoRandomness)
    }
}
