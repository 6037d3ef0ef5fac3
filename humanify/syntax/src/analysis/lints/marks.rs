//! Letters with combining marks, and their composed characters.

/// For each combining mark: the bare letters, and the composed characters beside them.
const LETTERS: &[(char, &str, &str)] = &[
    ('\u{300}', "aeiouAEIOU", "àèìòùÀÈÌÒÙ"),
    ('\u{301}', "aeiouycnszAEIOUYCNSZ", "áéíóúýćńśźÁÉÍÓÚÝĆŃŚŹ"),
    ('\u{302}', "aeiouAEIOU", "âêîôûÂÊÎÔÛ"),
    ('\u{303}', "anoANO", "ãñõÃÑÕ"),
    ('\u{304}', "aeiouAEIOU", "āēīōūĀĒĪŌŪ"),
    ('\u{306}', "agAG", "ăğĂĞ"),
    ('\u{307}', "zeIZ", "żėİŻ"),
    ('\u{308}', "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"),
    ('\u{30a}', "auAU", "åůÅŮ"),
    ('\u{30b}', "ouOU", "őűŐŰ"),
    ('\u{30c}', "cdenrsztCDENRSZT", "čďěňřšžťČĎĚŇŘŠŽŤ"),
    ('\u{327}', "csCS", "çşÇŞ"),
    ('\u{328}', "aeAE", "ąęĄĘ"),
];

/// Whether a character is a combining mark of the table.
pub(super) fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// The text with each letter and mark composed; `None` if the table lacks one.
pub(super) fn composed(text: &str) -> Option<String> {
    let mut composed = String::new();
    for character in text.chars() {
        if !is_mark(character) {
            composed.push(character);
            continue;
        }
        let letter = composed.pop()?;
        let (_, bare, marked) = LETTERS.iter().find(|(mark, ..)| *mark == character)?;
        let pairs = bare.chars().zip(marked.chars());
        let mut fitting = pairs.filter(|(bare, _)| *bare == letter);
        composed.push(fitting.next()?.1);
    }
    Some(composed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_marks_become_one_character() {
        assert_eq!(
            composed("/cafe\u{301}/u\u{308}"),
            Some("/café/ü".to_owned())
        );
        assert_eq!(composed("/x\u{301}"), None);
        assert_eq!(composed("\u{301}"), None);
        for (_, bare, marked) in LETTERS {
            assert_eq!(bare.chars().count(), marked.chars().count());
        }
    }
}
