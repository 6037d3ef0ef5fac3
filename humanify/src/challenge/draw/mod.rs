//! The pictures of the challenges, each drawn anew.
//!
//! Every picture is made by this code alone, from shapes: there are no files of pictures,
//! so there is no set to learn by heart. A motif has its features and a pose; where it
//! stands, how large it is, which way it looks, its colours, its coat, the manner of the
//! drawing and what lies behind it are chosen without regard to the motif.

mod animals;
mod backdrop;
mod dice;
mod distort;
mod figure;
mod paint;
mod palette;
mod shape;
#[cfg(test)]
mod tests;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use rand::Rng;
use tiny_skia::Pixmap;

pub(crate) use self::animals::Animal;
use self::dice::Dice;
use self::distort::Distortion;
use self::figure::Figure;
use self::palette::Palette;

/// What a picture is served as.
pub(crate) const MEDIA_TYPE: &str = "image/jpeg";

/// The sides that a picture can have, in pixels.
const SMALLEST_SIDE: u32 = 32;
const LARGEST_SIDE: u32 = 1024;

/// Of the encoding, from 1 to 100.
const QUALITY: u8 = 70;

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DrawError {
    #[error("a picture's side has between {SMALLEST_SIDE} and {LARGEST_SIDE} pixels")]
    Side,
    #[error("the picture could not be encoded")]
    Encoding,
}

/// What a picture shows. Two pictures that show equal motifs are alike to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motif {
    Animal(Animal),
}

impl Motif {
    /// The motif in one of its poses.
    fn figure(self, dice: &mut Dice) -> Figure {
        match self {
            Motif::Animal(animal) => animal.figure(dice),
        }
    }
}

/// One picture of the motif, `side` pixels square, as JPEG. Hardness is from 1 to 5; what is
/// below or above counts as 1 or 5.
pub(crate) fn picture(
    motif: Motif,
    hardness: u8,
    side: u32,
    generator: &mut impl Rng,
) -> Result<Vec<u8>, DrawError> {
    draw(motif, hardness, side, &mut Dice::new(generator))
}

fn draw(motif: Motif, hardness: u8, side: u32, dice: &mut Dice) -> Result<Vec<u8>, DrawError> {
    if !(SMALLEST_SIDE..=LARGEST_SIDE).contains(&side) {
        return Err(DrawError::Side);
    }
    let mut picture = Pixmap::new(side, side).ok_or(DrawError::Side)?;
    let distortion = Distortion::of(hardness);
    let palette = Palette::new(dice, distortion.contrast);
    backdrop::paint(dice, &mut picture, &palette);
    distortion.clutter(dice, &mut picture, &palette);
    let figure = motif.figure(dice);
    let warp = distortion.warp(dice);
    paint::figure(dice, &mut picture, &figure, &palette, warp);
    distortion.cover(dice, &mut picture, &palette);
    distortion.grain(dice, &mut picture);
    encode(&picture)
}

fn encode(picture: &Pixmap) -> Result<Vec<u8>, DrawError> {
    // The backdrop covers everything, so no colour is premultiplied by less than one.
    let colours: Vec<u8> = picture
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut bytes = Vec::with_capacity(colours.len() / 4);
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(
            &colours,
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(|_| DrawError::Encoding)?;
    Ok(bytes)
}
