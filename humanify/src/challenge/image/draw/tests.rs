//! Tests of drawn pictures.

use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::*;

fn motifs() -> Vec<Motif> {
    let animals = Animal::ALL.iter().copied().map(Motif::Animal);
    let characters = Character::ALL.iter().copied().map(Motif::Character);
    let dogs = Dog::ALL.iter().copied().map(Motif::Dog);
    let keys = KeyMotif::ALL.iter().copied().map(Motif::Key);
    animals.chain(characters).chain(dogs).chain(keys).collect()
}

fn draw(motif: Motif, hardness: u8, side: u32, seed: u64) -> Result<Vec<u8>, DrawError> {
    let drawn = picture(motif, hardness, side, &mut SmallRng::seed_from_u64(seed));
    drawn.map(|canvas| canvas.encode(2).bytes)
}

#[test]
fn every_motif_is_drawn_at_every_hardness() {
    for motif in motifs() {
        for hardness in 0..=6 {
            let bytes = draw(motif, hardness, 64, 7).unwrap();
            let picture = image::load_from_memory(&bytes).unwrap();
            assert_eq!((picture.width(), picture.height()), (64, 64), "{motif:?}");
        }
    }
}

#[test]
fn a_seed_makes_one_picture() {
    for motif in motifs() {
        let one = draw(motif, 3, 100, 1).unwrap();
        assert_eq!(one, draw(motif, 3, 100, 1).unwrap());
        assert_ne!(one, draw(motif, 3, 100, 2).unwrap());
    }
}

#[test]
fn a_mouth_is_visible_on_every_part_of_a_face() {
    for seed in 0..5_000 {
        let generator = &mut SmallRng::seed_from_u64(seed);
        let palette = Palette::new(&mut DrawRng::new(generator), Distortion::of(5).contrast);
        let [from, to] = palette.body;
        for area in [from, to, palette.ink(figure::Ink::Light)] {
            let contrast = palette.ink(figure::Ink::Line).contrast(area);
            assert!(contrast > 2.2, "{seed}: {contrast}");
        }
    }
}

#[test]
fn sides_are_bounded() {
    for side in [0, 31, 1025, u32::MAX] {
        let cat = Motif::Animal(Animal::Cat);
        assert_eq!(draw(cat, 1, side, 1), Err(DrawError::Side));
    }
}

#[test]
fn no_two_of_a_thousand_pictures_of_a_label_are_nearly_the_same() {
    for motif in [
        Motif::Animal(Animal::Rabbit),
        Motif::Character(Character::ALL[4]),
        Motif::Dog(Dog::Smiling),
        Motif::Dog(Dog::Serious),
        Motif::Key(KeyMotif::Heart),
    ] {
        let hashes: Vec<[u64; 4]> = (0..1_000).map(|seed| hash(motif, seed)).collect();
        let near = hashes.iter().enumerate().flat_map(|(index, one)| {
            let others = hashes.iter().skip(index + 1);
            others.map(move |other| difference(one, other))
        });
        let nearest = near.min().unwrap();
        println!("{motif:?}: the nearest two differ in {nearest} of 256 bits");
        assert!(nearest >= 10, "{motif:?} {nearest}");
    }
}

fn difference(one: &[u64; 4], other: &[u64; 4]) -> u32 {
    let pairs = one.iter().zip(other);
    pairs.map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// A difference hash of 256 bits: whether each of 16 × 16 places is lighter than the next.
fn hash(motif: Motif, seed: u64) -> [u64; 4] {
    let bytes = draw(motif, 1, 100, seed).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().to_luma8();
    let small = image::imageops::thumbnail(&picture, 17, 16);
    let mut hash = [0; 4];
    for place in 0..256_u32 {
        let (column, row) = (place % 16, place / 16);
        let lighter = small.get_pixel(column, row).0 > small.get_pixel(column + 1, row).0;
        hash[place as usize / 64] |= u64::from(lighter) << (place % 64);
    }
    hash
}
