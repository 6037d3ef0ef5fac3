//! `ban "10 denials/minute" for "1 hour"`.

use humanify_syntax::{Ban, BanError, Offence, RateError};
use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt;
use syn::parse::ParseStream;

use super::statement::peek_word;
use crate::errors::{Errors, with_help};
use crate::suggest::unknown;

/// Reads what stands after `ban`; none, if it was reported.
pub(super) fn read(
    input: ParseStream,
    word: &Ident,
    errors: &mut Errors,
) -> syn::Result<Option<Ban>> {
    let form = || {
        with_help(
            "`ban` says how many offences in how long, and for how long",
            "write `ban \"10 denials/minute\" for \"1 hour\"`",
        )
    };
    let offences: LitStr = input
        .parse()
        .map_err(|_| syn::Error::new_spanned(word, form()))?;
    if peek_word(input).is_none_or(|word| word != "for") {
        return Err(syn::Error::new_spanned(&offences, form()));
    }
    Ident::parse_any(input)?;
    let time: LitStr = input
        .parse()
        .map_err(|_| syn::Error::new_spanned(word, form()))?;
    let parsed = Ban::parse_offences(&offences.value()).map_err(|error| message(&error));
    let parsed = errors.keep(&offences, parsed);
    let seconds = Ban::parse_time(&time.value()).map_err(|error| match error {
        RateError::Unit(unit) => with_help(
            format_args!("unknown unit of time `{unit}`"),
            "the units are second, minute, hour and day",
        ),
        _ => with_help(
            format_args!(
                "`{}` is no time between 1 second and 366 days",
                time.value()
            ),
            "write it as in `for \"1 hour\"`",
        ),
    });
    let seconds = errors.keep(&time, seconds);
    Ok(parsed.zip(seconds).map(|((offence, rate), seconds)| Ban {
        offence,
        rate,
        seconds,
    }))
}

fn message(error: &BanError) -> String {
    match error {
        BanError::Offence(name) => {
            let names: Vec<&str> = Offence::NAMES.iter().map(|(name, _)| *name).collect();
            unknown("offence", name, "the offences are", &names)
        }
        error => {
            let error = error.to_string();
            match error.split_once("; ") {
                Some((problem, help)) => with_help(problem, help),
                None => with_help(error, "write it as in `\"10 denials/minute\"`"),
            }
        }
    }
}
