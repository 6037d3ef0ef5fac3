//! The path of a request as a server might understand it.

use std::borrow::Cow;

/// How often a path is decoded before it is taken for an attack.
const ROUNDS: usize = 3;

/// Normalises a path: percent-decoded until nothing changes, `\` as `/`, dot segments
/// resolved, empty segments, `;parameters` and the trailing slash dropped.
///
/// `None` for a path that is still encoded after three rounds. Time and memory are linear in
/// the length.
pub(crate) fn normalise(path: &str) -> Option<Cow<'_, [u8]>> {
    if is_normal(path.as_bytes()) {
        return Some(Cow::Borrowed(path.as_bytes()));
    }
    let mut bytes = Cow::Borrowed(path.as_bytes());
    let mut rounds = 0;
    while let Cow::Owned(decoded) = decode(&bytes) {
        if rounds == ROUNDS {
            return None;
        }
        rounds += 1;
        bytes = Cow::Owned(decoded);
    }
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in bytes.split(|byte| matches!(byte, b'/' | b'\\')) {
        let name = segment
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default();
        match name {
            b"" | b"." => {}
            b".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let mut normal = Vec::with_capacity(bytes.len() + 1);
    for segment in &segments {
        normal.push(b'/');
        normal.extend_from_slice(segment);
    }
    if segments.is_empty() {
        normal.push(b'/');
    }
    Some(Cow::Owned(normal))
}

/// Whether nothing is to be done, which is the case for almost every request.
fn is_normal(path: &[u8]) -> bool {
    if path == b"/" {
        return true;
    }
    let Some((b'/', rest)) = path.split_first() else {
        return false;
    };
    !path.iter().any(|byte| matches!(byte, b'%' | b'\\' | b';'))
        && rest
            .split(|byte| *byte == b'/')
            .all(|segment| !matches!(segment, b"" | b"." | b".."))
}

/// One round of percent-decoding; borrowed if nothing was encoded.
fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_encoding::percent_decode(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(path: &str) -> Option<String> {
        normalise(path).map(|path| String::from_utf8_lossy(&path).into_owned())
    }

    #[test]
    fn every_way_to_write_a_path_is_one_path() {
        for path in [
            "/admin/x",
            "//admin//x",
            "/admin/x/",
            "/./admin/./x",
            "/a/../admin/x",
            "/../../admin/x",
            "/%61dmin/x",
            "/%2561dmin/x",
            "/%252561dmin/x",
            "/admin%2Fx",
            "/admin%5cx",
            "/admin\\x",
            "/admin;jsessionid=1/x;y",
            "/a/%2e%2E/admin/x",
            "/a/..;/admin/x",
        ] {
            assert_eq!(normal(path).as_deref(), Some("/admin/x"), "{path}");
        }
    }

    #[test]
    fn what_is_encoded_more_than_three_times_is_refused() {
        assert_eq!(normal("/%25252561"), None);
        assert_eq!(normal("/100%25").as_deref(), Some("/100%"));
        assert_eq!(normal("/%zz").as_deref(), Some("/%zz"));
        assert_eq!(normal("").as_deref(), Some("/"));
        assert_eq!(normal("*").as_deref(), Some("/*"));
    }

    proptest! {
        #[test]
        fn what_is_normal_stays(path in "[/a.;%25e\\\\]{0,40}") {
            if let Some(once) = normal(&path)
                && !once.contains([';', '\\', '%'])
            {
                prop_assert_eq!(normal(&once), Some(once.clone()), "{}", path);
                let segments = once.split('/').skip(1);
                prop_assert!(segments.clone().all(|segment| !matches!(segment, "." | "..")));
                prop_assert!(once == "/" || segments.into_iter().all(|segment| !segment.is_empty()));
            }
        }
    }
}
