//! `Crawlers`: finds the crawler, library or tool that a user agent names.
//!
//! The list has texts to be found anywhere in the agent, in upper or lower case, with a few
//! conditions. One automaton finds all of them in one pass over the first [`JUDGED_BYTES`] bytes
//! of the agent. The agent is judged in this order:
//!
//! 1. A text that names a crawler makes the client a crawler.
//! 2. A browser's agent is a person's if people's browsers send all of its words.
//! 3. Another program's agent is a person's if it has the mark of a program that people use.
//! 4. A general word, such as `fetch`, makes the client a crawler.
//! 5. Every other agent is a program's: an `unlisted crawler`.
//!
//! A user agent proves nothing: any program can send a browser's.

mod browser;
mod format;
mod found_texts;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use humanify_syntax::CrawlerKind;
use once_cell::sync::OnceCell;
use smallvec::SmallVec;

use crate::embedded::DamagedList;
use browser::{AgentVerdict, BrowserWords};
use format::{CrawlerLine, LineMeaning, Mark};
use found_texts::{FoundTexts, TextPlace};

/// How many bytes of a user agent are judged. The longest agent from which the list was made has
/// 285 bytes, the longest of a browser 268.
pub(crate) const JUDGED_BYTES: usize = 512;

/// The crawler of an agent that is not a browser's and has no name in the list.
const UNLISTED: Crawler = Crawler {
    name: "unlisted crawler",
    operator: None,
    kind: CrawlerKind::Other,
};

/// The crawler of a missing or empty user agent. Every browser sends one.
const NO_USER_AGENT: Crawler = Crawler {
    name: "no user agent",
    operator: None,
    kind: CrawlerKind::Other,
};

/// A crawler, library or tool of humanify's list. Nothing in it is text that the client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Crawler {
    /// Its name, as it spells it: `GPTBot`.
    pub name: &'static str,
    /// Its operator, by name or by domain: `OpenAI`. `None` if anybody runs it, as with a library,
    /// and if the operator is not known.
    pub operator: Option<&'static str>,
    /// Its purpose.
    pub kind: CrawlerKind,
}

impl Crawler {
    /// Whether the list has no name for it.
    pub(crate) fn is_unlisted(&self) -> bool {
        self.name == UNLISTED.name
    }

    /// An agent whose key the site's owner has configured.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) const fn signing(name: &'static str, kind: CrawlerKind) -> Crawler {
        Crawler {
            name,
            operator: None,
            kind,
        }
    }

    /// A crawler that a test gives by name only.
    #[cfg(feature = "testing")]
    pub(crate) const fn unlisted(name: &'static str) -> Crawler {
        Crawler { name, ..UNLISTED }
    }
}

/// The list of crawlers, for user agents from a log or another source. Requests are judged by
/// [`Detection`](crate::Detection).
///
/// ```
/// use humanify::{CrawlerKind, Crawlers};
///
/// let crawlers = Crawlers::embedded()?;
/// let agent = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)";
/// let crawler = crawlers.find(agent.as_bytes()).expect("a crawler");
/// assert_eq!(crawler.name, "GPTBot");
/// assert_eq!(crawler.operator, Some("OpenAI"));
/// assert_eq!(crawler.kind, CrawlerKind::AiTraining);
///
/// let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
/// assert_eq!(crawlers.find(firefox.as_bytes()), None);
/// # Ok::<(), humanify::DamagedList>(())
/// ```
#[derive(Clone, Debug)]
pub struct Crawlers {
    /// Finds the texts in an agent in lower case.
    automaton: AhoCorasick,
    entries: Arc<[CrawlerEntry]>,
    /// The meaning of each text of the automaton.
    roles: Arc<[Role]>,
    browser_words: Arc<BrowserWords>,
    date: &'static str,
}

