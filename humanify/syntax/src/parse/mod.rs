//! Parses rules and the arguments of attributes, and checks them.
//!
//! Mistakes are returned as data: each [`Finding`] has a place, a problem and a help. The macros
//! print them as compile errors; a parser of rules at run time can show them in its own way. Takes
//! time and memory linear in the number of tokens.

mod action;
mod assertion;
mod attribute;
mod ban;
mod condition;
mod dialect;
mod elsewhere;
mod field;
mod finding;
mod first;
mod gathered;
mod limit;
mod meaning;
mod named;
mod number;
mod operator;
mod quoted;
mod reader;
mod rules;
mod semicolon;
mod source_text;
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
    Attribute, AttributeInput, AttributeKind, AttributeSetting, check_together, read as attribute,
};
pub use finding::{Finding, Fix, Place};
pub use reader::Word;
pub use rules::{ParsedRules, rules};
