//! Paths that the application reads differently from the rules.

use std::collections::HashSet;

use http::StatusCode;
use humanify::prelude::*;
use proptest::collection::vec;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::with;
use crate::support::{DATACENTER, HOME};

#[tokio::test]
async fn an_application_that_forwards_paths_is_not_reached_by_another_spelling() {
    let site = with(Humanify::builder().rules(protect! {
        always_deny on "/proxy/secret", "/proxy/area/private";
        limit "1/hour" on "/proxy/limited";
    }));
    let visitor = site.browser(HOME);
    for path in [
        "/proxy/secret//..",
        "/proxy/secret/;/..",
        "/proxy/secret;",
        "/proxy/x%2f..%2fsecret",
        "/proxy/x%5c..%5csecret",
        "/proxy/x\\..\\secret",
        "/proxy/x%252f..%252fsecret",
        "/proxy/x%2f%2e%2e%2fsecret",
        "/proxy/x/..%3b/secret",
        "/proxy/secret%3fx",
        "/proxy/secret%23x",
        "/proxy/secret%00",
        "/proxy/secret%20",
        "/proxy/sec%0aret",
        "/proxy/area/public/a%2fb/../../private",
        "/proxy/area/public/a%5cb/../../private",
        "/proxy/limited;",
        "/proxy/%c1%b3ecret",
        "/proxy/x%c0%af..%c0%afsecret",
        "/proxy/x/%e0%80%ae%e0%80%ae/secret",
        "/proxy/%u0073ecret",
        "/proxy/\u{ff53}ecret",
        "/proxy/%ef%bd%93ecret",
        "/proxy%25c0%25afsecret",
    ] {
        let status = visitor.get(path).await.status;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
    }
    // A path that every reading denies is denied, and one that every reading passes passes.
    let denied = visitor.get("/proxy/x/../secret").await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    for path in [
        "/proxy/a%2fb",
        "/proxy/a;b/c",
        "/files/a%5cb%252f",
        "/proxy/a//../b",
        "/proxy/%c0%b4",
        "/proxy/\u{ff21}\u{e01}",
    ] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_path_of_endless_readings_is_refused_at_once() {
    let site = with(Humanify::builder().rules(protect! { always_deny on "/secret"; }));
    let visitor = site.browser(HOME);
    for part in ["%252f..//;\\", "..%2f;", "%5c..;/", "%3f%2e%2e//", "/;"] {
        let path = format!("/a{}", part.repeat(2_000));
        let begun = std::time::Instant::now();
        let status = visitor.get(&path).await.status;
        assert!(!status.is_server_error(), "{part}");
        assert!(begun.elapsed().as_secs() < 2, "{part}");
    }
}

#[tokio::test]
async fn a_path_that_nobody_means_is_refused_also_where_nothing_is_demanded() {
    let with_rules = Humanify::builder().rules(protect! { always_deny on "/secret"; });
    for site in [with(Humanify::builder()), with(with_rules)] {
        let visitor = site.browser(HOME);
        for (path, status) in [
            ("/a/%25252525252525", StatusCode::BAD_REQUEST),
            ("/a/%2541", StatusCode::OK),
            ("/a/..", StatusCode::OK),
        ] {
            assert_eq!(visitor.get(path).await.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_path_of_two_readings_does_not_choose_its_limit() {
    let site = with(Humanify::builder().rules(protect! {
        limit "2/hour";
        limit "1000/hour" on "/assets/*";
    }));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for number in 0..10 {
        let path = format!("/assets/..%2fapi/{number}");
        passed += usize::from(visitor.get(&path).await.status == StatusCode::OK);
    }
    assert_eq!(passed, 0, "the limits would differ");
}

#[tokio::test]
async fn default_exemptions_do_not_open_a_guarded_handler() {
    let site = with(Humanify::builder().rules(protect! { exempt on "/protected"; }));
    let bot = site.browser(DATACENTER);
    assert_eq!(bot.get("/robots.txt").await.status, StatusCode::FORBIDDEN);
    assert!(bot.get("/protected").await.demands_challenge());
}

/// The treatment of a path by one of several servers in a row before it forwards the path.
#[derive(Debug, Clone, Copy)]
struct Upstream {
    decodes: Option<Decoding>,
    resolves_first: bool,
    splits_at_backslashes: bool,
    drops_parameters: bool,
    pops_empty_segments: bool,
    parses_again: bool,
    decodes_loosely: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decoding {
    AllButSlashes,
    All,
}

impl Upstream {
    fn all() -> impl Iterator<Item = Upstream> {
        let decodings = [None, Some(Decoding::AllButSlashes), Some(Decoding::All)];
        decodings.into_iter().flat_map(|decodes| {
            (0..64_u8).map(move |bits| Upstream {
                decodes,
                resolves_first: bits & 1 > 0,
                splits_at_backslashes: bits & 2 > 0,
                drops_parameters: bits & 4 > 0,
                pops_empty_segments: bits & 8 > 0,
                parses_again: bits & 16 > 0,
                decodes_loosely: bits & 32 > 0,
            })
        })
    }

    fn forwarded_path(self, path: &str) -> String {
        let parsed = |path: &str| {
            if !self.parses_again {
                return path.to_owned();
            }
            let end = path.find(['?', '#', '\0']).unwrap_or(path.len());
            path[..end]
                .replace(['\t', '\r', '\n'], "")
                .trim_end()
                .to_owned()
        };
        match self.resolves_first {
            true => self.decoded(&self.resolved(&parsed(path))),
            false => self.resolved(&parsed(&self.decoded(path))),
        }
    }

    fn decoded(self, path: &str) -> String {
        let Some(decoding) = self.decodes else {
            return path.to_owned();
        };
        let mut decoded = String::new();
        let mut rest = path;
        while let Some((before, code)) = rest.split_once('%') {
            decoded.push_str(before);
            let byte = code
                .get(..2)
                .and_then(|code| u8::from_str_radix(code, 16).ok());
            rest = match byte {
                Some(b'/') if decoding == Decoding::AllButSlashes => {
                    decoded.push_str("%2F");
                    &code[2..]
                }
                Some(byte) => {
                    decoded.push(char::from(byte));
                    &code[2..]
                }
                None => {
                    decoded.push('%');
                    code
                }
            };
        }
        decoded += rest;
        if self.decodes_loosely {
            for (code, sign) in LOOSE {
                decoded = decoded.replace(code, sign);
            }
        }
        decoded
    }

    fn resolved(self, path: &str) -> String {
        let separates = |sign: char| sign == '/' || (sign == '\\' && self.splits_at_backslashes);
        let mut segments: Vec<&str> = Vec::new();
        for segment in path
            .strip_prefix(separates)
            .unwrap_or(path)
            .split(separates)
        {
            let name = match segment.split_once(';') {
                Some((name, _)) if self.drops_parameters => name,
                _ => segment,
            };
            match name {
                "." => {}
                ".." => drop(segments.pop()),
                "" if !self.pops_empty_segments => {}
                name => segments.push(name),
            }
        }
        format!("/{}", segments.join("/"))
    }
}

/// Whether any chain of differing servers reads a path as the secret one.
fn may_be_the_secret(path: &str) -> bool {
    let is_secret = |read: &str| {
        let names = read.split('/').filter(|name| !name.is_empty());
        names.eq(["proxy", "secret"])
    };
    let servers: Vec<Upstream> = Upstream::all().collect();
    let decoding = |server: &&Upstream| server.decodes.is_some();
    let mut passed_on: HashSet<String> = HashSet::from([path.to_owned()]);
    for _ in 0..2 {
        let read = |path: &String| -> Vec<String> {
            let servers = servers.iter().filter(decoding);
            servers.map(|server| server.forwarded_path(path)).collect()
        };
        passed_on = passed_on.iter().flat_map(read).collect();
        if passed_on.iter().any(|read| is_secret(read)) {
            return true;
        }
    }
    false
}

/// Encodings that lenient servers decode: overlong UTF-8, `%u`, full-width characters. Each `char`
/// stands for a byte.
const LOOSE: [(&str, &str); 6] = [
    ("\u{c0}\u{af}", "/"),
    ("\u{c0}\u{ae}", "."),
    ("\u{c1}\u{b3}", "s"),
    ("\u{e0}\u{80}\u{af}", "/"),
    ("\u{ef}\u{bc}\u{8f}", "/"),
    ("%u002f", "/"),
];

/// Parts of paths from which attackers build spellings.
const PARTS: [&str; 34] = [
    "/",
    "/",
    "//",
    "..",
    "..",
    "../",
    "/..",
    ".",
    "./",
    ";",
    ";x",
    "\\",
    "%2f",
    "%2F",
    "%5c",
    "%2e%2e",
    "%2e",
    "%252f",
    "%252e",
    "%3b",
    "%00",
    "%20",
    "%09",
    "a",
    "secret",
    "secret",
    "%c0%af",
    "%c0%ae%c0%ae",
    "%25c0%25af",
    "%e0%80%af",
    "%ef%bc%8f",
    "%u002f",
    "%c1%b3ecret",
    "secret",
];

/// No path makes two servers in a row, each with its own reading, reach a page that a rule denies.
#[test]
fn no_spelling_of_a_denied_path_passes_for_any_server() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let site = with(Humanify::builder().rules(protect! { always_deny on "/proxy/secret"; }));
    let reached = std::cell::Cell::new(0);
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 1_000,
            failure_persistence: None,
            ..Config::default()
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let spelling = vec(select(&PARTS[..]), 1..7);
    let result = runner.run(&spelling, |parts| {
        let path = format!("/proxy/{}", parts.concat());
        if path.parse::<http::Uri>().is_err() {
            return Ok(());
        }
        let status = runtime.block_on(site.browser(HOME).get(&path)).status;
        if may_be_the_secret(&path) {
            reached.set(reached.get() + 1);
            proptest::prop_assert!(status != StatusCode::OK, "{path}");
        }
        Ok(())
    });
    result.unwrap();
    assert!(reached.get() > 100, "{}", reached.get());
}