/// Why a list of crawlers cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CrawlersError {
    /// The text is not a list of crawlers, or one of another version.
    #[error(
        "this is not a list of crawlers: its first line has to be `humanify crawlers 3 <date>`"
    )]
    NotCrawlers,
    /// The text is not a list of browser words, or one of another version.
    #[error(
        "this is not a list of browser words: its first line has to be `humanify browser-words 1`"
    )]
    NotBrowserWords,
    /// A line is malformed.
    #[error("line {line} of the list of crawlers: {problem}")]
    Line {
        /// The number of the line, from 1.
        line: usize,
        /// The problem.
        problem: &'static str,
    },
    /// It has too many texts for the automaton.
    #[error("the list of crawlers can't be compiled: {0}")]
    Compile(#[from] aho_corasick::BuildError),
}

/// An entry of the list that makes a crawler.
#[derive(Clone, Debug)]
struct CrawlerEntry {
    crawler: Crawler,
    place: TextPlace,
    /// Whether the entry does not count in the agent of a browser or of another person's program.
    weak: bool,
    /// The number of its pair, if a further text has to follow.
    pair: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    /// The text of an entry.
    Text(usize),
    /// The further text of an entry.
    Further(usize),
    /// A text in the agents of browsers and of other programs of people.
    Mark(Mark, TextPlace),
}

/// The maximum number of entries with a further text: as many as a look-up remembers.
const MAX_PAIRS: usize = 32;

