/// Texts by which the user agents of crawlers, libraries and tools are told, one a line.
pub static CRAWLERS: &str = include_str!("../data/crawlers.txt");
