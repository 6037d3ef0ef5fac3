//! Finds the secrets: in the settings, the environment, a file, or random bytes.

use std::env::VarError;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::{fs, io};

use super::random::random_bytes;
use super::sealer::MIN_SECRET_BYTES;

/// The environment variable that holds the secret.
const VARIABLE: &str = "HUMANIFY_SECRET";

/// No usable secret was found.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The secret is shorter than 32 bytes.
    #[error(
        "a secret has at least 32 bytes that nobody can guess; `openssl rand -hex 32` makes one"
    )]
    Short,
    /// `HUMANIFY_SECRET` is not UTF-8.
    #[error(
        "the environment variable HUMANIFY_SECRET is not UTF-8; `openssl rand -hex 32` makes one that is"
    )]
    NotText,
    /// The file cannot be read or created.
    #[error("the secret file cannot be used")]
    File(#[from] io::Error),
    /// Others may read the file.
    #[error("the secret file can be read by others than its owner; `chmod 600` it")]
    Readable,
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness")]
    NoRandomness,
}

crate::error_chain::debug_as_message!(SecretError);

/// The secrets: those of the environment, else of the file, else a new one. The first one seals.
pub(crate) fn find(file: Option<&Path>) -> Result<Vec<Vec<u8>>, SecretError> {
    find_in(std::env::var(VARIABLE), file)
}

fn find_in(
    variable: Result<String, VarError>,
    file: Option<&Path>,
) -> Result<Vec<Vec<u8>>, SecretError> {
    match variable {
        // Several secrets, for a change, are separated by commas.
        Ok(text) => {
            return Ok(text
                .split(',')
                .map(|secret| secret.trim().as_bytes().to_vec())
                .collect());
        }
        Err(VarError::NotUnicode(_)) => return Err(SecretError::NotText),
        Err(VarError::NotPresent) => {}
    }
    if let Some(path) = file {
        return Ok(vec![from_file(path)?]);
    }
    tracing::warn!(
        "no secret is set, so a fresh one is made: after a restart every visitor solves a new \
         challenge, and several processes do not know each other's. Set HUMANIFY_SECRET, \
         `Secrets::new` or `Secrets::from_file`"
    );
    Ok(vec![fresh()?.into_bytes()])
}

/// 32 random bytes in hexadecimal.
fn fresh() -> Result<String, SecretError> {
    let bytes: [u8; MIN_SECRET_BYTES] = random_bytes().map_err(|_| SecretError::NoRandomness)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads the file, or creates it. If several processes create it at the same time, one wins.
fn from_file(path: &Path) -> Result<Vec<u8>, SecretError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make_file(path)?,
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretError::Readable);
        }
    }
    let secret = fs::read(path)?.trim_ascii().to_vec();
    if secret.len() < MIN_SECRET_BYTES {
        return Err(SecretError::Short);
    }
    Ok(secret)
}

/// Creates the file, unless another process does. The secret is written under another name and then
/// linked, so that no process reads a part of it.
fn make_file(path: &Path) -> Result<(), SecretError> {
    // A process id is the same in each start of a container, and a file of an earlier start that was
    // killed may still be there.
    let random: [u8; 8] = random_bytes().map_err(|_| SecretError::NoRandomness)?;
    let made = path.with_extension(format!("{:016x}.new", u64::from_le_bytes(random)));
    let secret = fresh()?;
    let linked = write_new(&made, &secret).and_then(|()| fs::hard_link(&made, path));
    let removed = fs::remove_file(&made);
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(removed?),
    }
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
    use super::*;

    #[test]
    fn the_variable_comes_before_the_file_and_its_first_secret_seals() {
        let folder = std::env::temp_dir().join(format!("humanify-found-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret");
        let secret = from_file(&path).unwrap();
        let unset = || Err(VarError::NotPresent);
        assert_eq!(find_in(unset(), Some(&path)).unwrap(), [secret]);
        assert_eq!(find_in(unset(), None).unwrap()[0].len(), 64);
        for (text, expected) in [
            ("new", &[&b"new"[..]][..]),
            (" new , old ", &[b"new", b"old"]),
        ] {
            for file in [None, Some(&*path)] {
                assert_eq!(find_in(Ok(text.to_owned()), file).unwrap(), expected);
            }
        }
        let odd = Err(VarError::NotUnicode("odd".into()));
        assert!(matches!(
            find_in(odd, Some(&path)),
            Err(SecretError::NotText)
        ));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_failed_start_leaves_no_file() {
        let id = std::process::id();
        let folder = std::env::temp_dir().join(format!("humanify-no-secret-{id}"));
        fs::create_dir_all(&folder).unwrap();
        #[cfg(unix)]
        {
            // Nothing is at the end of this link, and its name is taken.
            let path = folder.join("secret");
            std::os::unix::fs::symlink(folder.join("nothing"), &path).unwrap();
            assert!(matches!(from_file(&path), Err(SecretError::File(_))));
            assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        }
        let missing = folder.join("missing").join("secret");
        assert!(matches!(from_file(&missing), Err(SecretError::File(_))));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_secret_file_is_made_once_and_for_its_owner() {
        let folder = std::env::temp_dir().join(format!("humanify-secret-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret");
        // What a start leaves that was killed, by a process with the same id.
        let left = folder.join(format!("secret.{}.new", std::process::id()));
        fs::write(&left, "").unwrap();
        let secret = from_file(&path).unwrap();
        assert_eq!(secret.len(), 64);
        assert_eq!(from_file(&path).unwrap(), secret);
        fs::remove_file(&left).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            assert!(matches!(from_file(&path), Err(SecretError::Readable)));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        fs::write(&path, "short").unwrap();
        assert!(matches!(from_file(&path), Err(SecretError::Short)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
