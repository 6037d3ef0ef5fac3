//! Finds the known name that is most similar to an unknown one, for suggestions.

/// The name that is most similar to `word`; `None` if none is similar enough to be a typing error.
#[must_use]
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(listed(["a"]), "`a`");
    }
}
