//! `PictureFolder`: a dataset of the site's own pictures, with a subfolder for each label.

use std::fs;
use std::path::{Path, PathBuf};

use image::imageops::FilterType;
use image::{ImageReader, Limits, RgbImage};
use rand::Rng;
use rand::seq::IndexedRandom;

use super::draw::{Canvas, DrawError};
use crate::challenge::image::draw;

/// The side of a stored picture in pixels: more than a page ever shows.
const SIDE: u32 = 256;

/// The JPEG quality of stored pictures.
const QUALITY: u8 = 88;

/// The maximum number of pictures that are read, so that their memory is bounded.
const MAX_PICTURES: usize = 20_000;

/// Larger files are not read, nor are pictures with longer sides.
const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

const MAX_SIDE: u32 = 12_000;

/// With fewer pictures of a label than this, a bot can memorise them.
const RECOMMENDED_PER_LABEL: usize = 100;

/// Why a folder of pictures cannot be used.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder, or something in it, cannot be read.
    #[error("`{path}` cannot be read: {error}")]
    Read {
        /// The path that cannot be read.
        path: PathBuf,
        /// The cause.
        error: std::io::Error,
    },
    /// A file has the extension of a picture, but cannot be read as one.
    #[error("`{path}` cannot be used as a picture: {reason}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// There are too few labels to choose from.
    #[error(
        "`{path}` holds {labels} labels; it takes two folders at least, each named as what its pictures show"
    )]
    Labels {
        /// The folder.
        path: PathBuf,
        /// The number of folders with pictures.
        labels: usize,
    },
    /// A label with only one picture, which would be both the preview and the right answer.
    #[error("`{path}` holds fewer than two pictures (png, jpg, jpeg or webp)")]
    TooFew {
        /// The folder of the label.
        path: PathBuf,
    },
    /// The pictures need too much memory.
    #[error("`{path}` holds more than {MAX_PICTURES} pictures")]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

crate::error_chain::debug_as_message!(FolderError);

/// The pictures, small and encoded, by label.
#[derive(Debug)]
pub(crate) struct PictureFolder {
    labels: Vec<(String, Vec<Vec<u8>>)>,
}

impl PictureFolder {
    /// Reads every picture below `path`: `label/*.png`, `*.jpg`, `*.jpeg`, `*.webp`.
    ///
    /// # Errors
    /// The first thing that is wrong, with its path.
    pub(crate) fn read(path: &Path) -> Result<PictureFolder, FolderError> {
        let mut labels = Vec::new();
        let mut count = 0;
        for folder in entries(path)?.into_iter().filter(|entry| entry.is_dir()) {
            let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let files: Vec<PathBuf> = entries(&folder)?
                .into_iter()
                .filter(|path| is_picture(path))
                .collect();
            count += files.len();
            if count > MAX_PICTURES {
                return Err(FolderError::TooMany { path: path.into() });
            }
            if files.len() < 2 {
                return Err(FolderError::TooFew { path: folder });
            }
            if files.len() < RECOMMENDED_PER_LABEL {
                tracing::warn!(
                    label = name,
                    pictures = files.len(),
                    "there are so few pictures of this label that a bot can learn them by heart"
                );
            }
            let pictures = files
                .iter()
                .map(|file| read(file))
                .collect::<Result<_, _>>()?;
            labels.push((name.to_owned(), pictures));
        }
        if labels.len() < 2 {
            return Err(FolderError::Labels {
                path: path.into(),
                labels: labels.len(),
            });
        }
        Ok(PictureFolder { labels })
    }

    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// The name of a label.
    pub(super) fn name(&self, index: usize) -> &str {
        self.labels.get(index).map_or("", |(name, _)| name)
    }

    /// A random picture of a label, in a random view.
    pub(super) fn picture(
        &self,
        index: usize,
        hardness: u8,
        side: u32,
        generator: &mut impl Rng,
    ) -> Result<Canvas, DrawError> {
        let (_, pictures) = self.labels.get(index).ok_or(DrawError::Nothing)?;
        let encoded = pictures.choose(generator).ok_or(DrawError::Nothing)?;
        let picture = image::load_from_memory(encoded).map_err(|_| DrawError::Unreadable)?;
        draw::photo(&picture.into_rgb8(), hardness, side, generator)
    }
}

