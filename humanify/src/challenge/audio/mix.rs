//! Mixes a code into a recording: each character has its own voice, pace and level, over the voices
//! of others.
//!
//! Loudness is relative to the clips, which are all equally loud. The background grows with
//! hardness and stays below the words. All recordings of one hardness in one language last
//! equally long, so that their size reveals nothing of the code.

use std::f32::consts::TAU;

use rand::{Rng, RngExt};

use super::SpeechError;
use super::clips::Clips;
use super::wav::SILENCE;

/// The root mean square of the loud parts of clips.
const LOUDNESS: f32 = 0.11;

/// The highest sample of a recording.
const PEAK: f32 = 0.95;

/// The shortest silence before the first character and after the last, in seconds.
const MIN_MARGIN: f32 = 0.3;

/// The shortest silence between two characters, in seconds. A person types one character while
/// waiting for the next.
const MIN_PAUSE: f32 = 0.28;

/// The number of walls that reflect the words.
const WALLS: usize = 4;

/// How a recording of one hardness is mixed.
struct MixSetting {
    /// The largest relative change of speed and pitch.
    pace: f32,
    /// The largest relative change of speed and pitch within a character.
    waver: f32,
    /// The largest difference in loudness between characters, in decibels.
    level: f32,
    /// The levels of noise, hum, babble and the first echo below the words, in decibels.
    noise: f32,
    hum: f32,
    babble: f32,
    echo: f32,
    /// The number of voices in the babble.
    crowd: usize,
}

