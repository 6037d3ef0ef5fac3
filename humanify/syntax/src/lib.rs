//! What a rule or an attribute of [humanify](https://docs.rs/humanify) can say.
//!
//! The macros parse source text into these types and check every literal with the functions
//! of this crate; the runtime compiles the same types and the same literals with the same
//! functions. A pattern that the compiler let through cannot fail at start-up.
//!
//! Everything here can stand in a `const`. The crate is an implementation detail of
//! `humanify`: depend on that one.

mod ban;
mod condition;
mod crawler_kind;
mod glob;
mod hardness;
mod limit;
mod pattern;
mod policy;
mod rate;
mod rule;
mod token;

pub use ban::{Ban, BanError, Offence};
pub use condition::{Comparison, Condition, Field, Kind, Sign};
pub use crawler_kind::CrawlerKind;
pub use glob::{Glob, GlobError};
pub use hardness::{Hardness, HardnessError};
pub use limit::{Counts, Limit};
pub use pattern::{PatternError, compile_pattern};
pub use policy::{BotAction, ChallengeType, Demand, Exempt, Policy};
pub use rate::{Rate, RateError};
pub use rule::{Action, DEFAULT_EXEMPTIONS, RuleSet, Statement, Target};
pub use token::{METHODS, NetworkError, is_header_name, parse_network};
