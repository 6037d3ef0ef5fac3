//! `ConfigError`: why a configuration cannot work.

use humanify_syntax::{ChallengeType, HardnessError, NetworkError};

use crate::crypto::{NoRandomness, SecretError};
use crate::lists::ListsError;
use crate::pages::{AppearanceError, ErrorTemplateError};
use crate::rules::{RuleError, RuleFinding};

/// A setting that cannot work, and what to do about it.
///
/// `Debug` shows the message and its causes, since that is what `main` prints of an error.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A hardness outside 1 to 5.
    #[error(transparent)]
    Hardness(#[from] HardnessError),
    /// A client would have no attempt.
    #[error("`retries(0)` would close every challenge; use at least 1")]
    Retries,
    /// A store would have room for nobody, or for more clients than fit into memory.
    #[error(
        "`max_clients` does not say how many clients a store has room for; use at least 1 and at most 100,000,000"
    )]
    MaxClients,
    /// A folder of pictures that cannot be used.
    #[cfg(feature = "image-folder")]
    #[error(transparent)]
    Folder(#[from] crate::challenge::FolderError),
    /// The builder or a rule demands a type of challenge that no dataset can make.
    #[error(
        "the challenge type `{}` needs an image dataset or an audio dataset, but there is none; set one, or use `ProofOfWork`",
        .0.name()
    )]
    NoChallenge(ChallengeType),
    /// A handler demands a type of challenge that no dataset can make.
    #[error(
        "the handler `{handler}` demands the challenge type `{}`, but there is neither an image dataset nor an audio dataset; set one in the builder, or `challenge_type = \"proof_of_work\"` over the handler",
        challenge_type.name()
    )]
    ImpossibleDemand {
        /// The name of the handler.
        handler: &'static str,
        /// The type of challenge that it demands.
        challenge_type: ChallengeType,
    },
    /// The challenge type is `Audio`, and there is no audio dataset.
    #[error(
        "the challenge type is `Audio`, but there is no audio dataset; set `audio_dataset(AudioDataset::Characters)`"
    )]
    NoSound,
    /// `Proxies::networks` without a network.
    #[error("`Proxies::networks` names no network; leave it out if there is no proxy")]
    NoProxies,
    /// `Proxies::hops` without a hop.
    #[error("`Proxies::hops(0)` trusts no proxy; leave it out if there is none")]
    NoHops,
    /// `behind_proxy(true)` beside other proxies.
    #[error("`behind_proxy(true)` and `proxies(...)` both set the proxies; use one of them")]
    TwoKindsOfProxies,
    /// A network of proxies that is too wide to hold proxies alone.
    #[error(
        "`Proxies::networks` names `{0}`, which holds far more than proxies: whoever is in it chooses its own address. Name the networks of your proxies, at least a /8 or, for IPv6, a /16; write IPv4 networks without `::ffff:`"
    )]
    WideProxies(String),
    /// A text that is neither an address nor a network.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A path under which humanify's pages cannot be mounted.
    #[error(
        "`{0}` cannot hold humanify's pages; use a path such as `/humanify`, with letters, digits, `-`, `_` and `.`, in which each segment begins with a letter, a digit or `_`"
    )]
    Mount(String),
    /// A prefix that no path begins with.
    #[error(
        "`{0}` is not a prefix that a proxy can strip from paths; use a path such as `/app`, with letters, digits, `-`, `_`, `.` and `~`"
    )]
    StrippedPrefix(String),
    /// An invalid path of the application's own check.
    #[error(
        "`OwnCheck::at(\"{0}\")` is not a path of this site; use one such as `/prove`, without a query"
    )]
    OwnCheck(String),
    /// The prefix of the cookies' names is not part of a cookie's name.
    #[error(
        "`{0}` cannot begin the name of a cookie; use letters, digits, `_` and `-`, 64 at most"
    )]
    CookiePrefix(String),
    /// A rule that cannot be compiled.
    #[error("a rule cannot be compiled")]
    Rule(#[from] RuleError),
    /// A statement that can never act, because a statement of another block always acts first.
    #[error("`{statement}`: {problem}{}", example.as_ref().map(|example| format!("; {example}")).unwrap_or_default())]
    NeverActs {
        /// The statement.
        statement: &'static str,
        /// The problem.
        problem: String,
        /// A request that demonstrates the problem.
        example: Option<String>,
    },
    /// An appearance that cannot be shown.
    #[error(transparent)]
    Appearance(#[from] AppearanceError),
    /// An error page that cannot be shown.
    #[error(transparent)]
    ErrorPages(#[from] ErrorTemplateError),
    /// Embedded lists that are damaged, or lists that cannot be fetched as the settings say.
    #[error(transparent)]
    List(#[from] ListsError),
    /// A secret that is too short or cannot be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// An address of Redis that cannot be used.
    #[cfg(feature = "redis")]
    #[error(transparent)]
    Redis(#[from] crate::store::RedisAddressError),
    /// A prefix that no key of Redis begins with.
    #[cfg(feature = "redis")]
    #[error(
        "`{0}` cannot be the prefix of the keys in Redis; use a name such as `shop`, with letters, digits, `-`, `_`, `.` and `:`"
    )]
    RedisPrefix(String),
    /// A time-out within which Redis never answers.
    #[cfg(feature = "redis")]
    #[error(
        "`Redis::timeout` of zero leaves no command time to finish, so the store would always fail; the default is 250 milliseconds"
    )]
    RedisTimeout,
    /// An application that was passed as protected, of which no route is.
    #[error(
        "`serve_protected` is for the router that `protect` returns, or one that contains it by `nest` or `merge`, and no route of this router is protected; protect the routes that need it, or use `serve`, which protects all of them"
    )]
    NotProtected,
    /// The warnings about the rules, if the builder is [`strict`](crate::HumanifyBuilder::strict).
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Findings(Vec<RuleFinding>),
    /// A route of the application under humanify's own path.
    #[error(
        "the application's route `{0}` is where humanify's own pages are; move one of them, humanify's with `pages(Pages::at(\"/another\"))`"
    )]
    Collision(String),
}

impl From<NoRandomness> for ConfigError {
    fn from(_: NoRandomness) -> Self {
        ConfigError::Secret(SecretError::NoRandomness)
    }
}

crate::error_chain::debug_as_message!(ConfigError);
