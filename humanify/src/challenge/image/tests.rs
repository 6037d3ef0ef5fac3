//! Tests of the pictures of a page.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::dataset::Dataset;
use super::pictures::{Layout, Plan, SIDE, draw_with, is_right, positions, seal};
use crate::challenge::{ChallengeContent, SealedAnswer};

fn text(positions: &[&str]) -> Vec<String> {
    positions
        .iter()
        .map(|position| (*position).to_owned())
        .collect()
}

#[test]
fn exactly_the_right_pictures_are_the_answer() {
    let two = [false, true, false, false, true, false, false, false, false];
    for (chosen, expected) in [
        (&["1", "4"][..], true),
        (&["4", "1"], true),
        (&["1"], false),
        (&["1", "4", "5"], false),
        (&["1", "4", "4"], false),
        (&["1", "4", "9"], false),
        (&["1", "4", "x"], false),
        (&["1", "4", ""], false),
        (&["14"], false),
        (&[], false),
    ] {
        assert_eq!(is_right(&seal(&two), &text(chosen)), expected, "{chosen:?}");
    }
    assert!(!is_right(&SealedAnswer::default(), &[]));
}

#[test]
fn every_set_of_right_pictures_is_as_likely_as_every_other() {
    let mut generator = SmallRng::seed_from_u64(1);
    for (layout, answers) in [(Layout::OneClick, 6), (Layout::Grid, 120)] {
        let mut seen = HashMap::new();
        for _ in 0..answers * 1_000 {
            let plan = Plan::new(&Dataset::Animals, layout, &mut generator).unwrap();
            *seen.entry(plan.answer()).or_insert(0_u32) += 1;
        }
        assert_eq!(seen.len(), answers);
        for count in seen.values() {
            assert!((850..1_150).contains(count), "{count}");
        }
    }
}

/// The tiles of a challenge and its preview, decoded from their addresses, and which are right.
fn drawn(
    dataset: &Dataset,
    layout: Layout,
    hardness: u8,
    seed: u64,
) -> (Vec<Vec<u8>>, Vec<String>) {
    let mut seeds = SmallRng::seed_from_u64(seed);
    let generator = || Ok(SmallRng::from_rng(&mut seeds));
    let (answer, content) = draw_with(dataset, layout, hardness, generator).unwrap();
    let ChallengeContent::Pictures { preview, tiles, .. } = content else {
        panic!("no pictures");
    };
    let decode = |address: String| {
        let (_, data) = address.split_once(";base64,").unwrap();
        STANDARD.decode(data).unwrap()
    };
    let pictures = tiles.into_iter().chain(preview).map(decode).collect();
    (pictures, positions(&answer))
}

/// The bytes of a picture without its comment.
fn without_comment(picture: &[u8]) -> usize {
    let length = usize::from(u16::from_be_bytes([picture[22], picture[23]]));
    assert_eq!(picture[20..22], [0xff, 0xfe]);
    picture.len() - 2 - length
}

#[test]
fn the_sizes_of_pictures_say_nothing() {
    // Counts how often a program is right that takes the largest tile, the tile with the most bytes
    // without its comment, or the tile with as many such bytes as the preview. It would be right
    // more often than one time in six if each picture had only the bytes that it needs, or if the
    // comments revealed that number.
    for (dataset, hardness) in [
        (Dataset::Dogs, 3),
        (Dataset::Animals, 1),
        (Dataset::Keys, 1),
    ] {
        let (mut sizes, mut needed) = (HashSet::new(), Vec::new());
        let mut right = [0; 3];
        for seed in 0..120 {
            let (pictures, answer) = drawn(&dataset, Layout::OneClick, hardness, seed);
            let (tiles, preview) = pictures.split_at(6);
            let needs: Vec<usize> = tiles.iter().map(|tile| without_comment(tile)).collect();
            let like = preview.first().map(|preview| without_comment(preview));
            let taken = [
                (0..6).max_by_key(|tile| tiles[*tile].len()),
                (0..6).max_by_key(|tile| needs[*tile]),
                like.and_then(|like| (0..6).min_by_key(|tile| needs[*tile].abs_diff(like))),
            ];
            for (right, taken) in right.iter_mut().zip(taken) {
                let taken = taken.map(|tile| tile.to_string());
                *right += usize::from(taken.is_some_and(|taken| answer == [taken]));
            }
            sizes.extend(pictures.iter().map(Vec::len));
            needed.extend(pictures.iter().map(|picture| without_comment(picture)));
        }
        assert_eq!(sizes, HashSet::from([Layout::OneClick.room()]));
        let spread = needed.iter().max().unwrap() - needed.iter().min().unwrap();
        // A picture in some thousands differs by more than the others do.
        assert!(spread < 256, "{spread}");
        // 20 are expected, with a deviation of 4.
        for right in right {
            let fair = (5..36).contains(&right);
            assert!(fair || (right == 0 && !dataset.needs_preview()), "{right}");
        }
    }
}

#[test]
fn every_picture_of_every_page_has_the_same_size_and_quality() {
    for dataset in Dataset::BUILT_IN {
        for layout in [Layout::OneClick, Layout::Grid] {
            for hardness in 1..=5 {
                for seed in 0..2 {
                    let (pictures, _) = drawn(&dataset, layout, hardness, seed);
                    let has_preview = layout == Layout::OneClick && dataset.needs_preview();
                    assert_eq!(pictures.len(), layout.tiles() + usize::from(has_preview));
                    for picture in &pictures {
                        assert_eq!(picture.len(), layout.room(), "{dataset:?} {hardness}");
                        let decoded = image::load_from_memory(picture).unwrap();
                        assert_eq!((decoded.width(), decoded.height()), (SIDE, SIDE));
                        // The steps of the first table stand behind the comment.
                        let table = |picture: &[u8]| picture[offset(picture)..][..69].to_vec();
                        assert_eq!(table(picture), table(&pictures[0]));
                    }
                }
            }
        }
    }
}

/// The offset of the segment after the comment.
fn offset(picture: &[u8]) -> usize {
    picture.len() - without_comment(picture) + 20
}
