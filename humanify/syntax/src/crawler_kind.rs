//! What a crawler is for.

use std::fmt;

/// What a crawler is for.
///
/// ```
/// use humanify_syntax::CrawlerKind;
///
/// assert_eq!(CrawlerKind::named("seo"), Some(CrawlerKind::Seo));
/// assert_eq!(CrawlerKind::AiTraining.to_string(), "ai_training");
/// assert_eq!(
///     CrawlerKind::group("ai"),
///     Some(&[CrawlerKind::AiTraining, CrawlerKind::AiAssistant][..]),
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CrawlerKind {
    /// Builds the index of a search engine.
    Search,
    /// Gathers what language models learn from.
    AiTraining,
    /// Fetches or indexes pages for what an assistant answers to a person.
    AiAssistant,
    /// Looks at links and ranks, for those who sell or buy them.
    Seo,
    /// Checks pages for advertisements.
    Advertising,
    /// Sees whether a site is up and how fast it is.
    Monitor,
    /// Makes the preview of a link in a messenger or a social network.
    Preview,
    /// An HTTP library, a tool or an automated browser, whoever uses it.
    Library,
    /// Looks for weaknesses, or surveys the Internet.
    Scanner,
    /// Keeps copies of pages.
    Archiver,
    /// Reads feeds.
    Feed,
    /// Anything else: research, say, a crawler that no list names, or no user agent at all.
    Other,
}

impl CrawlerKind {
    /// All of them, with the names that rules use.
    pub const NAMES: &[(&str, CrawlerKind)] = &[
        ("search", CrawlerKind::Search),
        ("ai_training", CrawlerKind::AiTraining),
        ("ai_assistant", CrawlerKind::AiAssistant),
        ("seo", CrawlerKind::Seo),
        ("advertising", CrawlerKind::Advertising),
        ("monitor", CrawlerKind::Monitor),
        ("preview", CrawlerKind::Preview),
        ("library", CrawlerKind::Library),
        ("scanner", CrawlerKind::Scanner),
        ("archiver", CrawlerKind::Archiver),
        ("feed", CrawlerKind::Feed),
        ("other", CrawlerKind::Other),
    ];

    /// Names that stand for several kinds in rules.
    pub const GROUPS: &[(&str, &[CrawlerKind])] =
        &[("ai", &[CrawlerKind::AiTraining, CrawlerKind::AiAssistant])];

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<CrawlerKind> {
        CrawlerKind::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// The kinds that a group's name stands for.
    #[must_use]
    pub fn group(name: &str) -> Option<&'static [CrawlerKind]> {
        CrawlerKind::GROUPS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kinds)| *kinds)
    }

    /// The name that rules use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CrawlerKind::Search => "search",
            CrawlerKind::AiTraining => "ai_training",
            CrawlerKind::AiAssistant => "ai_assistant",
            CrawlerKind::Seo => "seo",
            CrawlerKind::Advertising => "advertising",
            CrawlerKind::Monitor => "monitor",
            CrawlerKind::Preview => "preview",
            CrawlerKind::Library => "library",
            CrawlerKind::Scanner => "scanner",
            CrawlerKind::Archiver => "archiver",
            CrawlerKind::Feed => "feed",
            CrawlerKind::Other => "other",
        }
    }

    /// Whether it is about artificial intelligence: `ai` in rules.
    #[must_use]
    pub const fn is_ai(self) -> bool {
        matches!(self, CrawlerKind::AiTraining | CrawlerKind::AiAssistant)
    }
}

impl fmt::Display for CrawlerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name() {
        for (name, kind) in CrawlerKind::NAMES {
            assert_eq!(kind.name(), *name);
            assert_eq!(CrawlerKind::named(name), Some(*kind));
            assert_eq!(CrawlerKind::group(name), None);
        }
        let ai = CrawlerKind::NAMES.iter().filter(|(_, kind)| kind.is_ai());
        let ai: Vec<CrawlerKind> = ai.map(|(_, kind)| *kind).collect();
        assert_eq!(CrawlerKind::group("ai"), Some(&ai[..]));
        assert_eq!(CrawlerKind::named("ai"), None);
    }
}
