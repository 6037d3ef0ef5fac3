//! Tests of whole applications behind humanify, from their clients' view: one test binary for all
//! subjects, so that everything is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

mod allocations;
mod attacks;
mod bans;
mod browser;
mod captchas;
mod challenges;
mod consistency;
mod crawlers;
mod decisions;
mod discovery;
mod error_pages;
mod error_texts;
mod findings;
mod forms;
mod handler_names;
mod limits;
mod lists;
mod managed;
mod model_comparison;
mod own_check;
mod players;
mod proxies;
mod real_proxies;
mod redis;
mod router;
mod rules;
mod serve;
mod settings;
mod shutdown;
mod suggestions;
mod verified_crawlers;
mod visitors;
mod web_bot_auth;