impl MixSetting {
    fn of(hardness: u8) -> MixSetting {
        let step = f32::from(hardness.clamp(1, 5) - 1);
        MixSetting {
            pace: 0.07 + 0.01 * step,
            waver: 0.01 + 0.004 * step,
            level: 1.5 + 0.4 * step,
            noise: 26.0 - 2.0 * step,
            hum: 28.0 - 1.5 * step,
            babble: 14.0 - 2.0 * step,
            echo: 12.0 - step,
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
) -> Result<Vec<u8>, SpeechError> {
    let setting = MixSetting::of(hardness);
    let rate = clips.rate() as f32;
    let mut words = Vec::with_capacity(code.len());
    for character in code.chars() {
        let variants = clips.of(character).ok_or(SpeechError::Unspoken)?;
        let clip = choose(variants, generator).ok_or(SpeechError::Unspoken)?;
        words.push(render_character(&clip.decode(), &setting, generator));
    }
    let length = length(clips, words.len(), &setting);
    let mut track = spread(&words, length, rate, generator);
    echo(&mut track, &setting, rate, generator);
    add_noise(&mut track, LOUDNESS * ratio(-setting.noise), generator);
    add_hum(&mut track, LOUDNESS * ratio(-setting.hum), rate, generator);
    add_babble(&mut track, clips, &setting, generator);
    Ok(finish(&track))
}

/// The length of every recording with this many characters: even the longest and slowest ones fit.
fn length(clips: &Clips, characters: usize, setting: &MixSetting) -> usize {
    let slowest = (1.0 - setting.pace) * (1.0 - setting.waver);
    let longest = (clips.longest() as f32 / slowest) as usize + 1;
    let pauses = 2.0 * MIN_MARGIN + MIN_PAUSE * characters.saturating_sub(1) as f32;
    characters * longest + (pauses * clips.rate() as f32) as usize
}

/// The words one after another. The remaining time is divided among the pauses at random.
fn spread(words: &[Vec<f32>], length: usize, rate: f32, generator: &mut impl Rng) -> Vec<f32> {
    let mut least = vec![MIN_PAUSE * rate; words.len() + 1];
    for margin in [0, words.len()] {
        if let Some(pause) = least.get_mut(margin) {
            *pause = MIN_MARGIN * rate;
        }
    }
    let shares: Vec<f32> = least
        .iter()
        .map(|_| generator.random_range(0.4..=1.0))
        .collect();
    let spoken: usize = words.iter().map(Vec::len).sum();
    let spare = length as f32 - spoken as f32 - least.iter().sum::<f32>();
    let share = spare.max(0.0) / shares.iter().sum::<f32>();

    let mut track = Vec::with_capacity(length);
    let mut pauses = least.iter().zip(&shares);
    for word in words {
        if let Some((least, part)) = pauses.next() {
            track.resize(track.len() + (least + share * part) as usize, 0.0);
        }
        track.extend_from_slice(word);
    }
    track.resize(length, 0.0);
    track
}

/// A character as it is spoken this time: a little faster or slower, louder or softer.
fn render_character(clip: &[f32], setting: &MixSetting, generator: &mut impl Rng) -> Vec<f32> {
    let pace = 1.0 + generator.random_range(-setting.pace..=setting.pace);
    let waver = generator.random_range(0.0..=setting.waver);
    let start = generator.random_range(0.0..TAU);
    let gain = ratio(generator.random_range(-setting.level..=setting.level));
    let turn = TAU * generator.random_range(1.0..2.0) / clip.len().max(1) as f32;
    let mut word = Vec::with_capacity(clip.len() + clip.len() / 4);
    let (mut place, mut step) = (0.0_f32, pace);
    while let Some(sample) = between(clip, place) {
        // The pace changes slowly, so it is updated only now and then.
        if word.len().is_multiple_of(32) {
            step = pace * (1.0 + waver * (start + turn * place).sin());
        }
        word.push(sample * gain);
        place += step;
    }
    word
}

/// The value between two samples, by cubic interpolation.
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

/// Adds the echoes of a room, each later one fainter.
fn echo(track: &mut [f32], setting: &MixSetting, rate: f32, generator: &mut impl Rng) {
    let dry = track.to_vec();
    let (mut seconds, mut gain) = (0.0, ratio(-setting.echo));
    for _ in 0..WALLS {
        seconds += generator.random_range(0.006..0.03);
        let sign = if generator.random() { 1.0 } else { -1.0 };
        for (sample, earlier) in track.iter_mut().skip((seconds * rate) as usize).zip(&dry) {
            *sample += sign * gain * earlier;
        }
        gain *= generator.random_range(0.6..0.85);
    }
}

/// Adds noise between a hiss and a rumble.
fn add_noise(track: &mut [f32], level: f32, generator: &mut impl Rng) {
    let keep = generator.random_range(0.3..0.9_f32);
    // The root mean square of uniform noise after a one-pole low-pass filter, at a gain of one.
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

/// Adds the hum of a machine: a tone and its octave.
fn add_hum(track: &mut [f32], level: f32, rate: f32, generator: &mut impl Rng) {
    let turn: f32 = TAU * generator.random_range(90.0..180.0) / rate;
    // A point that moves around a circle needs two sines for the whole track, not two for each
    // sample.
    let (sine, cosine) = turn.sin_cos();
    let (mut y, mut x) = generator.random_range(0.0..TAU).sin_cos();
    for sample in track {
        *sample += level * y * (1.0 + x);
        (x, y) = (x * cosine - y * sine, y * cosine + x * sine);
    }
}

/// Adds distant voices, backwards and without pauses.
fn add_babble(track: &mut [f32], clips: &Clips, setting: &MixSetting, generator: &mut impl Rng) {
    let mut heard = Vec::new();
    for _ in 0..setting.crowd + 2 {
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
            // Each voice skips a part of its first clip, so that the voices do not speak in step.
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

/// The clip, backwards and muffled.
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

/// A random element; `None` if there are none.
fn choose<'a, T>(from: &'a [T], generator: &mut impl Rng) -> Option<&'a T> {
    if from.is_empty() {
        return None;
    }
    from.get(generator.random_range(0..from.len()))
}

/// Converts decibels into a factor.
fn ratio(decibels: f32) -> f32 {
    10.0_f32.powf(decibels / 20.0)
}

/// Converts samples to 8-bit numbers, as loud as possible without clipping. Rounding adds far less
/// than the noise.
fn finish(track: &[f32]) -> Vec<u8> {
    let peak = track
        .iter()
        .fold(LOUDNESS, |peak, sample| peak.max(sample.abs()));
    let scale = 127.0 * PEAK / peak;
    // Conversion truncates, so adding a half rounds.
    let silence = f32::from(SILENCE) + 0.5;
    track
        .iter()
        .map(|sample| (silence + sample * scale) as u8)
        .collect()
}
