#![doc = include_str!("../docs/crate.md")]

mod ban;
mod builder;
#[cfg(feature = "captcha")]
pub mod captcha;
mod challenge;
mod client;
mod clock;
mod describe;
mod detect;
mod guard;
mod humanify;
mod judge;
mod language;
mod layer;
mod limit;
pub mod lists;
#[cfg(any(
    feature = "captcha-verify",
    feature = "lists",
    feature = "web-bot-auth"
))]
mod outgoing;
mod pages;
mod rules;
mod secret;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod verify;

pub use ban::{BanList, Banned};
pub use builder::{AudioDataset, Builder, ConfigError, ImageDataset};
#[cfg(feature = "image-folder")]
pub use challenge::FolderError;
pub use client::{AddressSource, Client, ForwardedHeader, MissingLayer};
pub use clock::{Clock, ManualClock, SystemClock};
pub use describe::Description;
pub use detect::{
    Crawler, Crawlers, DamagedList, Detection, Group, Inconsistency, Signals, VpnProvider,
};
pub use guard::Guarded;
pub use humanify::{Humanify, Serve, ServeGracefully};
pub use humanify_macros::{
    always_challenge, block_bots, endpoint, exempt, protect, rate_limit, require_human,
};
pub use humanify_syntax::{ChallengeType, CrawlerKind, Hardness, NetworkError, Rate, RuleSet};
pub use layer::{HumanifyLayer, Protected};
pub use limit::{ClientKey, Limiter, RouteStats};
pub use lists::{Lists, ListsError};
pub use pages::{
    Appearance, AppearanceError, ErrorPages, ErrorTemplate, ErrorTemplateError, Templates,
};
pub use secret::SecretError;
pub use store::{OnStoreFailure, StoreError};

/// What a program that uses humanify needs: `use humanify::prelude::*;`.
pub mod prelude {
    pub use crate::{
        AudioDataset, ChallengeType, Client, Detection, ErrorPages, Humanify, ImageDataset,
        Signals, always_challenge, block_bots, endpoint, exempt, protect, rate_limit,
        require_human,
    };
}

/// What the macros write. Not for anybody else: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    pub use humanify_syntax as syntax;

    pub use crate::guard::BoxFuture;
}
