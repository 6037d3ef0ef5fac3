//! Parses the rules of [humanify](https://docs.rs/humanify) and the arguments of its attributes, and
//! checks them.
//!
//! Mistakes are returned as data: each [`Finding`] has a place, a problem and a help. The macros
//! print them as compile errors; a parser of rules at run time can show them in its own way. Takes
//! time and memory linear in the number of tokens.
//!
//! This crate is an implementation detail: depend on `humanify` instead. It is separate from
//! `humanify-syntax`, so that cargo compiles that once, for the macros and for the application.

mod action;
mod assertion;
mod attribute;
mod ban;
mod condition;
mod field;
mod finding;
mod foreign_names;
mod foreign_statements;
mod interned;
mod limit;
mod named;
mod negated;
mod number;
mod operator;
mod pattern;
mod placed_rules;
mod quoted;
mod reader;
mod rules;
mod semicolon;
mod source_text;
mod statement;
mod statement_start;
mod subject;
mod target;
mod text;
mod tokens;
mod unintended;
mod unreachable;
mod value;
mod words;

pub use attribute::{
    Attribute, AttributeInput, AttributeKind, AttributeSetting, check_together, read as attribute,
};
pub use finding::{Finding, Place, Suggestion};
pub use reader::Word;
pub use rules::{ParsedRules, rules};
