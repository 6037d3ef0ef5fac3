//! `SignedAgents`: the configured agents and their keys.

use std::collections::HashMap;
use std::sync::Arc;

use http::uri::Authority;
use humanify_syntax::CrawlerKind;

use super::Agent;
use super::directory::Directory;
use super::error::SignedAgentsError;
use super::fetch::DirectoryFetcher;
use super::key::AgentKey;
use super::message::normal_authority;
use crate::clock::SharedClock;
use crate::crawlers::Crawler;

/// The agents whose signatures count, and the hosts of the site for which they have to sign; for
/// `CrawlerVerification::signed_agents`. Feature `web-bot-auth`; see [`verify`](crate::verify).
///
/// ```
/// use humanify::prelude::*;
/// use humanify::{CrawlerKind, CrawlerVerification};
/// use humanify::verify::SignedAgents;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key =
///     r#"{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// let agents = SignedAgents::new(["shop.example", "www.shop.example"])?
///     .key("Acme Assistant", CrawlerKind::AiAssistant, key)?
///     .directory("ChatGPT agent", CrawlerKind::AiAssistant, "https://chatgpt.com")?;
/// let humanify = Humanify::builder()
///     .crawlers(CrawlerVerification::new().signed_agents(agents))
///     .rules(protect! {
///         exempt when client.is_verified_crawler && client.crawler_kind == ai_assistant;
///         challenge;
///     })
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SignedAgents {
    hosts: Vec<String>,
    agents: HashMap<String, Arc<Agent>>,
    directories: Vec<(String, Crawler)>,
    fetcher: Option<DirectoryFetcher>,
}

impl SignedAgents {
    /// No agents yet, for a site with these hosts: `shop.example`, with the port unless it is the
    /// scheme's default.
    ///
    /// A signature counts only if it covers one of these hosts. The host of the request is not
    /// enough: the owner of another site could forward a request to yours that was signed for that
    /// site.
    ///
    /// # Errors
    /// If there is no host, or a text is not a host.
    pub fn new<T: AsRef<str>>(
        hosts: impl IntoIterator<Item = T>,
    ) -> Result<SignedAgents, SignedAgentsError> {
        let hosts: Vec<String> = hosts
            .into_iter()
            .map(|host| host_of(host.as_ref()))
            .collect::<Result<_, _>>()?;
        if hosts.is_empty() {
            return Err(SignedAgentsError::NoHost);
        }
        Ok(SignedAgents {
            hosts,
            agents: HashMap::new(),
            directories: Vec::new(),
            fetcher: None,
        })
    }

    /// Adds an agent by its Ed25519 public key: a JSON Web Key, or its `x` alone, in base64url. An
    /// agent may have several keys. `name` and `kind` are its `client.crawler` and
    /// `client.crawler_kind`.
    ///
    /// # Errors
    /// If the key is malformed, weak, private, of another kind or the test key of RFC 9421, or if
    /// another agent has it.
    pub fn key(
        mut self,
        name: &'static str,
        kind: CrawlerKind,
        key: &str,
    ) -> Result<SignedAgents, SignedAgentsError> {
        let key = AgentKey::read(key)?;
        let crawler = Crawler::signing(name, kind);
        let id = key.id().to_owned();
        match self.agents.insert(id, Arc::new(Agent { crawler, key })) {
            Some(other) if other.crawler != crawler => {
                Err(SignedAgentsError::SameKey(other.crawler.name, name))
            }
            _ => Ok(self),
        }
    }

    /// Adds an agent by the directory of its keys, which requests name in `Signature-Agent`:
    /// `https://agent.example`, without a path.
    ///
    /// The directory is fetched by HTTPS, in the background, when the first request names it. That
    /// request gets 503 with `Retry-After` where it would be challenged. Then it is fetched every
    /// hour, as long as requests name it. While the server cannot be reached, keys stay valid for a
    /// week. Other directories that requests name are never fetched.
    ///
    /// # Errors
    /// If the text is not an HTTPS origin (HTTP is allowed on this machine), or if another agent has
    /// it.
    pub fn directory(
        mut self,
        name: &'static str,
        kind: CrawlerKind,
        origin: &str,
    ) -> Result<SignedAgents, SignedAgentsError> {
        let origin = origin_of(origin)?;
        let mut known = self.directories.iter();
        if let Some((_, other)) = known.find(|(known, _)| *known == origin) {
            return Err(SignedAgentsError::SameDirectory(other.name, name));
        }
        if self.fetcher.is_none() {
            self.fetcher = Some(DirectoryFetcher::new()?);
        }
        self.directories
            .push((origin, Crawler::signing(name, kind)));
        Ok(self)
    }

    /// The names of the agents.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let by_key = self.agents.values().map(|agent| agent.crawler.name);
        by_key.chain(self.directories.iter().map(|(_, crawler)| crawler.name))
    }

    pub(super) fn directories(&self, clock: &SharedClock) -> Vec<Arc<Directory>> {
        let Some(fetcher) = &self.fetcher else {
            return Vec::new();
        };
        let directories = self.directories.iter().cloned();
        directories
            .map(|(origin, crawler)| {
                Directory::new(origin, crawler, fetcher.clone(), clock.clone())
            })
            .collect()
    }

    pub(super) fn agent(&self, key_id: &str) -> Option<&Arc<Agent>> {
        self.agents.get(key_id)
    }

    pub(super) fn is_host(&self, authority: &str) -> bool {
        self.hosts.iter().any(|host| host == authority)
    }
}

/// An origin in lower case, without a trailing slash.
fn origin_of(text: &str) -> Result<String, SignedAgentsError> {
    let no_origin = || SignedAgentsError::Origin(text.to_owned());
    let (scheme, authority) = text.split_once("://").ok_or_else(no_origin)?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let authority = host_of(authority).map_err(|_| no_origin())?;
    let local = ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| {
        let port = authority.strip_prefix(host);
        port.is_some_and(|port| port.is_empty() || port.starts_with(':'))
    });
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "https" => {}
        "http" if local => {}
        _ => return Err(no_origin()),
    }
    Ok(format!("{scheme}://{authority}"))
}

fn host_of(text: &str) -> Result<String, SignedAgentsError> {
    let no_host = || SignedAgentsError::Host(text.to_owned());
    let authority: Authority = text.parse().map_err(|_| no_host())?;
    let whole = authority.host().len() + authority.port().map_or(0, |port| port.as_str().len() + 1);
    if authority.host().is_empty() || whole != text.len() {
        return Err(no_host());
    }
    Ok(normal_authority(text))
}
