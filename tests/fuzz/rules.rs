//! Fuzzes rules: any text is parsed or refused in bounded time, and nothing panics.

#![no_main]

use humanify_parser as parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(tokens) = text.parse() {
        let rules = parse::rules(tokens);
        for finding in rules.findings.iter().chain(&rules.warnings) {
            assert!(!finding.to_string().is_empty());
        }
    }
});
