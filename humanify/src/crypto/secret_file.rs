//! Reads the file with the secret, or creates it, and checks who else may read it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::{fs, io};

use super::random::random_bytes;
use super::sealer::MIN_SECRET_BYTES;
use super::secret_error::SecretError;

/// Reads the file, or creates it. If several processes create it at the same time, one wins.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SecretError> {
    let unusable = |source| SecretError::File {
        path: path.to_owned(),
        source,
    };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
        Err(error) => return Err(unusable(error)),
        Ok(_) => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(path).map_err(unusable)?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(SecretError::Readable(path.to_owned()));
        }
    }
    fs::read(path).map_err(unusable)
}

/// Creates the file, unless another process does. The secret is written under another name and then
/// linked, so that no process reads a part of it.
fn make(path: &Path) -> Result<(), SecretError> {
    let unusable = |source| SecretError::File {
        path: path.to_owned(),
        source,
    };
    // A process id is the same in each start of a container, and a file of an earlier start that was
    // killed may still be there.
    let random: [u8; 8] = random_bytes().map_err(|_| SecretError::NoRandomness)?;
    let made = path.with_extension(format!("{:016x}.new", u64::from_le_bytes(random)));
    let secret = fresh()?;
    let linked = write_new(&made, &secret).and_then(|()| fs::hard_link(&made, path));
    let removed = fs::remove_file(&made);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(unusable(error)),
        _ => removed.map_err(unusable),
    }
}

/// 32 random bytes in hexadecimal.
pub(super) fn fresh() -> Result<String, SecretError> {
    let bytes: [u8; MIN_SECRET_BYTES] = random_bytes().map_err(|_| SecretError::NoRandomness)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes a secret into a new file for its owner.
fn write_new(path: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(format!("{secret}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("humanify-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_failed_start_leaves_no_file() {
        let folder = folder("no-secret");
        #[cfg(unix)]
        {
            // Nothing is at the end of this link, and its name is taken.
            let path = folder.join("secret");
            std::os::unix::fs::symlink(folder.join("nothing"), &path).unwrap();
            assert!(matches!(read(&path), Err(SecretError::File { .. })));
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        }
        let missing = folder.join("missing").join("secret");
        let error = read(&missing).unwrap_err();
        assert!(matches!(error, SecretError::File { .. }));
        assert!(error.to_string().contains(missing.to_str().unwrap()));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_secret_file_is_made_once_and_for_its_owner() {
        let folder = folder("secret");
        let path = folder.join("secret");
        // What a start leaves that was killed, by a process with the same id.
        let left = folder.join(format!("secret.{}.new", std::process::id()));
        fs::write(&left, "").unwrap();
        let secret = read(&path).unwrap();
        assert_eq!(secret.trim_ascii().len(), 64);
        assert_eq!(read(&path).unwrap(), secret);
        fs::remove_file(&left).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let folder = folder("readable");
        let path = folder.join("secret");
        read(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read(&path), Err(SecretError::Readable(_))));
        fs::remove_dir_all(&folder).unwrap();
    }
}
