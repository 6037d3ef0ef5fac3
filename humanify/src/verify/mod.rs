//! Verification of crawlers: by published networks, reverse DNS and signatures.
//!
//! A user agent is a claim. Many operators publish how to check it: the networks of their
//! crawlers, or the DNS names of their addresses, which have to resolve to these addresses in
//! turn. `client.is_verified_crawler` holds if everything that a user agent claims is proved,
//! `client.is_impostor` if something of it is disproved. An impostor is a bot, whatever
//! [`Signals`](crate::Signals) counts. A crawler whose operator publishes nothing is neither.
//!
//! Networks are looked up in process. They come with the crate and are kept fresh like the sets
//! of addresses ([`Lists`](crate::Lists)). The DNS is queried in the background, if there is a
//! resolver; the feature `verify-dns` has one. While a query is running, a client gets 503 with
//! `Retry-After` where a rule depends on the result or would challenge the client. Only clients
//! that claim to be such a crawler are looked up, so no browser waits. Without a resolver,
//! crawlers with published names alone are neither verified nor impostors.
//!
//! Not being an impostor proves nothing: the owner of an address can make its reverse DNS fail,
//! and its client is then neither. Exempt clients by `client.is_verified_crawler` only. Networks
//! also change: with [`Lists::Embedded`](crate::Lists::Embedded), a crawler that uses networks
//! published after the crate's data counts as an impostor there.
//!
//! ```
//! # use humanify::prelude::*;
//! # fn main() -> Result<(), humanify::ConfigError> {
//! let humanify = Humanify::builder()
//!     .rules(protect! {
//!         always_deny when client.is_impostor;
//!         exempt when client.is_verified_crawler && client.crawler_kind == search;
//!         challenge;
//!     })
//!     .build()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Signed agents
//!
//! Other agents sign their requests: Web Bot Auth, a profile of HTTP Message Signatures
//! ([RFC 9421](https://www.rfc-editor.org/rfc/rfc9421),
//! [draft](https://datatracker.ietf.org/doc/draft-meunier-web-bot-auth-architecture/)). With the
//! feature `web-bot-auth`, `CrawlerVerification::signed_agents` takes the agents whose signatures
//! count (`SignedAgents`): each with its key, or with the directory of its keys, and with the name
//! and the kind that rules see. No other directory is ever fetched. A signed agent is verified,
//! whatever its address. If its user agent names another crawler, that has to be proved, too.
//!
//! A signature counts if all of this holds:
//!
//! - it is an Ed25519 signature with the tag `web-bot-auth`, and names its key by the thumbprint;
//! - it covers `@authority`, which is one of the site's hosts, and `Signature-Agent` if present;
//! - it was created at most ten seconds ahead of this computer's clock, has not expired, and is
//!   valid for at most a day;
//! - it has a `nonce` that was not used before.
//!
//! Any other signature is ignored: the client is judged as if it had none. Of a request with up to
//! eight signatures, each is tried; it is of the agent of the first that counts, and the nonces of
//! all others that verify are used up, too. If it has more than eight, none counts.
//! Nonces are in the store; with Redis, each counts once for all processes. In memory there is
//! room for as many nonces as for clients. If all of it is taken, the agent with the most nonces
//! loses the one that expires first, and no signature of it that expires as early counts any more.
//! In Redis an agent has a sixteenth of that room, and each of its keys half of it. In memory,
//! signatures from before the start of the process, or up to ten seconds after it, do not count,
//! since they may have been used.
//!
//! A signature proves only what it covers: one over the host alone says nothing about path or
//! body. `@query-param` and fields with the flags `sf`, `bs` or `tr` are not supported, so
//! signatures that cover these do not count. A proxy has to pass on `Host` and, for agents that
//! cover `@target-uri` or `@scheme`, has to report HTTPS.
//!
//! # Bounds
//!
//! At most 64 DNS look-ups run at once and 600 begin in a minute; a /24 (or /48) has 16 of these,
//! a /16 (or /32) has 64, of which 16 run at once. A /24 that has made 16 false claims since its
//! last hour without one has one a minute, and a /16 that has made 64 has 16, of which its /24s with
//! false claims have four. Networks in which a crawler was confirmed in the last week have as many
//! look-ups again among themselves, so that false claims from elsewhere do not delay them. A look-up
//! takes at most five seconds. 16,384 answers about crawlers are remembered, and as many about
//! others. Clients beyond these bounds get 503 until there is room. If the DNS does not answer,
//! nobody is verified by it.

