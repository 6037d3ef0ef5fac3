//! `Detection`: what is known about the client of a request, determined on demand.

mod proof;
mod signs;

use std::fmt;
use std::sync::Arc;

use humanify_syntax::{CrawlerKind, Sign};
use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;

use super::consistency::{HeaderSnapshot, Inconsistency};
use super::detector::{ClientFindings, Detector};
use crate::addresses::{Group, VpnProvider};
use crate::client::Client;
use crate::crawlers::Crawler;
use crate::detect::consistency;
use crate::verify::ClaimProof;
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignedBy;

/// What is known about the client of a request. Each look-up is made when a method first needs
/// it, and once per request.
///
/// An extractor. Without humanify's layer it rejects with 500
/// ([`MissingLayer`](crate::MissingLayer)).
///
/// ```
/// # use humanify::prelude::*;
/// async fn hello(detection: Detection) -> String {
///     match detection.crawler() {
///         Some(name) => format!("Hello, {name}!"),
///         None if detection.is_bot() => "Hello, machine!".into(),
///         None => "Hello, human!".into(),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Detection(Arc<Lazy>);

struct Lazy {
    detector: Arc<Detector>,
    client: Client,
    seen: OnceCell<ClientFindings>,
    /// Boxed, since few requests need them.
    header_snapshot: OnceBox<HeaderSnapshot>,
    inconsistencies: OnceBox<Vec<Inconsistency>>,
    proof: OnceCell<ClaimProof>,
    /// The agent that signed the request.
    #[cfg(feature = "web-bot-auth")]
    signed_by: OnceCell<SignedBy>,
}

impl Detection {
    #[inline]
    pub(crate) fn new(detector: Arc<Detector>, client: Client) -> Self {
        Detection(Arc::new(Lazy {
            detector,
            client,
            seen: OnceCell::new(),
            header_snapshot: OnceBox::new(),
            inconsistencies: OnceBox::new(),
            proof: OnceCell::new(),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceCell::new(),
        }))
    }

