//! `Cache`: lists on disk, a file for each source, so that a start needs no network.
//!
//! Another file has the sets that were compiled from the lists. A start reads and compiles lists
//! only if they have changed since.
//!
//! A file is written under a temporary name and then renamed. A reader, in this process or another,
//! finds the whole old file or the whole new one. The format is text:
//!
//! ```text
//! humanify list 1
//! source tor-exits
//! fetched 1790000000
//! content 0123456789abcdef
//! etag "abc"
//! last-modified Mon, 05 Oct 2026 10:00:00 GMT
//! crc32 0badcafe
//!
//! 8.8.8.8/32
//! ```
//!
//! The checksum is over everything but its own line. `content` is a digest of the networks.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use http::HeaderValue;
use ipnet::IpNet;

use super::fetch::Validators;
use super::sources::Source;
use crate::addresses::{AddressSets, FormatError};
use crate::crypto::random_bytes;
use crate::net::RangeSet;

/// The first line. Its number is the version of the format.
const MAGIC: &str = "humanify list 1";

/// The longest head of a file, in bytes.
const MAX_HEAD_BYTES: u64 = 16 << 10;

/// The name of the file with the compiled sets.
const COMPILED: &str = "sets.compiled";

/// The longest file that is read, in bytes.
const MAX_BYTES: u64 = 128 << 20;

/// The prefix of temporary files.
const TEMPORARY_PREFIX: &str = ".new.";

/// The age after which a temporary file counts as abandoned.
const MAX_WRITE_TIME: Duration = Duration::from_secs(3_600);

/// A fetched list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CachedList {
    pub(crate) networks: Arc<RangeSet>,
    /// When the server last confirmed this list, in seconds since 1970.
    pub(crate) fetched: u64,
    pub(crate) validators: Validators,
    /// [`RangeSet::digest`] of the networks.
    pub(crate) content: u64,
}

/// The head of a file, which describes the list in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileHead {
    pub(crate) fetched: u64,
    pub(crate) content: u64,
}

impl CachedList {
    pub(crate) fn new(networks: RangeSet, fetched: u64, validators: Validators) -> CachedList {
        CachedList {
            content: networks.digest(),
            networks: Arc::new(networks),
            fetched,
            validators,
        }
    }

    /// The time since the list was fetched; zero if it claims to be from the future.
    pub(crate) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(Duration::from_secs(self.fetched))
    }
}

/// Why a file of the cache cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CacheError {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error("is longer than {MAX_BYTES} bytes")]
    TooLong,
    #[error("is not a list of this version of humanify")]
    NoList,
    #[error("covers more of the Internet than a list of its kind can")]
    TooMuch,
    #[error("is damaged: its checksum does not fit")]
    Checksum,
    #[error("is damaged: {0}")]
    Damaged(&'static str),
    #[error("is not taken: {0}")]
    Format(#[from] FormatError),
}

/// A cache directory.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    directory: PathBuf,
}

impl Cache {
    pub(crate) fn new(directory: impl Into<PathBuf>) -> Cache {
        Cache {
            directory: directory.into(),
        }
    }

