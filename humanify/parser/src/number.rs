//! Recognises numbers in other notations: `"3"`, `3u8`, `0x3`, `1 + 2`.

use super::finding::LiteralProblem;

/// The suffixes of number literals.
const SUFFIXES: [&str; 14] = [
    "u128", "i128", "usize", "isize", "u16", "u32", "u64", "i16", "i32", "i64", "f32", "f64", "u8",
    "i8",
];

/// The zeros of the scripts whose digits are read from left to right.
const ZEROS: [u32; 5] = [0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10];

/// The text with `0` to `9` in place of the digits of other scripts. `None` if there are none.
pub(crate) fn ascii_digits(text: &str) -> Option<String> {
    let ascii = |c: char| {
        let zero = ZEROS
            .into_iter()
            .find(|zero| (*zero..zero + 10).contains(&u32::from(c)));
        zero.and_then(|zero| char::from_digit(u32::from(c) - zero, 10))
            .unwrap_or(c)
    };
    let changed: String = text.chars().map(ascii).collect();
    (changed != text).then_some(changed)
}

/// The problem of a text with digits of other scripts, combined with the problem of the text in
/// ASCII digits, if it has one.
pub(crate) fn other_digits(
    text: &str,
    ascii: &str,
    wrong: Option<LiteralProblem>,
) -> LiteralProblem {
    let problem = format!("`{text}` contains digits that only look like `0` to `9`");
    match wrong {
        Some(wrong) => LiteralProblem { problem, ..wrong },
        None => LiteralProblem::write(problem, ascii),
    }
}

/// The whole number that a text means, if that is unambiguous.
pub(crate) fn parse_lenient(written: &str) -> Option<u64> {
    let text = written.trim().trim_matches('"');
    let text = ascii_digits(text).unwrap_or_else(|| text.to_owned());
    text.split('+').try_fold(0_u64, |sum, product| {
        let product = product.split('*').try_fold(1_u64, |product, factor| {
            product.checked_mul(single(factor.trim())?)
        })?;
        sum.checked_add(product)
    })
}

fn single(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok();
    }
    let text = SUFFIXES
        .iter()
        .find_map(|suffix| text.strip_suffix(suffix))
        .unwrap_or(&text);
    let text = text
        .split_once('.')
        .map_or(Some(text), |(whole, fraction)| {
            fraction.chars().all(|c| c == '0').then_some(whole)
        })?;
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}
