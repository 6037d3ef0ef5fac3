//! A temporary folder, which the test removes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The path of a folder that no other test has. Dropping it removes the folder.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A path that does not exist yet.
    pub(crate) fn missing() -> Folder {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("humanify-test-{}-{number}", std::process::id());
        Folder(std::env::temp_dir().join(name))
    }

    /// An empty folder.
    pub(crate) fn new() -> Folder {
        let folder = Folder::missing();
        std::fs::create_dir(folder.path()).unwrap();
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The path of a file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
