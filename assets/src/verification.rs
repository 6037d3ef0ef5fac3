/// How crawlers are checked whose operators publish how: networks and names in the DNS.
pub static VERIFICATION: &str = include_str!("../data/verification.txt");
