//! Image challenges: datasets, drawings, and the tiles of a page.

mod dataset;
mod draw;
#[cfg(feature = "image-folder")]
mod folder;
pub(super) mod pictures;
#[cfg(test)]
mod tests;

pub(crate) use dataset::{Dataset, Subject};
#[cfg(feature = "image-folder")]
pub(crate) use folder::Folder;
#[cfg(feature = "image-folder")]
pub use folder::FolderError;
pub(crate) use pictures::Layout;
