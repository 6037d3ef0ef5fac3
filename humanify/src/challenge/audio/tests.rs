//! What holds for codes, recordings and answers in every language that comes with the crate.

use std::collections::HashSet;

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::clips::fnv;
use super::wav::HEADER;
use super::*;

const LANGUAGES: [(&str, &[u8]); 1] = [("en", humanify_assets::speech::ENGLISH)];

fn english() -> Speech {
    Speech::embedded(humanify_assets::speech::ENGLISH).unwrap()
}

fn generator(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

fn samples(file: &[u8]) -> Vec<i16> {
    let (pairs, rest) = file[HEADER..].as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().copied().map(i16::from_le_bytes).collect()
}

fn number(file: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
}

fn loudness(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
}

/// The file with its checksum made right, so that only the reader of the table can refuse it.
fn sealed(mut data: Vec<u8>) -> &'static [u8] {
    let body = data.len() - 8;
    let checksum = fnv(&data[..body]).to_le_bytes();
    data[body..].copy_from_slice(&checksum);
    data.leak()
}

#[test]
fn every_language_has_an_alphabet_to_draw_codes_from() {
    for (language, data) in LANGUAGES {
        let speech = Speech::embedded(data).unwrap();
        let characters = speech.characters();
        assert!(characters.len() >= 18, "{language}");
        assert!(data.len() < 400_000, "{language}");
        // A letter or digit that is not spoken stands for one that sounds like it, and for one only.
        for typed in ('a'..='z').chain('0'..='9') {
            let meant = characters
                .iter()
                .filter(|own| speech.accepts(&own.to_string(), &typed.to_string()));
            assert_eq!(meant.count(), 1, "{language}: {typed}");
        }
    }
}

#[test]
fn every_clip_is_audible_as_loud_as_the_others_and_does_not_clip() {
    for (language, data) in LANGUAGES {
        let clips = Clips::read(data).unwrap();
        let mut levels = Vec::new();
        for character in clips.characters() {
            let variants = clips.of(*character).unwrap();
            assert!(variants.len() >= 3, "{language}: {character}");
            for clip in variants {
                let decoded = clip.decode();
                let seconds = decoded.len() as f32 / clips.rate() as f32;
                assert!((0.2..1.2).contains(&seconds), "{language}: {character}");
                let peak = decoded.iter().copied().map(f32::abs).fold(0.0, f32::max);
                assert!(peak < 0.8, "{language}: {character}");
                // Only what is spoken counts, not the pause inside of "six" or "eight".
                let frames: Vec<f32> = decoded.chunks(220).map(loudness).collect();
                let highest = frames.iter().copied().fold(0.0, f32::max);
                let loud: Vec<f32> = frames.into_iter().filter(|f| *f > highest / 20.0).collect();
                levels.push(20.0 * loudness(&loud).log10());
            }
        }
        let least = levels.iter().copied().fold(f32::MAX, f32::min);
        let most = levels.iter().copied().fold(f32::MIN, f32::max);
        assert!(
            least > -23.0 && most - least < 3.0,
            "{language}: {least} {most}"
        );
    }
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
        assert_eq!(number(&file, 28), 2 * number(&file, 24), "bytes a second");
        assert_eq!(file[32..36], [2, 0, 16, 0], "16 bits");
        assert_eq!(&file[36..40], b"data");
        assert_eq!(number(&file, 40) as usize, file.len() - HEADER);
        let seconds = samples(&file).len() as f32 / number(&file, 24) as f32;
        let each = seconds / code.len() as f32;
        assert!((0.85..1.6).contains(&each), "{each} s a character");
    }
}

#[test]
fn the_same_seed_makes_the_same_recording_and_another_makes_another() {
    let speech = english();
    let record = |seed| speech.recording("04kms9", 3, &mut generator(seed)).unwrap();
    assert_eq!(record(1), record(1));
    let recordings: HashSet<Vec<u8>> = (0..5).map(record).collect();
    assert_eq!(recordings.len(), 5);
    let lengths: HashSet<usize> = recordings.iter().map(Vec::len).collect();
    assert!(lengths.len() > 1);
}

#[test]
fn words_stand_out_from_the_background_and_nothing_clips() {
    let speech = english();
    // How far the loud tenth of a recording must lie above its soft tenth.
    for (hardness, decibels) in [(1, 20.0), (2, 16.0), (3, 13.0), (4, 10.0), (5, 7.0)] {
        for seed in 0..3 {
            let mut generator = generator(seed);
            let code = speech.code(hardness, &mut generator);
            let file = speech.recording(&code, hardness, &mut generator).unwrap();
            let samples = samples(&file);
            let peak = samples.iter().map(|sample| sample.unsigned_abs()).max();
            assert!((8_000..31_500).contains(&peak.unwrap()), "{peak:?}");
            let heard: Vec<f32> = samples.into_iter().map(f32::from).collect();
            let mut frames: Vec<f32> = heard.chunks(551).map(loudness).collect();
            frames.sort_by(f32::total_cmp);
            let (soft, loud) = (frames[frames.len() / 10], frames[frames.len() * 9 / 10]);
            let apart = 20.0 * (loud / soft).log10();
            assert!(apart > decibels, "hardness {hardness}: {apart} dB");
        }
    }
}