mod check_list;
mod expiring_cache;
mod lookup_budget;
mod lookups;
mod resolve;
mod reverse_dns;
#[cfg(feature = "web-bot-auth")]
mod signed;
#[cfg(feature = "verify-dns")]
mod system_resolver;

pub(crate) use check_list::CrawlerNetworks;
pub use resolve::{Resolve, ResolveError, Resolving};
#[cfg(feature = "web-bot-auth")]
pub(crate) use signed::{SignatureChecker, SignedBy, SignedMessage};
#[cfg(feature = "web-bot-auth")]
pub use signed::{SignedAgents, SignedAgentsError};
#[cfg(feature = "verify-dns")]
pub use system_resolver::{SystemResolver, SystemResolverError};

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::clock::SharedClock;
use crate::crawlers::Crawler;
use crate::embedded::DamagedList;
use crate::net::is_routable;
use check_list::{CheckList, VerifiableCrawler};
use lookups::{LookupResult, Lookups};

/// The result of checking the claims of a user agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ClaimProof {
    /// Nothing is claimed that can be checked, or the check gave no result.
    #[default]
    None,
    /// The check is running.
    Checking,
    /// Everything that is claimed is proved.
    Verified,
    /// Something that is claimed is disproved.
    Impostor,
}

/// Checks the claims of user agents.
pub(crate) struct Verifier {
    list: Arc<CheckList>,
    /// Fetched networks, which replace those that came with the crate.
    fetched: Arc<ArcSwap<CrawlerNetworks>>,
    lookups: Option<Arc<Lookups>>,
}

impl Verifier {
    /// A verifier with the data that came with the crate, the fetched networks and an optional
    /// resolver.
    pub(crate) fn embedded(
        resolver: Option<Arc<dyn Resolve>>,
        fetched: Arc<ArcSwap<CrawlerNetworks>>,
        clock: &SharedClock,
    ) -> Result<Verifier, DamagedList> {
        let list = CheckList::embedded()?;
        let lookups =
            resolver.map(|resolver| Lookups::new(resolver, Arc::clone(&list), clock.clone()));
        Ok(Verifier {
            list,
            fetched,
            lookups,
        })
    }

    /// The day of the data, as `2026-09-02`.
    pub(crate) fn date(&self) -> &'static str {
        self.list.date()
    }

    /// Checks whether a client at `address` is the crawler that its user agent claims. `found` is
    /// the crawler that the list found in the user agent.
    ///
    /// A user agent that names several crawlers is verified only if all of them are proved and none
    /// has another operator than `found`: a proof of one crawler says nothing about another one's
    /// name and kind.
    pub(crate) fn proof(
        &self,
        agent: &[u8],
        address: Option<IpAddr>,
        found: &Crawler,
    ) -> ClaimProof {
        let mut claimed = self.list.claimed(agent).peekable();
        let Some(address) = address.filter(|_| claimed.peek().is_some()) else {
            return ClaimProof::None;
        };
        let fetched = self.fetched.load();
        let mut open: Vec<&VerifiableCrawler> = Vec::new();
        let mut fits = true;
        for crawler in claimed {
            fits &= crawler.may_be(found);
            if self.list.holds(crawler, address, &fetched) {
                continue;
            }
            // An address that is not routable may have any name.
            let by_name = crawler.names != 0 && is_routable(address);
            if by_name {
                open.push(crawler);
            } else if crawler.complete {
                return ClaimProof::Impostor;
            } else {
                fits = false;
            }
        }
        match self.by_names(&open, address) {
            ClaimProof::Verified if !fits => ClaimProof::None,
            proof => proof,
        }
    }

    /// Checks whether an address has DNS names of all these crawlers.
    fn by_names(&self, crawlers: &[&VerifiableCrawler], address: IpAddr) -> ClaimProof {
        if crawlers.is_empty() {
            return ClaimProof::Verified;
        }
        let Some(lookups) = &self.lookups else {
            let lies = crawlers.iter().any(|crawler| crawler.has_networks());
            return if lies {
                ClaimProof::Impostor
            } else {
                ClaimProof::None
            };
        };
        match lookups.of(address) {
            LookupResult::NotYet => ClaimProof::Checking,
            LookupResult::Nothing => ClaimProof::None,
            LookupResult::Names(groups) => {
                let named = |crawler: &&VerifiableCrawler| crawler.names & groups != 0;
                if crawlers.iter().all(named) {
                    ClaimProof::Verified
                } else {
                    ClaimProof::Impostor
                }
            }
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("date", &self.date())
            .field("asks_the_dns", &self.lookups.is_some())
            .finish()
    }
}
