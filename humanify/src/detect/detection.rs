//! `Detection`: what is known about the client of a request, determined on demand.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use humanify_syntax::{CrawlerKind, Sign};
use once_cell::sync::OnceCell;

use super::consistency::{HeaderSnapshot, Inconsistency};
use super::detector::{Detector, Seen};
use crate::addresses::{Group, VpnProvider};
use crate::client::Client;
use crate::crawlers::Crawler;
use crate::detect::consistency;
use crate::net::canonical;
use crate::truth::Truth;
use crate::verify::Proof;
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
    seen: OnceCell<Seen>,
    /// Boxed, since few requests need it.
    noted: OnceCell<Box<HeaderSnapshot>>,
    inconsistencies: OnceCell<Vec<Inconsistency>>,
    proof: OnceCell<Proof>,
    /// The agent that signed the request.
    #[cfg(feature = "web-bot-auth")]
    signed_by: OnceCell<SignedBy>,
}

impl Detection {
    pub(crate) fn new(detector: Arc<Detector>, client: Client) -> Self {
        Detection(Arc::new(Lazy {
            detector,
            client,
            seen: OnceCell::new(),
            noted: OnceCell::new(),
            inconsistencies: OnceCell::new(),
            proof: OnceCell::new(),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceCell::new(),
        }))
    }

