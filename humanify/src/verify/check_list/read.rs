//! `ParsedData`: parses the lines of humanify-assets' data.

use ipnet::IpNet;

use super::name::DnsNamePattern;
use super::{Groups, VerifiableCrawler};
use crate::net::RangeSet;

/// The maximum number of groups of names: each is a bit in [`Groups`].
const MAX_GROUPS: usize = 64;

/// Why the data cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListError {
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

/// The part of the data that is parsed already.
#[derive(Default)]
pub(super) struct ParsedData {
    pub(super) set_names: Vec<&'static str>,
    pub(super) sets: Vec<RangeSet>,
    group_names: Vec<&'static str>,
    pub(super) names: Vec<Vec<DnsNamePattern>>,
}

impl ParsedData {
    pub(super) fn add(&mut self, name: &'static str, networks: &str) -> Option<()> {
        self.sets.push(read_networks(networks)?);
        self.set_names.push(name);
        Some(())
    }

    pub(super) fn crawler(
        &mut self,
        token: &'static str,
        operator: &'static str,
        sets: &str,
        names: &'static str,
        proof: &str,
    ) -> Option<VerifiableCrawler> {
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
        checkable.then_some(VerifiableCrawler {
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
            self.names.push(
                names
                    .split('|')
                    .map(DnsNamePattern::read)
                    .collect::<Option<_>>()?,
            );
            self.group_names.push(names);
        }
        (place < MAX_GROUPS).then(|| 1 << place)
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
