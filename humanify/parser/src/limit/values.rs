//! Parses the values of a limit's settings.

use proc_macro2::{Delimiter, TokenTree};

use super::examples::example;
use super::failures::settings_for;
use super::key::key;
use crate::finding::{Finding, LiteralProblem, Place, quoted};
use crate::interned;
use crate::number;
use crate::quoted as texts;
use crate::reader::Reader;
use crate::text::{is_constant, text_of};
use crate::tokens::{split, token_text};
use humanify_syntax::Counts;
use humanify_syntax::nearest;

pub(super) fn number(name: &str, value: &[TokenTree]) -> Result<u32, LiteralProblem> {
    let written = token_text(value);
    if let Some(number) = written.parse::<u32>().ok().filter(|number| *number > 0) {
        return Ok(number);
    }
    let meant = number::parse_lenient(&written).and_then(|meant| u32::try_from(meant).ok());
    if let Some(number) = meant.filter(|number| *number > 0) {
        let how = match written.starts_with('"') {
            true => "without quotes",
            false => "written with digits alone",
        };
        return Err(LiteralProblem::new(
            format_args!("`{name}` is a number {how}"),
            format_args!("write `{number}`"),
        )
        .with(number.to_string()));
    }
    let last = written.rsplit("::").next().unwrap_or_default();
    let help = match is_constant(last) {
        true => format!(
            "a macro does not see the values of constants: put the number itself here; {}",
            example(name)
        ),
        false => example(name).to_owned(),
    };
    Err(LiteralProblem::new(
        format_args!("`{name}` is a number from 1 to 4294967295, not `{written}`"),
        help,
    ))
}

pub(super) fn text(name: &str, value: &[TokenTree]) -> Result<String, LiteralProblem> {
    if let [TokenTree::Literal(literal)] = value
        && let Some(text) = text_of(literal)
    {
        if text.suffix.is_empty() {
            return Ok(text.value);
        }
        return Err(LiteralProblem::write(
            format_args!("unexpected suffix `{}` on a string", text.suffix),
            text.value,
        ));
    }
    let written = token_text(value);
    let problem = format!("the value of `{name}` is written in quotes");
    if name == "count"
        && let Some(settings) = settings_for(&written)
    {
        return Err(LiteralProblem::new(
            "`count` takes a word in quotes, and the statuses have a setting of their own",
            format_args!("write `{settings}`"),
        )
        .with(settings));
    }
    if let [TokenTree::Group(_)] = value {
        return Err(LiteralProblem::new(
            format_args!("`{name}` takes one value, not a list"),
            example(name),
        ));
    }
    let fits = match name {
        "key" => key(&written).is_ok(),
        "scope" => scope(&written).is_ok(),
        _ => counts(&written).is_ok(),
    };
    match fits {
        true => Err(LiteralProblem::write(problem, written)),
        false => Err(LiteralProblem::new(problem, example(name))),
    }
}

pub(super) fn methods(value: &[TokenTree], reader: &mut Reader) -> &'static [&'static str] {
    let place = Place::of(value);
    let list = match value {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
            group.stream().into_iter().collect::<Vec<_>>()
        }
        _ => {
            let written = match value {
                [TokenTree::Group(group)] => {
                    token_text(&group.stream().into_iter().collect::<Vec<_>>())
                }
                value => token_text(value),
            };
            let problem = "the value of `methods` is a list in square brackets";
            let fine = texts::method(written.trim_matches('"')).is_ok() || written.contains(',');
            reader.report(match fine {
                true => Finding::write(place, problem, &format!("[{}]", written.replace('"', ""))),
                false => Finding::new(place, problem, example("methods")),
            });
            return &[];
        }
    };
    let parts = split(&list, ',');
    if parts.is_empty() {
        reader.report(Finding::new(
            place,
            "the list of methods is empty",
            example("methods"),
        ));
    }
    let methods = parts.iter().filter_map(|part| {
        let (place, text) = (Place::of(part), token_text(part));
        let method = reader.keep(place, texts::listed_method(text.trim_matches('"')))?;
        Some((place, method))
    });
    let methods: Vec<(Place, &'static str)> = methods.collect();
    for (index, (place, method)) in methods.iter().enumerate() {
        let mut before = methods.iter().take(index);
        if before.any(|(_, known)| known == method) {
            reader.report(Finding::new(
                *place,
                format_args!("`{method}` is in this list twice"),
                "leave one of them out",
            ));
        }
    }
    interned::list(methods.into_iter().map(|(_, method)| method).collect())
}

pub(super) fn scope(text: &str) -> Result<(), LiteralProblem> {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte));
    plain.then_some(()).ok_or_else(|| {
        LiteralProblem::new(
            format_args!("`{text}` is not a valid name of a scope"),
            "a name is made of letters, digits, `-`, `_`, `.`, `:` and `/`, as in `scope = \
             \"api\"`",
        )
    })
}

pub(super) fn counts(text: &str) -> Result<Counts, LiteralProblem> {
    let known = Counts::NAMES.iter().find(|(name, _)| *name == text);
    if let Some((_, counts)) = known {
        return Ok(*counts);
    }
    let names: Vec<&str> = Counts::NAMES.iter().map(|(name, _)| *name).collect();
    let failure = [
        "401", "403", "404", "errors", "failed", "4xx", "error", "failure", "401, 403",
    ]
    .contains(&text);
    let list = "a limit counts `requests`, or only `failures`: answers with 401, 403 and 404, or \
                with those of `failures = [401, 303]`";
    let settings = settings_for(text);
    if let Some(settings) = settings.filter(|settings| settings != "\"failures\"") {
        return Err(LiteralProblem::new(
            format_args!("a limit cannot count `{text}`"),
            format_args!("write `{settings}`; {list}"),
        )
        .with(settings));
    }
    match failure {
        true => Err(LiteralProblem::new(
            format_args!("a limit cannot count `{text}`"),
            format_args!("write `\"failures\"`; {list}"),
        )
        .with("\"failures\"")),
        false => match nearest(text, names) {
            Some(meant) => Err(LiteralProblem::new(
                format_args!("a limit cannot count `{text}`"),
                format_args!("did you mean `{}`? {list}", quoted(meant)),
            )
            .with(quoted(meant))),
            None => Err(LiteralProblem::new(
                format_args!("a limit cannot count `{text}`"),
                list,
            )),
        },
    }
}
