//! Normalises paths, and finds the other ways in which a server might read them.

use std::borrow::Cow;

use super::loose_decoding::{loosely_decoded, may_start_loosely};

/// How often a path is percent-decoded. A path that is still encoded after that is refused.
const ROUNDS: usize = 3;

/// The most readings of a path. A path with more is refused.
const MOST_READINGS: usize = 16;

/// The most bytes that are processed for one path, over all its readings.
const MOST_WORK: usize = 256 * 1024;

/// Normalises a path: percent-decodes it until nothing changes, replaces `\` by `/`, resolves dot
/// segments, and drops empty segments, `;parameters` and the trailing slash.
///
/// `None` if the path is still encoded after three rounds. Takes time and memory linear in its
/// length.
pub(crate) fn normalise(path: &str) -> Option<Cow<'_, [u8]>> {
    if is_plain(path) {
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
    Some(Cow::Owned(Reader::LENIENT.read(&bytes)))
}

/// The readings of a path besides `normal`, its normalised form.
///
/// The standards leave open how to treat some paths, such as `/a//../b` or `/a%2Fb`. A reading is
/// how some chain of servers would understand the path, if each of them may resolve dot segments
/// before or after it decodes the path, and then passes it on.
///
/// `None` if there are more than sixteen readings, or if finding them takes too much work.
pub(crate) fn other_readings(path: &str, normal: &[u8]) -> Option<Vec<Vec<u8>>> {
    if !may_be_ambiguous(path.as_bytes()) {
        return Some(Vec::new());
    }
    let mut work = Work(MOST_WORK);
    let mut readings = Distinct::default();
    readings.add(normal.to_vec())?;
    let mut states = vec![path.as_bytes().to_vec()];
    for round in 0..=ROUNDS {
        let mut next = Distinct::default();
        for stage in resolved(states, &mut work)? {
            work.spend(&stage)?;
            let decoded = decode_once(&stage, true);
            // Every server decodes once, so an undecoded path is no reading.
            if round > 0 || decoded == stage {
                for reader in Reader::for_path(&stage) {
                    work.spend(&stage)?;
                    readings.add(reader.read(&stage))?;
                }
            }
            for decoded in [decoded, decode_once(&stage, false)] {
                work.spend(&decoded)?;
                if let Some(loosely) = loosely_decoded(&decoded) {
                    next.add(loosely)?;
                }
                if decoded != stage {
                    next.add(decoded)?;
                }
            }
        }
        if next.0.is_empty() {
            break;
        }
        states = next.0;
    }
    Some(readings.0.split_off(1))
}

/// These paths, and all paths that servers pass on which resolve them one or more times.
fn resolved(paths: Vec<Vec<u8>>, work: &mut Work) -> Option<Vec<Vec<u8>>> {
    let mut stages = Distinct::default();
    for path in paths {
        stages.add(path)?;
    }
    let mut next = 0;
    while let Some(stage) = stages.0.get(next).cloned() {
        next += 1;
        if is_changed_by_resolving(&stage) {
            for reader in Reader::for_path(&stage) {
                work.spend(&stage)?;
                stages.add(reader.resolve(&stage))?;
            }
        }
    }
    Some(stages.0)
}

/// Whether resolving can change a path.
fn is_changed_by_resolving(path: &[u8]) -> bool {
    path.iter().any(|byte| matches!(byte, b';' | b'\\'))
        || contains(path, b"..")
        || contains(path, b"//")
}

/// How one server treats what the standards leave open.
#[derive(Debug, Clone, Copy)]
struct Reader {
    /// Empty segments count, so that `..` removes an empty segment before it, as in RFC 3986.
    keeps_empty: bool,
    /// `;` is an ordinary character and starts no parameters.
    keeps_parameters: bool,
    /// `\` is an ordinary character and no separator.
    keeps_backslashes: bool,
    /// `?`, `#`, NUL, line breaks and trailing spaces are ordinary characters. Otherwise the
    /// decoded path is parsed as a URL again, which cuts it at these characters or drops them.
    keeps_marks: bool,
}

impl Reader {
    /// The reader whose reading is the normalised path.
    const LENIENT: Reader = Reader {
        keeps_empty: false,
        keeps_parameters: false,
        keeps_backslashes: false,
        keeps_marks: true,
    };

