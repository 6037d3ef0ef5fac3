//! Programs that a test needs and that may be missing.

use std::io::Write;

/// Prints on stderr that a test is skipped; fails if all services are required.
pub(crate) fn missing(what: &str) {
    let message = format!("{what} is missing, see .ci/run for how to install it");
    let required = std::env::var("HUMANIFY_REQUIRE_SERVICES").is_ok_and(|value| value == "1");
    assert!(!required, "{message}");
    // Not `eprintln!`, which the test harness captures.
    let _ = writeln!(std::io::stderr(), "skipped: {message}");
}

/// A port of this machine that nothing listens on now.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