    /// Notes the agent that signed the request. Called before anything else is determined.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) fn sign(&self, signed_by: SignedBy) {
        self.0.signed_by.get_or_init(|| signed_by);
    }

    /// A detection that a test states.
    #[cfg(feature = "testing")]
    pub(crate) fn given(
        detector: Arc<Detector>,
        client: Client,
        stub: &super::stub::DetectionStub,
    ) -> Self {
        let mut groups = crate::addresses::GroupSet::default();
        for group in &stub.groups {
            groups.insert(*group);
        }
        let seen = Seen {
            groups,
            invalid_ip: stub.invalid_ip,
            crawler: stub.crawler.map(|name| {
                let listed = detector.crawlers.named(name);
                listed.unwrap_or(Crawler::unlisted(name))
            }),
        };
        Detection(Arc::new(Lazy {
            detector,
            client,
            seen: OnceCell::with_value(seen),
            noted: OnceCell::new(),
            inconsistencies: OnceCell::with_value(stub.inconsistencies.clone()),
            proof: OnceCell::with_value(stub.proof),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceCell::new(),
        }))
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
        self.tell(Sign::Bot).or_if_pending(true)
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
        self.tell(Sign::VerifiedCrawler).or_if_pending(false)
    }

    /// Whether the client is proved not to be the crawler that its user agent names.
    #[must_use]
    pub fn is_impostor(&self) -> bool {
        self.tell(Sign::Impostor).or_if_pending(false)
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
        match self.0.noted.get() {
            Some(noted) => self.0.inconsistencies.get_or_init(|| {
                if self.is_crawler() {
                    return Vec::new();
                }
                consistency::judge(client.user_agent_bytes(), noted, client.is_https())
            }),
            None => &[],
        }
    }

    /// Whether the address is in a group.
    #[must_use]
    pub fn is_in(&self, group: Group) -> bool {
        self.seen().groups.contains(group)
    }

    /// What is known of the user agent's claim, if something asked for it.
    pub(crate) fn known_proof(&self) -> Option<Proof> {
        self.0.proof.get().copied()
    }

    /// Whether something asked what the client is.
    #[cfg(feature = "metrics")]
    pub(crate) fn was_asked(&self) -> bool {
        self.0.seen.get().is_some()
    }

    /// The signs that hold, for reports, by the names that rules use without `is_`. Nobody is
    /// asked over the network for them: of what has to be checked, only what is known counts.
    pub(crate) fn known_signs(&self, headers: &HeaderMap) -> Vec<&'static str> {
        self.note(headers);
        let holds = |sign| match sign {
            Sign::Bot => false,
            Sign::VerifiedCrawler => self.known_proof() == Some(Proof::Verified),
            Sign::Impostor => self.known_proof() == Some(Proof::Impostor),
            sign => self.tell(sign) == Truth::Yes,
        };
        let signs = Sign::NAMES.iter().filter(|(_, sign)| holds(*sign));
        let signs = signs.map(|(name, _)| name.strip_prefix("is_").unwrap_or(name));
        let unknown = self.0.client.is_unknown().then_some("unknown_address");
        signs.chain(unknown).collect()
    }

    /// Notes the headers that [`inconsistencies`](Detection::inconsistencies) needs. This is done
    /// on demand, since most requests do not need it.
    pub(crate) fn note(&self, headers: &HeaderMap) {
        let proxied = self.0.client.is_proxied();
        self.0
            .noted
            .get_or_init(|| Box::new(HeaderSnapshot::new(headers, proxied)));
    }

    /// Whether a sign depends on headers, so that [`note`](Detection::note) has to be called
    /// before.
    pub(crate) fn needs_headers(&self, sign: Sign) -> bool {
        match sign {
            Sign::Inconsistent => true,
            Sign::Bot => self.0.detector.signals.counts(Sign::Inconsistent),
            _ => false,
        }
    }

    /// Whether a sign holds. Pending while it depends on a running check.
    pub(crate) fn tell(&self, sign: Sign) -> Truth {
        Truth::from(match sign {
            Sign::Bot => {
                return if self.has_counted_sign() {
                    Truth::Yes
                } else {
                    self.tell(Sign::Impostor)
                };
            }
            Sign::Vpn => self.is_vpn(),
            Sign::Proxy => self.is_proxy(),
            Sign::Datacenter => self.is_datacenter(),
            Sign::Tor => self.is_tor(),
            Sign::ForumSpammer => self.is_forum_spammer(),
            Sign::Firehol => self.is_firehol(),
            Sign::InvalidIp => self.is_invalid_ip(),
            // A signing agent is a crawler, whatever its user agent says.
            Sign::Crawler if self.may_be_signed() && !self.is_crawler() => return Truth::Pending,
            Sign::Crawler => self.is_crawler(),
            Sign::Inconsistent => self.is_inconsistent(),
            Sign::VerifiedCrawler | Sign::Impostor => match self.proof() {
                Proof::Checking => return Truth::Pending,
                Proof::Verified => sign == Sign::VerifiedCrawler,
                Proof::Impostor => sign == Sign::Impostor,
                Proof::None => false,
            },
            // An unknown sign counts as present: a doubt closes.
            _ => true,
        })
    }

    /// Whether a sign holds that counts, or the client is unknown.
    fn has_counted_sign(&self) -> bool {
        let Detector {
            signals, groups, ..
        } = &*self.0.detector;
        let seen = self.seen();
        self.0.client.is_unknown()
            || (signals.counts(Sign::InvalidIp) && seen.invalid_ip)
            || seen.groups.intersects(*groups)
            || (signals.counts(Sign::Crawler) && seen.crawler.is_some())
            || (signals.counts(Sign::Inconsistent) && self.is_inconsistent())
    }

    /// Whether the user agent names a crawler and the check is still running.
    pub(crate) fn is_being_checked(&self) -> bool {
        self.proof() == Proof::Checking
    }

    /// Whether the signer of the request is still being determined. If there is one, name and kind
    /// are the signer's and not the user agent's.
    pub(crate) fn may_be_signed(&self) -> bool {
        #[cfg(feature = "web-bot-auth")]
        if self.0.signed_by.get() == Some(&SignedBy::NotYet) {
            return true;
        }
        false
    }

    /// The proof of what the user agent claims. It does not change within a request.
    fn proof(&self) -> Proof {
        if self.seen().crawler.is_none()
            && self.0.proof.get().is_none()
            && !self.is_or_may_be_signed()
        {
            return Proof::None;
        }
        *self.0.proof.get_or_init(|| {
            let Some(signer) = self.signer() else {
                let proof = self.proof_of(self.seen().crawler);
                if proof != Proof::Impostor && self.may_be_signed() {
                    return Proof::Checking;
                }
                return proof;
            };
            // A key proves the name under which it is configured, and no other name in the user
            // agent.
            let client = &self.0.client;
            let claimed = self.0.detector.crawler(client.user_agent_bytes());
            let other = claimed.filter(|claimed| claimed.name != signer.name);
            match self.proof_of(other) {
                Proof::None | Proof::Verified => Proof::Verified,
                open => open,
            }
        })
    }

    /// Whether the request has a signature that counts, or may have one.
    fn is_or_may_be_signed(&self) -> bool {
        #[cfg(feature = "web-bot-auth")]
        return self.0.signed_by.get().is_some();
        #[cfg(not(feature = "web-bot-auth"))]
        false
    }

    /// The proof of the user agent's claim to be a crawler.
    fn proof_of(&self, claimed: Option<Crawler>) -> Proof {
        let (detector, client) = (&self.0.detector, &self.0.client);
        // Only crawlers of the list can be checked.
        match (&detector.verifier, claimed) {
            (Some(verifier), Some(crawler)) => verifier.proof(
                client.user_agent_bytes(),
                client.ip().map(canonical),
                &crawler,
            ),
            _ => Proof::None,
        }
    }

    /// The agent that signed the request, if there is one.
    fn signer(&self) -> Option<Crawler> {
        #[cfg(feature = "web-bot-auth")]
        if let Some(SignedBy::Agent(crawler)) = self.0.signed_by.get() {
            return Some(*crawler);
        }
        None
    }

    fn seen(&self) -> &Seen {
        self.0.seen.get_or_init(|| {
            let seen = self.0.detector.look(&self.0.client);
            let crawler = self.signer().or(seen.crawler);
            Seen { crawler, ..seen }
        })
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
