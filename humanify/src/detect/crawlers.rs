//! Which crawler, library or tool a user agent names.
//!
//! The list is plain text to be found anywhere in the agent, in upper or lower case, with
//! a few conditions. One automaton finds all of it in one pass, so the cost is linear in
//! the agent's length, and only its first [`JUDGED_BYTES`] bytes are looked at.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// How much of an agent is judged: its first bytes. The longest of the agents that the
/// list was made from has 285 bytes, the longest of browsers that were looked at 268.
pub(crate) const JUDGED_BYTES: usize = 512;

/// The list of crawlers, ready for look-ups.
#[derive(Clone, Debug)]
pub(crate) struct Crawlers {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    /// For each text of the automaton, what its occurrence means.
    roles: Vec<Role>,
    date: &'static str,
}

/// What is wrong with a list of crawlers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CrawlersError {
    /// Something else was given, or another version of humanify wrote it.
    #[error("this is no list of crawlers: its first line has to be `humanify crawlers 1 <date>`")]
    NotCrawlers,
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

/// A line of the list.
#[derive(Clone, Debug)]
struct Entry {
    name: &'static str,
    at_start: bool,
    at_end: bool,
    at_word: bool,
    /// Which of the pairs it is, if a further text has to follow.
    pair: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    /// The text of an entry.
    Text(usize),
    /// The further text of an entry.
    Further(usize),
}

/// How many entries may ask for a further text: as many as are remembered in a look-up.
const MOST_PAIRS: usize = 32;

impl Crawlers {
    /// Reads a list as `make_crawlers.py` of humanify-assets writes it.
    ///
    /// # Errors
    /// Says which line is wrong.
    pub(crate) fn embedded(data: &'static str) -> Result<Crawlers, CrawlersError> {
        let (header, lines) = data.split_once('\n').ok_or(CrawlersError::NotCrawlers)?;
        let date = header
            .strip_prefix("humanify crawlers 1 ")
            .ok_or(CrawlersError::NotCrawlers)?;
        let mut entries = Vec::new();
        let mut texts = Vec::new();
        let mut roles = Vec::new();
        let mut pairs = 0;
        for (line, content) in (2..).zip(lines.lines()) {
            let wrong = |problem| CrawlersError::Line { line, problem };
            let mut fields = content.split('\t');
            let (Some(conditions), Some(name), Some(text), Some(further), None) = (
                fields.next(),
                fields.next(),
                fields.next(),
                fields.next(),
                fields.next(),
            ) else {
                return Err(wrong("it has to have four fields between tabs"));
            };
            if name.is_empty() || text.is_empty() {
                return Err(wrong("the name or the text is empty"));
            }
            if !conditions.bytes().all(|letter| b"sew-".contains(&letter)) {
                return Err(wrong("there is a condition that does not exist"));
            }
            let entry = entries.len();
            texts.push(text);
            roles.push(Role::Text(entry));
            let mut pair = None;
            if !further.is_empty() {
                if pairs == MOST_PAIRS {
                    return Err(wrong("too many entries have a further text"));
                }
                pair = Some(pairs);
                pairs += 1;
                texts.push(further);
                roles.push(Role::Further(entry));
            }
            entries.push(Entry {
                name,
                at_start: conditions.contains('s'),
                at_end: conditions.contains('e'),
                at_word: conditions.contains('w'),
                pair,
            });
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&texts)?;
        Ok(Crawlers {
            automaton,
            entries,
            roles,
            date,
        })
    }

    /// The name of the crawler, library or tool that an agent is, as our list spells it:
    /// never text that the client sent.
    ///
    /// Of several that fit, crawlers come before libraries and what is told by more text
    /// before what is told by less. Takes time in proportion to the agent's length, and
    /// allocates nothing. An empty agent names no crawler.
    #[must_use]
    pub(crate) fn find(&self, user_agent: &[u8]) -> Option<&'static str> {
        self.first_match(user_agent).map(|entry| entry.name)
    }

    /// The date of the youngest entry, as `2026-10-22`.
    #[must_use]
    pub(crate) fn date(&self) -> &'static str {
        self.date
    }

    fn first_match(&self, user_agent: &[u8]) -> Option<&Entry> {
        let agent = user_agent.trim_ascii();
        let agent = agent.get(..JUDGED_BYTES).unwrap_or(agent);
        let mut best: Option<usize> = None;
        // Where the text of each pair ended when it was first seen.
        let mut seen = [usize::MAX; MOST_PAIRS];
        for found in self.automaton.find_overlapping_iter(agent) {
            let Some(role) = self.roles.get(found.pattern().as_usize()) else {
                continue;
            };
            let (Role::Text(number) | Role::Further(number)) = *role;
            let Some(entry) = self.entries.get(number) else {
                continue;
            };
            let holds = match (role, entry.pair.and_then(|pair| seen.get_mut(pair))) {
                (Role::Text(_), None) => entry.stands(agent, found.start(), found.end()),
                (Role::Text(_), Some(end)) => {
                    if *end == usize::MAX && entry.stands(agent, found.start(), found.end()) {
                        *end = found.end();
                    }
                    false
                }
                (Role::Further(_), Some(end)) => *end <= found.start(),
                (Role::Further(_), None) => false,
            };
            if holds && best.is_none_or(|best| number < best) {
                best = Some(number);
            }
        }
        self.entries.get(best?)
    }
}

impl Entry {
    /// Whether the place where the text was found is one where it counts.
    fn stands(&self, agent: &[u8], start: usize, end: usize) -> bool {
        let before = start.checked_sub(1).and_then(|place| agent.get(place));
        (!self.at_start || start == 0)
            && (!self.at_end || end == agent.len())
            && (!self.at_word || !before.is_some_and(u8::is_ascii_alphanumeric))
    }
}

#[cfg(test)]
mod tests;
