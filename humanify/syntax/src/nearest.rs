//! Finds the known name that is most similar to an unknown one, for suggestions.

/// What negates the word, or the part of a word, that follows it.
const NEGATIONS: [&str; 14] = [
    "un", "in", "im", "ir", "dis", "anti", "non", "no", "nota", "not", "nt", "n", "never",
    "without",
];

/// The name that is most similar to `word`; `None` if none is similar enough to be a typing error,
/// or if that one means the opposite.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = word;
    let word = word.to_lowercase();
    let names: Vec<&str> = names.into_iter().collect();
    names
        .iter()
        .copied()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&word, &name.to_lowercase()),
                name,
            )
        })
        .min_by_key(|(distance, _)| *distance)
        // One typing error in three letters. More of them make another word.
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).clamp(1, 4))
        .map(|(_, name)| name)
        .or_else(|| {
            // The start of exactly one name.
            let mut longer = names
                .iter()
                .filter(|name| name.to_lowercase().starts_with(&word));
            match (word.len() > 2, longer.next(), longer.next()) {
                (true, Some(only), None) => Some(*only),
                _ => None,
            }
        })
        .filter(|name| !is_opposite(written, name))
}

/// The name of which `word` is the negation: `is_bot` for `no_bot`, `is_invalid` for `is_valid`.
#[must_use]
pub fn opposite<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names.into_iter().find(|name| is_opposite(word, name))
}

/// Whether one of two names is the other with a negation before it or before one of its parts.
fn is_opposite(word: &str, name: &str) -> bool {
    if word.starts_with(['!', '-', '~', '^']) && !name.starts_with(['!', '-', '~', '^']) {
        return true;
    }
    let parts = [word, name].map(parts);
    let [one, other] = [0, 1].map(|index| parts.get(index).map(|parts| parts.concat()));
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    let (long, short) = match one.len() > other.len() {
        true => (one, other),
        false => (other, one),
    };
    let starts = parts.iter().flat_map(|parts| {
        parts.iter().scan(0, |at, part| {
            let start = *at;
            *at += part.len();
            Some(start)
        })
    });
    starts.filter(|start| *start < short.len()).any(|start| {
        let inserted = short
            .split_at_checked(start)
            .and_then(|(before, behind)| long.strip_prefix(before)?.strip_suffix(behind));
        inserted.is_some_and(|inserted| NEGATIONS.contains(&inserted))
    })
}

/// The parts of a name in lower case, without a leading `is`: `verified` and `crawler` of
/// `is_verified_crawler` and of `isVerifiedCrawler`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = '_';
    for character in name.chars() {
        let is_new =
            !character.is_alphanumeric() || (before.is_lowercase() && character.is_uppercase());
        if is_new && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut()
            && character.is_alphanumeric()
        {
            part.extend(character.to_lowercase());
        }
        before = character;
    }
    if let Some(first) = parts.first_mut()
        && let Some(rest) = first.strip_prefix("is")
    {
        *first = rest.to_owned();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Lists names as text: `a`, `b` and `c`, each in backticks.
#[must_use]
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_recognised_and_other_words_are_not() {
        for (word, expected) in [
            ("chalenge", Some("challenge")),
            ("Challenge", Some("challenge")),
            ("deny_acess", Some("deny_access")),
            ("limti", Some("limit")),
            ("deny", Some("deny_access")),
            ("de", None),
            ("zzz", None),
            ("on", None),
        ] {
            assert_eq!(
                nearest(word, ["challenge", "deny_access", "limit"]),
                expected,
                "{word}"
            );
        }
    }

    #[test]
    fn a_name_with_the_opposite_meaning_is_not_suggested() {
        for (word, name) in [
            ("is_valid_ip", "is_invalid_ip"),
            ("is_unverified_crawler", "is_verified_crawler"),
            ("is_consistent", "is_inconsistent"),
            ("no_bot", "is_bot"),
            ("isnt_bot", "is_bot"),
            ("is_nobot", "is_bot"),
            ("isNoBot", "is_bot"),
            ("is_not_a_bot", "is_bot"),
            ("unexempt", "exempt"),
            ("default_exemptions", "no_default_exemptions"),
            ("ncontains", "contains"),
            ("not_starts_with", "starts_with"),
            ("!POST", "POST"),
        ] {
            assert_eq!(nearest(word, [name]), None, "{word}");
            assert_eq!(opposite(word, [name]), Some(name), "{word}");
        }
        for (word, name) in [
            ("is_bott", "is_bot"),
            ("isBot", "is_bot"),
            ("is_invaild_ip", "is_invalid_ip"),
            ("is_unconsistent", "is_inconsistent"),
            ("is_verifed_crawler", "is_verified_crawler"),
            ("no_default_exemption", "no_default_exemptions"),
            ("containns", "contains"),
        ] {
            assert_eq!(nearest(word, [name]), Some(name), "{word}");
            assert_eq!(opposite(word, [name]), None, "{word}");
        }
    }

    #[test]
    fn names_are_listed() {
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(listed(["a"]), "`a`");
    }
}