#[test]
fn each_character_of_a_recording_is_audible() {
    let speech = english();
    for character in speech.characters() {
        let file = speech.recording(&character.to_string(), 5, &mut generator(3));
        let heard: Vec<f32> = samples(&file.unwrap()).into_iter().map(f32::from).collect();
        let loudest = heard.chunks(551).map(loudness).fold(0.0, f32::max);
        assert!(loudest > 2_500.0, "{character}: {loudest}");
    }
}

#[test]
fn what_cannot_be_spoken_is_refused() {
    let speech = english();
    let record = |code: &str| speech.recording(code, 1, &mut generator(1)).unwrap_err();
    assert_eq!(record(""), SpeechError::Length);
    assert_eq!(record(&"1".repeat(LONGEST_CODE + 1)), SpeechError::Length);
    assert_eq!(record("12b456"), SpeechError::Unspoken);
    assert_eq!(record("12ä456"), SpeechError::Unspoken);
}

#[test]
fn an_answer_is_right_if_it_says_what_was_heard() {
    let speech = english();
    let code = "04kms9";
    for (answer, right) in [
        ("04kms9", true),
        ("04KMS9", true),
        (" 0 4 k - m, s. 9\n", true),
        ("０４ｋＭｓ９", true),
        ("\u{202b}٠٤kms٩\u{202c}", true),
        ("۰۴kms۹", true),
        ("०४kms९", true),
        ("o4jnf9", true),
        ("O4JNF9", true),
        ("", false),
        ("      ", false),
        ("04kms", false),
        ("04kms99", false),
        ("4kms90", false),
        ("14kms9", false),
        ("04kms5", false),
        ("04kms九", false),
        ("04kms9\u{0}x", false),
    ] {
        assert_eq!(speech.accepts(code, answer), right, "{answer:?}");
    }
}

#[test]
fn lengths_are_bounded() {
    let speech = english();
    let spaced = |spaces: usize| format!("04kms9{}", " ".repeat(spaces));
    assert!(speech.accepts("04kms9", &spaced(LONGEST_ANSWER - 6)));
    assert!(!speech.accepts("04kms9", &spaced(LONGEST_ANSWER - 5)));
    assert!(!speech.accepts("", ""));
    let long = "1".repeat(LONGEST_CODE + 1);
    assert!(!speech.accepts(&long, &long));
}

#[test]
fn a_damaged_file_is_refused() {
    let good = humanify_assets::speech::ENGLISH;
    for at in (0..good.len()).step_by(good.len() / 12) {
        let mut damaged = good.to_vec();
        damaged[at] ^= 0x10;
        assert!(Speech::embedded(damaged.leak()).is_err(), "byte {at}");
        assert!(Speech::embedded(&good[..at]).is_err(), "{at} bytes");
    }
    assert_eq!(Speech::embedded(b"").unwrap_err(), SpeechError::Format);
    assert!(Speech::embedded(b"humanspk").is_err());
    assert!(Speech::embedded(&good[..99]).is_err());
}

#[test]
fn a_file_that_contradicts_itself_is_refused() {
    let good = humanify_assets::speech::ENGLISH;
    let with = |at: usize, bytes: &[u8]| {
        let mut data = good.to_vec();
        data[at..at + bytes.len()].copy_from_slice(bytes);
        Speech::embedded(sealed(data))
    };
    assert!(with(0, b"h").is_ok());
    assert_eq!(with(8, &[9]).unwrap_err(), SpeechError::Version);
    for (why, at, bytes) in [
        ("a rate of zero", 10, &[0, 0][..]),
        ("too few characters", 12, &[1, 0]),
        ("more characters than there are", 12, &[36, 0]),
        ("more sound-alikes than there are", 14, &[0xff, 0xff]),
        ("a capital", 16, b"A"),
        ("no code point", 16, &[0, 0xd8, 0, 0]),
        ("one character twice", 21, b"0"),
        ("a character without clips", 20, &[0]),
        ("a character with too many clips", 20, &[255]),
        ("a character with more clips than there are", 20, &[6]),
    ] {
        assert!(
            matches!(with(at, bytes), Err(SpeechError::Table(_))),
            "{why}"
        );
    }
    let mut longer = good.to_vec();
    longer.push(0);
    assert!(matches!(
        Speech::embedded(sealed(longer)),
        Err(SpeechError::Table(_))
    ));
}