impl Crawlers {
    /// The list that comes with the crate. It is parsed once in a process; clones share it.
    ///
    /// # Errors
    /// If the embedded list is damaged.
    pub fn embedded() -> Result<Crawlers, DamagedList> {
        static EMBEDDED: OnceCell<Crawlers> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| {
                Crawlers::read(humanify_assets::CRAWLERS, humanify_assets::BROWSER_WORDS)
            })
            .cloned()
            .map_err(|error| DamagedList::new("crawlers", &error))
    }

    /// The crawler, library or tool that a user agent names; `None` for a browser's or another
    /// person's program.
    ///
    /// If several entries match, crawlers come before libraries, and longer texts before shorter
    /// ones. Takes time linear in the agent's length, of which 512 bytes are read, and allocates
    /// nothing.
    #[must_use]
    pub fn find(&self, user_agent: &[u8]) -> Option<Crawler> {
        let agent = user_agent.trim_ascii();
        if agent.is_empty() {
            return Some(NO_USER_AGENT);
        }
        let agent = agent.get(..JUDGED_BYTES).unwrap_or(agent);
        let mut lower: SmallVec<[u8; JUDGED_BYTES]> = SmallVec::from_slice(agent);
        lower.make_ascii_lowercase();
        let mut signs = FoundTexts::default();
        // Where the first text of each pair ended when it was first found.
        let mut seen = [usize::MAX; MAX_PAIRS];
        for found in self.automaton.find_overlapping_iter(&lower) {
            let (number, is_text) = match self.roles.get(found.pattern().as_usize()) {
                Some(Role::Text(number)) => (*number, true),
                Some(Role::Further(number)) => (*number, false),
                Some(Role::Mark(mark, place)) => {
                    if place.fits(agent, found.start(), found.end()) {
                        signs.mark(*mark);
                    }
                    continue;
                }
                None => continue,
            };
            let Some(entry) = self.entries.get(number) else {
                continue;
            };
            let fits = || entry.place.fits(agent, found.start(), found.end());
            let holds = match (is_text, entry.pair.and_then(|pair| seen.get_mut(pair))) {
                (true, None) => fits(),
                (true, Some(end)) => {
                    if *end == usize::MAX && fits() {
                        *end = found.end();
                    }
                    false
                }
                (false, Some(end)) => *end <= found.start(),
                (false, None) => false,
            };
            if holds {
                signs.entry(number, entry.weak);
            }
        }
        self.judge(agent, &signs)
    }

    /// The crawler of an agent in which these signs were found; `None` for a person's.
    fn judge(&self, agent: &[u8], signs: &FoundTexts) -> Option<Crawler> {
        let named = |number: usize| self.entries.get(number).map(|entry| entry.crawler);
        if let Some(crawler) = signs.firm.and_then(named) {
            return (!signs.certain || !crawler.is_unlisted()).then_some(crawler);
        }
        let person = match browser::of_browser(agent).filter(|_| signs.engine) {
            Some(_) if signs.embedded => true,
            Some(agent) => match self.browser_words.judge(agent) {
                AgentVerdict::Familiar => true,
                AgentVerdict::Strange => false,
                AgentVerdict::Doubtful => signs.weak.is_none(),
                AgentVerdict::Unknown => signs.weak.is_none() || signs.program,
            },
            None => signs.program,
        };
        match signs.weak {
            _ if person => None,
            Some(number) => named(number),
            None => Some(UNLISTED),
        }
    }

    /// The date of the youngest entry, as `2026-10-22`.
    #[must_use]
    pub fn date(&self) -> &'static str {
        self.date
    }

    /// All names that [`find`](Crawlers::find) can return, some of them more than once.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let entries = self.entries.iter().map(|entry| entry.crawler.name);
        entries.chain([UNLISTED.name, NO_USER_AGENT.name])
    }

    /// Checks that [`find`](Crawlers::find) can return a name. The error is the most similar name
    /// that it can return, if one is similar enough to be meant.
    pub(crate) fn check_name(&self, name: &str) -> Result<(), Option<&'static str>> {
        if self.names().any(|known| known == name) {
            return Ok(());
        }
        let lower = name.to_lowercase();
        let nearest = self
            .names()
            .map(|known| {
                let distance = strsim::damerau_levenshtein(&lower, &known.to_lowercase());
                (distance, known)
            })
            .min_by_key(|(distance, _)| *distance)
            // One typing error in three letters. More of them make another word.
            .filter(|(distance, known)| *distance <= (known.len() / 3).min(4));
        Err(nearest.map(|(_, known)| known))
    }

    /// The first crawler of that name.
    #[cfg(feature = "testing")]
    pub(crate) fn named(&self, name: &str) -> Option<Crawler> {
        self.entries
            .iter()
            .map(|entry| entry.crawler)
            .find(|crawler| crawler.name == name)
    }

    /// Parses a list, as `make_crawlers.py` of humanify-assets writes it.
    pub(crate) fn read(
        data: &'static str,
        browser_words: &'static str,
    ) -> Result<Crawlers, CrawlersError> {
        let browser_words =
            BrowserWords::read(browser_words).ok_or(CrawlersError::NotBrowserWords)?;
        let (date, lines) = format::split(data).ok_or(CrawlersError::NotCrawlers)?;
        let mut entries = Vec::new();
        let mut texts = Vec::new();
        let mut roles = Vec::new();
        let mut pairs = 0;
        for (line, content) in (2..).zip(lines) {
            let wrong = |problem| CrawlersError::Line { line, problem };
            let CrawlerLine {
                conditions,
                text,
                meaning,
            } = format::read(content).map_err(wrong)?;
            let place = TextPlace::read(conditions);
            let (crawler, further) = match meaning {
                LineMeaning::Mark(mark) => {
                    texts.push(text);
                    roles.push(Role::Mark(mark, place));
                    continue;
                }
                LineMeaning::Crawler { crawler, further } => (crawler, further),
            };
            let entry = entries.len();
            texts.push(text);
            roles.push(Role::Text(entry));
            let pair = (!further.is_empty()).then_some(pairs);
            if pair.is_some() {
                if pairs == MAX_PAIRS {
                    return Err(wrong("too many entries have a further text"));
                }
                pairs += 1;
                texts.push(further);
                roles.push(Role::Further(entry));
            }
            entries.push(CrawlerEntry {
                crawler,
                place,
                weak: conditions.contains('g'),
                pair,
            });
        }
        // A DFA would need two thirds of the time, and ten times the memory. An automaton that
        // ignores the case has twice the transitions of one that reads lower case.
        let texts = texts.into_iter().map(str::to_ascii_lowercase);
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(texts)?;
        Ok(Crawlers {
            automaton,
            entries: entries.into(),
            roles: roles.into(),
            browser_words: Arc::new(browser_words),
            date,
        })
    }
}
