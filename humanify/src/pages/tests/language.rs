//! The choice of a language, and the texts of each.

use crate::language::Language;
use crate::pages::texts::fill;

#[test]
fn the_language_is_the_one_that_the_client_likes_best() {
    let long = [b"de;q=0.5,".repeat(200), b"fr".to_vec()].concat();
    let one_long_entry = b"x".repeat(100_000);
    let table: [(&[u8], &str); 58] = [
        (b"", "en"),
        (b"en", "en"),
        (b"de", "de"),
        (b"DE-at", "de"),
        (b"es-419,es;q=0.9", "es"),
        (b"pt-BR", "pt"),
        (b"zh", "zh-CN"),
        (b"zh-Hans-SG", "zh-CN"),
        (b"zh-TW", "zh-Hant"),
        (b"ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (b"ja,en;q=0.9", "ja"),
        (b"hi-IN", "hi"),
        (b"it;q=1.0", "it"),
        (b"ru;q=1.000", "ru"),
        (b"ar-EG", "ar"),
        (b"fr-CA", "fr"),
        (b"da, en-GB;q=0.8, en;q=0.7", "en"),
        (b"nl, sv;q=0.9", "en"),
        (b"nl, fr;q=0.1", "fr"),
        (b"en;q=0.3, fr;q=0.7, de;q=0.7", "fr"),
        (b"en;q=0.3,de;Q=0.31", "de"),
        (b"de ; q = 0.2 , it ; q=0.4", "it"),
        (b"de;q=0", "en"),
        (b"zh", "zh-CN"),
        (b"zh-Hans-TW, en;q=0.5", "zh-CN"),
        (b"zh-SG", "zh-CN"),
        (b"zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        (b"ZH-hk", "zh-Hant"),
        (b"zh-Hant", "zh-Hant"),
        (b"zh-Hant-CN", "zh-Hant"),
        (b"en;q=0.4, zh-MO;q=0.5", "zh-Hant"),
        (b"pt", "pt"),
        (b"pt-BR, pt-PT;q=0.9", "pt"),
        (b"pt-PT, pt;q=0.9", "pt-PT"),
        (b"pt-ao", "pt-PT"),
        (b"de-TW", "de"),
        (b"de;q=0.000, fr;q=0.001", "fr"),
        (b"*", "en"),
        (b"*;q=0.5, de;q=0.4", "en"),
        (b"de, *;q=0.5", "de"),
        (b"und", "en"),
        (b"und, de;q=0.5", "de"),
        (b"i-klingon", "en"),
        (b"d", "en"),
        (b"deu", "en"),
        (b"de_DE", "en"),
        (b"de;q=1.5, fr;q=0.1", "fr"),
        (b"de;q=-1", "en"),
        (b"de;q=0.1234", "en"),
        (b"de;q=", "en"),
        (b"de;q", "en"),
        (b"de;", "en"),
        (b"de;level=1", "en"),
        (b",,;;,=,q=,-,--,;q=1,de", "de"),
        (b"\xff\xfe\x00,\xf0\x9f\x92\xa9;q=1,fr;q=0.2", "fr"),
        (b"\xd1\x80\xd1\x83", "en"),
        (&long, "de"),
        (&one_long_entry, "en"),
    ];
    for (header, tag) in table {
        let shown = String::from_utf8_lossy(header);
        assert_eq!(Language::choose(Some(header)).tag(), tag, "{shown:.80}");
    }
    assert_eq!(Language::choose(None), Language::English);
}

#[test]
fn the_thirty_third_language_is_not_read() {
    let after = |count: usize| [b"x,".repeat(count), b"de".to_vec()].concat();
    assert_eq!(Language::choose(Some(&after(31))), Language::German);
    assert_eq!(Language::choose(Some(&after(32))), Language::English);
}

#[test]
fn every_language_has_its_own_texts_and_the_same_placeholders() {
    let names = |text: &str| {
        let mut names: Vec<_> = text
            .split('{')
            .skip(1)
            .map(|rest| rest.split_once('}').unwrap().0.to_owned())
            .collect();
        names.sort();
        names
    };
    let table_of = |language: Language| {
        let value = serde_json::to_value(language.texts()).unwrap();
        value.as_object().unwrap().clone()
    };
    let english = table_of(Language::English);
    for (position, language) in Language::ALL.into_iter().enumerate() {
        assert_eq!(language as usize, position);
        for (key, text) in table_of(language) {
            let text = text.as_str().unwrap();
            let tag = language.tag();
            assert!(!text.trim().is_empty(), "{tag} {key}");
            let original = english[&key].as_str().unwrap();
            assert_eq!(names(text), names(original), "{tag} {key}");
            // Units are the same in several languages; no sentence is.
            let is_sentence = original.contains(' ') && !original.contains('{');
            let is_translated = language == Language::English || text != original;
            assert!(is_translated || !is_sentence, "{tag} {key}");
        }
    }
}

#[test]
fn placeholders_in_values_are_not_filled_in() {
    assert_eq!(fill("{a} {b}", &[("a", "{b}"), ("b", "2")]), "{b} 2");
    assert_eq!(fill("{a} {unknown}x{", &[("a", "1")]), "1 x{");
    assert_eq!(fill("plain", &[]), "plain");
}
