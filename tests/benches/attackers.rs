//! Measures how many picture challenges simple attackers solve, for each dataset, type and
//! hardness.
//!
//! `cargo bench --manifest-path tests/benches/Cargo.toml --bench attackers`; numbers after `--` set
//! how many pictures are harvested and how many challenges are attacked, and names of datasets
//! select those: `-- 10000 300 AiDogs Keys`.
//!
//! The conditions favour the attackers: all harvested pictures are labelled correctly at no cost,
//! and wrong answers do not shut them out during the measurement. The effect of being shut out is
//! computed afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a program for developers, which may end where something is odd"
)]

#[path = "../support/site.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod site;

use std::collections::HashMap;

use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanify::{ChallengeType, Humanify, ImageDataset, testing};
use image::imageops::FilterType;

use site::Site;

/// Pixels of the sides to which pictures are reduced before they are compared.
const SIDE: u32 = 16;

/// A picture whose difference hash is this near to a known one counts as that one.
const NEAR: u32 = 4;

const HARDNESSES: [u8; 3] = [1, 3, 5];

/// The label of the dogs' grids, whose page shows neither a preview nor a name.
const SMILING: &str = "a smiling dog";

fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let harvest = numbers.first().copied().unwrap_or(10_000);
    let attacks = numbers.get(1).copied().unwrap_or(300);
    // `cargo bench` passes `--bench`.
    let names: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with("--") && it.parse::<usize>().is_err())
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    println!(
        "{harvest} labelled pictures, {attacks} challenges of each kind; solved in per cent\n"
    );
    println!(
        "| dataset | type | hardness | guess | hash | pixels | edges | preview | rounds | per address and hour | addresses for 1,000 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for dataset in [
        ImageDataset::AiDogs,
        ImageDataset::Animals,
        ImageDataset::Characters,
        ImageDataset::Keys,
    ] {
        let name = format!("{dataset:?}");
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        for hardness in HARDNESSES {
            let known = runtime.block_on(Known::harvest(&dataset, hardness, harvest));
            for challenge_type in [ChallengeType::OneClick, ChallengeType::Grid] {
                let row =
                    runtime.block_on(attack(&dataset, hardness, challenge_type, &known, attacks));
                println!(
                    "| {name} | {} | {hardness} | {row} |",
                    challenge_type.name()
                );
            }
        }
    }
}

/// A challenge as an attacker sees it, with the answer beside it.
struct Page {
    /// The subject, if the page names it.
    subject: Option<String>,
    preview: Option<Features>,
    tiles: Vec<Features>,
    right: Vec<usize>,
    rounds: u32,
}

/// The features by which attackers compare pictures.
struct Features {
    hash: u64,
    pixels: Vec<f32>,
    edges: Vec<f32>,
}

/// Labelled pictures.
#[derive(Default)]
struct Known(Vec<(String, Features)>);

async fn page(site: &Site, visitor: u32) -> Page {
    let ip = std::net::Ipv4Addr::from_bits(0x5b40_0000 + visitor).to_string();
    let html = site.browser(&ip).get("/humanify/challenge").await.body;
    let answer = testing::solve(&site.humanify, &html)
        .expect("a challenge")
        .body;
    let right = form_urlencoded::parse(answer.as_bytes())
        .filter(|(name, _)| name == "answer")
        .map(|(_, position)| position.parse().unwrap())
        .collect();
    let mut pictures: Vec<Features> = html
        .split("data:image/jpeg;base64,")
        .skip(1)
        .map(|rest| Features::of(rest.split('"').next().unwrap()))
        .collect();
    let subject = html
        .split_once("<strong><bdi>")
        .and_then(|(_, rest)| rest.split_once("</bdi>"))
        .map(|(subject, _)| subject.to_owned());
    let has_preview = html.contains("class=\"preview\"");
    let preview = has_preview.then(|| pictures.remove(0));
    let rounds = html
        .split_once("Round 1 of ")
        .and_then(|(_, rest)| rest.chars().next()?.to_digit(10))
        .unwrap_or(1);
    Page {
        subject,
        preview,
        tiles: pictures,
        right,
        rounds,
    }
}

