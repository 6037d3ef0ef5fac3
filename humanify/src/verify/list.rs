//! `CheckList`: how crawlers can be verified, from the data of humanify-assets.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use ipnet::IpNet;
use once_cell::sync::OnceCell;

use crate::crawlers::Crawler;
use crate::embedded::DamagedList;
use crate::net::RangeSet;

/// How many bytes of a user agent are read, as in the list of crawlers.
const JUDGED_BYTES: usize = 512;

/// The most groups of names: each is a bit in [`Groups`].
const MOST_GROUPS: usize = 64;

/// A set of groups of DNS names, one bit each.
pub(super) type Groups = u64;

/// The crawlers that can be checked.
#[derive(Debug)]
pub(super) struct CheckList {
    automaton: AhoCorasick,
    crawlers: Vec<Checkable>,
    sets: Vec<(&'static str, RangeSet)>,
    /// The groups of DNS names.
    names: Vec<Vec<Name>>,
    date: &'static str,
}

/// A crawler that can be checked.
#[derive(Debug)]
pub(super) struct Checkable {
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

/// A pattern of DNS names: a domain and all names under it, or the names right under it that begin
/// with a text.
#[derive(Debug)]
struct Name {
    start: Option<&'static str>,
    domain: &'static str,
}

/// Why the data cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ListError {
    /// It is other data, or of another version.
    #[error("its first line has to be `humanify verification 1 <date>`")]
    Header,
    /// The line with this number is malformed.
    #[error("line {0} is wrong")]
    Line(usize),
    /// It has too many words for the automaton.
    #[error("it cannot be compiled: {0}")]
    Compile(#[from] aho_corasick::BuildError),
}

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
        let mut known = Known::default();
        let mut tokens = Vec::new();
        let mut crawlers = Vec::new();
        for (number, line) in (2..).zip(lines.lines()) {
            let wrong = ListError::Line(number);
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["networks", name, networks] => known.add(name, networks).ok_or(wrong)?,
                ["crawler", token, operator, sets, names, proof] => {
                    let crawler = known.crawler(token, operator, sets, names, proof);
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
            sets: known.set_names.into_iter().zip(known.sets).collect(),
            names: known.names,
            date,
        })
    }