    /// The readers that can differ on a path.
    fn for_path(path: &[u8]) -> Vec<Reader> {
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
                        readers.push(Reader {
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
    fn resolve(self, path: &[u8]) -> Vec<u8> {
        joined(self.segments(&self.parsed(path)), true)
    }

    /// The path as this server understands it, normalised.
    fn read(self, path: &[u8]) -> Vec<u8> {
        joined(self.segments(&self.parsed(path)), false)
    }

    /// What is left of a path that this server parses as a URL again.
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
fn is_mark(byte: u8) -> bool {
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

/// Paths without duplicates, at most [`MOST_READINGS`].
#[derive(Default)]
struct Distinct(Vec<Vec<u8>>);

impl Distinct {
    fn add(&mut self, path: Vec<u8>) -> Option<()> {
        if self.0.contains(&path) {
            return Some(());
        }
        self.0.push(path);
        (self.0.len() <= MOST_READINGS).then_some(())
    }
}

/// How many more bytes may be processed.
struct Work(usize);

impl Work {
    fn spend(&mut self, path: &[u8]) -> Option<()> {
        self.0 = self.0.checked_sub(path.len())?;
        Some(())
    }
}

/// Whether a path is normalised already and can be read in one way only, as almost every path.
pub(super) fn is_plain(path: &str) -> bool {
    let path = path.as_bytes();
    if path == b"/" {
        return true;
    }
    if path.first() != Some(&b'/') {
        return false;
    }
    // How many dots the segment consists of that is being read; more than two, if it has another
    // character.
    let mut dots = 3;
    let mut is_empty = false;
    for byte in path {
        match byte {
            b'%' | b'\\' | b';' => return false,
            byte if may_start_loosely(*byte) => return false,
            b'/' if is_empty || matches!(dots, 1 | 2) => return false,
            b'/' => (dots, is_empty) = (0, true),
            b'.' => (dots, is_empty) = (dots + 1, false),
            _ => (dots, is_empty) = (3, false),
        }
    }
    !is_empty && !matches!(dots, 1 | 2)
}

/// Whether servers may read a path differently: it has parameters, backslashes, empty segments
/// beside `..`, an encoded character with a meaning in paths, or one that only some servers decode.
fn may_be_ambiguous(path: &[u8]) -> bool {
    let means_something = |code: &[u8]| {
        let mut character = percent_encoding::percent_decode(code);
        character.next().is_some_and(|byte| {
            matches!(byte, b'/' | b'\\' | b'%' | b'.' | b';' | b' ') || is_mark(byte)
        })
    };
    path.iter().any(|byte| matches!(byte, b';' | b'\\'))
        || (contains(path, b"//") && contains(path, b".."))
        || path
            .windows(3)
            .any(|code| code.starts_with(b"%") && means_something(code))
        || loosely_decoded(&decode(path)).is_some()
}

/// Whether there may be empty segments, or segments that are empty without their parameters.
fn has_empty_segments(path: &[u8], parameters: bool) -> bool {
    let is_separator = |byte: u8| matches!(byte, b'/' | b'\\');
    parameters
        || path
            .windows(2)
            .any(|pair| pair.iter().all(|byte| is_separator(*byte)))
}

fn contains(path: &[u8], part: &[u8]) -> bool {
    path.windows(part.len()).any(|window| window == part)
}

/// Percent-decodes once. Borrowed if nothing was encoded.
fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    percent_encoding::percent_decode(bytes).into()
}

/// Percent-decodes once, and leaves `%2F` encoded if `keeps_slashes`.
fn decode_once(path: &[u8], keeps_slashes: bool) -> Vec<u8> {
    if !keeps_slashes {
        return decode(path).into_owned();
    }
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(percent) = rest.iter().position(|byte| *byte == b'%') {
        let (before, code) = rest.split_at(percent);
        decoded.extend_from_slice(before);
        let (code, after) = code.split_at_checked(3).unwrap_or((code, &[]));
        let mut characters = percent_encoding::percent_decode(code);
        match (characters.next(), characters.next()) {
            (Some(b'/'), None) => decoded.extend_from_slice(b"%2F"),
            (Some(byte), None) => decoded.push(byte),
            // A `%` without two hexadecimal digits stands for itself.
            _ => {
                decoded.push(b'%');
                rest = rest.get(percent + 1..).unwrap_or_default();
                continue;
            }
        }
        rest = after;
    }
    decoded.extend_from_slice(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(path: &str) -> Option<String> {
        normalise(path).map(|path| String::from_utf8_lossy(&path).into_owned())
    }

    /// All readings, in order.
    fn readings(path: &str) -> Option<Vec<String>> {
        let normal = normalise(path)?;
        let mut readings = other_readings(path, &normal)?;
        readings.push(normal.into_owned());
        readings.sort();
        let text = |reading: &Vec<u8>| String::from_utf8_lossy(reading).into_owned();
        Some(readings.iter().map(text).collect())
    }

    #[test]
    fn all_spellings_of_a_path_are_normalised_alike() {
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
    fn paths_that_are_encoded_more_than_three_times_are_refused() {
        assert_eq!(normal("/%25252561"), None);
        assert_eq!(normal("/100%25").as_deref(), Some("/100%"));
        assert_eq!(normal("/%zz").as_deref(), Some("/%zz"));
        assert_eq!(normal("").as_deref(), Some("/"));
        assert_eq!(normal("*").as_deref(), Some("/*"));
    }

    #[test]
    fn an_unambiguous_path_has_one_reading() {
        for (path, reading) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/a//b/", "/a/b"),
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/%2e%2e/b", "/b"),
            ("/%61dmin", "/admin"),
            ("/caf%C3%A9", "/caf\u{e9}"),
            ("/100%25", "/100%"),
            ("/%zz", "/%zz"),
            ("/a%20b", "/a b"),
        ] {
            assert_eq!(readings(path), Some(vec![reading.to_owned()]), "{path}");
        }
    }

    #[test]
    fn every_reading_of_a_path_is_found() {
        for (path, expected) in [
            ("/proxy/secret//..", &["/proxy", "/proxy/secret"][..]),
            ("/secret/;/..", &["/", "/secret"]),
            ("/a;x=1/b", &["/a/b", "/a;x=1/b"]),
            ("/a/..;/b", &["/a/..;/b", "/b"]),
            ("/a%2fb", &["/a%2Fb", "/a/b"]),
            ("/a%5cb", &["/a/b", "/a\\b"]),
            ("/a\\b", &["/a/b", "/a\\b"]),
            ("/a%252fb", &["/a%2Fb", "/a/b", "/a%2fb"]),
            ("/%2561dmin", &["/%61dmin", "/admin"]),
            ("/secret%3fx", &["/secret", "/secret?x"]),
            ("/secret%23x", &["/secret", "/secret#x"]),
            ("/secret%00.png", &["/secret", "/secret\0.png"]),
            ("/sec%0aret", &["/sec\nret", "/secret"]),
            ("/secret%20", &["/secret", "/secret "]),
            ("/a%c0%afb", &["/a/b", "/a\u{fffd}\u{fffd}b"]),
            ("/%u0061b", &["/%u0061b", "/ab"]),
            ("/a\u{ff0f}b", &["/a/b", "/a\u{ff0f}b"]),
        ] {
            let mut expected: Vec<String> = expected.iter().map(|text| (*text).into()).collect();
            expected.sort();
            assert_eq!(readings(path), Some(expected), "{path}");
        }
        for (path, meant) in [
            // Each resolves before or after it decodes.
            (
                "/proxy/area/public/a%2fb/../../private",
                "/proxy/area/private",
            ),
            (
                "/proxy/area/public/a%2fb/../../private",
                "/proxy/area/public/private",
            ),
            ("/p/q/x%2f../../c%2f..", "/p/q"),
            ("/p/q%2f..", "/p"),
            ("/p/q%252f..%252f..", "/"),
            ("/p/x%5c..%5csecret", "/p/secret"),
            ("/p/x%255c..%255csecret", "/p/secret"),
        ] {
            let found = readings(path).unwrap();
            assert!(
                found.iter().any(|reading| reading == meant),
                "{path}: {found:?}"
            );
        }
    }

    #[test]
    fn a_hostile_path_costs_little() {
        for part in [
            "/;",
            "%2f",
            "..%2f",
            "%252f..//;\\",
            "%5c..;/",
            "/..",
            "%3f%2e%2e//",
        ] {
            for times in [10, 1_000, 20_000] {
                let path = format!("/a{}", part.repeat(times));
                let Some(normal) = normalise(&path) else {
                    continue;
                };
                if let Some(readings) = other_readings(&path, &normal) {
                    assert!(readings.len() < MOST_READINGS);
                }
            }
        }
    }

    /// Parts of paths of which attackers make up spellings.
    const PARTS: [&str; 20] = [
        "/", "/", "a", "b", ".", "..", ";", "\\", "%2f", "%5c", "%2e", "%25", "%", "2", "f",
        "%c0%af", "%c0%ae", "%c1%a1", "%u002f", "\u{ff0f}",
    ];

    proptest! {
        #[test]
        fn normalised_paths_do_not_change(path in "[/a.;%25e\\\\]{0,40}") {
            if let Some(once) = normal(&path)
                && !once.contains([';', '\\', '%'])
            {
                prop_assert_eq!(normal(&once), Some(once.clone()), "{}", path);
                let segments = once.split('/').skip(1);
                prop_assert!(segments.clone().all(|segment| !matches!(segment, "." | "..")));
                prop_assert!(once == "/" || segments.into_iter().all(|segment| !segment.is_empty()));
            }
        }

        /// Any chain of servers, each with a habit of its own, ends at one of the readings.
        #[test]
        fn every_reading_of_any_chain_of_servers_is_found(
            parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..12),
            habits in proptest::collection::vec(any::<[bool; 6]>(), 1..4),
        ) {
            let path = format!("/{}", parts.concat());
            let Some(normal) = normalise(&path) else { return Ok(()); };
            let Some(mut all) = other_readings(&path, &normal) else { return Ok(()); };
            all.push(normal.into_owned());
            let mut seen = path.clone().into_bytes();
            let mut last = Reader::LENIENT;
            for [empty, parameters, backslashes, slashes, resolves, loosely] in habits {
                last = Reader {
                    keeps_empty: empty,
                    keeps_parameters: parameters,
                    keeps_backslashes: backslashes,
                    keeps_marks: true,
                };
                if resolves {
                    seen = last.resolve(&seen);
                }
                seen = decode_once(&seen, slashes);
                if let Some(decoded) = loosely_decoded(&seen).filter(|_| loosely) {
                    seen = decoded;
                }
            }
            let read = last.read(&seen);
            prop_assert!(all.contains(&read), "{path} read as {}", String::from_utf8_lossy(&read));
        }
    }
}
