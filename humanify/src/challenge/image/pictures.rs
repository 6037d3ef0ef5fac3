//! Makes `one_click` challenges (six pictures, one of which matches a preview) and
//! `grid` challenges (nine pictures, two or three of which show a named subject).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::SmallRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{RngExt, SeedableRng};

use super::dataset::{Dataset, Label};
use crate::challenge::image::draw;
use crate::challenge::{ChallengeContent, CreationError, SealedAnswer};
use crate::crypto::random_bytes;

/// The layout of the pictures on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    OneClick,
    Grid,
}

/// The side of a picture in pixels, so that it is sharp on a telephone.
pub(super) const SIDE: u32 = 200;

/// The fraction of grids with two right pictures; the others have three. It makes all 36 pairs and
/// 84 triples equally likely, so that no guess is better than another.
const PAIRS: f64 = 36.0 / 120.0;

impl Layout {
    /// The number of pictures on a page.
    pub(crate) const fn tiles(self) -> usize {
        match self {
            Layout::OneClick => 6,
            Layout::Grid => 9,
        }
    }

    /// The size of each picture in bytes, so that a page with all of them stays below 60 KiB.
    pub(super) const fn room(self) -> usize {
        match self {
            Layout::OneClick => 4_608,
            Layout::Grid => 3_584,
        }
    }

    /// The probability of the best guess.
    pub(crate) const fn chance(self) -> f64 {
        match self {
            Layout::OneClick => 1.0 / 6.0,
            Layout::Grid => 1.0 / 120.0,
        }
    }
}

/// Draws a challenge.
pub(crate) fn draw(
    dataset: &Dataset,
    layout: Layout,
    hardness: u8,
) -> Result<(SealedAnswer, ChallengeContent), CreationError> {
    draw_with(dataset, layout, hardness, generator)
}

/// Draws a challenge. The choice and the drawing have generators of their own, so that nothing in
/// the pictures reveals which of them are right.
pub(super) fn draw_with(
    dataset: &Dataset,
    layout: Layout,
    hardness: u8,
    mut generator: impl FnMut() -> Result<SmallRng, CreationError>,
) -> Result<(SealedAnswer, ChallengeContent), CreationError> {
    let plan = Plan::new(dataset, layout, &mut generator()?)?;
    // If words name the subject, a preview would only tell a program the same.
    let has_preview = layout == Layout::OneClick && dataset.needs_preview();
    let preview = has_preview.then_some(plan.wanted);
    let pictures = plan
        .labels
        .iter()
        .copied()
        .chain(preview)
        .map(|label| {
            let picture = dataset.picture(label, hardness, SIDE, &mut generator()?);
            picture.map_err(|_| CreationError::Failed("a picture could not be drawn"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let encoded = draw::encode_alike(&pictures, layout.room(), &mut generator()?);
    let mut tiles: Vec<String> = encoded.iter().map(|bytes| address(bytes)).collect();
    let content = ChallengeContent::Pictures {
        layout,
        subject: dataset.subject(plan.wanted),
        preview: preview.and_then(|_| tiles.pop()),
        tiles,
    };
    Ok((plan.answer(), content))
}

/// Whether the chosen positions are the sealed ones.
pub(crate) fn is_right(sealed: &SealedAnswer, chosen: &[String]) -> bool {
    let mut positions = [false; 10];
    for position in chosen {
        let chosen = match position.as_bytes() {
            [digit @ b'0'..=b'9'] => positions.get_mut(usize::from(digit - b'0')),
            _ => None,
        };
        match chosen {
            Some(chosen) if !*chosen => *chosen = true,
            // No page sends this.
            _ => return false,
        }
    }
    seal(&positions) == *sealed && !chosen.is_empty()
}

/// The right positions, in the form in which they are sent.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn positions(sealed: &SealedAnswer) -> Vec<String> {
    let [low, high, ..] = *sealed;
    let positions = u16::from_le_bytes([low, high]);
    (0..10)
        .filter(|position| positions & 1 << position != 0)
        .map(|position| position.to_string())
        .collect()
}

/// The right positions, a bit for each.
pub(super) fn seal(positions: &[bool]) -> SealedAnswer {
    let bits = positions
        .iter()
        .rev()
        .fold(0_u16, |bits, right| bits << 1 | u16::from(*right));
    let mut sealed = SealedAnswer::default();
    for (to, from) in sealed.iter_mut().zip(bits.to_le_bytes()) {
        *to = from;
    }
    sealed
}

/// The subject, and the label of each tile.
pub(crate) struct Plan {
    wanted: Label,
    labels: Vec<Label>,
}

impl Plan {
    /// The subject in its number of tiles, and other labels in the rest, as varied as the dataset
    /// allows.
    pub(crate) fn new(
        dataset: &Dataset,
        layout: Layout,
        choice: &mut SmallRng,
    ) -> Result<Plan, CreationError> {
        let wanted = dataset
            .subjects()
            .choose(choice)
            .copied()
            .ok_or(CreationError::Failed("the dataset has no subject"))?;
        let mut others = dataset.others(wanted);
        if others.is_empty() {
            return Err(CreationError::Failed(
                "the dataset has nothing else to show",
            ));
        }
        others.shuffle(choice);
        let right = match layout {
            Layout::OneClick => 1,
            Layout::Grid if choice.random_bool(PAIRS) => 2,
            Layout::Grid => 3,
        };
        let mut labels = vec![wanted; right];
        labels.extend(others.iter().cycle().take(layout.tiles() - right));
        labels.shuffle(choice);
        Ok(Plan { wanted, labels })
    }

    pub(crate) fn answer(&self) -> SealedAnswer {
        let right: Vec<bool> = self
            .labels
            .iter()
            .map(|label| *label == self.wanted)
            .collect();
        seal(&right)
    }
}

/// A picture as a `data:` address.
fn address(bytes: &[u8]) -> String {
    format!(
        "data:{};base64,{}",
        draw::MEDIA_TYPE,
        STANDARD.encode(bytes)
    )
}

fn generator() -> Result<SmallRng, CreationError> {
    Ok(SmallRng::from_seed(random_bytes()?))
}
