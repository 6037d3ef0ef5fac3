//! Draws each picture of a challenge anew.
//!
//! This code makes every picture from shapes. There are no picture files, so there is no fixed set
//! to memorise. A motif has its features and a pose. The position, size, direction, colours, coat,
//! drawing style and background are chosen independently of the motif.

mod alike;
mod animals;
mod backdrop;
mod canvas;
mod characters;
mod color;
mod coverage;
mod distort;
mod dogs;
mod figure;
mod jpeg;
mod keys;
mod paint;
mod palette;
#[cfg(feature = "image-folder")]
mod photo;
mod polylines;
mod shape;
#[cfg(test)]
mod tests;

pub(crate) use alike::encode_alike;
pub(crate) use animals::Animal;
pub(crate) use canvas::Canvas;
pub(crate) use characters::Character;
pub(crate) use dogs::Dog;
pub(crate) use keys::KeyMotif;
#[cfg(feature = "image-folder")]
pub(crate) use photo::photo;

use rand::Rng;

use crate::challenge::rng::DrawRng;
use distort::Distortion;
use figure::Figure;
use palette::Palette;

/// The media type of a picture.
pub(crate) const MEDIA_TYPE: &str = "image/jpeg";

/// The sides that a picture can have, in pixels.
const MIN_SIDE: u32 = 32;

const MAX_SIDE: u32 = 1024;

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DrawError {
    #[error("a picture's side has between {MIN_SIDE} and {MAX_SIDE} pixels")]
    Side,
    #[error("there is no such label")]
    Nothing,
    #[cfg(feature = "image-folder")]
    #[error("a picture could not be read")]
    Unreadable,
}

/// The motif of a picture. Two pictures with equal motifs show the same to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motif {
    Animal(Animal),
    Character(Character),
    Dog(Dog),
    Key(KeyMotif),
}

impl Motif {
    /// The motif in one of its poses.
    fn figure(self, rng: &mut DrawRng) -> Figure {
        match self {
            Motif::Animal(animal) => animal.figure(rng),
            Motif::Character(character) => character.figure(rng),
            Motif::Dog(dog) => dog.figure(rng),
            Motif::Key(key) => key.figure(rng),
        }
    }
}

/// One picture of the motif, `side` pixels square. Hardness is from 1 to 5; other values are
/// clamped.
pub(crate) fn picture(
    motif: Motif,
    hardness: u8,
    side: u32,
    generator: &mut impl Rng,
) -> Result<Canvas, DrawError> {
    draw(motif, hardness, side, &mut DrawRng::new(generator))
}

fn draw(motif: Motif, hardness: u8, side: u32, rng: &mut DrawRng) -> Result<Canvas, DrawError> {
    if !(MIN_SIDE..=MAX_SIDE).contains(&side) {
        return Err(DrawError::Side);
    }
    let mut canvas = Canvas::new(side);
    let distortion = Distortion::of(hardness);
    let palette = Palette::new(rng, distortion.contrast);
    backdrop::paint(rng, &mut canvas, &palette);
    distortion.clutter(rng, &mut canvas, &palette);
    let figure = motif.figure(rng);
    let warp = distortion.warp(rng);
    paint::figure(rng, &mut canvas, &figure, &palette, warp);
    distortion.cover(rng, &mut canvas, &palette);
    distortion.grain(rng, &mut canvas);
    Ok(canvas)
}
