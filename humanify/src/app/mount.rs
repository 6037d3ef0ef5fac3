//! Checks the path under which humanify's routes are mounted.

use crate::error::ConfigError;

/// The path, if humanify's own routes can be mounted under it.
pub(crate) fn mount_path(prefix: &str) -> Result<String, ConfigError> {
    let is_plain = prefix.strip_prefix('/').is_some_and(|path| {
        path.split('/').all(|segment| {
            !segment.is_empty()
                && segment.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
                && segment
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        })
    });
    if is_plain {
        Ok(prefix.to_owned())
    } else {
        Err(ConfigError::Mount(prefix.to_owned()))
    }
}
