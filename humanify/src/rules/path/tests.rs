//! Tests of normalised paths and of their other readings.

use proptest::prelude::*;

use super::decode::decode_once;
use super::loose_decoding::loosely_decoded;
use super::readings::MAX_READINGS;
use super::*;

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

/// Almost every path takes the short way, so every short path is compared with the long way.
#[test]
fn a_plain_path_is_normalised_and_has_one_reading() {
    let parts = ["a", ".", "/", "%2e", "%", ";", "\\", "\u{e9}", "\u{800}"];
    let mut paths = vec![String::new()];
    for _ in 0..5 {
        paths = paths
            .iter()
            .flat_map(|path| parts.map(|part| format!("{path}{part}")))
            .collect();
        for path in paths.iter().map(|path| format!("/{path}")) {
            let is_normal = decoded_and_read(&path).as_deref() == Some(path.as_bytes());
            let readings = other_readings(&path, path.as_bytes());
            let is_clear = readings.is_some_and(|readings| readings.is_empty());
            match is_plain(&path) {
                true => assert!(is_normal && is_clear, "{path}"),
                false => assert!(
                    path.contains(['%', ';', '\\', '\u{800}']) || !is_normal,
                    "{path}"
                ),
            }
        }
    }
    assert!(is_plain("/") && !is_plain("") && !is_plain("*") && !is_plain("a/b"));
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
        // Each server resolves dot segments before or after it decodes.
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
    let (mut read, mut refused) = (0, 0);
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
            let normal = normalise(&path);
            match normal.and_then(|normal| other_readings(&path, &normal)) {
                Some(readings) => {
                    assert!(readings.len() < MAX_READINGS);
                    read += 1;
                }
                None => refused += 1,
            }
        }
    }
    assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
}

/// Parts of paths from which attackers build spellings.
const PARTS: [&str; 20] = [
    "/", "/", "a", "b", ".", "..", ";", "\\", "%2f", "%5c", "%2e", "%25", "%", "2", "f", "%c0%af",
    "%c0%ae", "%c1%a1", "%u002f", "\u{ff0f}",
];

proptest! {
    #[test]
    fn normalised_paths_do_not_change(path in "[/a.;%25e\\\\]{0,40}") {
        let once = normal(&path);
        prop_assume!(once.is_some());
        let once = once.unwrap();
        let mut segments = once.split('/').skip(1);
        let is_normal = |segment: &str| !matches!(segment, "" | "." | "..");
        prop_assert!(once == "/" || segments.all(is_normal), "{}", once);
        // A remaining encoding may be decoded again.
        if !once.contains([';', '\\', '%']) {
            prop_assert_eq!(normal(&once), Some(once), "{}", path);
        }
    }

    /// The path that any chain of servers arrives at is one of the readings.
    #[test]
    fn every_reading_of_any_chain_of_servers_is_found(
        parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..12),
        habits in proptest::collection::vec(any::<[bool; 6]>(), 1..4),
    ) {
        let path = format!("/{}", parts.concat());
        let normal = normalise(&path);
        prop_assume!(normal.is_some());
        let normal = normal.unwrap();
        let all = other_readings(&path, &normal);
        prop_assume!(all.is_some());
        let mut all = all.unwrap();
        all.push(normal.into_owned());
        let mut seen = path.clone().into_bytes();
        let mut last = PathReader::LENIENT;
        for [empty, parameters, backslashes, slashes, resolves, loosely] in habits {
            last = PathReader {
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

#[test]
fn a_path_of_several_ambiguities_has_few_readings_or_none() {
    let parts = [
        "/a", "/..", "//", ";x", "\\", "%2f", "%5c", "%2e%2e", "%253b", "%3f",
    ];
    let mut most = 0;
    for number in 0..100_000_usize {
        let digits = [1, 10, 100, 1_000, 10_000].map(|place| number / place % 10);
        let path = format!("/s{}", digits.map(|digit| parts[digit]).concat());
        let Some(normal) = normalise(&path) else {
            continue;
        };
        if let Some(readings) = other_readings(&path, &normal) {
            assert!(readings.len() < MAX_READINGS, "{path} {}", readings.len());
            most = most.max(readings.len());
        }
    }
    assert!(most > MAX_READINGS / 2, "{most}");
}
