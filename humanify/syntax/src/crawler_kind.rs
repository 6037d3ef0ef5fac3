//! `CrawlerKind`: the purpose of a crawler.

use std::fmt;

/// The purpose of a crawler.
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
    /// Gathers training data for language models.
    AiTraining,
    /// Fetches or indexes pages for an assistant's answers to people.
    AiAssistant,
    /// Analyses links and rankings for search engine optimisation.
    Seo,
    /// Checks pages for advertisements.
    Advertising,
    /// Checks whether a site is up and how fast it is.
    Monitor,
    /// Makes previews of links in a messenger or a social network.
    Preview,
    /// An HTTP library, a tool or an automated browser, which anybody may use.
    Library,
    /// Looks for vulnerabilities, or surveys the Internet.
    Scanner,
    /// Keeps copies of pages.
    Archiver,
    /// Reads feeds.
    Feed,
    /// Anything else: webhooks, research, an unlisted crawler, a missing user agent.
    Other,
}

impl CrawlerKind {
    /// All kinds, with their names in rules.
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

    /// Names in rules that stand for several kinds.
    pub const GROUPS: &[(&str, &[CrawlerKind])] =
        &[("ai", &[CrawlerKind::AiTraining, CrawlerKind::AiAssistant])];

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<CrawlerKind> {
        CrawlerKind::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// The kinds for which a group's name stands.
    #[must_use]
    pub fn group(name: &str) -> Option<&'static [CrawlerKind]> {
        CrawlerKind::GROUPS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kinds)| *kinds)
    }

    /// The name in rules.
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

    /// Whether the kind belongs to the group `ai`.
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