/// The entries of a folder by name, without hidden ones.
fn entries(path: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let failed = |error| FolderError::Read {
        path: path.into(),
        error,
    };
    let mut entries = fs::read_dir(path)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    entries.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| !name.starts_with('.'))
    });
    entries.sort();
    Ok(entries)
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    path.is_file()
        && extension.is_some_and(|extension| {
            ["png", "jpg", "jpeg", "webp"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        })
}

/// Reads a picture, crops it to its middle square and scales it down.
fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    let failed = |error| FolderError::Read {
        path: path.into(),
        error,
    };
    let wrong = |reason: String| FolderError::Picture {
        path: path.into(),
        reason,
    };
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > MAX_FILE_BYTES {
        return Err(wrong(format!("it is larger than {MAX_FILE_BYTES} bytes")));
    }
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(failed)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| wrong(error.to_string()))?;
    let picture: RgbImage = picture
        .resize_to_fill(SIDE, SIDE, FilterType::CatmullRom)
        .into_rgb8();
    let mut encoded = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut encoded, QUALITY)
        .encode_image(&picture)
        .map_err(|error| wrong(error.to_string()))?;
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, Rgba, RgbaImage};
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::*;

    /// A temporary folder, which is removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Scratch {
            let path = std::env::temp_dir().join(format!("humanify-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Scratch(path)
        }

        fn picture(&self, name: &str) {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let shade = name.len() as u8 * 9;
            match path.extension().unwrap().to_str().unwrap() {
                "jpg" => RgbImage::from_pixel(300, 200, Rgb([shade, 90, 20])).save(path),
                _ => RgbaImage::from_pixel(90, 400, Rgba([shade, 9, 200, 90])).save(path),
            }
            .unwrap();
        }

        fn fails(&self, expected: &str) {
            let error = PictureFolder::read(&self.0).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn a_folder_of_pictures_is_a_dataset() {
        let scratch = Scratch::new("folder");
        for name in [
            "hammer/a.jpg",
            "hammer/b.png",
            "saw/a.webp",
            "saw/b.PNG",
            "saw/c.jpg",
        ] {
            scratch.picture(name);
        }
        fs::write(scratch.0.join("saw/notes.txt"), "no picture").unwrap();
        fs::write(scratch.0.join("saw/.hidden.png"), "no picture").unwrap();
        fs::write(scratch.0.join("readme.md"), "no label").unwrap();
        let folder = PictureFolder::read(&scratch.0).unwrap();
        assert_eq!(folder.len(), 2);
        assert_eq!((folder.name(0), folder.name(1)), ("hammer", "saw"));
        let mut generator = SmallRng::seed_from_u64(1);
        for hardness in 1..=5 {
            for label in 0..2 {
                let mut view = || {
                    let drawn = folder.picture(label, hardness, 100, &mut generator);
                    drawn.unwrap().encode(0).bytes
                };
                let (one, other) = (view(), view());
                assert_ne!(one, other, "no view is like another");
                let picture = image::load_from_memory(&one).unwrap();
                assert_eq!((picture.width(), picture.height()), (100, 100));
            }
        }
    }

    #[test]
    fn an_unusable_folder_is_refused_with_its_path() {
        let scratch = Scratch::new("folder-errors");
        scratch.fails("holds 0 labels");
        scratch.picture("saw/a.jpg");
        scratch.fails("saw` holds fewer than two pictures");
        scratch.picture("saw/b.jpg");
        scratch.fails("holds 1 labels");
        scratch.picture("hammer/a.jpg");
        fs::write(scratch.0.join("hammer/b.png"), "no picture").unwrap();
        scratch.fails("b.png` cannot be used as a picture");
        let missing = PictureFolder::read(&scratch.0.join("missing")).unwrap_err();
        assert!(missing.to_string().contains("missing` cannot be read"));
    }
}
