//! The clips of each language, and damaged files of clips.

use super::*;
use crate::challenge::audio::clips::fnv;

/// The highest correlation of two sounds, with the first delayed by up to five milliseconds.
fn correlation(one: &[f32], other: &[f32]) -> f32 {
    let whole = (loudness(one) * loudness(other)) * (one.len().max(other.len()) as f32);
    (0..55)
        .step_by(5)
        .map(|late| {
            let pairs = one.iter().zip(other.iter().skip(late));
            pairs.map(|(a, b)| a * b).sum::<f32>() / whole
        })
        .fold(0.0, f32::max)
}

/// The file with a corrected checksum, so that only the table can be the reason to refuse it.
fn sealed(mut data: Vec<u8>) -> &'static [u8] {
    let body = data.len() - 8;
    let checksum = fnv(&data[..body]).to_le_bytes();
    data[body..].copy_from_slice(&checksum);
    data.leak()
}

#[test]
fn every_clip_is_audible_as_loud_as_the_others_and_does_not_clip() {
    for (language, data) in every_language() {
        let clips = Clips::read(data).unwrap();
        let mut levels = Vec::new();
        for character in clips.characters() {
            let variants = clips.of(*character).unwrap();
            assert!(variants.len() >= 3, "{language}: {character}");
            for clip in variants {
                let decoded = clip.decode();
                let seconds = decoded.len() as f32 / clips.rate() as f32;
                assert!((0.18..1.4).contains(&seconds), "{language}: {character}");
                let peak = decoded.iter().copied().map(f32::abs).fold(0.0, f32::max);
                assert!(peak < 0.9, "{language}: {character}");
                // Only speech counts, not the pause inside of "six" or "eight".
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
fn no_clip_begins_or_ends_with_silence() {
    for (language, data) in every_language() {
        let clips = Clips::read(data).unwrap();
        for character in clips.characters() {
            for clip in clips.of(*character).unwrap() {
                let decoded = clip.decode();
                let frames: Vec<f32> = decoded.chunks(55).map(loudness).collect();
                let floor = frames.iter().copied().fold(0.0, f32::max) / 100.0;
                let before = frames.iter().position(|level| *level > floor).unwrap();
                let mut backwards = frames.iter().rev();
                let after = backwards.position(|level| *level > floor).unwrap();
                // Five milliseconds each.
                assert!(
                    before <= 4 && after <= 8,
                    "{language}: {character} {before} {after}"
                );
            }
        }
    }
}

#[test]
fn no_two_clips_of_a_language_are_the_same() {
    for (language, data) in every_language() {
        let clips = Clips::read(data).unwrap();
        let all: Vec<(char, Vec<f32>)> = clips
            .characters()
            .iter()
            .flat_map(|own| {
                let clips = clips.of(*own).unwrap().iter();
                clips.map(|clip| (*own, clip.decode()))
            })
            .collect();
        for (at, (one, first)) in all.iter().enumerate() {
            for (other, second) in &all[at + 1..] {
                let alike = correlation(first, second);
                assert!(alike < 0.9, "{language}: {one} {other} {alike}");
            }
        }
    }
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
        ("a character with more clips than there are", 20, &[5]),
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
