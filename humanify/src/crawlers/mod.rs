//! Which crawler, library or tool a user agent names.
//!
//! The list is plain text to be found anywhere in the agent, in upper or lower case, with
//! a few conditions. One automaton finds all of it in one pass, so the cost is linear in
//! the agent's length, and only its first [`JUDGED_BYTES`] bytes are looked at. What names a
//! crawler decides; next, a browser's agent is a person's if people's browsers hold all of its
//! words, and another program's is if it has a person before it; then general words decide, and
//! what is left is a program's. Nothing here is proof: who wants to look like a browser writes a
//! browser's agent.

mod browser;
mod format;
mod signs;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use humanify_syntax::CrawlerKind;
use once_cell::sync::OnceCell;

use crate::embedded::DamagedList;
use browser::{Companions, Verdict};
use format::{Line, Mark, Says};
use signs::{Place, Signs};

/// How much of an agent is judged: its first bytes. The longest of the agents that the
/// list was made from has 285 bytes, the longest of browsers that were looked at 268.
pub(crate) const JUDGED_BYTES: usize = 512;

/// What an agent is that is no browser's and is not listed by a name of its own.
const UNLISTED: Crawler = Crawler {
    name: "unlisted crawler",
    operator: None,
    kind: CrawlerKind::Other,
};

/// What a missing or empty user agent is: every browser sends one.
const NO_USER_AGENT: Crawler = Crawler {
    name: "no user agent",
    operator: None,
    kind: CrawlerKind::Other,
};

/// A crawler, library or tool, as humanify's list has it. Nothing in it is text that the
/// client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Crawler {
    /// Its name, as it writes it: `GPTBot`.
    pub name: &'static str,
    /// Who operates it, by name or by domain: `OpenAI`. None for what anybody runs, such as
    /// a library, and where it is not known.
    pub operator: Option<&'static str>,
    /// What it is for.
    pub kind: CrawlerKind,
}

impl Crawler {
    /// Whether the list has no name for it.
    pub(crate) fn is_unlisted(&self) -> bool {
        self.name == UNLISTED.name
    }

    /// An agent that a site's owner knows by its key.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) const fn signing(name: &'static str, kind: CrawlerKind) -> Crawler {
        Crawler {
            name,
            operator: None,
            kind,
        }
    }

    /// What a test says of a client: the name is all that is known.
    #[cfg(feature = "testing")]
    pub(crate) const fn unlisted(name: &'static str) -> Crawler {
        Crawler { name, ..UNLISTED }
    }
}

/// The list of crawlers. A request is judged by [`Detection`](crate::Detection); this is for
/// agents from elsewhere, such as a log.
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
    automaton: AhoCorasick,
    entries: Arc<[Entry]>,
    /// For each text of the automaton, what its occurrence means.
    roles: Arc<[Role]>,
    companions: Arc<Companions>,
    date: &'static str,
}

/// What is wrong with a list of crawlers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CrawlersError {
    /// Something else was given, or another version of humanify wrote it.
    #[error("this is no list of crawlers: its first line has to be `humanify crawlers 3 <date>`")]
    NotCrawlers,
    /// The list of companions is something else, or of another version.
    #[error("this is no list of companions: its first line has to be `humanify companions 1`")]
    NotCompanions,
    /// A line is not as it should be.
    #[error("line {line} of the list of crawlers: {problem}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is too much of it.
    #[error("the list of crawlers can't be compiled: {0}")]
    Compile(#[from] aho_corasick::BuildError),
}

/// A line of the list that tells a crawler.
#[derive(Clone, Debug)]
struct Entry {
    crawler: Crawler,
    place: Place,
    /// It is no sign of a crawler in the agent of a browser or of a people's program.
    weak: bool,
    /// Which of the pairs it is, if a further text has to follow.
    pair: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    /// The text of an entry.
    Text(usize),
    /// The further text of an entry.
    Further(usize),
    /// What the agents of browsers and of other people's programs hold.
    Mark(Mark, Place),
}

/// How many entries may ask for a further text: as many as are remembered in a look-up.
const MOST_PAIRS: usize = 32;

