//! Who only pretends to be a crawler.
//!
//! The agent of a client is a claim. Many operators publish how to check it: the networks that
//! their crawlers ask from, or the names that their addresses have in the DNS, which have to
//! have these addresses in turn. `client.is_verified_crawler` holds where all that an agent
//! claims is proved, `client.is_impostor` where something of it is disproved; an impostor is
//! a bot whatever [`Signals`](crate::Signals) counts. Crawlers whose operator publishes nothing
//! are neither.
//!
//! Networks are looked at in process; they came with the crate, and are kept fresh as the sets
//! of addresses are ([`Lists`](crate::Lists)). The DNS is asked in the
//! background, once a resolver is there: the feature `verify-dns` brings one. Where a rule would
//! need to know what is not known yet, and where a challenge would be shown, the client gets
//! 503 with `Retry-After`. Only agents that claim to be such a crawler are ever looked up, so
//! no browser waits. Without a resolver, crawlers of which only names are published are not
//! verified, and no impostors either.
//!
//! That a client is no impostor proves nothing: whoever owns an address may have its reverse
//! DNS fail, and is then neither. Let in by `client.is_verified_crawler` alone. And networks
//! grow old: with [`Lists::Embedded`](crate::Lists::Embedded) a crawler that got new ones after
//! this crate was made is taken for an impostor there.
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
//! Other agents sign their requests: Web Bot Auth, a profile of HTTP Message Signatures
//! ([RFC 9421](https://www.rfc-editor.org/rfc/rfc9421),
//! [draft](https://datatracker.ietf.org/doc/draft-meunier-web-bot-auth-architecture/)). With the
//! feature `web-bot-auth` `CrawlerVerification::signed_agents` takes those whose signatures count,
//! `SignedAgents`: each by its key, or by the directory of its keys, with the name
//! and the kind that rules see. No other directory is ever asked. A signed agent is verified,
//! whatever its address; where its user agent names another crawler, that has to be true, too.
//!
//! A signature counts if it is of Ed25519, by the key's own thumbprint, with the tag
//! `web-bot-auth`; covers `@authority`, which is one of the site's hosts, and the
//! `Signature-Agent` if there is one; was made at most ten seconds ahead of this computer's
//! clock, has not expired, and counts for a day at most; and has a `nonce` that was not used
//! before. Anything else is as if it were not there: the client is judged as before, and is no
//! impostor. Nonces are in the store: with Redis, they count once for all processes. In memory
//! there is room for as many as for clients, and a signature that was made before the process
//! began, or up to ten seconds after that, does not count, since it may have been used.
//!
//! What is not covered is not proved: an agent that signs for the host alone says nothing of
//! the path or the body. `@query-param` and fields with the flags `sf`, `bs` or `tr` are not
//! known, so that signatures which cover these do not count. A proxy has to pass on `Host`
//! and, for agents that cover `@target-uri` or `@scheme`, tell that it was asked by HTTPS.
//!
//! Everything is bounded: 64 look-ups at once, 600 begun in a minute, 16 of them for one
//! network, five seconds each, and 16,384 answers remembered of crawlers and of others. What
//! is more gets 503 until there is room. A DNS that does not answer verifies nobody.

mod list;
mod lookups;
mod memory;
mod resolve;
mod reverse;
#[cfg(feature = "web-bot-auth")]
mod signed;
#[cfg(feature = "verify-dns")]
mod system;

pub(crate) use list::CrawlerNetworks;
pub use resolve::{Resolve, ResolveError, Resolving};
#[cfg(feature = "web-bot-auth")]
pub(crate) use signed::{Message, SignatureChecker, SignedBy};
#[cfg(feature = "web-bot-auth")]
pub use signed::{SignedAgents, SignedAgentsError};
#[cfg(feature = "verify-dns")]
pub use system::{SystemResolver, SystemResolverError};

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::clock::SharedClock;
use crate::crawlers::Crawler;
use crate::embedded::DamagedList;
use crate::net::is_routable;
use list::{CheckList, Checkable};
use lookups::{Known, Lookups};

/// What became of what an agent claims.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Nothing is claimed that could be checked, or nothing is known of it.
    #[default]
    None,
    /// It is being looked up.
    Checking,
    /// Everything that is claimed is true.
    Verified,
    /// Something is not.
    Impostor,
}

/// Checks what agents claim.
pub(crate) struct Verifier {
    list: Arc<CheckList>,
    /// Networks that were fetched, in place of those that came with the crate.
    fetched: Arc<ArcSwap<CrawlerNetworks>>,
    lookups: Option<Arc<Lookups>>,
}

impl Verifier {
    /// With the data that came with the crate, the networks that are fetched, and a resolver
    /// if there is one.
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

    /// Whether an agent is who it says, asked from this address. `found` is what the list of
    /// crawlers takes it for.
    ///
    /// An agent that names several crawlers has to be all of them, and none that is operated
    /// by anybody else: what is proved of one says nothing of another one's name and kind.
    pub(crate) fn proof(&self, agent: &[u8], address: Option<IpAddr>, found: &Crawler) -> Proof {
        let mut claimed = self.list.claimed(agent).peekable();
        let Some(address) = address.filter(|_| claimed.peek().is_some()) else {
            return Proof::None;
        };
        let fetched = self.fetched.load();
        let mut open: Vec<&Checkable> = Vec::new();
        let mut fits = true;
        for crawler in claimed {
            fits &= crawler.may_be(found);
            if self.list.holds(crawler, address, &fetched) {
                continue;
            }
            // Nobody on the Internet has such an address, and its names are anybody's.
            let by_name = crawler.names != 0 && is_routable(address);
            if by_name {
                open.push(crawler);
            } else if crawler.complete {
                return Proof::Impostor;
            } else {
                fits = false;
            }
        }
        match self.by_names(&open, address) {
            Proof::Verified if !fits => Proof::None,
            proof => proof,
        }
    }

    /// Whether an address has the names of all these crawlers.
    fn by_names(&self, crawlers: &[&Checkable], address: IpAddr) -> Proof {
        if crawlers.is_empty() {
            return Proof::Verified;
        }
        let Some(lookups) = &self.lookups else {
            let lies = crawlers.iter().any(|crawler| crawler.has_networks());
            return if lies { Proof::Impostor } else { Proof::None };
        };
        match lookups.of(address) {
            Known::NotYet => Proof::Checking,
            Known::Nothing => Proof::None,
            Known::Names(groups) => {
                let named = |crawler: &&Checkable| crawler.names & groups != 0;
                if crawlers.iter().all(named) {
                    Proof::Verified
                } else {
                    Proof::Impostor
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
