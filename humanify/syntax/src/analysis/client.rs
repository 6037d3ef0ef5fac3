//! The facts that detection states about a client, and their implications.

use super::formula::Fact;
use super::request::Request;
use crate::{ChallengeType, Demand, Sign};

/// What is taken to be known of a client.
pub(super) struct Client {
    signs: Vec<(Sign, bool)>,
    /// The signs that nobody named, and that follow from those named.
    named: usize,
    cleared: Option<bool>,
}

impl Client {
    /// The client of which these facts hold; none, if they contradict each other.
    pub(super) fn of(facts: &[(Fact, bool)]) -> Option<Client> {
        let mut client = Client {
            signs: Vec::new(),
            named: 0,
            cleared: None,
        };
        for (fact, holds) in facts {
            if let Fact::Sign(sign) = fact {
                client.learn(*sign, *holds)?;
            }
        }
        client.named = client.signs.len();
        // What is verified or an impostor names itself as a crawler, and nobody is both. Who
        // pretends is a bot, whatever counts.
        for (sign, follows, holds) in [
            (Sign::VerifiedCrawler, Sign::Crawler, true),
            (Sign::VerifiedCrawler, Sign::Impostor, false),
            (Sign::Impostor, Sign::Crawler, true),
            (Sign::Impostor, Sign::VerifiedCrawler, false),
            (Sign::Impostor, Sign::Bot, true),
            // Headers are compared with those of browsers only.
            (Sign::Inconsistent, Sign::Crawler, false),
        ] {
            if client.sign(sign) == Some(true) {
                client.learn(follows, holds)?;
            }
        }
        let demands = |cleared| {
            facts.iter().filter_map(move |(fact, holds)| match fact {
                Fact::Cleared(demand) if *holds == cleared => Some(*demand),
                _ => None,
            })
        };
        // Who has solved what is harder has solved what is easier.
        if demands(true).any(|solved| demands(false).any(|demand| satisfies(solved, demand))) {
            return None;
        }
        client.cleared = match (demands(true).next(), demands(false).next()) {
            (Some(_), None) => Some(true),
            (None, Some(_)) => Some(false),
            _ => None,
        };
        Some(client)
    }

    pub(super) fn sign(&self, sign: Sign) -> Option<bool> {
        let known = self.signs.iter().find(|(known, _)| *known == sign);
        known.map(|(_, holds)| *holds)
    }

    /// Notes what is already known not to contradict the rest.
    pub(super) fn tell(&mut self, sign: Sign, holds: bool) {
        let _ = self.learn(sign, holds);
    }

    fn learn(&mut self, sign: Sign, holds: bool) -> Option<()> {
        match self.sign(sign) {
            Some(known) => (known == holds).then_some(()),
            None => {
                self.signs.push((sign, holds));
                Some(())
            }
        }
    }

    /// Notes what matters in a request.
    pub(super) fn describe(&self, request: &mut Request) {
        let named = self.signs.get(..self.named).unwrap_or_default();
        request.signs = named.to_vec();
        // What holds comes first.
        request.signs.sort_by_key(|(_, holds)| !holds);
        request.cleared = self.cleared;
    }
}

/// Whether a clearance for one demand surely is one for another, whatever the builder says.
pub(super) fn satisfies(solved: Demand, demand: Demand) -> bool {
    const fn strength(challenge_type: ChallengeType) -> u8 {
        match challenge_type {
            ChallengeType::ProofOfWork | ChallengeType::Managed => 0,
            ChallengeType::Grid => 2,
            ChallengeType::OneClick | ChallengeType::Audio => 1,
        }
    }
    let kind = match (solved.challenge_type, demand.challenge_type) {
        (None, None) => true,
        // A managed challenge is harder for clients with signs, which makes no other one harder.
        (Some(solved), Some(ChallengeType::Managed)) => solved == ChallengeType::Managed,
        (Some(solved), Some(demand)) => strength(solved) >= strength(demand),
        _ => false,
    };
    let level = match (solved.hardness, demand.hardness) {
        (None, None) => true,
        (Some(solved), Some(demand)) => solved.level() >= demand.level(),
        _ => false,
    };
    kind && level
}
