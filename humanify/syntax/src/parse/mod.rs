//! Reading rules and the settings of attributes from tokens.
//!
//! What is wrong comes back as data, each [`Finding`] with its place, the problem and the
//! help: the macros print them, and whoever reads rules from a text at run time does so in
//! its own way. Time and memory are linear in the number of tokens.

mod action;
mod assertion;
mod attribute;
mod ban;
mod condition;
mod elsewhere;
mod field;
mod finding;
mod first;
mod gathered;
mod limit;
mod meaning;
mod named;
mod operator;
mod quoted;
mod reader;
mod rules;
mod statement;
mod subject;
mod target;
mod text;
mod tokens;
mod turned;
mod unreachable;
mod value;
mod words;

pub use attribute::{
    Attribute, AttributeInput, AttributeKind, Setting, check_together, read as attribute,
};
pub use finding::{Finding, Fix, Place};
pub use reader::Word;
pub use rules::{Rules, rules};
