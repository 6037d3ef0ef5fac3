//! What a request's client is, found out when something asks.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::HeaderMap;
use http::request::Parts;
use humanify_syntax::{CrawlerKind, Sign};

use super::consistency::{HeaderSnapshot, Inconsistency};
use super::detector::{Detector, Seen};
use crate::addresses::{Group, VpnProvider};
use crate::client::{Client, MissingLayer};
use crate::crawlers::Crawler;
use crate::detect::consistency;
use crate::net::canonical;
use crate::truth::Truth;
use crate::verify::Proof;
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignedBy;

/// What is known of a client. Nothing is looked up before something is asked, and then once
/// a request.
///
/// It is an extractor. Outside humanify's layer it rejects with 500.
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
    seen: OnceLock<Seen>,
    noted: OnceLock<HeaderSnapshot>,
    inconsistencies: OnceLock<Vec<Inconsistency>>,
    proof: OnceLock<Proof>,
    /// Whose signature the request has.
    #[cfg(feature = "web-bot-auth")]
    signed_by: OnceLock<SignedBy>,
}

impl Detection {
    pub(crate) fn new(detector: Arc<Detector>, client: Client) -> Self {
        Detection(Arc::new(Lazy {
            detector,
            client,
            seen: OnceLock::new(),
            noted: OnceLock::new(),
            inconsistencies: OnceLock::new(),
            proof: OnceLock::new(),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceLock::new(),
        }))
    }

