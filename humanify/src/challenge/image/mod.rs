//! Image challenges: datasets, drawings, and the tiles of a page.

mod dataset;
mod draw;
#[cfg(feature = "image-folder")]
mod folder;
pub(super) mod pictures;
#[cfg(test)]
mod tests;

pub(crate) use dataset::{Dataset, PictureSubject};
#[cfg(feature = "image-folder")]
pub use folder::FolderError;
#[cfg(feature = "image-folder")]
pub(crate) use folder::PictureFolder;
pub(crate) use pictures::Layout;
