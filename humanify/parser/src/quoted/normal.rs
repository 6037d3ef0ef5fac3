//! Globs in the normalised form of paths.

use humanify_syntax::Glob;

/// A glob, normalised as the paths of requests are. `None` if that gives no valid glob, or if the
/// part that is dropped follows a `*`: then the rest matches far more than the glob is about.
pub(super) fn normal(text: &str) -> Option<String> {
    let decoded = match text.contains('%') {
        true => decoded(text)?,
        false => text.to_owned(),
    };
    let path = decoded.split('#').next()?.replace('\\', "/");
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        let name = segment.split(';').next()?;
        let dropped_behind = match name {
            "" | "." | ".." => segments.last().copied(),
            name => (name != segment).then_some(name),
        };
        if dropped_behind.is_some_and(|before| before.ends_with('*')) {
            return None;
        }
        match name {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let path = format!("/{}", segments.join("/"));
    let is_everything = path.bytes().all(|byte| matches!(byte, b'/' | b'*'));
    // Without its fragment, `/app#/admin` would be another page.
    let fine = !is_everything && !text.contains('#') && Glob::path(&path).is_ok();
    (fine && path != text).then_some(path)
}

/// Percent-decodes once. `None` if the result is not a text, or has characters with a meaning in
/// globs.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        if byte.is_ascii_control() || b"/\\%*?{}<>;#".contains(&byte) {
            return None;
        }
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_normalised_only_if_the_rest_is_about_the_same_paths() {
        for (text, path) in [
            ("/a%2Fb", None),
            ("/api//*", Some("/api/*")),
            ("/*/api//x", Some("/*/api/x")),
            ("/public;*", Some("/public")),
            ("*//*", None),
            ("//*", None),
            ("/*//x", None),
            ("/static*;*", None),
            ("*;*", None),
            ("/*;jsessionid=*", None),
            ("*/../*", None),
            ("/static/*/../*", None),
            ("/./*", None),
            ("/*\\*", None),
        ] {
            assert_eq!(normal(text).as_deref(), path, "{text}");
        }
    }
}
