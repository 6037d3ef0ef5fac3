//! The networks and DNS names by which crawlers are verified.

/// The published networks and DNS names of each verifiable crawler.
pub static VERIFICATION: &str = include_str!("../data/verification.txt");