    /// The day of the data, as `2026-09-02`.
    pub(super) fn date(&self) -> &'static str {
        self.date
    }

    /// The crawlers that a user agent names, each as a whole word.
    pub(super) fn claimed<'a>(&'a self, agent: &'a [u8]) -> impl Iterator<Item = &'a Checkable> {
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
        crawler: &Checkable,
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

impl Checkable {
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

/// The part of the data that is parsed already.
#[derive(Default)]
struct Known {
    set_names: Vec<&'static str>,
    sets: Vec<RangeSet>,
    group_names: Vec<&'static str>,
    names: Vec<Vec<Name>>,
}

impl Known {
    fn add(&mut self, name: &'static str, networks: &str) -> Option<()> {
        self.sets.push(read_networks(networks)?);
        self.set_names.push(name);
        Some(())
    }

    fn crawler(
        &mut self,
        token: &'static str,
        operator: &'static str,
        sets: &str,
        names: &'static str,
        proof: &str,
    ) -> Option<Checkable> {
        let sets: Vec<usize> = sets
            .split('|')
            .filter(|set| !set.is_empty())
            .map(|set| self.set_names.iter().position(|known| *known == set))
            .collect::<Option<_>>()?;
        let names = self.group(names)?;
        let complete = match proof {
            "all" => true,
            "some" => false,
            _ => return None,
        };
        let is_named = !token.is_empty() && !operator.is_empty();
        let checkable = is_named && (names != 0 || !sets.is_empty());
        checkable.then_some(Checkable {
            token,
            operator,
            sets,
            names,
            complete,
        })
    }

    fn group(&mut self, names: &'static str) -> Option<Groups> {
        if names.is_empty() {
            return Some(0);
        }
        let known = self.group_names.iter().position(|known| *known == names);
        let place = known.unwrap_or(self.names.len());
        if known.is_none() {
            self.names
                .push(names.split('|').map(Name::read).collect::<Option<_>>()?);
            self.group_names.push(names);
        }
        (place < MOST_GROUPS).then(|| 1 << place)
    }
}

/// Parses networks between spaces, which must not overlap.
fn read_networks(text: &str) -> Option<RangeSet> {
    let networks = text.split(' ').map(|network| network.parse().ok());
    let mut networks: Vec<IpNet> = networks.collect::<Option<_>>()?;
    networks.sort_unstable();
    let apart = networks.is_sorted_by(|one, next| !one.contains(next));
    apart.then(|| networks.into_iter().collect())
}

impl Name {
    fn read(text: &'static str) -> Option<Name> {
        let (start, domain) = match text.split_once("*.") {
            Some((start, domain)) => (Some(start), domain),
            None => (None, text),
        };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let labels = domain.split('.').all(|label| {
            let whole = !label.is_empty() && label.bytes().all(plain);
            whole && label.len() < 64
        });
        let at_least_two = domain.contains('.');
        (labels && at_least_two).then_some(Name { start, domain })
    }

    fn fits(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name).as_bytes();
        let Some(cut) = name.len().checked_sub(self.domain.len()) else {
            return false;
        };
        let (under, domain) = name.split_at_checked(cut).unwrap_or_default();
        if !domain.eq_ignore_ascii_case(self.domain.as_bytes()) {
            return false;
        }
        match (self.start, under.split_last()) {
            (None, None) => true,
            (None, Some((dot, _))) => *dot == b'.',
            (Some(_), None) => false,
            (Some(start), Some((dot, label))) => {
                *dot == b'.'
                    && !label.contains(&b'.')
                    && label
                        .get(..start.len())
                        .is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> Arc<CheckList> {
        CheckList::embedded().unwrap()
    }

    #[test]
    fn every_instance_shares_the_data_that_came_with_the_crate() {
        assert!(Arc::ptr_eq(&list(), &list()));
    }

    #[test]
    fn a_domain_ends_at_a_dot() {
        let under = Name::read("googlebot.com").unwrap();
        let begins = Name::read("rate-limited-proxy-*.google.com").unwrap();
        for (name, is_under, does_begin) in [
            ("crawl-66-249-66-1.googlebot.com", true, false),
            ("CRAWL.GoogleBot.COM.", true, false),
            ("geo-crawl-1.geo.googlebot.com", true, false),
            ("googlebot.com", true, false),
            ("xgooglebot.com", false, false),
            ("googlebot.com.evil.example", false, false),
            ("googlebot.com-evil.example", false, false),
            ("googlebot.co", false, false),
            ("", false, false),
            (".", false, false),
            ("rate-limited-proxy-66-249-90-77.google.com", false, true),
            ("Rate-Limited-Proxy-1.Google.com.", false, true),
            ("rate-limited-proxy-1.evil.google.com", false, false),
            ("google-proxy-66-249-90-77.google.com", false, false),
            ("rate-limited-proxy-1.xgoogle.com", false, false),
            ("google.com", false, false),
        ] {
            assert_eq!(under.fits(name), is_under, "{name}");
            assert_eq!(begins.fits(name), does_begin, "{name}");
        }
    }

    #[test]
    fn every_crawler_has_the_same_operator_in_both_lists() {
        let known = crate::crawlers::Crawlers::embedded().unwrap();
        let list = list();
        let lines = humanify_assets::VERIFICATION.lines();
        let crawlers: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("crawler\t"))
            .collect();
        assert!(crawlers.len() > 10, "{}", crawlers.len());
        for line in crawlers {
            let token = line.split('\t').next().unwrap();
            let agent = format!("Mozilla/5.0 (compatible; {token}/1.0; +https://bot.example/)");
            let crawler = known.find(agent.as_bytes()).expect(token);
            let claimed: Vec<&Checkable> = list.claimed(agent.as_bytes()).collect();
            assert!(!claimed.is_empty(), "{token}");
            for claim in claimed {
                assert!(claim.may_be(&crawler), "{token}: {crawler:?} and {claim:?}");
            }
        }
    }

    #[test]
    fn a_dot_within_a_label_does_not_end_it() {
        let list = list();
        assert_ne!(list.groups_of("crawl-1.googlebot.com."), 0);
        for name in [
            "x\\.googlebot.com",
            "x\\046.googlebot.com",
            "x .googlebot.com",
            "ü.googlebot.com",
        ] {
            assert_eq!(list.groups_of(name), 0, "{name}");
        }
    }

    #[test]
    fn a_crawler_is_claimed_by_its_whole_name() {
        let list = list();
        let claimed = |agent: &str| -> Vec<&str> {
            let claimed = list.claimed(agent.as_bytes());
            claimed.map(|crawler| crawler.operator).collect()
        };
        for (agent, operators) in [
            (
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                &["Google"][..],
            ),
            ("googlebot", &["Google"]),
            ("Googlebot-Image/1.0", &["Google", "Google"]),
            (
                "Mozilla/5.0 (Linux; Android 6.0.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                &["Google"],
            ),
            ("GPTBot/1.2 Googlebot/2.1", &["OpenAI", "Google"]),
            ("MyGooglebot/1.0", &[]),
            ("Googlebots/1.0", &[]),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                &[],
            ),
            ("", &[]),
        ] {
            assert_eq!(claimed(agent), operators, "{agent}");
        }
        let far = [&[b'-'; JUDGED_BYTES][..], b"Googlebot"].concat();
        assert_eq!(list.claimed(&far).count(), 0);
    }

    #[test]
    fn damaged_data_is_refused_with_its_line() {
        for (data, line) in [
            ("humanify verification 2 2026-09-02\n", None),
            (
                "humanify verification 1 2026-09-02\nsomething else",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\nnetworks\ta\t1.2.3.0/33",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\nnetworks\ta\t1.2.3.0/24 1.2.3.4/32",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\ncrawler\tbot\tX\tmissing\t\tall",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\t\tall",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\texample.com\tperhaps",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\ncrawler\tbot\tX\t\tcom\tall",
                Some(2),
            ),
            (
                "humanify verification 1 2026-09-02\ncrawler\t\tX\t\texample.com\tall",
                Some(2),
            ),
        ] {
            match (CheckList::read(data), line) {
                (Err(ListError::Header), None) => {}
                (Err(ListError::Line(found)), Some(line)) => assert_eq!(found, line, "{data}"),
                (result, _) => panic!("{data}: {result:?}"),
            }
        }
    }
}
