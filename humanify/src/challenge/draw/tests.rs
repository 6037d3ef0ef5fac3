//! What must hold of every picture.

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::*;

fn draw(animal: Animal, hardness: u8, side: u32, seed: u64) -> Result<Vec<u8>, DrawError> {
    picture(
        Motif::Animal(animal),
        hardness,
        side,
        &mut SmallRng::seed_from_u64(seed),
    )
}

#[test]
fn every_animal_is_drawn_at_every_hardness() {
    for animal in Animal::ALL {
        for hardness in 0..=6 {
            let bytes = draw(*animal, hardness, 64, 7).unwrap();
            let picture = image::load_from_memory(&bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (64, 64), "{animal:?}");
        }
    }
}

#[test]
fn a_seed_makes_one_picture() {
    let one = draw(Animal::Cat, 3, 100, 1).unwrap();
    assert_eq!(one, draw(Animal::Cat, 3, 100, 1).unwrap());
    assert_ne!(one, draw(Animal::Cat, 3, 100, 2).unwrap());
}

#[test]
fn sides_are_bounded() {
    for side in [0, 31, 1025, u32::MAX] {
        assert_eq!(draw(Animal::Cat, 1, side, 1), Err(DrawError::Side));
    }
}

#[test]
fn no_two_pictures_of_an_animal_are_nearly_the_same() {
    // A difference hash of 64 bits: whether each of 8 × 8 places is lighter than the next.
    let hash = |seed| {
        let bytes = draw(Animal::Rabbit, 1, 64, seed).unwrap();
        let small = image::load_from_memory(&bytes).unwrap().to_luma8();
        let mean = |column: u32, row: u32| -> u32 {
            (0..7)
                .flat_map(|dx| (0..8).map(move |dy| (dx, dy)))
                .map(|(dx, dy)| u32::from(small.get_pixel(column * 7 + dx, row * 8 + dy).0[0]))
                .sum()
        };
        (0..64_u32).fold(0_u64, |hash, place| {
            let (column, row) = (place % 8, place / 8);
            hash << 1 | u64::from(mean(column, row) > mean(column + 1, row))
        })
    };
    let hashes: Vec<u64> = (0..60).map(hash).collect();
    for (index, one) in hashes.iter().enumerate() {
        for other in hashes.iter().skip(index + 1) {
            assert!((one ^ other).count_ones() >= 2, "{one:x} {other:x}");
        }
    }
}
