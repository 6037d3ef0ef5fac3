//! `one_click`: six pictures, one of which shows the same animal as the preview.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::draw::{self, Animal, Motif};
use super::{Exhibit, SealedAnswer, SetError, random};

/// Pictures on a page.
const TILES: usize = 6;

/// Pixels of their sides, and of the preview's.
const TILE: u32 = 100;
const PREVIEW: u32 = 200;

/// How often a guess is right.
pub(super) const CHANCE: f64 = 1.0 / TILES as f64;

/// Draws a challenge.
pub(super) fn draw(hardness: u8) -> Result<(SealedAnswer, Exhibit), SetError> {
    // What is chosen and how it is drawn come from seeds of their own, so that nothing about
    // the pictures tells which of them is right.
    let mut choice = generator()?;
    let mut animals: Vec<Animal> = Animal::ALL.to_vec();
    animals.shuffle(&mut choice);
    animals.truncate(TILES);
    let position = choice.random_range(0..animals.len());
    let wanted = *animals
        .get(position)
        .or(animals.as_slice().choose(&mut choice))
        .ok_or(SetError::Failed("there are no animals"))?;

    let preview = picture(wanted, hardness, PREVIEW)?;
    let tiles = animals
        .iter()
        .map(|animal| picture(*animal, hardness, TILE))
        .collect::<Result<Vec<_>, _>>()?;
    let mut answer = SealedAnswer::default();
    if let Some(first) = answer.first_mut() {
        *first = u8::try_from(position).unwrap_or(u8::MAX);
    }
    Ok((answer, Exhibit::Pictures { preview, tiles }))
}

/// Whether the answer is the position that was sealed.
pub(super) fn is_right(sealed: &SealedAnswer, answer: &str) -> bool {
    let position = match answer.as_bytes() {
        [digit @ b'0'..=b'9'] => digit - b'0',
        _ => return false,
    };
    sealed.first() == Some(&position)
}

fn picture(animal: Animal, hardness: u8, side: u32) -> Result<String, SetError> {
    let bytes = draw::picture(Motif::Animal(animal), hardness, side, &mut generator()?)
        .map_err(|_| SetError::Failed("a picture could not be drawn"))?;
    Ok(format!(
        "data:{};base64,{}",
        draw::MEDIA_TYPE,
        STANDARD.encode(bytes)
    ))
}

fn generator() -> Result<SmallRng, SetError> {
    Ok(SmallRng::from_seed(random::bytes()?))
}
