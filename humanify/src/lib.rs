#![doc = include_str!("../docs/crate.md")]
// On docs.rs, each item names the feature that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod addresses;
mod app;
mod ban;
#[cfg(feature = "captcha")]
pub mod captcha;
mod challenge;
mod client;
mod clock;
mod crawlers;
mod crypto;
mod decision;
mod detect;
mod embedded;
mod error;
mod error_chain;
// Text alone: a build that writes no documentation does without.
#[cfg(any(doc, doctest))]
pub mod guide;
mod handler;
mod http;
mod judge;
mod language;
mod limit;
pub mod lists;
#[cfg(feature = "metrics")]
mod metrics;
mod middleware;
mod net;
mod pages;
mod rules;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod truth;
pub mod verify;

pub use self::http::{CountAsFailure, SameSite};
pub use addresses::{Group, VpnProvider};
#[cfg(feature = "redis")]
pub use app::Redis;
pub use app::{
    AudioDataset, BanList, Banned, ClientIdUse, ClientSelector, Cookies, CrawlerVerification,
    Description, Humanify, HumanifyBuilder, ImageDataset, Limiter, Memory, OwnCheckError,
    OwnCheckPassed, Pages, Proxies, RouteStats, Secrets, Serve, ServeGracefully, ServeLimits,
    StoreSettings,
};
#[cfg(feature = "image-folder")]
pub use challenge::FolderError;
pub use challenge::{ManagedClearances, OwnCheck, RecordingsError};
pub use client::{AddressSource, Client, ForwardedHeader, MissingLayer};
pub use clock::{Clock, ManualClock, SystemClock};
pub use crawlers::{Crawler, Crawlers};
pub use crypto::SecretError;
pub use decision::{
    ClientReport, CrawlerProof, DecidedBy, DecisionAction, DecisionLog, DecisionReport,
    Explanation, ExplanationStep, LoggedAddress, ObservedClients, ObservedStatement,
    ObservedSummary, Reference, ReferenceError, StepOutcome,
};
pub use detect::{Detection, Inconsistency, Signals};
pub use embedded::DamagedList;
pub use error::ConfigError;
pub use handler::Guarded;
#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
pub use http::TlsError;
pub use humanify_macros::{
    always_challenge, block_bots, endpoint, exempt, protect, rate_limit, require_human,
};
pub use humanify_syntax::{
    ChallengeType, CrawlerKind, Hardness, HardnessError, NetworkError, PatternError, Rate,
    RateError, RuleSet,
};
pub use judge::ManagedSteps;
pub use lists::{ListSettings, Lists, ListsError};
pub use middleware::{HumanifyLayer, HumanifyService, ResponseFuture};
pub use pages::{
    Appearance, AppearanceError, ErrorPages, ErrorTemplate, ErrorTemplateError, TemplateFailure,
    Templates,
};
pub use rules::{RuleError, RuleFinding};
#[cfg(feature = "redis")]
pub use store::RedisAddressError;
pub use store::{OnStoreFailure, StoreError};

/// The items that most programs need: `use humanify::prelude::*;`. What settings take, such as
/// [`Lists`], [`Proxies`] and [`Secrets`], is in the crate's root.
pub mod prelude {
    pub use crate::{
        AudioDataset, ChallengeType, Client, CountAsFailure, Detection, ErrorPages, Humanify,
        ImageDataset, RuleSet, Signals, always_challenge, block_bots, endpoint, exempt, protect,
        rate_limit, require_human,
    };
}

/// The items that the macros' output uses. They change without notice.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    pub use humanify_syntax as syntax;

    pub use crate::handler::BoxFuture;
}
