//! Finds the secrets: in the settings, the environment, a file, or random bytes.

use std::env::VarError;
use std::path::Path;

use super::sealer::MIN_SECRET_BYTES;
use super::secret_error::SecretError;
use super::secret_file::{self, fresh};

/// The environment variable that holds the secret.
const VARIABLE: &str = "HUMANIFY_SECRET";

/// The secrets: those of the environment, else of the file, else a new one. The first one seals.
pub(crate) fn find(file: Option<&Path>) -> Result<Vec<Vec<u8>>, SecretError> {
    find_in(std::env::var(VARIABLE), file)
}

fn find_in(
    variable: Result<String, VarError>,
    file: Option<&Path>,
) -> Result<Vec<Vec<u8>>, SecretError> {
    match variable {
        Ok(text) => {
            let place = || format!("in the environment variable {VARIABLE}");
            return separate(text.as_bytes(), place);
        }
        Err(VarError::NotUnicode(_)) => return Err(SecretError::NotText),
        Err(VarError::NotPresent) => {}
    }
    if let Some(path) = file {
        let content = secret_file::read(path)?;
        return separate(&content, || format!("in the file `{}`", path.display()));
    }
    tracing::warn!(
        "no secret is set, so a fresh one is made: after a restart every visitor solves a new \
         challenge, and several processes do not know each other's. Set HUMANIFY_SECRET, \
         `Secrets::new` or `Secrets::from_file`"
    );
    Ok(vec![fresh()?.into_bytes()])
}

/// The secrets in the variable or in a file. Several secrets, for a change, are separated by commas.
/// Random bytes that are no text are one secret.
fn separate(content: &[u8], place: impl Fn() -> String) -> Result<Vec<Vec<u8>>, SecretError> {
    let secrets: Vec<&[u8]> = match std::str::from_utf8(content) {
        Ok(text) => text.split(',').map(|one| one.trim().as_bytes()).collect(),
        Err(_) => vec![content.trim_ascii()],
    };
    for (number, secret) in (1..).zip(&secrets) {
        check(secret, || match secrets.len() {
            1 => format!("the secret {}", place()),
            all => format!("secret {number} of {all}, between commas, {}", place()),
        })?;
    }
    Ok(secrets.into_iter().map(<[u8]>::to_vec).collect())
}

/// Refuses a secret that is too short.
pub(crate) fn check(secret: &[u8], origin: impl FnOnce() -> String) -> Result<(), SecretError> {
    match secret.len() {
        bytes if bytes < MIN_SECRET_BYTES => Err(SecretError::Short {
            origin: origin(),
            bytes,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    const NEW: &str = "new-new-new-new-new-new-new-new-";
    const OLD: &str = "old-old-old-old-old-old-old-old-";

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("humanify-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn the_variable_comes_before_the_file_and_its_first_secret_seals() {
        let folder = folder("found");
        let path = folder.join("secret");
        let secret = secret_file::read(&path).unwrap();
        let unset = || Err(VarError::NotPresent);
        assert_eq!(
            find_in(unset(), Some(&path)).unwrap(),
            [secret.trim_ascii()]
        );
        assert_eq!(find_in(unset(), None).unwrap()[0].len(), 64);
        for (text, expected) in [
            (NEW.to_owned(), &[NEW][..]),
            (format!(" {NEW} , {OLD} "), &[NEW, OLD]),
        ] {
            for file in [None, Some(&*path)] {
                let found = find_in(Ok(text.clone()), file).unwrap();
                assert_eq!(
                    found,
                    expected
                        .iter()
                        .map(|secret| secret.as_bytes())
                        .collect::<Vec<_>>()
                );
            }
            // A file holds several secrets in the same way.
            fs::write(&path, &text).unwrap();
            let found = find_in(unset(), Some(&path)).unwrap();
            assert_eq!(found.len(), expected.len());
            assert_eq!(found[0], NEW.as_bytes());
        }
        // Commas among bytes that are no text separate nothing.
        fs::write(&path, [&[0xff; 20][..], b",", &[0xff; 20]].concat()).unwrap();
        assert_eq!(find_in(unset(), Some(&path)).unwrap()[0].len(), 41);
        let odd = Err(VarError::NotUnicode("odd".into()));
        assert!(matches!(
            find_in(odd, Some(&path)),
            Err(SecretError::NotText)
        ));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_error_says_which_secret_is_too_short() {
        let folder = folder("short");
        let path = folder.join("secret");
        let shown = path.display();
        for (text, which, bytes) in [
            ("", "the secret", 0),
            (" ", "the secret", 0),
            ("shhhh", "the secret", 5),
            (&format!("{NEW},"), "secret 2 of 2, between commas,", 0),
            (
                &format!("{NEW},shhhh,{OLD}"),
                "secret 2 of 3, between commas,",
                5,
            ),
        ] {
            fs::write(&path, text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            }
            let unset = Err(VarError::NotPresent);
            for (variable, file, place) in [
                (
                    Ok(text.to_owned()),
                    None,
                    "the environment variable HUMANIFY_SECRET".to_owned(),
                ),
                (unset, Some(&*path), format!("the file `{shown}`")),
            ] {
                let error = find_in(variable, file).unwrap_err().to_string();
                let expected = format!("{which} in {place} has {bytes} bytes; ");
                assert!(error.starts_with(&expected), "{error}\n{expected}");
                assert!(!error.contains("shhhh") && !error.contains(NEW), "{error}");
            }
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
