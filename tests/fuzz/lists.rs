//! Fuzzes a published list: it is refused, or names routable addresses.

#![no_main]

use humanify::testing;
use libfuzzer_sys::fuzz_target;

/// One of each form: lines, CSV, JSON, and several keys.
const NAMES: [&str; 4] = ["tor-exits", "private-relay", "google-googlebot", "mullvad"];

fuzz_target!(|input: (u8, &[u8])| {
    let (name, body) = input;
    let name = NAMES[usize::from(name) % NAMES.len()];
    if let Ok(networks) = testing::read_list(name, body) {
        assert!(networks > 0, "an empty list frees everybody");
    }
});
