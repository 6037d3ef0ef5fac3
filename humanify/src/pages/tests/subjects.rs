//! Tests of how pages name the subject of pictures.

use super::*;
use crate::pages::subject::{ANIMALS, KEY_HEADS};

/// Every kind of subject, with all names of the kinds that have a table.
fn subjects() -> Vec<PictureSubject> {
    let mut subjects: Vec<_> = [
        PictureSubject::SmilingDogs,
        PictureSubject::Character('W'),
        PictureSubject::Thing("Hammer".to_owned()),
    ]
    .into();
    subjects.extend(ANIMALS.iter().map(|(name, _)| PictureSubject::Animal(name)));
    subjects.extend(KEY_HEADS.iter().map(|(name, _)| PictureSubject::Key(name)));
    subjects
}

#[test]
fn a_subject_has_a_name_of_its_own_in_every_language() {
    for language in Language::ALL {
        let mut seen = std::collections::HashSet::new();
        for subject in subjects() {
            let name = subject.name(language).into_owned();
            let shown = format!("{} {subject:?} {name:?}", language.tag());
            assert!(!name.trim().is_empty() && !name.contains('{'), "{shown}");
            assert!(seen.insert(name.clone()), "twice: {shown}");
            let english = subject.name(Language::English);
            let is_told_as_it_is = matches!(subject, PictureSubject::Thing(_));
            let is_the_same = language == Language::English || name != english;
            assert!(is_the_same || is_told_as_it_is, "{shown}");
        }
    }
}

#[test]
fn the_grid_names_its_subject_in_words() {
    let table = [
        (
            PictureSubject::Animal("octopus"),
            Language::English,
            "an octopus",
        ),
        (
            PictureSubject::Animal("octopus"),
            Language::German,
            "ein Oktopus",
        ),
        (PictureSubject::Animal("cat"), Language::Japanese, "ネコ"),
        (
            PictureSubject::SmilingDogs,
            Language::English,
            "a smiling dog",
        ),
        (
            PictureSubject::Character('7'),
            Language::English,
            "the character 7",
        ),
        (
            PictureSubject::Key("heart"),
            Language::English,
            "a key whose handle is a heart",
        ),
        (
            PictureSubject::Key("heart"),
            Language::Russian,
            "ключ с головкой в форме сердца",
        ),
        (
            PictureSubject::Thing("<Hämmer & Nägel>".to_owned()),
            Language::Hindi,
            "&lt;Hämmer &amp; Nägel&gt;",
        ),
        // An untranslated name is better than no name.
        (
            PictureSubject::Animal("unicorn"),
            Language::French,
            "unicorn",
        ),
    ];
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 9];
    for (subject, language, words) in table {
        let context = Context {
            language,
            ..context(&fixture.nonce)
        };
        let view = view(ChallengeBody::Grid {
            subject: &subject,
            tiles: &tiles,
        });
        let page = fixture.pages.challenge(&context, &view);
        let name = format!(
            "{} <strong><bdi>{words}</bdi></strong></legend>",
            language.texts().select_every
        );
        assert!(page.body.contains(&name), "{subject:?}: {}", page.body);
    }
}

#[test]
fn the_question_fits_the_subject() {
    let table = [
        (PictureSubject::Animal("cat"), "shows this animal"),
        (PictureSubject::SmilingDogs, "the smiling dog"),
        (PictureSubject::Character('A'), "shows this character"),
        (PictureSubject::Key("star"), "handle has this shape"),
        (
            PictureSubject::Thing("Tool".to_owned()),
            "the same as this one",
        ),
    ];
    let fixture = Fixture::new();
    let tiles = vec![ADDRESS.to_owned(); 6];
    for (subject, words) in table {
        let view = view(ChallengeBody::Pictures {
            subject: &subject,
            preview: Some(ADDRESS),
            tiles: &tiles,
        });
        let page = fixture.pages.challenge(&context(&fixture.nonce), &view);
        assert!(page.body.contains(words), "{subject:?}: {}", page.body);
        assert!(!page.body.contains("Tool"), "the preview names its subject");
    }
}
