//! `PathReader`: how one server treats the parts of a path on which the standards are silent.

use std::borrow::Cow;

/// How one server treats the parts of a path on which the standards are silent.
#[derive(Debug, Clone, Copy)]
pub(super) struct PathReader {
    /// Empty segments count, so that `..` removes an empty segment before it, as in RFC 3986.
    pub(super) keeps_empty: bool,
    /// `;` is an ordinary character and starts no parameters.
    pub(super) keeps_parameters: bool,
    /// `\` is an ordinary character and no separator.
    pub(super) keeps_backslashes: bool,
    /// `?`, `#`, NUL, line breaks and trailing spaces are ordinary characters. Otherwise the
    /// decoded path is parsed as a URL again, which cuts it at these characters or drops them.
    pub(super) keeps_marks: bool,
}

impl PathReader {
    /// The reader whose reading is the normalised path.
    pub(super) const LENIENT: PathReader = PathReader {
        keeps_empty: false,
        keeps_parameters: false,
        keeps_backslashes: false,
        keeps_marks: true,
    };

    /// The readers that can differ on a path.
    pub(super) fn for_path(path: &[u8]) -> Vec<PathReader> {
        let both: &[bool] = &[false, true];
        let either = |open: bool, closed: bool| match (open, closed) {
            (true, _) => both,
            (false, true) => both.get(1..).unwrap_or_default(),
            (false, false) => both.get(..1).unwrap_or_default(),
        };
        let parameters = path.contains(&b';');
        let empty = contains(path, b"..") && has_empty_segments(path, parameters);
        let backslashes = path.contains(&b'\\');
        let marks = path.iter().any(|byte| is_mark(*byte)) || path.ends_with(b" ");
        let mut readers = Vec::new();
        for keeps_empty in either(empty, false) {
            for keeps_parameters in either(parameters, false) {
                for keeps_backslashes in either(backslashes, false) {
                    for keeps_marks in either(marks, true) {
                        readers.push(PathReader {
                            keeps_empty: *keeps_empty,
                            keeps_parameters: *keeps_parameters,
                            keeps_backslashes: *keeps_backslashes,
                            keeps_marks: *keeps_marks,
                        });
                    }
                }
            }
        }
        readers
    }

    /// The segments of a path, with dot segments resolved.
    fn segments(self, path: &[u8]) -> Vec<&[u8]> {
        let is_separator =
            move |byte: &u8| *byte == b'/' || (*byte == b'\\' && !self.keeps_backslashes);
        let mut segments: Vec<&[u8]> = Vec::new();
        let rest = match path.split_first() {
            Some((first, rest)) if is_separator(first) => rest,
            _ => path,
        };
        for segment in rest.split(is_separator) {
            let name = match segment.iter().position(|byte| *byte == b';') {
                Some(parameters) if !self.keeps_parameters => segment.get(..parameters),
                _ => Some(segment),
            };
            match name.unwrap_or_default() {
                b"." => {}
                b".." => {
                    segments.pop();
                }
                b"" if !self.keeps_empty => {}
                name => segments.push(name),
            }
        }
        segments
    }

    /// The path as this server passes it on.
    pub(super) fn resolve(self, path: &[u8]) -> Vec<u8> {
        joined(self.segments(&self.parsed(path)), true)
    }

    /// The path as this server understands it, normalised.
    pub(super) fn read(self, path: &[u8]) -> Vec<u8> {
        joined(self.segments(&self.parsed(path)), false)
    }

    /// The path after this server has parsed it as a URL again.
    fn parsed(self, path: &[u8]) -> Cow<'_, [u8]> {
        if self.keeps_marks || !(path.iter().any(|byte| is_mark(*byte)) || path.ends_with(b" ")) {
            return Cow::Borrowed(path);
        }
        let ends = |byte: &u8| matches!(byte, b'?' | b'#' | 0);
        let path = path.split(ends).next().unwrap_or_default();
        let kept = path.trim_ascii_end().iter();
        let kept = kept.filter(|byte| !is_mark(**byte));
        Cow::Owned(kept.copied().collect())
    }
}

/// Whether a character ends the path, or is dropped, when a URL is parsed.
pub(super) fn is_mark(byte: u8) -> bool {
    matches!(byte, b'?' | b'#' | 0 | b'\t' | b'\n' | b'\r')
}

/// Joins segments to a path, with or without the empty ones.
fn joined(segments: Vec<&[u8]>, with_empty: bool) -> Vec<u8> {
    let length = segments.iter().map(|segment| segment.len() + 1).sum();
    let mut path = Vec::with_capacity(std::cmp::max(length, 1));
    for segment in segments {
        if with_empty || !segment.is_empty() {
            path.push(b'/');
            path.extend_from_slice(segment);
        }
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

/// Whether there may be empty segments, or segments that are empty without their parameters.
fn has_empty_segments(path: &[u8], parameters: bool) -> bool {
    let is_separator = |byte: u8| matches!(byte, b'/' | b'\\');
    parameters
        || path
            .windows(2)
            .any(|pair| pair.iter().all(|byte| is_separator(*byte)))
}

pub(super) fn contains(path: &[u8], part: &[u8]) -> bool {
    path.windows(part.len()).any(|window| window == part)
}
