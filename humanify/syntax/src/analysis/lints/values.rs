//! Comparisons with values that hardly any request has.

use super::{LintFindings, expressions};
use crate::analysis::path::is_path;
use crate::analysis::print::{self, field_name};
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Comparison, Condition, Field, Statement, Test, compile_pattern};

/// Common request headers.
const COMMON_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "from",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "origin",
    "pragma",
    "priority",
    "proxy-authorization",
    "range",
    "referer",
    "sec-ch-ua",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "signature-agent",
    "upgrade",
    "user-agent",
    "x-api-key",
    "x-apikey",
    "x-app-key",
    "x-csrf-token",
    "x-csrftoken",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
    "x-requestid",
    "x-xsrf-token",
];

/// The methods that sites commonly use.
const COMMON_METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

pub(super) fn check(statement: &Statement, lints: &mut LintFindings) {
    if let Some(when) = &statement.when {
        check_condition(statement, when, true, lints);
    }
}

/// Checks the comparisons of a condition, which has to hold or, unless `affirmed`, to fail.
fn check_condition(
    statement: &Statement,
    condition: &Condition,
    affirmed: bool,
    lints: &mut LintFindings,
) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts
            .iter()
            .for_each(|part| check_condition(statement, part, affirmed, lints)),
        Condition::Not(part) => {
            if let Condition::Compare(field, comparison) = part {
                empty_value(statement, *field, comparison, Some(condition), lints);
            }
            check_condition(statement, part, !affirmed, lints);
        }
        Condition::Is(_) => {}
        Condition::Compare(field, comparison) => {
            all_methods(statement, *field, comparison, affirmed, lints);
            empty_value(statement, *field, comparison, None, lints);
            check_comparison(statement, *field, comparison, lints)
        }
    }
}

/// Warns of a list of all methods in use. Without one of these, only exotic methods are left.
fn all_methods(
    statement: &Statement,
    field: Field,
    comparison: &Comparison,
    affirmed: bool,
    lints: &mut LintFindings,
) {
    if let (Field::Method, Test::OneOf(methods)) = (field, comparison.test)
        && comparison.negated != affirmed
        && COMMON_METHODS.iter().all(|usual| methods.contains(usual))
    {
        lints.add_shown(
            Warning::ALL_METHODS,
            "this names every method in use",
            "leave it out to match every method",
            |acts| Witness::of(with_value(acts, field, Some("PATCH")), statement),
        );
    }
}

/// Warns of a comparison with the empty text. `negation` is the `!` directly before it.
fn empty_value(
    statement: &Statement,
    field: Field,
    comparison: &Comparison,
    negation: Option<&Condition>,
    lints: &mut LintFindings,
) {
    let (Field::Header(_), Test::OneOf(texts)) = (field, comparison.test) else {
        return;
    };
    if !texts.contains(&"") || tests_presence(statement, field) {
        return;
    }
    let name = field_name(field);
    let comparison = Comparison {
        negated: comparison.negated != negation.is_some(),
        ..*comparison
    };
    let written = match negation {
        Some(negation) => print::condition(negation),
        None => print::condition(&Condition::Compare(field, comparison)),
    };
    let help = match (texts, comparison.negated) {
        ([_], false) => format!("use `{name} is missing`"),
        ([_], true) => format!("use `{name} is present` in place of `{written}`"),
        (_, false) => format!("add `|| {name} is missing` behind `{written}`, in brackets"),
        (_, true) => format!("add `&& {name} is present` behind `{written}`"),
    };
    lints.add_shown(
        Warning::EMPTY_VALUE,
        format!(
            "`{name}` is empty only if it is sent without a value: a missing one equals no text"
        ),
        help,
        |acts| unmatched_witness(statement, &comparison, with_value(acts, field, None)),
    );
}