    /// The cache of this user: `$XDG_CACHE_HOME/humanify` or `~/.cache/humanify`. `None` if neither
    /// environment variable is set.
    pub(crate) fn of_user() -> Option<Cache> {
        let absolute = |name| {
            let path = PathBuf::from(std::env::var_os(name)?);
            path.is_absolute().then_some(path)
        };
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
        Some(Cache::new(caches?.join("humanify")))
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of a source's list.
    pub(crate) fn path(&self, source: &Source) -> PathBuf {
        self.directory.join(format!("{}.list", source.name))
    }

    /// Reads the list of a source; `None` if there is no file.
    pub(crate) fn load(&self, source: &Source) -> Result<Option<CachedList>, CacheError> {
        let Some(file) = open(&self.path(source))? else {
            return Ok(None);
        };
        let mut text = String::new();
        file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if u64::try_from(text.len()).is_ok_and(|length| length > MAX_BYTES) {
            return Err(CacheError::TooLong);
        }
        read(&text, source).map(Some)
    }

    /// Reads the head of a source's list; `None` if there is no file.
    pub(crate) fn head(&self, source: &Source) -> Result<Option<FileHead>, CacheError> {
        let Some(file) = open(&self.path(source))? else {
            return Ok(None);
        };
        let mut start = Vec::new();
        file.take(MAX_HEAD_BYTES).read_to_end(&mut start)?;
        let start = String::from_utf8_lossy(&start);
        let rest = start.strip_prefix(MAGIC).ok_or(CacheError::NoList)?;
        let (fields, _) = rest
            .split_once("\n\n")
            .ok_or(CacheError::Damaged("it ends early"))?;
        if field(fields, "source") != Some(source.name) {
            return Err(CacheError::Damaged("it is the list of another source"));
        }
        head(fields).map(Some)
    }

    /// Writes the list of a source, and replaces the previous one.
    pub(crate) fn save(&self, source: &Source, cached: &CachedList) -> io::Result<()> {
        let path = self.path(source);
        self.put(&path, written(source, cached).as_bytes())
    }

    /// The file of the compiled sets.
    pub(crate) fn compiled(&self) -> PathBuf {
        self.directory.join(COMPILED)
    }

    /// Reads the compiled sets; `None` if there is no file. Fails unless they were compiled from
    /// the lists with the identity `of`.
    pub(crate) fn load_compiled(&self, of: u64) -> Result<Option<AddressSets>, CacheError> {
        let Some(file) = open(&self.compiled())? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        match AddressSets::from_bytes(&bytes, of) {
            Ok(sets) => Ok(Some(sets)),
            Err(FormatError::OtherLists) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the sets that were compiled from the lists with the identity `of`.
    pub(crate) fn save_compiled(&self, sets: &AddressSets, of: u64) -> io::Result<()> {
        self.clear();
        self.put(&self.compiled(), &sets.to_bytes(of))
    }

    /// Removes abandoned temporary files. A process that crashes while it writes, again and again,
    /// must not fill the disk.
    fn clear(&self) {
        let Ok(files) = fs::read_dir(&self.directory) else {
            return;
        };
        for file in files.flatten() {
            let is_begun = file
                .file_name()
                .to_string_lossy()
                .starts_with(TEMPORARY_PREFIX);
            let modified = file.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|modified| modified.elapsed().ok());
            if is_begun && age.is_some_and(|age| age > MAX_WRITE_TIME) {
                let _ = fs::remove_file(file.path());
            }
        }
    }

    /// Replaces a file atomically.
    ///
    /// Processes in containers may share the directory and have the same process id, so the
    /// temporary file has a random name and is never opened if it exists.
    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let number = random_bytes().map(u64::from_le_bytes);
        let number = number.map_err(io::Error::other)?;
        let beside = self
            .directory
            .join(format!("{TEMPORARY_PREFIX}{number:016x}"));
        let mut file = File::create_new(&beside)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let put = written.and_then(|()| fs::rename(&beside, path));
        if put.is_err() {
            let _ = fs::remove_file(&beside);
        }
        put
    }
}

fn written(source: &Source, cached: &CachedList) -> String {
    let mut head = format!(
        "{MAGIC}\nsource {}\nfetched {}\ncontent {:016x}\n",
        source.name, cached.fetched, cached.content
    );
    let validators = [
        ("etag", &cached.validators.etag),
        ("last-modified", &cached.validators.last_modified),
    ];
    for (name, value) in validators {
        // A validator that is not text is dropped; the next request is then unconditional.
        if let Some(value) = value.as_ref().and_then(|value| value.to_str().ok()) {
            let _ = writeln!(head, "{name} {value}");
        }
    }
    let body = body(&cached.networks);
    let checksum = checksum(&head, &body);
    format!("{head}crc32 {checksum:08x}\n{body}")
}

fn body(networks: &RangeSet) -> String {
    let mut body = String::from("\n");
    for network in networks.iter() {
        let _ = writeln!(body, "{network}");
    }
    body
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = fields.lines().filter_map(|line| line.split_once(' '));
    fields.find(|field| field.0 == name).map(|field| field.1)
}

fn head(fields: &str) -> Result<FileHead, CacheError> {
    let fetched = field(fields, "fetched").and_then(|seconds| seconds.parse().ok());
    let content = field(fields, "content").and_then(|sum| u64::from_str_radix(sum, 16).ok());
    Ok(FileHead {
        fetched: fetched.ok_or(CacheError::Damaged("it has no date"))?,
        content: content.ok_or(CacheError::Damaged("it does not say what is in it"))?,
    })
}

/// Opens a file; `None` if it does not exist. Only regular files are opened, since opening a pipe
/// would block.
fn open(path: &Path) -> Result<Option<File>, CacheError> {
    let there = fs::metadata(path).and_then(|metadata| match metadata.is_file() {
        true => File::open(path).map(Some),
        false => Err(io::Error::other("it is not a file")),
    });
    match there {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        there => Ok(there?),
    }
}

fn read(text: &str, source: &Source) -> Result<CachedList, CacheError> {
    let rest = text.strip_prefix(MAGIC).ok_or(CacheError::NoList)?;
    let (start, body) = rest
        .find("\n\n")
        .and_then(|end| rest.split_at_checked(end + 1))
        .ok_or(CacheError::Damaged("it ends early"))?;
    let (fields, claimed) = start
        .rsplit_once("crc32 ")
        .ok_or(CacheError::Damaged("it has no checksum"))?;
    let fits = u32::from_str_radix(claimed.trim_end(), 16)
        .is_ok_and(|claimed| claimed == checksum(&format!("{MAGIC}{fields}"), body));
    if !fits {
        return Err(CacheError::Checksum);
    }
    if field(fields, "source") != Some(source.name) {
        return Err(CacheError::Damaged("it is the list of another source"));
    }
    let FileHead { fetched, content } = head(fields)?;
    let header = |name| HeaderValue::from_str(field(fields, name)?).ok();
    let networks = body
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::parse::<IpNet>)
        .collect::<Result<RangeSet, _>>()
        .map_err(|_| CacheError::Damaged("one of its lines is not a network"))?;
    // An older version may have accepted a larger list. A correct new list would then be refused as
    // shrunken, so the cached file is refused here.
    if networks.extent().exceeds(source.most) {
        return Err(CacheError::TooMuch);
    }
    Ok(CachedList {
        networks: Arc::new(networks),
        fetched,
        content,
        validators: Validators {
            etag: header("etag"),
            last_modified: header("last-modified"),
        },
    })
}

fn checksum(head: &str, body: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head.as_bytes());
    hasher.update(body.as_bytes());
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cached_list_that_is_too_large_is_refused() {
        let tor = Source::named("tor-exits").unwrap();
        for (network, is_taken) in [
            ("8.8.0.0/16", true),
            ("8.0.0.0/8", false),
            ("0.0.0.0/0", false),
            ("::/0", false),
        ] {
            let networks = RangeSet::from_iter([network.parse::<IpNet>().unwrap()]);
            let cached = CachedList::new(networks, 0, Validators::default());
            let found = read(&written(tor, &cached), tor);
            assert_eq!(found.is_ok(), is_taken, "{network}: {found:?}");
        }
    }
}
