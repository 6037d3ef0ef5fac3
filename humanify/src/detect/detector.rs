//! `Detector`: detects bots by the address and the headers of a client.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::signals::Signals;
use super::user_agent_cache::UserAgentCache;
use crate::addresses::{AddressSets, GroupSet};
use crate::client::Client;
use crate::crawlers::{Crawler, Crawlers};
use crate::embedded::DamagedList;
use crate::net::is_routable;
use crate::verify::Verifier;

/// The sets of addresses, the list of crawlers, the verifier of crawlers, and the signs that count.
pub(crate) struct Detector {
    /// The sets of addresses. They are replaced as a whole when lists are refreshed.
    addresses: Arc<ArcSwap<AddressSets>>,
    pub(super) crawlers: Crawlers,
    agents: UserAgentCache,
    pub(super) signals: Signals,
    /// The groups of addresses that count.
    pub(super) groups: GroupSet,
    pub(super) verifier: Option<Verifier>,
}

impl Detector {
    pub(crate) fn new(
        signals: Signals,
        addresses: Arc<ArcSwap<AddressSets>>,
    ) -> Result<Detector, DamagedList> {
        Ok(Detector {
            addresses,
            crawlers: Crawlers::embedded()?,
            agents: UserAgentCache::default(),
            signals,
            groups: signals.groups(),
            verifier: None,
        })
    }

    /// This detector with a verifier of crawlers.
    pub(crate) fn verifying(self, verifier: Verifier) -> Detector {
        let verifier = Some(verifier);
        Detector { verifier, ..self }
    }

    /// Logs the dates of the lists that only come with the crate.
    pub(crate) fn report(&self) {
        tracing::info!(
            crawlers = self.crawlers.date(),
            verification = self.verifier.as_ref().map(Verifier::date),
            "lists are of these dates"
        );
    }

    /// Warns if a rule names a crawler that the list does not have. The compiler does not refuse
    /// such a name: a crawler that leaves the list must not break a build.
    pub(crate) fn report_crawler(&self, rule: &str, name: &str) {
        if let Err(nearest) = self.crawlers.check_name(name) {
            tracing::warn!(
                rule,
                crawler = name,
                did_you_mean = nearest.unwrap_or("no name that is near"),
                list = self.crawlers.date(),
                "a rule names a crawler that the list does not have, so it never holds; \
                 `client.crawler ~ \"...\"` searches the name, `headers.user-agent ~ \"...\"` the agent"
            );
        }
    }

    /// The crawler, library or tool that a user agent names.
    pub(super) fn crawler(&self, agent: &[u8]) -> Option<Crawler> {
        self.agents.find(agent, |agent| self.crawlers.find(agent))
    }

    pub(super) fn inspect(&self, client: &Client) -> ClientFindings {
        ClientFindings {
            groups: client
                .ip()
                .map_or_else(GroupSet::default, |ip| self.addresses.load().lookup(ip)),
            invalid_ip: client.ip().is_none_or(|ip| !is_routable(ip)),
            crawler: self.crawler(client.user_agent_bytes()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ClientFindings {
    pub(super) groups: GroupSet,
    pub(super) invalid_ip: bool,
    pub(super) crawler: Option<Crawler>,
}
