//! The names of the fields.

use humanify_syntax::Field;

pub(super) const PLAIN: [(&str, Field); 5] = [
    ("method", Field::Method),
    ("path", Field::Path),
    ("host", Field::Host),
    ("scheme", Field::Scheme),
    ("content_type", Field::ContentType),
];

/// Fields that take a name, with an example for messages.
pub(super) const NAMED: [(&str, &str); 3] = [
    ("args", "page"),
    ("headers", "content-type"),
    ("cookies", "session"),
];

/// Fields of `client` that are not signs.
pub(super) const CLIENT: [(&str, Field); 4] = [
    ("ip", Field::Ip),
    ("crawler", Field::Crawler),
    ("crawler_kind", Field::CrawlerKind),
    ("vpn_provider", Field::VpnProvider),
];
