//! From a code to sound: each character in a voice, at a pace and a level of its own, in a
//! room that is never quite still.
//!
//! Loudness is relative to the clips, which are all equally loud. The background grows with
//! hardness and stays well below the words.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::SpeechError;
use super::clips::Clips;

/// Root mean square of the clips' loud parts.
const LOUDNESS: f32 = 0.11;

/// The highest sample of a recording.
const PEAK: f32 = 0.95;

/// Seconds before the first character, after the last, and between two of them. A person
/// types one while waiting for the next.
const BEFORE: (f32, f32) = (0.35, 0.6);
const AFTER: (f32, f32) = (0.4, 0.6);
const BETWEEN: (f32, f32) = (0.42, 0.62);

/// How a recording of one hardness is mixed.
struct Setting {
    /// Speed and pitch differ from the clip's by this part at most.
    pace: f32,
    /// Speed and pitch waver within a character by this part at most.
    waver: f32,
    /// Decibels by which characters differ in loudness, up and down.
    level: f32,
    /// Decibels by which noise, hum and babble lie below the words.
    noise: f32,
    hum: f32,
    babble: f32,
    /// People who babble.
    crowd: usize,
}

impl Setting {
    fn of(hardness: u8) -> Setting {
        let step = f32::from(hardness.clamp(1, 5) - 1);
        Setting {
            pace: 0.03 + 0.01 * step,
            waver: 0.004 + 0.003 * step,
            level: 1.0 + 0.4 * step,
            noise: 30.0 - 3.0 * step,
            hum: 32.0 - 2.5 * step,
            babble: 30.0 - 4.5 * step,
            crowd: usize::from(hardness.clamp(1, 5)) + 1,
        }
    }
}

/// Speaks the code. The samples never clip.
pub(super) fn mix(
    clips: &Clips,
    code: &str,
    hardness: u8,
    generator: &mut impl Rng,
) -> Result<Vec<i16>, SpeechError> {
    let setting = Setting::of(hardness);
    let rate = clips.rate() as f32;
    let mut track = Vec::new();
    silence(&mut track, BEFORE, rate, generator);
    for (at, character) in code.chars().enumerate() {
        if at > 0 {
            silence(&mut track, BETWEEN, rate, generator);
        }
        let variants = clips.of(character).ok_or(SpeechError::Unspoken)?;
        let clip = choose(variants, generator).ok_or(SpeechError::Unspoken)?;
        say(&mut track, &clip.decode(), &setting, generator);
    }
    silence(&mut track, AFTER, rate, generator);

    echo(&mut track, rate, generator);
    add_noise(&mut track, LOUDNESS * ratio(-setting.noise), generator);
    add_hum(&mut track, LOUDNESS * ratio(-setting.hum), rate, generator);
    add_babble(&mut track, clips, &setting, generator);
    Ok(finish(&track))
}

/// Says a character behind what the track holds, a little faster or slower, louder or softer.
fn say(track: &mut Vec<f32>, clip: &[f32], setting: &Setting, generator: &mut impl Rng) {
    let pace = 1.0 + generator.random_range(-setting.pace..=setting.pace);
    let waver = generator.random_range(0.0..=setting.waver);
    let start = generator.random_range(0.0..TAU);
    let gain = ratio(generator.random_range(-setting.level..=setting.level));
    let turn = TAU * generator.random_range(1.0..2.0) / clip.len().max(1) as f32;
    let mut place = 0.0_f32;
    let (mut written, mut step) = (0_u32, pace);
    while let Some(sample) = between(clip, place) {
        track.push(sample * gain);
        // The pace changes so slowly that looking after it now and then is enough.
        if written.is_multiple_of(32) {
            step = pace * (1.0 + waver * (start + turn * place).sin());
        }
        written += 1;
        place += step;
    }
}

/// The clip's value at a place between samples, by the cubic through the four around it.
fn between(clip: &[f32], place: f32) -> Option<f32> {
    let whole = place as usize;
    let part = place - whole as f32;
    let around = clip.get(whole..whole.checked_add(4)?)?;
    let [a, b, c, d] = <[f32; 4]>::try_from(around).ok()?;
    let slope = (c - a) / 2.0;
    let bend = a - 2.5 * b + 2.0 * c - d / 2.0;
    let twist = (d - a) / 2.0 + 1.5 * (b - c);
    Some(b + part * (slope + part * (bend + part * twist)))
}