    /// Sets the agent that signed the request. Called before anything else is determined.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) fn sign(&self, signed_by: SignedBy) {
        self.0.signed_by.get_or_init(|| signed_by);
    }

    /// A detection that a test sets.
    #[cfg(feature = "testing")]
    pub(crate) fn given(
        detector: Arc<Detector>,
        client: Client,
        stub: &super::detection_stub::DetectionStub,
    ) -> Self {
        let mut groups = crate::addresses::GroupSet::default();
        for group in &stub.groups {
            groups.insert(*group);
        }
        let seen = ClientFindings {
            groups,
            invalid_ip: stub.invalid_ip,
            crawler: stub.crawler.map(|name| {
                let listed = detector.crawlers.named(name);
                listed.unwrap_or(crate::crawlers::Crawler::unlisted(name))
            }),
        };
        Detection(Arc::new(Lazy {
            detector,
            client,
            seen: OnceCell::with_value(seen),
            header_snapshot: OnceBox::new(),
            inconsistencies: OnceBox::with_value(Box::new(stub.inconsistencies.clone())),
            proof: OnceCell::with_value(stub.proof),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceCell::new(),
        }))
    }

    /// Makes the look-ups that every guard needs, unless they were made. That is cheaper before the
    /// first use than at it.
    pub(crate) fn inspect(&mut self) {
        if let Some(lazy) = Arc::get_mut(&mut self.0)
            && lazy.seen.get().is_none()
        {
            lazy.seen = OnceCell::with_value(lazy.findings());
        }
    }

    /// The client that it is about.
    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Whether the client is a detected bot. It is, if
    ///
    /// - a sign holds that [`Signals`](crate::Signals) counts;
    /// - or it is an impostor, or claims to be a crawler and the check is still running;
    /// - or a trusted proxy does not report its address.
    #[must_use]
    pub fn is_bot(&self) -> bool {
        self.sign_holds(Sign::Bot).or_if_pending(true)
    }

    /// Whether the address is in a VPN provider's network.
    #[must_use]
    pub fn is_vpn(&self) -> bool {
        self.vpn_provider().is_some()
    }

    /// The name of the VPN provider; `None` if the address is in no VPN's network.
    #[must_use]
    pub fn vpn_provider(&self) -> Option<&'static str> {
        self.seen().groups.vpn_provider().map(VpnProvider::name)
    }

    /// Whether the address is a known proxy.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        self.is_in(Group::FireholProxies) || self.is_in(Group::AwesomeProxies)
    }

    /// Whether the address is in a datacenter.
    #[must_use]
    pub fn is_datacenter(&self) -> bool {
        self.is_in(Group::Datacenter)
    }

    /// Whether the address is a Tor exit.
    #[must_use]
    pub fn is_tor(&self) -> bool {
        self.is_in(Group::TorExitNodes)
    }

    /// Whether the address was reported to StopForumSpam.
    #[must_use]
    pub fn is_forum_spammer(&self) -> bool {
        self.is_in(Group::StopForumSpam)
    }

    /// Whether the address is on FireHOL level 1.
    #[must_use]
    pub fn is_firehol(&self) -> bool {
        self.is_in(Group::FireholLevel1)
    }

    /// Whether the address is not routable (loopback, private, link-local, multicast, reserved), or
    /// missing.
    #[must_use]
    pub fn is_invalid_ip(&self) -> bool {
        self.seen().invalid_ip
    }

    /// Whether the user agent is that of a crawler or a program, or missing.
    #[must_use]
    pub fn is_crawler(&self) -> bool {
        self.seen().crawler.is_some()
    }

    /// The crawler's name in humanify's list; `None` for browsers. A program that is not in the
    /// list is `unlisted crawler`, a missing user agent is `no user agent`.
    #[must_use]
    pub fn crawler(&self) -> Option<&'static str> {
        self.seen().crawler.map(|crawler| crawler.name)
    }

    /// The crawler's purpose; `None` for browsers.
    #[must_use]
    pub fn crawler_kind(&self) -> Option<CrawlerKind> {
        self.seen().crawler.map(|crawler| crawler.kind)
    }

    /// The crawler's operator, by name or by domain. `None` for browsers, for programs that anybody
    /// runs, such as a library, and if the operator is not known.
    #[must_use]
    pub fn crawler_operator(&self) -> Option<&'static str> {
        self.seen().crawler?.operator
    }

    /// Whether the client is proved to be the crawler that its user agent names, by the operator's
    /// published networks or DNS names, or is an agent with a valid signature: see
    /// [`verify`](crate::verify). `false` while the check is running.
    #[must_use]
    pub fn is_verified_crawler(&self) -> bool {
        self.sign_holds(Sign::VerifiedCrawler).or_if_pending(false)
    }

    /// Whether the client is proved not to be the crawler that its user agent names.
    #[must_use]
    pub fn is_impostor(&self) -> bool {
        self.sign_holds(Sign::Impostor).or_if_pending(false)
    }

    /// Whether headers contradict the browser that the user agent claims.
    /// [`is_bot`](Detection::is_bot) does not count this unless
    /// [`Signals::inconsistent`](crate::Signals::inconsistent) is on.
    #[must_use]
    pub fn is_inconsistent(&self) -> bool {
        !self.inconsistencies().is_empty()
    }

    /// The contradictions between the headers and the browser that the user agent claims. Empty for
    /// crawlers, which claim no browser.
    #[must_use]
    pub fn inconsistencies(&self) -> &[Inconsistency] {
        let client = &self.0.client;
        if let Some(known) = self.0.inconsistencies.get() {
            return known;
        }
        match self.0.header_snapshot.get() {
            Some(noted) => self.0.inconsistencies.get_or_init(|| {
                Box::new(match self.is_crawler() {
                    true => Vec::new(),
                    false => {
                        consistency::judge(client.user_agent_bytes(), noted, client.is_https())
                    }
                })
            }),
            None => &[],
        }
    }

    /// Whether the address is in a group.
    #[must_use]
    pub fn is_in(&self, group: Group) -> bool {
        self.seen().groups.contains(group)
    }

    /// Whether anything about the client was determined.
    #[cfg(feature = "metrics")]
    pub(crate) fn has_any_result(&self) -> bool {
        self.0.seen.get().is_some()
    }

    fn seen(&self) -> &ClientFindings {
        self.0.seen.get_or_init(|| self.0.findings())
    }
}

impl Lazy {
    fn findings(&self) -> ClientFindings {
        let seen = self.detector.inspect(&self.client);
        let crawler = self.signer().or(seen.crawler);
        ClientFindings { crawler, ..seen }
    }

    /// The agent that signed the request, if there is one.
    fn signer(&self) -> Option<Crawler> {
        #[cfg(feature = "web-bot-auth")]
        if let Some(SignedBy::Agent(crawler)) = self.signed_by.get() {
            return Some(*crawler);
        }
        None
    }
}

/// Shows what was determined so far, and determines nothing.
impl fmt::Debug for Detection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.0.seen.get();
        f.debug_struct("Detection")
            .field("client", &self.0.client)
            .field("groups", &seen.map(|seen| seen.groups))
            .field("is_invalid_ip", &seen.map(|seen| seen.invalid_ip))
            .field("crawler", &seen.map(|seen| seen.crawler))
            .field("inconsistencies", &self.0.inconsistencies.get())
            .field("proof", &self.0.proof.get())
            .finish_non_exhaustive()
    }
}
