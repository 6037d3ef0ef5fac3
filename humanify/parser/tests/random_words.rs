//! Words of the language in random order are parsed or refused, and nothing panics.
#![allow(clippy::unwrap_used)]

use humanify_parser as parse;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const WORDS: &[&str] = &[
    "exempt",
    "challenge",
    "deny_access",
    "always_deny",
    "always_challenge",
    "limit",
    "trap",
    "ban",
    "observe",
    "assert",
    "never",
    "deny",
    "pass",
    "intended",
    "(open)",
    "(unanchored, head)",
    "no_default_exemptions",
    "on",
    "except",
    "when",
    "under",
    "regex",
    "endpoint",
    "route",
    "bots",
    "everyone",
    "those",
    "\"/a\"",
    "\"/a/*\"",
    "\"^/a\"",
    "\"*\"",
    "\"5/minute\"",
    "\"10 denials/minute\"",
    "for",
    "\"1 hour\"",
    "method",
    "==",
    "!=",
    "~",
    "in",
    "[GET, POST]",
    "GET",
    "headers.x",
    "args.k",
    "client.is_tor",
    "client.is_bot",
    "client.ip",
    "client.crawler_kind",
    "ai",
    "[\"10.0.0.0/8\"]",
    "&&",
    "||",
    "!",
    "(client.is_vpn)",
    "is",
    "present",
    ",",
    ";",
    ";",
    ";",
    "name:",
    "é",
    "{x}",
    "'a'",
    "#",
    "0",
];

proptest! {
    #[test]
    fn nothing_panics_on_any_words(words in vec(select(WORDS), 0..40)) {
        // Words with unbalanced brackets are not a token stream.
        let Ok(tokens) = words.join(" ").parse() else {
            return Err(TestCaseError::reject("no tokens"));
        };
        let rules = parse::rules(tokens);
        let mut said = rules.findings.iter().chain(&rules.warnings);
        prop_assert!(said.all(|finding| !finding.to_string().is_empty()));
    }
}
