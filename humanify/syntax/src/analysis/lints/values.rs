//! Comparisons with values that hardly any request has.

use super::{LintFindings, expressions};
use crate::analysis::print::{self, field_name};
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Comparison, Condition, Field, Statement, Test};

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
    "x-csrf-token",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
];

/// The methods that sites commonly use.
const COMMON_METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

pub(super) fn check(statement: &Statement, others: &[Statement], lints: &mut LintFindings) {
    if let Some(when) = &statement.when {
        check_condition(statement, when, true, lints);
        let is_judging =
            statement.action.protects() && !matches!(statement.action, Action::Limit(_));
        let has_head = |other: &Statement| {
            other.action.protects() && other.on == statement.on && names_head(other.when.as_ref())
        };
        if is_judging && !others.iter().any(has_head) {
            without_head(statement, when, lints);
        }
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
    if !texts.contains(&"") {
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

/// Whether a condition lists the method HEAD.
fn names_head(condition: Option<&Condition>) -> bool {
    matches!(
        condition,
        Some(Condition::Compare(
            Field::Method,
            Comparison { negated: false, test: Test::OneOf(methods), .. },
        )) if methods.contains(&"HEAD")
    )
}

/// Warns of `method == GET` without HEAD.
fn without_head(statement: &Statement, condition: &Condition, lints: &mut LintFindings) {
    match condition {
        Condition::All(parts) => parts
            .iter()
            .for_each(|part| without_head(statement, part, lints)),
        Condition::Compare(
            Field::Method,
            Comparison {
                negated: false,
                test: Test::OneOf(["GET"]),
                ..
            },
        ) => lints.add_shown(
            Warning::HEAD,
            "this matches GET but not HEAD, which runs the same handler",
            "use `method in [GET, HEAD]`",
            |acts| {
                let request = with_value(acts, Field::Method, Some("HEAD"));
                Witness::unaffected(request, statement)
            },
        ),
        _ => {}
    }
}

fn check_comparison(
    statement: &Statement,
    field: Field,
    comparison: &Comparison,
    lints: &mut LintFindings,
) {
    let name = field_name(field);
    match (field, comparison.test) {
        (Field::Header("content-type"), Test::OneOf(texts))
            if texts.iter().all(|text| !text.contains(';')) =>
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
        (Field::Arg(_) | Field::Cookie(_) | Field::Path, test) => {
            let texts = texts(test);
            let is_code = |text: &&str| {
                text.match_indices('%').any(|(at, _)| {
                    let code = text.get(at + 1..at + 3);
                    code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
                })
            };
            if !matches!(field, Field::Cookie(_)) && texts.iter().any(is_code) {
                lints.add_shown(
                    Warning::ENCODED,
                    format!("`{name}` is decoded before it is compared, but this text is encoded"),
                    "write the character itself instead of `%xx`",
                    |acts| {
                        let encoded = texts.iter().find(|text| is_code(text)).unwrap_or(&"");
                        let decoded = decoded(encoded);
                        let request = match field {
                            Field::Path => ExampleRequest {
                                path: decoded,
                                ..acts
                            },
                            _ => with_value(acts, field, Some(&decoded)),
                        };
                        unmatched_witness(statement, comparison, request)
                    },
                );
            }
        }
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

/// A text with each `%xx` decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let code = behind.get(..2).and_then(|code| {
            let code = std::str::from_utf8(code).ok()?;
            u8::from_str_radix(code, 16).ok()
        });
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
fn with_value(mut request: ExampleRequest, field: Field, value: Option<&str>) -> ExampleRequest {
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
