//! `ImageDataset` and `AudioDataset`: the pictures and recordings of challenges.

#[cfg(feature = "image-folder")]
use std::path::PathBuf;
#[cfg(feature = "image-folder")]
use std::sync::Arc;

use humanify_syntax::ChallengeType;

#[cfg(feature = "image-folder")]
use crate::challenge::PictureFolder;
use crate::challenge::{ChallengeSources, Dataset, Layout, Speaker};
use crate::error::ConfigError;

/// The pictures of the challenges.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageDataset {
    /// Dogs. The visitor selects the smiling ones.
    AiDogs,
    /// Animals.
    Animals,
    /// Letters and digits in many handwritings.
    Characters,
    /// Keys. Two keys match if their heads have the same shape.
    Keys,
    /// Pictures of your own, in a folder for each label: `label/*.png`, `*.jpg`, `*.jpeg` or
    /// `*.webp`. Needs the feature `image-folder`.
    ///
    /// Visitors see the names of the folders as they are. Every view of a picture is turned,
    /// cropped, bent and lit anew, yet the set is finite: with a few hundred pictures, a bot's
    /// owner can label them all by hand. Pictures are kept in memory, at about 15 KB each.
    #[cfg(feature = "image-folder")]
    Folder(PathBuf),
}

/// The recordings of the challenges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioDataset {
    /// Spoken letters and digits, in the visitor's language if it is one of those of the pages, and
    /// in English otherwise. There are twelve voices: Traditional Chinese shares that of Chinese,
    /// and European Portuguese that of Brazil.
    Characters,
}

/// Opens the datasets.
pub(super) fn open(
    images: Option<&ImageDataset>,
    audio: Option<AudioDataset>,
    challenge_type: ChallengeType,
) -> Result<ChallengeSources, ConfigError> {
    let pictures = match images {
        #[cfg(feature = "image-folder")]
        Some(ImageDataset::Folder(path)) => {
            Some(Dataset::Folder(Arc::new(PictureFolder::read(path)?)))
        }
        Some(ImageDataset::AiDogs) => Some(Dataset::Dogs),
        Some(ImageDataset::Animals) => Some(Dataset::Animals),
        Some(ImageDataset::Characters) => Some(Dataset::Characters),
        Some(ImageDataset::Keys) => Some(Dataset::Keys),
        None => None,
    };
    let speaker = audio.map(|AudioDataset::Characters| Speaker::embedded());
    let layout = match challenge_type {
        ChallengeType::Grid => Layout::Grid,
        _ => Layout::OneClick,
    };
    Ok(ChallengeSources {
        layout,
        pictures,
        speaker,
    })
}