fn site(dataset: &ImageDataset, hardness: u8, challenge_type: ChallengeType) -> Site {
    let builder = Humanify::builder()
        .image_dataset(dataset.clone())
        .challenge_type(challenge_type)
        .hardness(hardness);
    Site::new(builder, Router::new())
}

impl Known {
    /// Grids name what their right pictures show, so they are harvested.
    async fn harvest(dataset: &ImageDataset, hardness: u8, count: usize) -> Known {
        let site = site(dataset, hardness, ChallengeType::Grid);
        let mut known = Known::default();
        let mut visitor = 0;
        while known.0.len() < count {
            visitor += 1;
            let page = page(&site, visitor).await;
            let subject = page.subject.unwrap();
            for (position, tile) in page.tiles.into_iter().enumerate() {
                if page.right.contains(&position) {
                    known.0.push((subject.clone(), tile));
                } else if *dataset == ImageDataset::AiDogs && position % 2 == 0 {
                    // There is only one other label, so the wrong pictures are labelled, too.
                    known.0.push(("other".to_owned(), tile));
                }
            }
        }
        known
    }

    /// The distance of this picture to the nearest picture of each label.
    fn distances(&self, picture: &Features, by: fn(&Features) -> &[f32]) -> HashMap<&str, f32> {
        let mut nearest = HashMap::new();
        for (label, known) in &self.0 {
            let distance: f32 = by(known)
                .iter()
                .zip(by(picture))
                .map(|(a, b)| (a - b) * (a - b))
                .sum();
            let least = nearest.entry(label.as_str()).or_insert(f32::MAX);
            *least = least.min(distance);
        }
        nearest
    }

    /// The label of a picture that was seen before.
    fn seen(&self, picture: &Features) -> Option<&str> {
        self.0
            .iter()
            .map(|(label, known)| (label, (known.hash ^ picture.hash).count_ones()))
            .filter(|(_, distance)| *distance <= NEAR)
            .min_by_key(|(_, distance)| *distance)
            .map(|(label, _)| label.as_str())
    }
}

/// An attacker's confidence that each tile is right; higher means more confident.
type Scores = Vec<f32>;

impl Page {
    fn by_neighbours(&self, known: &Known, by: fn(&Features) -> &[f32]) -> Scores {
        // The wanted label is named, or it is the preview's nearest one, or the page asks for the
        // smiling dog.
        let wanted = self.subject.clone().or_else(|| {
            let Some(preview) = &self.preview else {
                return Some(SMILING.to_owned());
            };
            let distances = known.distances(preview, by);
            let (label, _) = distances.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
            Some(label.to_owned())
        });
        let score = |tile: &Features| {
            let distances = known.distances(tile, by);
            let own = wanted.as_deref().and_then(|wanted| distances.get(wanted));
            let other = distances
                .iter()
                .filter(|(label, _)| wanted.as_deref() != Some(**label))
                .map(|(_, distance)| *distance)
                .fold(f32::MAX, f32::min);
            own.map_or(0.0, |own| other / own.max(1e-6))
        };
        self.tiles.iter().map(score).collect()
    }

    fn by_hash(&self, known: &Known) -> Scores {
        let wanted = self.subject.as_deref().or_else(|| match &self.preview {
            Some(preview) => known.seen(preview),
            None => Some(SMILING),
        });
        let score = |tile| f32::from(u8::from(wanted.is_some() && known.seen(tile) == wanted));
        self.tiles.iter().map(score).collect()
    }

    fn by_preview(&self) -> Scores {
        let distance = |tile: &Features| {
            let preview = self.preview.as_ref()?;
            let pairs = preview.edges.iter().zip(&tile.edges);
            Some(-pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f32>())
        };
        self.tiles
            .iter()
            .map(|tile| distance(tile).unwrap_or(0.0))
            .collect()
    }

