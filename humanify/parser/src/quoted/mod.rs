//! Checks the contents of string literals. If the position of a mistake is known, the message shows
//! the text with a caret under it, since a compile error cannot point into a literal.

mod explain;
mod foreign;
mod glob;
mod guess;
mod meaning;
mod name;
mod network;
mod normal;
mod rate;
mod regex;
mod route;
mod slash;
mod spelling;

pub(crate) use foreign::{is_usual_domain, names_handlers};
pub(crate) use glob::{name_glob, path_glob, regex_or_glob, regex_or_narrow_glob, under};
pub(crate) use guess::{DotStar, dot_star, guess};
pub(crate) use meaning::GuessedMeaning;
pub(crate) use name::{
    challenge_type, crawler_kinds, endpoint_name, hardness, listed_method, method, schemes,
    statement_name,
};
pub(crate) use network::network;
pub(crate) use rate::{ban_time, rates, subsumes, useless_rate};
pub(crate) use regex::{delimited, flags, meant_target, path_pattern, pattern};
pub(crate) use route::route;
pub(crate) use spelling::{counted_rates, duration};
