//! Reads the file with the secret, or creates it, and checks who else may read it.

use std::fs::{Metadata, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::{fs, io};

use super::random::random_bytes;
use super::sealer::MIN_SECRET_BYTES;
use super::secret_error::SecretError;

/// The environment variable with the folder in which systemd mounts the credentials of a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Reads the file, or creates it. If several processes create it at the same time, one wins.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, SecretError> {
    let credentials = std::env::var_os(CREDENTIALS);
    read_beside(path, credentials.as_deref().map(Path::new))
}

/// Reads the file. The service manager protects the folder `credentials`.
fn read_beside(path: &Path, credentials: Option<&Path>) -> Result<Vec<u8>, SecretError> {
    let unusable = |source| SecretError::File {
        path: path.to_owned(),
        source,
    };
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path)?;
            fs::metadata(path)
        }
        known => known,
    };
    let metadata = metadata.map_err(unusable)?;
    if !is_readable_to_its_end(&metadata) {
        return Err(unusable(io::Error::other("it is not a file")));
    }
    #[cfg(unix)]
    check_readers(path, &metadata, credentials)?;
    #[cfg(not(unix))]
    let _ = credentials;
    fs::read(path).map_err(unusable)
}

/// Whether this is a file or a pipe, and no folder or device.
fn is_readable_to_its_end(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if metadata.file_type().is_fifo() {
            return true;
        }
    }
    metadata.is_file()
}

/// Refuses a file that others may read, if this process can change that. Platforms mount secrets
/// with modes such as 0440 and 0444, so that a process can neither change nor use them better.
#[cfg(unix)]
fn check_readers(
    path: &Path,
    metadata: &Metadata,
    credentials: Option<&Path>,
) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;

    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 || credentials.is_some_and(|folder| is_inside(path, folder)) {
        return Ok(());
    }
    // The mode stays the same. The attempt fails for a file of another owner and on a mount that
    // is read-only.
    let can_change = fs::set_permissions(path, metadata.permissions()).is_ok();
    if can_change || OpenOptions::new().write(true).open(path).is_ok() {
        return Err(SecretError::Readable(path.to_owned()));
    }
    tracing::warn!(
        path = %path.display(),
        mode = %format_args!("{mode:04o}"),
        "the secret file can be read by others than its owner, and this process cannot change \
         that; check that only this application sees the file"
    );
    Ok(())
}

/// Whether the folder, or one in it, contains the file.
#[cfg(unix)]
fn is_inside(path: &Path, folder: &Path) -> bool {
    match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
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

    #[test]
    fn a_folder_or_a_device_is_no_secret_file() {
        let folder = std::env::temp_dir();
        let mut paths = vec![&*folder];
        if cfg!(unix) {
            paths.extend(["/dev/null", "/dev/zero"].map(Path::new));
        }
        for path in paths {
            let error = read(path).unwrap_err();
            let text = crate::error_chain::with_causes(&error);
            assert!(text.ends_with("it is not a file"), "{text}");
            assert!(text.contains(path.to_str().unwrap()), "{text}");
        }
    }

    /// Its mode is 0444, and root, too, can neither change nor write it, as on a mount of a platform.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_others_can_read_is_accepted_if_its_reader_cannot_change_that() {
        let mounted = Path::new("/proc/sys/kernel/random/boot_id");
        assert_eq!(read_beside(mounted, None).unwrap().trim_ascii().len(), 36);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused_if_its_owner_can_change_that() {
        use std::os::unix::fs::PermissionsExt;

        let folder = folder("readable");
        let [outside, inside] = ["outside", "inside"].map(|name| folder.join(name));
        fs::create_dir_all(&inside).unwrap();
        fs::create_dir_all(&outside).unwrap();
        for (mode, refused) in [
            (0o600, false),
            (0o400, false),
            (0o440, true),
            (0o444, true),
            (0o640, true),
            (0o644, true),
        ] {
            for (place, refused) in [(&outside, refused), (&inside, false)] {
                let path = place.join(format!("secret-{mode:o}"));
                fs::write(&path, "0123456789abcdef0123456789abcdef").unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                let found = read_beside(&path, Some(&inside));
                match refused {
                    true => {
                        let error = found.unwrap_err();
                        assert!(matches!(error, SecretError::Readable(_)), "{error}");
                        assert!(error.to_string().contains(path.to_str().unwrap()));
                    }
                    false => assert_eq!(found.unwrap().len(), 32, "{mode:o}"),
                }
                // The check changes no mode.
                let kept = fs::metadata(&path).unwrap().permissions().mode();
                assert_eq!(kept & 0o7777, mode);
            }
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