fn check_comparison(
    statement: &Statement,
    field: Field,
    comparison: &Comparison,
    lints: &mut LintFindings,
) {
    match (field, comparison.test) {
        (Field::Header("content-type"), Test::OneOf(texts))
            if texts.iter().all(|text| !text.contains(';'))
                && !texts
                    .iter()
                    .all(|text| is_matched_with_parameters(statement, text)) =>
        {
            lints.add_shown(
                Warning::WHOLE_HEADER,
                "this header usually has parameters, such as `; charset=utf-8`, and is compared \
                 as a whole",
                "use `content_type`, which is the media type without them",
                |acts| {
                    let text = format!("{}; charset=utf-8", texts.first().unwrap_or(&""));
                    unmatched_witness(statement, comparison, with_value(acts, field, Some(&text)))
                },
            );
        }
        (Field::Header("cookie"), test) if test != Test::Present => lints.add(
            Warning::WHOLE_HEADER,
            "this header contains all cookies, in any order",
            "use `cookies.NAME`",
        ),
        (Field::Arg(_) | Field::Path, _) => encoded(statement, field, comparison, lints),
        _ => {}
    }
    if let (Field::Path, Test::Matches(text)) = (field, comparison.test) {
        expressions::glob_like(statement, text, comparison.negated, lints);
    }
    if let Field::Arg(name) | Field::Cookie(name) = field
        && name.trim() != name
    {
        lints.add_shown(
            Warning::ENCODED,
            format!("the name `{name}` has white space around it"),
            "remove the white space",
            |mut acts| {
                for (named, _) in &mut acts.values {
                    *named = match *named {
                        Field::Arg(known) if *named == field => Field::Arg(known.trim()),
                        Field::Cookie(known) if *named == field => Field::Cookie(known.trim()),
                        other => other,
                    };
                }
                unmatched_witness(statement, comparison, acts)
            },
        );
    }
    if let Field::Header(header) = field
        && !COMMON_HEADERS.contains(&header)
        && header.len() > 4
        && let Some(known) = COMMON_HEADERS
            .iter()
            .find(|known| known.len() > 5 && strsim::damerau_levenshtein(known, header) == 1)
    {
        lints.add_shown(
            Warning::UNKNOWN_HEADER,
            format!("unknown header `{header}`"),
            format!("the most similar known header is `{known}`"),
            |mut acts| {
                let named = acts.values.iter_mut().filter(|(named, _)| *named == field);
                named.for_each(|(named, _)| *named = Field::Header(known));
                unmatched_witness(statement, comparison, acts)
            },
        );
    }
}

/// Warns of an encoded text beside a decoded value.
fn encoded(statement: &Statement, field: Field, comparison: &Comparison, lints: &mut LintFindings) {
    let sees_sent = field == Field::Path && sees_sent_path(statement, comparison);
    // Normalised paths lose these characters, so only a path as it was sent has them.
    let is_lost = |byte: u8| byte.is_ascii_control() || b"/\\.;?#%".contains(&byte);
    let mut texts = texts(comparison.test).iter();
    let Some(text) = texts.find(|text| {
        let mut bytes = codes(text).peekable();
        bytes.peek().is_some() && !(sees_sent && bytes.any(is_lost))
    }) else {
        return;
    };
    let name = field_name(field);
    let help = "write the character itself instead of `%xx`";
    if sees_sent {
        let problem =
            format!("`{name}` can be encoded in several ways, and this text matches only one");
        lints.add(Warning::ENCODED, problem, help);
        return;
    }
    let problem = format!("`{name}` is decoded before it is compared, but this text is encoded");
    let decoded = decoded(text);
    let path = match comparison.test {
        Test::StartsWith(_) => decoded.clone(),
        _ => format!("/{}", decoded.trim_start_matches('/')),
    };
    if field == Field::Path && !is_path(path.as_bytes()) {
        lints.add(Warning::ENCODED, problem, help);
        return;
    }
    lints.add_shown(Warning::ENCODED, problem, help, |acts| {
        let request = match field {
            Field::Path => ExampleRequest { path, ..acts },
            _ => with_value(acts, field, Some(&decoded)),
        };
        unmatched_witness(statement, comparison, request)
    });
}

