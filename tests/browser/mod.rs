//! Tests of humanify's pages in a real browser.
//!
//! Needs chromium, chromedriver and axe-core; see `.ci/run` for how to install them. Where
//! one is missing, the tests that need it are skipped, which stderr says, unless
//! `HUMANIFY_REQUIRE_SERVICES` is 1. With `HUMANIFY_SCREENSHOTS=1`, screenshots of every page
//! go to `target/screenshots`.

mod background_work;
mod chromium;
mod crowds;
mod dialog;
mod headers;
mod journeys;
mod layout;
mod missing_script;
mod other_origins;
mod pages;
mod patience;
mod person;
mod scriptless;
mod site;
mod work;