    /// Notes whose signature the request has, before anything is asked.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) fn sign(&self, signed_by: SignedBy) {
        self.0.signed_by.get_or_init(|| signed_by);
    }

    /// The detection that a test states.
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
            seen: OnceLock::from(seen),
            noted: OnceLock::new(),
            inconsistencies: OnceLock::from(stub.inconsistencies.clone()),
            proof: OnceLock::from(stub.proof),
            #[cfg(feature = "web-bot-auth")]
            signed_by: OnceLock::new(),
        }))
    }

    /// Whether a sign holds that [`Signals`](crate::Signals) counts, or the client is an impostor,
    /// or a trusted proxy does not tell the address, so that nobody knows what it is. Who claims
    /// to be a crawler and is still being checked is a bot, too.
    #[must_use]
    pub fn is_bot(&self) -> bool {
        self.tell(Sign::Bot).or_if_pending(true)
    }

    /// Whether the address is in a VPN provider's network.
    #[must_use]
    pub fn is_vpn(&self) -> bool {
        self.vpn_provider().is_some()
    }

    /// The name of the VPN provider.
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

    /// Whether the address is on Firehol level 1.
    #[must_use]
    pub fn is_firehol(&self) -> bool {
        self.is_in(Group::FireholLevel1)
    }

    /// Whether the address is one that no client on the Internet has: loopback, private,
    /// link-local, multicast, reserved; or none at all.
    #[must_use]
    pub fn is_invalid_ip(&self) -> bool {
        self.seen().invalid_ip
    }

    /// Whether the user agent is a crawler's or a program's, or missing.
    #[must_use]
    pub fn is_crawler(&self) -> bool {
        self.seen().crawler.is_some()
    }

    /// The crawler's name, from humanify's list. An agent that is no browser's and not listed
    /// is `unlisted crawler`, a missing one `no user agent`.
    #[must_use]
    pub fn crawler(&self) -> Option<&'static str> {
        self.seen().crawler.map(|crawler| crawler.name)
    }

    /// What the crawler is for.
    #[must_use]
    pub fn crawler_kind(&self) -> Option<CrawlerKind> {
        self.seen().crawler.map(|crawler| crawler.kind)
    }

    /// Who operates the crawler, by name or by domain. None for what anybody runs, such as a
    /// library, and where it is not known.
    #[must_use]
    pub fn crawler_operator(&self) -> Option<&'static str> {
        self.seen().crawler?.operator
    }

    /// Whether the client is the crawler that its user agent names, as the operator's published
    /// networks or names in the DNS prove, or an agent that is known by its signature: see
    /// [`verify`](crate::verify). Not while it is being checked.
    #[must_use]
    pub fn is_verified_crawler(&self) -> bool {
        self.tell(Sign::VerifiedCrawler).or_if_pending(false)
    }

    /// Whether the user agent names a crawler that the client is proved not to be.
    #[must_use]
    pub fn is_impostor(&self) -> bool {
        self.tell(Sign::Impostor).or_if_pending(false)
    }

    /// Whether headers do not fit the browser that the user agent claims. It is not counted by
    /// [`is_bot`](Detection::is_bot) unless
    /// [`Signals::inconsistent`](crate::Signals::inconsistent) says so.
    #[must_use]
    pub fn is_inconsistent(&self) -> bool {
        !self.inconsistencies().is_empty()
    }

    /// How headers do not fit the browser that the user agent claims. Empty for crawlers, which
    /// claim no browser, and for a detection that was taken out of a request's extensions by
    /// hand: the extractor and the rules of `protect!` look at the headers.
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

    /// Whether the address is in one of the sets.
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

    /// Notes of the headers what [`inconsistencies`](Detection::inconsistencies) needs. The
    /// request path does so when something asks, since most requests are not asked.
    pub(crate) fn note(&self, headers: &HeaderMap) {
        let proxied = self.0.client.is_proxied();
        self.0
            .noted
            .get_or_init(|| HeaderSnapshot::new(headers, proxied));
    }

    /// Whether a sign depends on headers that have to be noted.
    pub(crate) fn needs_headers(&self, sign: Sign) -> bool {
        match sign {
            Sign::Inconsistent => true,
            Sign::Bot => self.0.detector.signals.counts_inconsistent(),
            _ => false,
        }
    }

    /// Whether a sign holds; pending while a check of what the client claims decides it.
    pub(crate) fn tell(&self, sign: Sign) -> Truth {
        Truth::from(match sign {
            Sign::Bot => {
                let mut counted = self.0.detector.signals.counted();
                let is_bot =
                    self.0.client.is_unknown() || counted.any(|sign| self.tell(sign) == Truth::Yes);
                return if is_bot {
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
            // Who signs is a crawler, too, whatever the user agent says.
            Sign::Crawler if self.may_be_signed() && !self.is_crawler() => return Truth::Pending,
            Sign::Crawler => self.is_crawler(),
            Sign::Inconsistent => self.is_inconsistent(),
            Sign::VerifiedCrawler | Sign::Impostor => match self.proof() {
                Proof::Checking => return Truth::Pending,
                Proof::Verified => sign == Sign::VerifiedCrawler,
                Proof::Impostor => sign == Sign::Impostor,
                Proof::None => false,
            },
            // A sign that this version does not know: a doubt closes.
            _ => true,
        })
    }

    /// Whether the user agent names a crawler, and it is being found out whether that is true.
    pub(crate) fn is_being_checked(&self) -> bool {
        self.proof() == Proof::Checking
    }

    /// Whether it is being found out who signed the request. Its name and kind are not the user
    /// agent's if somebody did.
    pub(crate) fn may_be_signed(&self) -> bool {
        #[cfg(feature = "web-bot-auth")]
        if self.0.signed_by.get() == Some(&SignedBy::NotYet) {
            return true;
        }
        false
    }

    /// What became of what the user agent claims. Within a request that does not change.
    fn proof(&self) -> Proof {
        *self.0.proof.get_or_init(|| {
            let Some(signer) = self.signer() else {
                let proof = self.proof_of(self.seen().crawler);
                if proof != Proof::Impostor && self.may_be_signed() {
                    return Proof::Checking;
                }
                return proof;
            };
            // A key proves the name that it is known by, and no other that the agent gives.
            let client = &self.0.client;
            let claimed = self.0.detector.crawlers.find(client.user_agent_bytes());
            let other = claimed.filter(|claimed| claimed.name != signer.name);
            match self.proof_of(other) {
                Proof::None | Proof::Verified => Proof::Verified,
                open => open,
            }
        })
    }

    /// What becomes of the user agent's claim to be a crawler.
    fn proof_of(&self, claimed: Option<Crawler>) -> Proof {
        let (detector, client) = (&self.0.detector, &self.0.client);
        // What can be checked is a crawler of the list, so nobody else is looked at.
        match (&detector.verifier, claimed) {
            (Some(verifier), Some(crawler)) => verifier.proof(
                client.user_agent_bytes(),
                client.ip().map(canonical),
                &crawler,
            ),
            _ => Proof::None,
        }
    }

    /// Whose signature the request has.
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

/// Shows what was asked for so far, and looks nothing up.
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

impl<S: Sync> FromRequestParts<S> for Detection {
    type Rejection = MissingLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingLayer> {
        extracted(parts).ok_or(MissingLayer)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Detection {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(extracted(parts))
    }
}

fn extracted(parts: &Parts) -> Option<Detection> {
    let detection: Detection = parts.extensions.get().cloned()?;
    detection.note(&parts.headers);
    Some(detection)
}