impl Crawlers {
    /// The list that came with the crate. It is read once in a process, and clones share it.
    ///
    /// # Errors
    /// The list is damaged, and then so is the program.
    pub fn embedded() -> Result<Crawlers, DamagedList> {
        static EMBEDDED: OnceCell<Crawlers> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| {
                Crawlers::read(humanify_assets::CRAWLERS, humanify_assets::COMPANIONS)
            })
            .cloned()
            .map_err(|error| DamagedList::new("crawlers", &error))
    }

    /// The crawler, library or tool that an agent is; none for a browser's.
    ///
    /// Of several that fit, crawlers come before libraries and what is told by more text
    /// before what is told by less. Takes time in proportion to the agent's length, of which
    /// 512 bytes are looked at, and allocates nothing.
    #[must_use]
    pub fn find(&self, user_agent: &[u8]) -> Option<Crawler> {
        let agent = user_agent.trim_ascii();
        if agent.is_empty() {
            return Some(NO_USER_AGENT);
        }
        let agent = agent.get(..JUDGED_BYTES).unwrap_or(agent);
        let mut signs = Signs::default();
        // Where the text of each pair ended when it was first seen.
        let mut seen = [usize::MAX; MOST_PAIRS];
        for found in self.automaton.find_overlapping_iter(agent) {
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

    /// Whose the agent is in which these signs were found.
    fn judge(&self, agent: &[u8], signs: &Signs) -> Option<Crawler> {
        let named = |number: usize| self.entries.get(number).map(|entry| entry.crawler);
        if let Some(crawler) = signs.firm.and_then(named) {
            return (!signs.certain || !crawler.is_unlisted()).then_some(crawler);
        }
        let person = if signs.engine && browser::begins(agent) {
            signs.embedded
                || match self.companions.judge(agent) {
                    Verdict::Familiar => true,
                    Verdict::Strange => false,
                    Verdict::Unknown => signs.weak.is_none() || signs.program,
                }
        } else {
            signs.program
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

    /// All names that [`find`](Crawlers::find) can give, some of them more than once.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let entries = self.entries.iter().map(|entry| entry.crawler.name);
        entries.chain([UNLISTED.name, NO_USER_AGENT.name])
    }

    /// Whether [`find`](Crawlers::find) can give this name. The error is the nearest that it
    /// can, if one is near enough to be a slip of the pen.
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
            // One slip in three letters; more of them make another word.
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

    /// Reads a list as `make_crawlers.py` of humanify-assets writes it.
    pub(crate) fn read(
        data: &'static str,
        companions: &'static str,
    ) -> Result<Crawlers, CrawlersError> {
        let companions = Companions::read(companions).ok_or(CrawlersError::NotCompanions)?;
        let (date, lines) = format::split(data).ok_or(CrawlersError::NotCrawlers)?;
        let mut entries = Vec::new();
        let mut texts = Vec::new();
        let mut roles = Vec::new();
        let mut pairs = 0;
        for (line, content) in (2..).zip(lines) {
            let wrong = |problem| CrawlersError::Line { line, problem };
            let Line {
                conditions,
                text,
                says,
            } = format::read(content).map_err(wrong)?;
            let place = Place::read(conditions);
            let (crawler, further) = match says {
                Says::Mark(mark) => {
                    texts.push(text);
                    roles.push(Role::Mark(mark, place));
                    continue;
                }
                Says::Crawler { crawler, further } => (crawler, further),
            };
            let entry = entries.len();
            texts.push(text);
            roles.push(Role::Text(entry));
            let pair = (!further.is_empty()).then_some(pairs);
            if pair.is_some() {
                if pairs == MOST_PAIRS {
                    return Err(wrong("too many entries have a further text"));
                }
                pairs += 1;
                texts.push(further);
                roles.push(Role::Further(entry));
            }
            entries.push(Entry {
                crawler,
                place,
                weak: conditions.contains('g'),
                pair,
            });
        }
        // A DFA would tell a browser in two thirds of the time, in ten times the memory.
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&texts)?;
        Ok(Crawlers {
            automaton,
            entries: entries.into(),
            roles: roles.into(),
            companions: Arc::new(companions),
            date,
        })
    }
}
