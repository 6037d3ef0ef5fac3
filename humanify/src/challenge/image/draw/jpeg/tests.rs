//! Tests of the encoder: another decoder reads the same picture.

use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

use super::*;

/// A quality of about 70.
const SEVENTY: usize = 2;

/// Encodes a picture and has it decoded into brightness, and blue and red less brightness.
fn read_back(side: u16, planes: [&[u8]; 3]) -> Vec<[i32; 3]> {
    let bytes = encode(side, planes, SEVENTY).bytes;
    let format = image::ImageFormat::Jpeg;
    let picture = image::load_from_memory_with_format(&bytes, format).unwrap();
    let picture = picture.to_rgb8();
    assert_eq!(
        (picture.width(), picture.height()),
        (u32::from(side), u32::from(side))
    );
    let parts = |pixel: &image::Rgb<u8>| {
        let [red, green, blue] = pixel.0.map(f32::from);
        let light = 0.299 * red + 0.587 * green + 0.114 * blue;
        [
            light,
            128.0 + (blue - light) / 1.772,
            128.0 + (red - light) / 1.402,
        ]
        .map(|part| part.round() as i32)
    };
    picture.pixels().map(parts).collect()
}

#[test]
fn even_pictures_keep_their_colour_at_any_size() {
    for side in [32, 33, 47, 48, 100, 200] {
        let plane = |value| vec![value; usize::from(side) * usize::from(side)];
        for color in [[16, 128, 128], [128, 100, 140], [220, 120, 134]] {
            let [light, blue, red] = color.map(plane);
            for pixel in read_back(side, [&light, &blue, &red]) {
                for (read, drawn) in pixel.iter().zip(color) {
                    assert!(
                        (read - i32::from(drawn)).abs() <= 5,
                        "{side} {pixel:?} {color:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn slopes_and_edges_are_where_they_were_drawn() {
    for side in [47_u16, 100] {
        let pixels = 0..usize::from(side) * usize::from(side);
        let place = |pixel: usize| (pixel % usize::from(side), pixel / usize::from(side));
        let light: Vec<u8> = pixels
            .clone()
            .map(|pixel| {
                let (x, y) = place(pixel);
                if x < 21 { 60 } else { (80 + x + y / 2) as u8 }
            })
            .collect();
        let blue: Vec<u8> = pixels
            .map(|pixel| (110 + place(pixel).1 / 4) as u8)
            .collect();
        let red = vec![130; light.len()];
        let read = read_back(side, [&light, &blue, &red]);
        let apart = |part: usize, plane: &[u8]| -> f64 {
            let apart = read.iter().zip(plane);
            let sum: i32 = apart
                .map(|(read, drawn)| (read[part] - i32::from(*drawn)).abs())
                .sum();
            f64::from(sum) / read.len() as f64
        };
        assert!(apart(0, &light) < 2.5, "{}", apart(0, &light));
        assert!(apart(1, &blue) < 2.5, "{}", apart(1, &blue));
        assert!(apart(2, &red) < 2.0, "{}", apart(2, &red));
    }
}

#[test]
fn noise_of_all_values_is_encoded() {
    // The largest coefficients, the longest runs of zeros, and bytes of ones occur.
    let mut generator = SmallRng::seed_from_u64(1);
    for _ in 0..50 {
        let mut light = vec![0; 64 * 64];
        generator.fill_bytes(&mut light);
        for value in &mut light {
            *value = if generator.random_bool(0.5) {
                *value
            } else {
                255 * (*value & 1)
            };
        }
        let read = read_back(64, [&light, &vec![128; 64 * 64], &vec![128; 64 * 64]]);
        let apart = read.iter().zip(&light);
        let sum: i32 = apart
            .map(|(read, drawn)| (read[0] - i32::from(*drawn)).abs())
            .sum();
        assert!(sum / 4_096 < 25, "{}", sum / 4_096);
    }
}

#[test]
fn a_picture_can_be_filled_up_to_any_length_that_has_room_for_a_comment() {
    let plane = vec![90; 40 * 40];
    let plain = encode(40, [&plane; 3], 0).bytes;
    let decoded = image::load_from_memory(&plain).unwrap();
    let mut generator = SmallRng::seed_from_u64(1);
    for more in [4, 5, 100, 4_000] {
        let mut filled = plain.clone();
        fill_up(&mut filled, plain.len() + more, &mut generator);
        assert_eq!(filled.len(), plain.len() + more);
        assert_eq!(image::load_from_memory(&filled).unwrap(), decoded);
    }
    for length in [0, plain.len(), plain.len() + 3] {
        let mut filled = plain.clone();
        fill_up(&mut filled, length, &mut generator);
        assert_eq!(filled, plain);
    }
}
