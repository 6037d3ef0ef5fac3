//! The model and the analysis of the rules and attributes of [humanify](https://docs.rs/humanify).
//!
//! There is one model of rules, which consists of constants: `humanify-parser` reads source text
//! into it, the macros print it, and the runtime compiles it. The parser checks every literal with
//! the functions that compile it at run time, so rules that compile cannot fail at start-up.
//!
//! This crate is an implementation detail: depend on `humanify` instead.

#[doc(hidden)]
pub mod analysis;
mod ban;
mod challenge_type;
mod condition;
mod crawler_kind;
mod glob;
mod hardness;
mod limit;
mod literal;
#[doc(hidden)]
pub mod names;
mod nearest;
mod pattern;
mod policy;
mod rate;
mod rule;
#[doc(hidden)]
pub mod vocabulary;

pub use ban::{Ban, BanError, Offence};
pub use challenge_type::{ChallengeType, Demand};
pub use condition::{Comparison, Condition, Field, FieldKind, Sign, Test};
pub use crawler_kind::CrawlerKind;
pub use glob::{Glob, GlobError};
pub use hardness::{Hardness, HardnessError};
pub use limit::{Counts, Limit};
pub use literal::{METHODS, NetworkError, is_header_name, parse_network};
pub use nearest::{listed, nearest, opposite};
pub use pattern::{MAX_PATTERN_BYTES, PatternError, compile_pattern};
pub use policy::{BotAction, Exempt, Policy};
pub use rate::{Rate, RateError};
pub use rule::{Action, DEFAULT_EXEMPTIONS, RuleSet, Statement, Subject, Target, TargetKind};
