//! The detection facts of one client, and the facts that they imply.

use super::formula::Fact;
use super::request::ExampleRequest;
use crate::{ChallengeType, Demand, Sign};

/// The facts that are assumed of a client.
pub(super) struct ClientFacts {
    signs: Vec<(Sign, bool)>,
    /// The number of leading `signs` that the given facts state; the later ones are implied.
    stated: usize,
    has_clearance: Option<bool>,
}

impl ClientFacts {
    /// The client that has these facts; `None` if they contradict each other.
    pub(super) fn of(facts: &[(Fact, bool)]) -> Option<ClientFacts> {
        let mut client = ClientFacts {
            signs: Vec::new(),
            stated: 0,
            has_clearance: None,
        };
        for (fact, holds) in facts {
            if let Fact::Sign(sign) = fact {
                client.assign(*sign, *holds)?;
            }
        }
        client.stated = client.signs.len();
        // Verified crawlers and impostors both name themselves as crawlers, and no client is both.
        // An impostor is a bot, whatever signs `Signals` counts.
        for (sign, follows, holds) in [
            (Sign::VerifiedCrawler, Sign::Crawler, true),
            (Sign::VerifiedCrawler, Sign::Impostor, false),
            (Sign::Impostor, Sign::Crawler, true),
            (Sign::Impostor, Sign::VerifiedCrawler, false),
            (Sign::Impostor, Sign::Bot, true),
            // Only clients that do not name themselves as crawlers are checked for inconsistent
            // headers.
            (Sign::Inconsistent, Sign::Crawler, false),
        ] {
            if client.sign(sign) == Some(true) {
                client.assign(follows, holds)?;
            }
        }
        let demands = |cleared| {
            facts.iter().filter_map(move |(fact, holds)| match fact {
                Fact::Cleared(demand) if *holds == cleared => Some(*demand),
                _ => None,
            })
        };
        // A clearance for a harder challenge is also one for an easier challenge.
        if demands(true).any(|solved| demands(false).any(|demand| satisfies(solved, demand))) {
            return None;
        }
        client.has_clearance = match (demands(true).next(), demands(false).next()) {
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

    /// Sets a sign. The caller has checked that it does not contradict the other facts.
    pub(super) fn set_sign(&mut self, sign: Sign, holds: bool) {
        let _ = self.assign(sign, holds);
    }

    fn assign(&mut self, sign: Sign, holds: bool) -> Option<()> {
        match self.sign(sign) {
            Some(known) => (known == holds).then_some(()),
            None => {
                self.signs.push((sign, holds));
                Some(())
            }
        }
    }

    /// Writes the stated facts into a request.
    pub(super) fn describe(&self, request: &mut ExampleRequest) {
        let named = self.signs.get(..self.stated).unwrap_or_default();
        request.signs = named.to_vec();
        // Signs that hold come first.
        request.signs.sort_by_key(|(_, holds)| !holds);
        request.has_clearance = self.has_clearance;
    }
}

/// Whether a clearance for `solved` satisfies `demand` whatever the builder's settings are.
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
        // A managed challenge gets harder for clients with signs of a bot; no other type does.
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
