//! Finds invisible characters, and characters that look like others.

use super::LintFindings;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Condition, Statement, Target, Test};

/// Letters of other scripts, each beside the Latin letter that it looks like.
const LETTERS: &[(&str, &str)] = &[
    ("аеорсухіјѕԁһӏАВЕКМНОРСТХ", "aeopcyxijsdhlABEKMHOPCTX"),
    ("ορνιακΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "opviakABEZHIKMNOPTYX"),
];

/// Signs, each beside the ASCII sign that it looks like.
const SIGNS: &[(&str, &str)] = &[
    ("\u{2215}\u{2044}\u{29f8}", "///"),
    ("‐‑−", "---"),
    ("․", "."),
];

pub(super) fn check(statement: &Statement, lints: &mut LintFindings) {
    for target in statement.on.iter().chain(statement.except) {
        let (Target::Path(text)
        | Target::Under(text)
        | Target::Route(text)
        | Target::PathRegex(text)) = *target
        else {
            continue;
        };
        if let Some(problem) = problem_of(text) {
            let is_path = matches!(target, Target::Path(_) | Target::Under(_));
            let help = "type the text again";
            if !is_path || statement.except.contains(target) {
                lints.add(Warning::LOOK_ALIKE, problem, help);
                return;
            }
            lints.add_shown(Warning::LOOK_ALIKE, problem, help, |acts| {
                let path = to_ascii(text).replace('*', "x");
                Witness::unaffected(ExampleRequest { path, ..acts }, statement)
            });
            return;
        }
    }
    if let Some(problem) = statement.when.as_ref().and_then(in_condition) {
        lints.add(Warning::LOOK_ALIKE, problem, "type the text again");
    }
}

fn in_condition(condition: &Condition) -> Option<String> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(in_condition),
        Condition::Not(part) => in_condition(part),
        Condition::Is(_) => None,
        Condition::Compare(_, comparison) => match comparison.test {
            Test::OneOf(texts)
            | Test::StartsWith(texts)
            | Test::EndsWith(texts)
            | Test::Contains(texts) => texts.iter().find_map(|text| problem_of(text)),
            Test::Matches(text) => problem_of(text),
            Test::Present => None,
        },
    }
}

/// The problem of a text with an invisible or a look-alike character.
fn problem_of(text: &str) -> Option<String> {
    if let Some(hidden) = text.chars().find(|c| is_hidden(*c, text)) {
        return Some(format!(
            "`{}` contains an invisible character, U+{:04X}",
            text.escape_debug(),
            u32::from(hidden)
        ));
    }
    let words = text.split(|c: char| !c.is_alphabetic());
    let mixed = words.filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()));
    let letter = mixed
        .flat_map(str::chars)
        .find(|c| ascii_letter(*c).is_some());
    let sign = text.chars().find(|c| ascii_sign(*c).is_some());
    let found = letter.or(sign)?;
    let meant = ascii_letter(found).or(ascii_sign(found))?;
    Some(format!(
        "`{found}` in `{text}` is U+{:04X}, which only looks like `{meant}`",
        u32::from(found)
    ))
}

/// Whether a character is invisible. Joiners are legitimate in some scripts, but not beside ASCII
/// alone.
fn is_hidden(character: char, text: &str) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => text.chars().all(|c| c.is_ascii() || is_joiner(c)),
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' => true,
        _ => false,
    }
}

const fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// The ASCII letter that a character looks like.
fn ascii_letter(character: char) -> Option<char> {
    similar(character, LETTERS).or(from_full_width(character).filter(char::is_ascii_alphabetic))
}

/// The ASCII sign or digit that a character looks like.
fn ascii_sign(character: char) -> Option<char> {
    similar(character, SIGNS).or(from_full_width(character).filter(|c| !c.is_ascii_alphabetic()))
}

/// The ASCII character of a full-width form. Chinese and Japanese keyboards type these forms.
fn from_full_width(character: char) -> Option<char> {
    let wide = matches!(character, '\u{ff01}'..='\u{ff5e}');
    wide.then(|| char::from_u32(u32::from(character) - 0xfee0))?
}

fn similar(character: char, table: &[(&str, &str)]) -> Option<char> {
    table.iter().find_map(|(others, known)| {
        let at = others.chars().position(|other| other == character)?;
        known.chars().nth(at)
    })
}

/// The text with invisible characters removed and look-alikes replaced.
fn to_ascii(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_hidden(*c, text));
    seen.map(|c| ascii_letter(c).or(ascii_sign(c)).unwrap_or(c))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alike_tables_have_equal_lengths() {
        for (others, known) in LETTERS.iter().chain(SIGNS) {
            assert_eq!(others.chars().count(), known.chars().count(), "{others}");
        }
    }

    #[test]
    fn a_text_of_one_script_has_no_look_alikes() {
        for text in [
            "/поиск",
            "/αβγ",
            "/münchen/straße",
            "/日本",
            "/ＡＢＣ",
            "/می\u{200c}خواهم",
            "/a-b_c.d",
        ] {
            assert_eq!(problem_of(text), None, "{text}");
        }
        for text in [
            "/\u{430}pi",
            "/a\u{200b}",
            "/a\u{200d}b",
            "/a\u{2215}b",
            "/\u{ff0e}env",
            "/a\u{ff0f}b",
            "/v\u{ff11}",
            "/adm\u{ff49}n",
            "/a\u{ff0a}",
        ] {
            assert!(problem_of(text).is_some(), "{text}");
        }
        assert_eq!(to_ascii("/\u{ff0e}env\u{ff11}"), "/.env1");
    }
}
