//! What was probably meant.

/// The name that is nearest to `word`, if one is near enough to be a slip of the pen.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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
        // One slip in three letters; more of them make another word.
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).clamp(1, 4))
        .map(|(_, name)| name)
        .or_else(|| {
            // The start of a name, if it is that of one only.
            let mut longer = names
                .iter()
                .filter(|name| name.to_lowercase().starts_with(&word));
            match (word.len() > 2, longer.next(), longer.next()) {
                (true, Some(only), None) => Some(*only),
                _ => None,
            }
        })
}

/// `a`, `b` and `c`, each in backticks.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Unknown `what` `word`: the nearest name and all the legal ones, `plural`.
pub(crate) fn unknown(what: &str, word: &str, plural: &str, names: &[&str]) -> String {
    let guess = nearest(word, names.iter().copied())
        .map(|name| format!("did you mean `{name}`? "))
        .unwrap_or_default();
    crate::errors::with_help(
        format_args!("unknown {what} `{word}`"),
        format_args!("{guess}{plural} {}", listed(names.iter().copied())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
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
