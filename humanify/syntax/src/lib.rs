//! What a rule or an attribute of [humanify](https://docs.rs/humanify) can say.
//!
//! One model of rules, all of constants: the macros read source text into it, with [`parse`]
//! (feature `parse`), and print it; the runtime compiles it. Every literal is checked and
//! compiled by the same functions, so that what the compiler let through cannot fail at
//! start-up.
//!
//! The crate is an implementation detail of `humanify`: depend on that one.

#[doc(hidden)]
pub mod analysis;
mod ban;
mod condition;
mod crawler_kind;
mod glob;
mod hardness;
#[cfg(feature = "parse")]
mod interned;
mod limit;
mod literal;
#[doc(hidden)]
pub mod names;
mod nearest;
#[cfg(feature = "parse")]
pub mod parse;
mod pattern;
mod policy;
mod rate;
mod rule;
#[doc(hidden)]
pub mod vocabulary;

pub use ban::{Ban, BanError, Offence};
pub use condition::{Comparison, Condition, Field, FieldKind, Sign, Test};
pub use crawler_kind::CrawlerKind;
pub use glob::{Glob, GlobError};
pub use hardness::{Hardness, HardnessError};
pub use limit::{Counts, Limit};
pub use literal::{METHODS, NetworkError, is_header_name, parse_network};
pub use nearest::{listed, nearest};
pub use pattern::{PatternError, compile_pattern};
pub use policy::{BotAction, ChallengeType, Demand, Exempt, Policy};
pub use rate::{Rate, RateError};
pub use rule::{Action, DEFAULT_EXEMPTIONS, RuleSet, Statement, Subject, Target, TargetKind};