/// Whether a condition tests whether a header is present, so that a comparison with the empty text
/// is about a header that was sent.
fn tests_presence(statement: &Statement, field: Field) -> bool {
    let mut comparisons = Vec::new();
    collect(statement.when.as_ref(), true, &mut comparisons);
    let mut comparisons = comparisons.iter();
    comparisons.any(|(of, asked, _)| *of == field && asked.test == Test::Present)
}

/// Whether another comparison of the condition matches a content type with its parameters.
fn is_matched_with_parameters(statement: &Statement, text: &str) -> bool {
    let value = format!("{text}; charset=utf-8");
    let mut comparisons = Vec::new();
    collect(statement.when.as_ref(), true, &mut comparisons);
    comparisons.iter().any(|(field, asked, _)| {
        *field == Field::Header("content-type")
            && match asked.test {
                Test::StartsWith(texts) => texts.iter().any(|text| value.starts_with(text)),
                Test::Contains(texts) => texts.iter().any(|text| value.contains(text)),
                Test::Matches(expression) => compile_pattern(expression)
                    .is_ok_and(|pattern| pattern.is_match(value.as_bytes())),
                _ => false,
            }
    })
}

/// Whether a comparison of the path is enough where it holds for the path as it was sent, as in a
/// statement that protects.
fn sees_sent_path(statement: &Statement, comparison: &Comparison) -> bool {
    let mut comparisons = Vec::new();
    collect(statement.when.as_ref(), true, &mut comparisons);
    comparisons.iter().any(|(field, asked, affirmed)| {
        *field == Field::Path && asked == comparison && *affirmed == statement.action.protects()
    })
}

/// The bytes that a text encodes as `%xx`.
fn codes(text: &str) -> impl Iterator<Item = u8> {
    text.match_indices('%')
        .filter_map(|(at, _)| byte_of(text.get(at + 1..at + 3)?))
}

/// The byte of two hexadecimal digits.
fn byte_of(digits: &str) -> Option<u8> {
    let is_code = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_code.then(|| u8::from_str_radix(digits, 16).ok())?
}

/// All comparisons of a condition, and whether each of them has to hold, not to fail.
fn collect(
    condition: Option<&Condition>,
    affirmed: bool,
    found: &mut Vec<(Field, Comparison, bool)>,
) {
    match condition {
        Some(Condition::All(parts) | Condition::Any(parts)) => {
            parts
                .iter()
                .for_each(|part| collect(Some(part), affirmed, found));
        }
        Some(Condition::Not(part)) => collect(Some(part), !affirmed, found),
        Some(Condition::Compare(field, asked)) => {
            found.push((*field, *asked, asked.negated != affirmed));
        }
        Some(Condition::Is(_)) | None => {}
    }
}

/// A text with each `%xx` decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let code = behind
            .get(..2)
            .and_then(|code| byte_of(std::str::from_utf8(code).ok()?));
        match code {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn texts(test: Test) -> &'static [&'static str] {
    match test {
        Test::OneOf(texts)
        | Test::StartsWith(texts)
        | Test::EndsWith(texts)
        | Test::Contains(texts) => texts,
        Test::Matches(_) | Test::Present => &[],
    }
}

/// A request with all values of a field replaced by one value, or by none.
pub(super) fn with_value(
    mut request: ExampleRequest,
    field: Field,
    value: Option<&str>,
) -> ExampleRequest {
    request.values.retain(|(known, _)| *known != field);
    let value = value.map(|value| (field, value.to_owned()));
    request.values.extend(value);
    request
}

/// The witness for a request that a comparison does not match, although it seems to.
fn unmatched_witness(
    statement: &Statement,
    comparison: &Comparison,
    request: ExampleRequest,
) -> Witness {
    match comparison.negated {
        true => Witness::of(request, statement),
        false => Witness::unaffected(request, statement),
    }
}
