//! `DecisionReport`: one decision, with its cause and the facts about the client.

use std::net::IpAddr;

use http::{HeaderMap, Method, StatusCode, Uri};
use humanify_syntax::CrawlerKind;
use serde::{Serialize, Serializer};

use super::action::DecisionAction;
use super::decided_by::DecidedBy;
use super::escape::escaped;
use super::reference::Reference;
use crate::client::{AddressSource, Client};
use crate::detect::Detection;
use crate::verify::ClaimProof;

/// One decision other than simply letting a request pass: the outcome, the cause, the request and
/// the client.
///
/// [`on_decision`](crate::HumanifyBuilder::on_decision) hands it to the application, and the log
/// writes it. Texts that the client sent are cut to 200 bytes and escaped. The report holds no
/// cookies, no query and no body.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DecisionReport {
    /// The reference on the page; `None` for an observed decision, which has no page.
    pub reference: Option<Reference>,
    /// The outcome of the request, or the one that it would have had.
    pub action: DecisionAction,
    /// Whether the request passed nevertheless, since the statement or everything only observes.
    pub observed: bool,
    /// The status of the response; `None` for an observed decision.
    pub status: Option<u16>,
    /// The cause.
    pub decided_by: DecidedBy,
    /// The client.
    pub client: ClientReport,
    /// The method.
    pub method: String,
    /// The router's template; `None` if no route of the application matched.
    pub route: Option<String>,
    /// The path, without the query.
    pub path: String,
    /// The guarded handler's name.
    pub handler: Option<&'static str>,
}

/// The facts about a client at the time of the decision.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ClientReport {
    /// Its address.
    pub address: Option<IpAddr>,
    /// How the address was found.
    #[serde(serialize_with = "as_text")]
    pub address_source: AddressSource,
    /// The signs that hold, by the names that rules use without `is_`: `vpn`, `crawler`, ….
    pub signs: Vec<&'static str>,
    /// The crawler's name, if the user agent is that of a crawler.
    pub crawler: Option<&'static str>,
    /// The purpose of the crawler.
    #[serde(serialize_with = "as_name")]
    pub crawler_kind: Option<CrawlerKind>,
    /// Whether the client is proved to be that crawler.
    pub crawler_proof: CrawlerProof,
    /// The user agent, cut to 200 bytes and escaped.
    pub agent: String,
}

/// Whether a client is proved to be the crawler that it claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CrawlerProof {
    /// Nothing required a check, or the crawler cannot be checked.
    Unchecked,
    /// The check is running.
    Checking,
    /// The client is the crawler.
    Verified,
    /// The client is not the crawler.
    Impostor,
}

impl CrawlerProof {
    /// The name in logs, metrics and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CrawlerProof::Unchecked => "unchecked",
            CrawlerProof::Checking => "checking",
            CrawlerProof::Verified => "verified",
            CrawlerProof::Impostor => "impostor",
        }
    }

    pub(crate) fn of(detection: &Detection) -> CrawlerProof {
        match detection.known_proof() {
            None | Some(ClaimProof::None) => CrawlerProof::Unchecked,
            Some(ClaimProof::Checking) => CrawlerProof::Checking,
            Some(ClaimProof::Verified) => CrawlerProof::Verified,
            Some(ClaimProof::Impostor) => CrawlerProof::Impostor,
        }
    }
}

/// The request that a decision is about.
#[derive(Clone, Copy)]
pub(crate) struct RequestFacts<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) route: Option<&'a str>,
    pub(crate) handler: Option<&'static str>,
    pub(crate) client: Option<&'a Client>,
    /// `None` for a decision before detection.
    pub(crate) detection: Option<&'a Detection>,
}

/// A decision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decided {
    pub(crate) reference: Option<Reference>,
    pub(crate) action: DecisionAction,
    pub(crate) decided_by: DecidedBy,
    /// `None` for an observed decision.
    pub(crate) status: Option<StatusCode>,
}

impl DecisionReport {
    pub(crate) fn new(decided: &Decided, request: &RequestFacts<'_>) -> DecisionReport {
        DecisionReport {
            reference: decided.reference,
            action: decided.action,
            observed: decided.status.is_none(),
            status: decided.status.map(|status| status.as_u16()),
            decided_by: decided.decided_by,
            client: ClientReport::new(request),
            method: escaped(request.method.as_str().as_bytes()),
            route: request.route.map(str::to_owned),
            path: escaped(request.uri.path().as_bytes()),
            handler: request.handler,
        }
    }
}

impl ClientReport {
    pub(crate) fn new(request: &RequestFacts<'_>) -> ClientReport {
        let (client, detection) = (request.client, request.detection);
        let agent = client.map_or(&[][..], Client::user_agent_bytes);
        ClientReport {
            address: client.and_then(Client::ip),
            address_source: client.map_or(AddressSource::Nowhere, Client::address_source),
            signs: detection.map_or_else(Vec::new, |it| it.known_signs(request.headers)),
            crawler: detection.and_then(Detection::crawler),
            crawler_kind: detection.and_then(Detection::crawler_kind),
            crawler_proof: detection.map_or(CrawlerProof::Unchecked, CrawlerProof::of),
            agent: escaped(agent),
        }
    }

    /// Whether the client looks like a person: no sign holds.
    #[must_use]
    pub fn looks_like_a_person(&self) -> bool {
        self.signs.is_empty()
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn as_text<S: Serializer>(source: &AddressSource, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(source)
}

fn as_name<S: Serializer>(kind: &Option<CrawlerKind>, serializer: S) -> Result<S::Ok, S::Error> {
    kind.map(CrawlerKind::name).serialize(serializer)
}