    /// Whether the tiles with the highest scores are the right ones. A grid has two or three; the
    /// attacker takes the third if its score is close to that of the second.
    fn is_solved_by(&self, scores: &Scores) -> bool {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        let count = match self.subject {
            None => 1,
            Some(_) if scores[order[2]] >= 1.0 => 3,
            Some(_) => 2,
        };
        let mut chosen = order[..count].to_vec();
        chosen.sort_unstable();
        chosen == self.right
    }
}

impl Features {
    fn of(base64: &str) -> Features {
        let jpeg = STANDARD.decode(base64).unwrap();
        let picture = image::load_from_memory(&jpeg).unwrap().to_luma8();
        let small = image::imageops::resize(&picture, SIDE, SIDE, FilterType::Triangle);
        let at = |x: u32, y: u32| f32::from(small.get_pixel(x.min(SIDE - 1), y.min(SIDE - 1)).0[0]);
        let places = || (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        let pixels = normalised(places().map(|(x, y)| at(x, y)).collect());
        let edges = normalised(
            places()
                .map(|(x, y)| (at(x + 1, y) - at(x, y)).hypot(at(x, y + 1) - at(x, y)))
                .collect(),
        );
        let tiny = image::imageops::resize(&picture, 9, 8, FilterType::Triangle);
        let hash = (0..8)
            .flat_map(|y| (0..8).map(move |x| (x, y)))
            .fold(0_u64, |hash, (x, y)| {
                let lighter = tiny.get_pixel(x, y).0 > tiny.get_pixel(x + 1, y).0;
                hash << 1 | u64::from(lighter)
            });
        Features {
            hash,
            pixels,
            edges,
        }
    }
}

/// With mean 0 and length 1, so that brightness and contrast do not count.
fn normalised(mut values: Vec<f32>) -> Vec<f32> {
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    values.iter_mut().for_each(|value| *value -= mean);
    let length = values
        .iter()
        .map(|value| value * value)
        .sum::<f32>()
        .sqrt()
        .max(1e-6);
    values.iter_mut().for_each(|value| *value /= length);
    values
}

async fn attack(
    dataset: &ImageDataset,
    hardness: u8,
    challenge_type: ChallengeType,
    known: &Known,
    attacks: usize,
) -> String {
    let site = site(dataset, hardness, challenge_type);
    let mut solved = [0_u32; 4];
    let mut rounds = 1;
    for visitor in 0..attacks {
        let page = page(&site, 0x10_0000 + u32::try_from(visitor).unwrap()).await;
        rounds = page.rounds;
        let attempts = [
            page.by_hash(known),
            page.by_neighbours(known, |it| &it.pixels),
            page.by_neighbours(known, |it| &it.edges),
            page.by_preview(),
        ];
        for (count, scores) in solved.iter_mut().zip(&attempts) {
            *count += u32::from(page.is_solved_by(scores));
        }
    }
    let share = |count: u32| f64::from(count) / attacks as f64;
    let guess = match challenge_type {
        ChallengeType::Grid => 1.0 / 120.0,
        _ => 1.0 / 6.0,
    };
    // Three wrong answers shut an address out for an hour. The computation ignores that rounds do
    // not get fewer after the first wrong answer.
    let best = solved.map(share).into_iter().fold(guess, f64::max);
    let run = best.powi(i32::try_from(rounds).unwrap());
    let hour = 1.0 - (1.0 - run).powi(3);
    let per_cent = |share: f64| format!("{:.1}", share * 100.0);
    let [hash, pixels, edges, preview] = solved.map(|count| per_cent(share(count)));
    let has_preview = challenge_type != ChallengeType::Grid && *dataset != ImageDataset::AiDogs;
    let preview = if !has_preview {
        "–".to_owned()
    } else {
        preview
    };
    format!(
        "{} | {hash} | {pixels} | {edges} | {preview} | {rounds} | {} | {:.0}",
        per_cent(guess),
        per_cent(hour),
        1_000.0 / hour.max(1e-9)
    )
}
