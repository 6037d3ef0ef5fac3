//! Tests of audio challenges in every language that comes with the crate.

mod clips;

use std::collections::{HashMap, HashSet};

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::wav::{HEADER, SILENCE};
use super::*;
use crate::challenge::audio::speaker;
use crate::language::Language;

fn every_language() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let languages = Language::ALL.into_iter();
    languages.map(|language| (language.tag(), speaker::clips(language)))
}

fn english() -> Speech {
    Speech::embedded(humanify_assets::speech::ENGLISH).unwrap()
}

fn generator(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

/// The samples of a file, between -1 and 1.
fn samples(file: &[u8]) -> Vec<f32> {
    let data = &file[HEADER..][..number(file, 40) as usize];
    let middle = f32::from(SILENCE);
    let samples = data.iter().copied().map(f32::from);
    samples.map(|sample| (sample - middle) / middle).collect()
}

fn number(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

#[test]
fn every_language_has_an_alphabet_to_draw_codes_from() {
    let mut bytes = HashMap::new();
    for (language, data) in every_language() {
        let speech = Speech::embedded(data).unwrap();
        let characters = speech.characters();
        assert!(characters.len() >= 10, "{language}");
        assert!(data.len() < 200_000, "{language}");
        // Two languages may share their clips.
        bytes.insert(data.as_ptr(), data.len());
        // A typed character stands for at most one character of the alphabet, and a digit for
        // exactly one.
        for typed in ('a'..='z').chain('0'..='9') {
            let meant = characters
                .iter()
                .filter(|own| speech.accepts(&own.to_string(), &typed.to_string()))
                .count();
            let least = usize::from(typed.is_ascii_digit() || language == "en");
            assert!((least..=1).contains(&meant), "{language}: {typed}");
        }
        for own in characters {
            let own = own.to_string();
            assert!(speech.accepts(&own, &own), "{language}: {own}");
        }
    }
    let bytes: usize = bytes.values().sum();
    assert!(bytes < 1_750_000, "{bytes} bytes of clips");
}

#[test]
fn a_code_grows_by_a_character_with_each_step_of_hardness() {
    let speech = english();
    for (hardness, length) in [(0, 6), (1, 6), (2, 7), (3, 8), (4, 9), (5, 10), (255, 10)] {
        let code = speech.code(hardness, &mut generator(1));
        assert_eq!(code.len(), length);
        assert!(code.chars().all(|own| speech.characters().contains(&own)));
    }
    let codes: HashSet<String> = (0..100)
        .map(|seed| speech.code(1, &mut generator(seed)))
        .collect();
    assert_eq!(codes.len(), 100);
}

#[test]
fn every_character_is_drawn() {
    let speech = english();
    let mut generator = generator(7);
    let drawn: HashSet<char> = (0..60)
        .flat_map(|_| speech.code(5, &mut generator).chars().collect::<Vec<_>>())
        .collect();
    assert_eq!(drawn.len(), speech.characters().len());
}

#[test]
fn a_recording_is_a_wav_file_of_a_few_seconds() {
    let speech = english();
    for hardness in 1..=5 {
        let mut generator = generator(u64::from(hardness));
        let code = speech.code(hardness, &mut generator);
        let file = speech.recording(&code, hardness, &mut generator).unwrap();
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(number(&file, 4) as usize, file.len() - 8);
        assert_eq!(&file[8..16], b"WAVEfmt ");
        assert_eq!(number(&file, 16), 16);
        assert_eq!(file[20..24], [1, 0, 1, 0], "PCM, one channel");
        assert_eq!(number(&file, 28), number(&file, 24), "bytes a second");
        assert_eq!(file[32..36], [1, 0, 8, 0], "8 bits");
        assert_eq!(&file[36..40], b"data");
        let length = number(&file, 40) as usize;
        assert_eq!(length + length % 2, file.len() - HEADER);
        let seconds = length as f32 / number(&file, 24) as f32;
        let each = seconds / code.len() as f32;
        assert!((0.85..1.6).contains(&each), "{each} s a character");
    }
}

#[test]
fn the_size_of_a_recording_tells_its_hardness_and_nothing_else() {
    for (language, data) in every_language() {
        let clips = Clips::read(data).unwrap();
        let speech = Speech::embedded(data).unwrap();
        let length = |own: &char| clips.of(*own).unwrap()[0].decode().len();
        let characters = speech.characters().iter();
        let short = *characters.clone().min_by_key(|own| length(own)).unwrap();
        let long = *characters.max_by_key(|own| length(own)).unwrap();
        let mut sizes = HashSet::new();
        for hardness in 1..=5 {
            let drawn = speech.code(hardness, &mut generator(9));
            let of = |own: char| own.to_string().repeat(drawn.len());
            let recordings: HashSet<usize> = [of(short), of(long), drawn.clone()]
                .iter()
                .zip(1..)
                .map(|(code, seed)| {
                    let file = speech.recording(code, hardness, &mut generator(seed));
                    file.unwrap().len()
                })
                .collect();
            assert_eq!(recordings.len(), 1, "{language} {hardness}");
            sizes.extend(recordings);
        }
        assert_eq!(sizes.len(), 5, "{language}");
        assert!(sizes.iter().all(|size| *size < 320_000), "{language}");
    }
}

#[test]
fn the_same_seed_makes_the_same_recording_and_another_makes_another() {
    let speech = english();
    let record = |seed| speech.recording("04lrs9", 3, &mut generator(seed)).unwrap();
    assert_eq!(record(1), record(1));
    let recordings: HashSet<Vec<u8>> = (0..5).map(record).collect();
    assert_eq!(recordings.len(), 5);
}

#[test]
fn words_stand_out_from_the_background_and_nothing_clips() {
    for (language, data) in every_language() {
        let speech = Speech::embedded(data).unwrap();
        // How far the loud tenth of a recording must lie above its soft tenth.
        for (hardness, decibels) in [(1, 12.0), (3, 9.0), (5, 6.0)] {
            let mut generator = generator(hardness.into());
            let code = speech.code(hardness, &mut generator);
            let file = speech.recording(&code, hardness, &mut generator).unwrap();
            let samples = samples(&file);
            let peak = samples.iter().copied().map(f32::abs).fold(0.0, f32::max);
            assert!((0.5..0.97).contains(&peak), "{peak}");
            let mut frames: Vec<f32> = samples.chunks(551).map(loudness).collect();
            frames.sort_by(f32::total_cmp);
            let (soft, loud) = (frames[frames.len() / 10], frames[frames.len() * 9 / 10]);
            let apart = 20.0 * (loud / soft).log10();
            assert!(apart > decibels, "{language} {hardness}: {apart} dB");
        }
    }
}

#[test]
fn each_character_of_a_recording_is_audible() {
    let speech = english();
    for character in speech.characters() {
        let file = speech.recording(&character.to_string(), 5, &mut generator(3));
        let heard = samples(&file.unwrap());
        let loudest = heard.chunks(551).map(loudness).fold(0.0, f32::max);
        assert!(loudest > 0.1, "{character}: {loudest}");
    }
}

#[test]
fn an_unspeakable_code_is_refused() {
    let speech = english();
    let record = |code: &str| speech.recording(code, 1, &mut generator(1)).unwrap_err();
    assert_eq!(record(""), SpeechError::Length);
    assert_eq!(
        record(&"1".repeat(MAX_CODE_LENGTH + 1)),
        SpeechError::Length
    );
    assert_eq!(record("12k456"), SpeechError::Unspoken);
    assert_eq!(record("12ä456"), SpeechError::Unspoken);
}

#[test]
fn an_answer_is_right_if_it_sounds_like_the_code() {
    for (language, code, answer, right) in [
        (Language::English, "04lrs9", "04lrs9", true),
        (Language::English, "04lrs9", "04LRS9", true),
        (Language::English, "04lrs9", " 0 4 l - r, s. 9\n", true),
        (Language::English, "04lrs9", "０４ｌＲｓ９", true),
        (Language::English, "04lrs9", "\u{202b}٠٤lrs٩\u{202c}", true),
        (Language::English, "04lrs9", "۰۴lrs۹", true),
        (Language::English, "04lrs9", "०४lrs९", true),
        (Language::English, "04lrs9", "o4nrf9", true),
        (Language::English, "04lrs9", "O4NRX9", true),
        (Language::English, "04lrs9", "", false),
        (Language::English, "04lrs9", "      ", false),
        (Language::English, "04lrs9", "04lrs", false),
        (Language::English, "04lrs9", "04lrs99", false),
        (Language::English, "04lrs9", "4lrs90", false),
        (Language::English, "04lrs9", "14lrs9", false),
        (Language::English, "04lrs9", "04lrs5", false),
        (Language::English, "04lrs9", "04lrs九", false),
        (Language::English, "04lrs9", "04lrs9\u{0}x", false),
        (Language::Arabic, "047381", "٠٤٧٣٨١", true),
        (Language::Arabic, "047381", "۰۴۷۳۸۱", true),
        (Language::Arabic, "047381", "٠٤٧-٣٨١", true),
        (Language::Arabic, "047381", "٠٤٧٣٨٢", false),
        (Language::Chinese, "012579", "零幺二五七九", true),
        (Language::Chinese, "012579", "〇一两五七九", true),
        (Language::Chinese, "012579", "０１２５７９", true),
        (Language::Chinese, "012579", "零七二五七九", false),
        (Language::French, "4ms2w0", "4 L F 2 W O", true),
        (Language::German, "2k0mqv", "2a0nuv", true),
        (Language::Hindi, "123wy0", "१२३QIO", true),
        (Language::Italian, "h0m1yx", "KZN1YX", true),
        (Language::Japanese, "19kwy0", "ｈｑｊｒｙｏ", true),
        (Language::Japanese, "19kwy0", "一九kwy零", true),
        (Language::Korean, "012k8s", "공하둘케이팔s", false),
        (Language::Korean, "0128ks", "공일이팔ks", true),
        (Language::Korean, "0248ks", "영둘넷rax", true),
        (Language::Portuguese, "3hmxy4", "3HNXYW", true),
        (Language::Russian, "02msxy", "ОКМСХУ", true),
        (Language::Russian, "02msxy", "0анфiу", true),
        (Language::Russian, "02msxy", "0кмсху5", false),
        (Language::Spanish, "0hjkq9", "ohjaun", true),
        (Language::Spanish, "0hjkq9", "0hjkq", false),
    ] {
        let speech = Speech::embedded(speaker::clips(language)).unwrap();
        assert_eq!(
            speech.accepts(code, answer),
            right,
            "{language:?} {code} {answer:?}"
        );
    }
}

#[test]
fn lengths_are_bounded() {
    let speech = english();
    let spaced = |spaces: usize| format!("04lrs9{}", " ".repeat(spaces));
    assert!(speech.accepts("04lrs9", &spaced(MAX_ANSWER_LENGTH - 6)));
    assert!(!speech.accepts("04lrs9", &spaced(MAX_ANSWER_LENGTH - 5)));
    assert!(!speech.accepts("", ""));
    let long = "1".repeat(MAX_CODE_LENGTH + 1);
    assert!(!speech.accepts(&long, &long));
}
