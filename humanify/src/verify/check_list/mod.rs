//! `CheckList`: how crawlers can be verified, from the data of humanify-assets.

mod name;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use once_cell::sync::OnceCell;

use crate::crawlers::Crawler;
use crate::embedded::DamagedList;
use crate::net::RangeSet;
use name::DnsNamePattern;
pub(crate) use read::ListError;
use read::ParsedData;

/// How many bytes of a user agent are read, as in the list of crawlers.
const JUDGED_BYTES: usize = 512;

/// A set of groups of DNS names, one bit each.
pub(super) type Groups = u64;

/// The crawlers that can be checked.
#[derive(Debug)]
pub(super) struct CheckList {
    automaton: AhoCorasick,
    crawlers: Vec<VerifiableCrawler>,
    sets: Vec<(&'static str, RangeSet)>,
    /// The groups of DNS names.
    names: Vec<Vec<DnsNamePattern>>,
    date: &'static str,
}

/// A crawler that can be checked.
#[derive(Debug)]
pub(super) struct VerifiableCrawler {
    /// The word by which a user agent names it.
    token: &'static str,
    operator: &'static str,
    /// The indices of its sets of networks.
    sets: Vec<usize>,
    /// The groups of DNS names that its addresses have. Empty if it cannot be checked by DNS.
    pub(super) names: Groups,
    /// Whether networks and names are complete, so that a client outside of them is an impostor.
    pub(super) complete: bool,
}

/// Sets of networks of crawlers, by the names that the data gives them.
pub(crate) type CrawlerNetworks = BTreeMap<&'static str, Arc<RangeSet>>;

impl CheckList {
    /// The data that came with the crate. All instances of a process share it.
    ///
    /// # Errors
    /// If the data is damaged.
    pub(super) fn embedded() -> Result<Arc<CheckList>, DamagedList> {
        static EMBEDDED: OnceCell<Arc<CheckList>> = OnceCell::new();
        EMBEDDED
            .get_or_try_init(|| CheckList::read(humanify_assets::VERIFICATION).map(Arc::new))
            .cloned()
            .map_err(|error| DamagedList::new("how crawlers are verified", &error))
    }

    /// Parses the data that `make_verification.py` of humanify-assets writes.
    pub(super) fn read(data: &'static str) -> Result<CheckList, ListError> {
        let (header, lines) = data.split_once('\n').ok_or(ListError::Header)?;
        let date = header
            .strip_prefix("humanify verification 1 ")
            .ok_or(ListError::Header)?;
        let mut parsed = ParsedData::default();
        let mut tokens = Vec::new();
        let mut crawlers = Vec::new();
        for (number, line) in (2..).zip(lines.lines()) {
            let wrong = ListError::Line(number);
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["networks", name, networks] => parsed.add(name, networks).ok_or(wrong)?,
                ["crawler", token, operator, sets, names, proof] => {
                    let crawler = parsed.crawler(token, operator, sets, names, proof);
                    crawlers.push(crawler.ok_or(wrong)?);
                    tokens.push(*token);
                }
                _ => return Err(wrong),
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&tokens)?;
        Ok(CheckList {
            automaton,
            crawlers,
            sets: parsed.set_names.into_iter().zip(parsed.sets).collect(),
            names: parsed.names,
            date,
        })
    }

    /// The day of the data, as `2026-09-02`.
    pub(super) fn date(&self) -> &'static str {
        self.date
    }

    /// The crawlers that a user agent names, each as a whole word.
    pub(super) fn claimed<'a>(
        &'a self,
        agent: &'a [u8],
    ) -> impl Iterator<Item = &'a VerifiableCrawler> {
        let agent = agent.trim_ascii();
        let agent = agent.get(..JUDGED_BYTES).unwrap_or(agent);
        let is_word = |place: Option<usize>| {
            place
                .and_then(|place| agent.get(place))
                .is_some_and(u8::is_ascii_alphanumeric)
        };
        self.automaton
            .find_overlapping_iter(agent)
            .filter(move |found| {
                !is_word(found.start().checked_sub(1)) && !is_word(Some(found.end()))
            })
            .filter_map(|found| self.crawlers.get(found.pattern().as_usize()))
    }

    /// Whether an address is in the networks of a crawler. Fetched networks replace those of the
    /// data, unless they are less than half of them.
    pub(super) fn holds(
        &self,
        crawler: &VerifiableCrawler,
        address: IpAddr,
        fetched: &CrawlerNetworks,
    ) -> bool {
        let mut sets = crawler.sets.iter().filter_map(|set| self.sets.get(*set));
        sets.any(|(name, set)| match fetched.get(name) {
            Some(fetched) => {
                let is_short = fetched.range_count() < set.range_count().div_ceil(2);
                fetched.contains(address) || is_short && set.contains(address)
            }
            None => set.contains(address),
        })
    }

    /// The groups to which a DNS name belongs.
    pub(super) fn groups_of(&self, name: &str) -> Groups {
        // A DNS label may contain any byte, even a dot, which is written with a backslash. Names of
        // crawlers have none of these.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if !name.bytes().all(plain) {
            return 0;
        }
        let groups = self.names.iter().enumerate();
        groups
            .filter(|(_, names)| names.iter().any(|known| known.fits(name)))
            .fold(0, |groups, (place, _)| groups | 1 << place)
    }
}

impl VerifiableCrawler {
    /// Whether the operator publishes networks.
    pub(super) fn has_networks(&self) -> bool {
        !self.sets.is_empty()
    }

    /// Whether this crawler may be the one that the list found: the same crawler, one of the same
    /// operator, or an unlisted one.
    pub(super) fn may_be(&self, found: &Crawler) -> bool {
        let Some(operator) = found.operator else {
            return found.is_unlisted() || found.name.eq_ignore_ascii_case(self.token);
        };
        let mut spellings = self.operator.split('|');
        spellings.any(|spelling| spelling.eq_ignore_ascii_case(operator))
    }
}
