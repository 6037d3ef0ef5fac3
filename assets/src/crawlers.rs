//! Texts that identify crawlers, and words that people's browsers send.

/// Texts that identify crawlers, libraries and tools, and texts that identify people's programs, one
/// in each line.
pub static CRAWLERS: &str = include_str!("../data/crawlers.txt");

/// Words that people's browsers send beside the names of the browser, one in each line.
pub static BROWSER_WORDS: &str = include_str!("../data/browser_words.txt");
