/// Texts by which the user agents of crawlers, libraries and tools are told, and those by which
/// people's programs are, one a line.
pub static CRAWLERS: &str = include_str!("../data/crawlers.txt");

/// Words that people's browsers hold beside the browser's own, one a line.
pub static COMPANIONS: &str = include_str!("../data/companions.txt");
