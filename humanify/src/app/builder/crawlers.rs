//! `CrawlerVerification`: how crawlers and agents prove their identity.

use std::fmt;
use std::sync::Arc;

use crate::verify::Resolve;
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignedAgents;

/// How crawlers and agents prove their identity, for
/// [`crawlers`](super::HumanifyBuilder::crawlers); see [`verify`](crate::verify).
///
/// ```
/// # use humanify::prelude::*;
/// use humanify::CrawlerVerification;
///
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder()
///     .crawlers(CrawlerVerification::off())
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a verification does nothing before it is given to a builder"]
pub struct CrawlerVerification {
    pub(super) checks_claims: bool,
    pub(super) resolver: Option<Arc<dyn Resolve>>,
    #[cfg(feature = "web-bot-auth")]
    pub(super) signed_agents: Option<SignedAgents>,
}

impl Default for CrawlerVerification {
    fn default() -> Self {
        CrawlerVerification {
            checks_claims: true,
            resolver: None,
            #[cfg(feature = "web-bot-auth")]
            signed_agents: None,
        }
    }
}

impl CrawlerVerification {
    /// Checks every client whose user agent names a crawler, by networks, and by the DNS if
    /// there is a resolver. The default.
    pub fn new() -> CrawlerVerification {
        CrawlerVerification::default()
    }

    /// Checks no user agent. `client.is_impostor` then never holds, and
    /// `client.is_verified_crawler` only for signed agents.
    pub fn off() -> CrawlerVerification {
        CrawlerVerification {
            checks_claims: false,
            ..CrawlerVerification::default()
        }
    }

    /// The DNS resolver for verifying crawlers by name. Default: with the feature `verify-dns` the
    /// servers of the system's configuration; otherwise none, so that only crawlers with published
    /// networks are verified.
    pub fn resolver(mut self, resolver: impl Resolve) -> CrawlerVerification {
        self.resolver = Some(Arc::new(resolver));
        self
    }

    /// The agents that sign their requests: Web Bot Auth, feature `web-bot-auth`.
    /// `client.is_verified_crawler` holds for each of them. Default: none.
    #[cfg(feature = "web-bot-auth")]
    pub fn signed_agents(mut self, agents: SignedAgents) -> CrawlerVerification {
        self.signed_agents = Some(agents);
        self
    }

    /// The given resolver, or the system's.
    pub(super) fn find_resolver(&self) -> Option<Arc<dyn Resolve>> {
        #[cfg(feature = "verify-dns")]
        if self.resolver.is_none() {
            return match crate::verify::SystemResolver::new() {
                Ok(resolver) => Some(Arc::new(resolver)),
                Err(error) => {
                    tracing::warn!(%error, "no DNS resolver: crawlers are verified by networks alone");
                    None
                }
            };
        }
        self.resolver.clone()
    }

    /// Whether an agent with this name may sign.
    pub(super) fn has_agent(&self, name: &str) -> bool {
        #[cfg(feature = "web-bot-auth")]
        if let Some(agents) = &self.signed_agents {
            return agents.names().any(|known| known == name);
        }
        let _ = name;
        false
    }
}

impl fmt::Debug for CrawlerVerification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("CrawlerVerification");
        debug.field("checks_claims", &self.checks_claims);
        debug.field("has_resolver", &self.resolver.is_some());
        #[cfg(feature = "web-bot-auth")]
        debug.field("signed_agents", &self.signed_agents);
        debug.finish()
    }
}