/// Nobody speaks for a while.
fn silence(track: &mut Vec<f32>, (least, most): (f32, f32), rate: f32, generator: &mut impl Rng) {
    let samples = (generator.random_range(least..=most) * rate) as usize;
    track.resize(track.len() + samples, 0.0);
}

/// A wall throws the words back, faintly.
fn echo(track: &mut [f32], rate: f32, generator: &mut impl Rng) {
    let delay = (generator.random_range(0.006..0.03) * rate) as usize;
    let gain = generator.random_range(0.05..0.2);
    let dry = track.to_vec();
    for (sample, earlier) in track.iter_mut().skip(delay).zip(dry) {
        *sample += gain * earlier;
    }
}

/// Noise between a hiss and a rumble.
fn add_noise(track: &mut [f32], level: f32, generator: &mut impl Rng) {
    let keep = generator.random_range(0.3..0.9_f32);
    // The root mean square of uniform noise behind a low pass of one pole, at a gain of one.
    let gain = level * (3.0 * (1.0 + keep) / (1.0 - keep)).sqrt();
    let mut value = 0.0;
    for four in track.chunks_mut(4) {
        let mut bits = generator.next_u64();
        for sample in four {
            let white = (bits & 0xffff) as f32 / 32_768.0 - 1.0;
            bits >>= 16;
            value = keep * value + (1.0 - keep) * white;
            *sample += gain * value;
        }
    }
}

/// The hum of a machine: a tone and its octave.
fn add_hum(track: &mut [f32], level: f32, rate: f32, generator: &mut impl Rng) {
    let turn: f32 = TAU * generator.random_range(90.0..180.0) / rate;
    // A point that goes round a circle: two sines for the track instead of two a sample.
    let (sine, cosine) = turn.sin_cos();
    let (mut y, mut x) = generator.random_range(0.0..TAU).sin_cos();
    for sample in track {
        *sample += level * y * (1.0 + x);
        (x, y) = (x * cosine - y * sine, y * cosine + x * sine);
    }
}

/// People talk far away, backwards, without a pause.
fn add_babble(track: &mut [f32], clips: &Clips, setting: &Setting, generator: &mut impl Rng) {
    let mut heard = Vec::new();
    for _ in 0..2 * setting.crowd {
        let character = choose(clips.characters(), generator);
        let variants = character.and_then(|character| clips.of(*character));
        let clip = variants.and_then(|variants| choose(variants, generator));
        heard.extend(clip.map(|clip| muffled(&clip.decode())));
    }
    let gain = ratio(-setting.babble) / (setting.crowd as f32).sqrt();
    for _ in 0..setting.crowd {
        let mut rest = &mut *track;
        while !rest.is_empty() {
            let Some(clip) = choose(&heard, generator) else {
                return;
            };
            // Nobody starts at the beginning, so that a crowd does not speak in step.
            let skipped = generator.random_range(0..=clip.len() / 3);
            let clip = clip.get(skipped..).unwrap_or_default();
            let (now, later) = rest.split_at_mut(clip.len().clamp(1, rest.len()));
            for (sample, other) in now.iter_mut().zip(clip) {
                *sample += gain * other;
            }
            rest = later;
        }
    }
}

/// The clip backwards and without its sharpness.
fn muffled(clip: &[f32]) -> Vec<f32> {
    let mut last = 0.0;
    let backwards = clip.iter().rev();
    backwards
        .map(|sample| {
            last += 0.5 * (sample - last);
            last
        })
        .collect()
}

/// One of them, or none of none.
fn choose<'a, T>(from: &'a [T], generator: &mut impl Rng) -> Option<&'a T> {
    if from.is_empty() {
        return None;
    }
    from.get(generator.random_range(0..from.len()))
}

/// Decibels as a factor.
fn ratio(decibels: f32) -> f32 {
    10.0_f32.powf(decibels / 20.0)
}

/// The samples as 16-bit numbers, all softer where one would be too loud.
fn finish(track: &[f32]) -> Vec<i16> {
    let peak = track
        .iter()
        .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let scale = f32::from(i16::MAX) * if peak > PEAK { PEAK / peak } else { 1.0 };
    track.iter().map(|sample| (sample * scale) as i16).collect()
}
