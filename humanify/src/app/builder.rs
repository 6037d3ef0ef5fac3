//! Builder for `Humanify`.

use std::fmt;
use std::num::NonZeroU8;
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(feature = "redis")]
use std::time::Duration;

use humanify_syntax::{Action, ChallengeType, Hardness, NetworkError, RuleSet, parse_network};
use ipnet::IpNet;

use super::Humanify;
use super::mount::mount_path;
use crate::addresses::Group;
use crate::ban::Bans;
#[cfg(feature = "image-folder")]
use crate::challenge::Folder;
use crate::challenge::{ChallengeSources, Challenges, Clearances, Dataset, Layout, Speaker, Task};
use crate::client::{ForwardedHeader, Trust};
use crate::clock::{Clock, SharedClock, SystemClock};
use crate::crypto::{SHORTEST_SECRET, Sealer, SecretError, secret};
use crate::detect::{Detector, Signals};
use crate::error::ConfigError;
use crate::judge::Judge;
use crate::limit::Routes;
use crate::lists::{Lists, ListsError, Settings as ListSettings};
use crate::middleware::{Instance, Settings};
use crate::pages::{Appearance, ErrorPages, Pages};
use crate::rules::Rules;
#[cfg(feature = "redis")]
use crate::store::{Failover, Redis, Server};
use crate::store::{Memory, OnStoreFailure, Store};
use crate::verify::{Resolve, Verifier};
#[cfg(feature = "web-bot-auth")]
use crate::verify::{SignatureChecker, SignedAgents};

/// The pictures of the challenges.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageDataset {
    /// Dogs, of which the smiling ones are meant.
    AiDogs,
    /// Animals.
    Animals,
    /// Letters and digits, in many hands.
    Characters,
    /// Keys, of which those fit each other whose heads have the same shape.
    Keys,
    /// Pictures of your own, in a folder for each label: `label/*.png`, `*.jpg`, `*.jpeg` or
    /// `*.webp`. Feature `image-folder`, which is on by default.
    ///
    /// The names of the folders are shown to visitors as they are. Every view of a picture
    /// is turned, cropped, bent and lit anew, yet a set is finite: with a few hundred
    /// pictures, a bot's owner can label them all by hand. They are kept in memory, at about
    /// 15 KB each.
    #[cfg(feature = "image-folder")]
    Folder(PathBuf),
}

/// The recordings of the challenges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioDataset {
    /// Spoken letters and digits, in the visitor's language if it is one of the twelve that the
    /// pages are written in, and in English otherwise.
    Characters,
}

/// How many clients the memory has room for unless it is told otherwise.
const MAX_CLIENTS: usize = 1_000_000;

/// Every setting of a [`Humanify`]; made by [`Humanify::builder`].
///
/// ```
/// # use humanify::prelude::*;
/// # fn main() -> Result<(), humanify::ConfigError> {
/// let humanify = Humanify::builder()
///     .hardness(2)
///     .behind_proxy(true)
///     .rules(protect! {
///         limit "100/hour";
///         challenge on "/api/*" except "/api/public/*";
///     })
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing before `build`"]
pub struct HumanifyBuilder {
    challenge_type: ChallengeType,
    image_dataset: Option<ImageDataset>,
    audio_dataset: Option<AudioDataset>,
    retries: u32,
    hardness: u8,
    behind_proxy: bool,
    trusted_hops: Option<u8>,
    trusted_proxies: Option<Vec<String>>,
    forwarded_header: ForwardedHeader,
    trust_unix_socket: bool,
    https: bool,
    use_client_id: bool,
    limit_by_client_id: Option<bool>,
    rules: Vec<RuleSet>,
    error_pages: Option<ErrorPages>,
    secrets: Vec<Vec<u8>>,
    secret_file: Option<PathBuf>,
    signals: Signals,
    additions: Vec<(Group, String)>,
    removals: Vec<(Group, String)>,
    lists: ListSettings,
    mount: String,
    appearance: Appearance,
    max_clients: usize,
    on_store_failure: OnStoreFailure,
    #[cfg(feature = "redis")]
    redis: Option<Server>,
    #[cfg(feature = "redis")]
    redis_timeout: Duration,
    verify_crawlers: bool,
    crawler_resolver: Option<Arc<dyn Resolve>>,
    #[cfg(feature = "web-bot-auth")]
    signed_agents: Option<SignedAgents>,
    clock: Option<SharedClock>,
}

impl Default for HumanifyBuilder {
    fn default() -> Self {
        HumanifyBuilder {
            challenge_type: ChallengeType::OneClick,
            image_dataset: Some(ImageDataset::AiDogs),
            audio_dataset: Some(AudioDataset::Characters),
            retries: 3,
            hardness: 1,
            behind_proxy: false,
            trusted_hops: None,
            trusted_proxies: None,
            forwarded_header: ForwardedHeader::default(),
            trust_unix_socket: false,
            https: false,
            use_client_id: false,
            limit_by_client_id: None,
            rules: Vec::new(),
            error_pages: None,
            secrets: Vec::new(),
            secret_file: None,
            signals: Signals::default(),
            additions: Vec::new(),
            removals: Vec::new(),
            lists: ListSettings::default(),
            mount: "/humanify".to_owned(),
            appearance: Appearance::default(),
            max_clients: MAX_CLIENTS,
            on_store_failure: OnStoreFailure::Fallback,
            #[cfg(feature = "redis")]
            redis: None,
            #[cfg(feature = "redis")]
            redis_timeout: Duration::from_millis(250),
            verify_crawlers: true,
            crawler_resolver: None,
            #[cfg(feature = "web-bot-auth")]
            signed_agents: None,
            clock: None,
        }
    }
}

impl HumanifyBuilder {
    /// The challenge where nothing else is said. Default: [`ChallengeType::OneClick`].
    pub fn challenge_type(mut self, challenge_type: ChallengeType) -> Self {
        self.challenge_type = challenge_type;
        self
    }

    /// The pictures; `None` for no picture challenge. Default: [`ImageDataset::AiDogs`].
    pub fn image_dataset(mut self, dataset: impl Into<Option<ImageDataset>>) -> Self {
        self.image_dataset = dataset.into();
        self
    }

    /// The recordings; `None` for no sound challenge, which shuts out people who cannot see.
    /// Default: [`AudioDataset::Characters`].
    pub fn audio_dataset(mut self, dataset: impl Into<Option<AudioDataset>>) -> Self {
        self.audio_dataset = dataset.into();
        self
    }

    /// After how many wrong answers within an hour the challenge is closed to a client for
    /// an hour. Default: 3.
    ///
    /// Whatever it is, a challenge has as many rounds as it takes so that at most 5 % of the
    /// clients that only guess get through in an hour.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// How hard challenges are where nothing else is said, 1 to 5. Default: 1.
    pub fn hardness(mut self, hardness: u8) -> Self {
        self.hardness = hardness;
        self
    }

    /// Whether there is one proxy before this server, on the same machine or in a private
    /// network, that tells the client's address: exactly its rightmost entry is believed,
    /// and only from a loopback, link-local or private peer. Default: `false`.
    pub fn behind_proxy(mut self, behind_proxy: bool) -> Self {
        self.behind_proxy = behind_proxy;
        self
    }

    /// How many proxies there are before this server, the nearest on the same machine or in a
    /// private network, each of which adds the address that it was asked from:
    /// `trusted_hops(2)` believes the entry that is the second from the right.
    /// `behind_proxy(true)` is `trusted_hops(1)`. Where the farthest proxies are on the
    /// Internet, make sure that nobody reaches the nearest one past them, or name networks.
    pub fn trusted_hops(mut self, hops: u8) -> Self {
        self.trusted_hops = Some(hops);
        self
    }

    /// The networks of the proxies before this server. From the right, the first forwarded
    /// entry that is in none of them is the client's address.
    pub fn trusted_proxies<T: Into<String>>(
        mut self,
        networks: impl IntoIterator<Item = T>,
    ) -> Self {
        self.trusted_proxies = Some(networks.into_iter().map(Into::into).collect());
        self
    }

    /// Where a trusted proxy tells the client's address. Default: [`ForwardedHeader::Either`].
    pub fn forwarded_header(mut self, header: ForwardedHeader) -> Self {
        self.forwarded_header = header;
        self
    }

    /// Whether to serve requests that come through a unix socket, whose peer has no address.
    /// With a proxy trusted, that peer is one. Default: `false`.
    pub fn trust_unix_socket(mut self, trust: bool) -> Self {
        self.trust_unix_socket = trust;
        self
    }

    /// Whether this server itself speaks HTTPS, so that cookies are `Secure`. A trusted proxy
    /// tells it for each request. Default: `false`.
    pub fn https(mut self, https: bool) -> Self {
        self.https = https;
        self
    }

    /// Whether clients are known by an id in a sealed cookie, once it has come back, and not
    /// by their address alone. An address gets at most sixteen ids an hour, and all limits
    /// also hold for it at sixteen times. Default: `false`.
    pub fn use_client_id(mut self, use_client_id: bool) -> Self {
        self.use_client_id = use_client_id;
        self
    }

    /// Whether limits count clients by their id. Default: as
    /// [`use_client_id`](Self::use_client_id) says.
    pub fn limit_by_client_id(mut self, use_client_id: bool) -> Self {
        self.limit_by_client_id = Some(use_client_id);
        self
    }

    /// Adds rules, written with [`protect!`](crate::protect). Several blocks are one after the
    /// other.
    pub fn rules(mut self, rules: RuleSet) -> Self {
        self.rules.push(rules);
        self
    }

    /// Gives the application's own empty errors a page. Default: none do.
    pub fn error_pages(mut self, pages: ErrorPages) -> Self {
        self.error_pages = Some(pages);
        self
    }

    /// The secret from which all keys are made, at least 32 bytes that nobody can guess.
    ///
    /// Said several times, the first one seals and all of them open, so that secrets can be
    /// changed without a new challenge for everyone. Without it, the environment's
    /// `HUMANIFY_SECRET` is taken, then [`secret_file`](Self::secret_file); without any, a
    /// fresh one is made at each start.
    pub fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// A file that holds the secret. It is made, with mode 0600, if it is not there.
    pub fn secret_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.secret_file = Some(path.into());
        self
    }

    /// Which signs make a bot. Default: [`Signals::default`].
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = signals;
        self
    }

    /// Adds an address or a network to a group.
    pub fn add_network(mut self, group: Group, network: impl Into<String>) -> Self {
        self.additions.push((group, network.into()));
        self
    }

    /// Takes an address or a network out of a group.
    pub fn remove_network(mut self, group: Group, network: impl Into<String>) -> Self {
        self.removals.push((group, network.into()));
        self
    }

    /// Where the sets of addresses come from. Default: `Lists::Fresh`, which fetches them in the
    /// background; [`Lists::Embedded`] without the feature `lists`, or with the feature
    /// `testing`.
    pub fn lists(mut self, lists: Lists) -> Self {
        self.lists.lists = lists;
        self
    }

    /// The directory where fetched lists are kept, a file for each. Several processes may share
    /// it, and then fetch each list once between them. Default: `humanify` in `$XDG_CACHE_HOME`
    /// or in `~/.cache`. Feature `lists`.
    #[cfg(feature = "lists")]
    pub fn lists_cache(mut self, directory: impl Into<PathBuf>) -> Self {
        self.lists.cache = Some(directory.into());
        self
    }

    /// A server of your own to fetch lists from, for machines that reach no other:
    /// `https://check.torproject.org/torbulkexitlist` is then asked for at
    /// `https://lists.example/check.torproject.org/torbulkexitlist`. Feature `lists`.
    #[cfg(feature = "lists")]
    pub fn lists_mirror(mut self, address: impl Into<String>) -> Self {
        self.lists.mirror = Some(address.into());
        self
    }

    /// Leaves out a list of [those that are fetched][lists], such as `stopforumspam`. Feature
    /// `lists`.
    ///
    /// [lists]: https://github.com/humanify/humanify/blob/main/docs/lists.md
    #[cfg(feature = "lists")]
    pub fn without_list(mut self, name: impl Into<String>) -> Self {
        self.lists.without.push(name.into());
        self
    }

    /// Where humanify's own pages are. Default: `/humanify`.
    pub fn mount(mut self, prefix: impl Into<String>) -> Self {
        self.mount = prefix.into();
        self
    }

    /// The name, logo and colours of the pages, and templates of your own.
    pub fn appearance(mut self, appearance: Appearance) -> Self {
        self.appearance = appearance;
        self
    }

    /// For how many entries each table in memory has room, at 16 to 100 bytes an entry: one for
    /// limits and what counts towards bans, of which a client takes one for each rate of each
    /// route that it asks for; and one each for bans, failed attempts, spent challenges and
    /// nonces of agents. Tables grow as they are used, and never beyond that. Default:
    /// 1,000,000.
    pub fn max_clients(mut self, clients: usize) -> Self {
        self.max_clients = clients;
        self
    }

    /// Shares limits, attempts, spent challenges and bans with all processes that use the same
    /// Redis (6.2 or later), or Valkey, which speaks the same but is not tested:
    /// `redis://user:password@host:6379/0`, `rediss://…` for TLS with the feature `redis-tls`, or
    /// `unix:///path`. Feature `redis`.
    ///
    /// All of them need the same [`secret`](Self::secret) and the same limits. The server
    /// should not evict keys (`maxmemory-policy noeviction`): an evicted key is a challenge
    /// that can be answered again. All keys begin with `{humanify}:` and expire by themselves,
    /// but for one that names the server's run.
    #[cfg(feature = "redis")]
    pub fn redis(mut self, address: impl Into<String>) -> Self {
        self.redis = Some(Server::One(address.into()));
        self
    }

    /// As [`redis`](Self::redis), with a cluster, of which some nodes are named. All keys are
    /// in one slot, since the buckets of a request are counted in one step.
    #[cfg(feature = "redis")]
    pub fn redis_cluster<T: Into<String>>(
        mut self,
        addresses: impl IntoIterator<Item = T>,
    ) -> Self {
        self.redis = Some(Server::Cluster(
            addresses.into_iter().map(Into::into).collect(),
        ));
        self
    }

    /// How long a request waits for Redis before it counts as failing. Default: 250 ms.
    #[cfg(feature = "redis")]
    pub fn redis_timeout(mut self, time_out: Duration) -> Self {
        self.redis_timeout = time_out;
        self
    }

    /// What becomes of limits while the shared store cannot be reached. Default:
    /// [`OnStoreFailure::Fallback`]. Challenges never fall back: they cannot be solved then.
    pub fn on_store_failure(mut self, on_failure: OnStoreFailure) -> Self {
        self.on_store_failure = on_failure;
        self
    }

    /// Whether clients that name a crawler in their user agent are checked to be it: see
    /// [`verify`](crate::verify). Where they are not, `client.is_impostor` holds for nobody,
    /// and `client.is_verified_crawler` only for agents that sign. Default: `true`.
    pub fn verify_crawlers(mut self, verify: bool) -> Self {
        self.verify_crawlers = verify;
        self
    }

    /// What asks the DNS whether crawlers are who they say. Default: with the feature
    /// `verify-dns` the servers of the system's configuration, otherwise nothing, so that
    /// crawlers are verified only whose networks are published.
    pub fn crawler_resolver(mut self, resolver: impl Resolve) -> Self {
        self.crawler_resolver = Some(Arc::new(resolver));
        self
    }

    /// The agents that are known by the signatures of their requests: Web Bot Auth, feature
    /// `web-bot-auth`. Each is `client.is_verified_crawler`. Default: none.
    #[cfg(feature = "web-bot-auth")]
    pub fn signed_agents(mut self, agents: SignedAgents) -> Self {
        self.signed_agents = Some(agents);
        self
    }

    /// Where the time comes from. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }

    /// Checks the settings and makes a [`Humanify`] of them.
    ///
    /// # Errors
    /// The first setting that cannot work, with what to do about it.
    pub fn build(self) -> Result<Humanify, ConfigError> {
        let trust = self.trust()?;
        if self.retries == 0 {
            return Err(ConfigError::Retries);
        }
        if self.max_clients == 0 {
            return Err(ConfigError::MaxClients);
        }
        let mount = mount_path(&self.mount)?;
        let networks = |networks: &[(Group, String)]| {
            networks
                .iter()
                .map(|(group, network)| Ok((*group, parse_network(network)?)))
                .collect::<Result<Vec<(Group, IpNet)>, NetworkError>>()
        };
        let clock = self
            .clock
            .clone()
            .unwrap_or_else(|| SharedClock::new(SystemClock::default()));
        let supply = self.lists.open(
            networks(&self.additions)?,
            networks(&self.removals)?,
            &clock,
        )?;
        let mut detector =
            Detector::new(self.signals, supply.addresses()).map_err(ListsError::from)?;
        if self.verify_crawlers {
            let verifier = Verifier::embedded(self.resolver(), supply.crawlers(), &clock)
                .map_err(ListsError::from)?;
            detector = detector.verifying(verifier);
        }
        detector.report();
        let rules = Rules::compile(&self.rules).map_err(ConfigError::Rules)?;
        for (rule, name) in rules.crawlers() {
            #[cfg(feature = "web-bot-auth")]
            if let Some(agents) = &self.signed_agents
                && agents.names().any(|known| known == name)
            {
                continue;
            }
            detector.report_crawler(rule, name);
        }
        let pages = Pages::new(&self.appearance)?;
        let means = self.means()?;
        let task = self.task(&means)?;
        let error_pages = self.error_pages.map(|pages| pages.compile()).transpose()?;
        let secrets = secret::find(self.secrets, self.secret_file.as_deref())?;
        let seal = Arc::new(Sealer::new(&secrets).ok_or(SecretError::Short)?);

        let memory = Memory::new(clock.clone(), self.max_clients);
        #[cfg(not(feature = "redis"))]
        let store: Arc<dyn Store> = Arc::new(memory);
        #[cfg(feature = "redis")]
        let store: Arc<dyn Store> = match self.redis {
            None => Arc::new(memory),
            Some(server) => {
                let redis = Redis::new(server, self.redis_timeout, clock.clone(), self.max_clients)
                    .map_err(|error| ConfigError::Redis(error.to_string()))?;
                Arc::new(Failover::new(
                    Arc::new(redis),
                    memory,
                    self.on_store_failure,
                ))
            }
        };
        let spared = match &trust {
            Trust::Networks(networks) => networks.clone(),
            Trust::Nobody | Trust::Hops(_) => Vec::new(),
        };
        let bans = Bans::new(
            rules.bans.clone(),
            spared,
            self.max_clients,
            Arc::clone(&store),
            clock.clone(),
        );
        let settings = Settings {
            mount,
            https: self.https,
            trust,
            forwarded_header: self.forwarded_header,
            trust_unix_socket: self.trust_unix_socket,
            use_client_id: self.use_client_id,
            limit_by_client_id: self.limit_by_client_id.unwrap_or(self.use_client_id),
            error_pages,
        };
        let judge = Judge {
            rules,
            store: Arc::clone(&store),
            clearances: Clearances {
                seal: Arc::clone(&seal),
                store: Arc::clone(&store),
                clock: clock.clone(),
            },
            task,
            on_store_failure: self.on_store_failure,
            routes: Routes::default(),
        };
        let challenges = Challenges::new(
            Arc::clone(&seal),
            Arc::clone(&store),
            clock.clone(),
            self.retries,
            self.use_client_id,
            means,
        );
        let instance = Instance::new(
            settings,
            judge,
            challenges,
            detector,
            supply,
            pages,
            seal,
            Arc::clone(&store),
            clock.clone(),
            bans,
        );
        #[cfg(feature = "web-bot-auth")]
        let instance = match self.signed_agents {
            Some(agents) => instance.checking(SignatureChecker::new(agents, store, clock)),
            None => instance,
        };
        Ok(Humanify::new(instance))
    }

    /// What asks the DNS whether crawlers are who they say.
    fn resolver(&self) -> Option<Arc<dyn Resolve>> {
        #[cfg(feature = "verify-dns")]
        if self.crawler_resolver.is_none() {
            return match crate::verify::SystemResolver::new() {
                Ok(resolver) => Some(Arc::new(resolver)),
                Err(error) => {
                    tracing::warn!(%error, "crawlers are not looked up in the DNS");
                    None
                }
            };
        }
        self.crawler_resolver.clone()
    }

    /// What challenges are made of.
    fn means(&self) -> Result<ChallengeSources, ConfigError> {
        let pictures = match &self.image_dataset {
            #[cfg(feature = "image-folder")]
            Some(ImageDataset::Folder(path)) => {
                Some(Dataset::Folder(Arc::new(Folder::read(path)?)))
            }
            Some(ImageDataset::AiDogs) => Some(Dataset::Dogs),
            Some(ImageDataset::Animals) => Some(Dataset::Animals),
            Some(ImageDataset::Characters) => Some(Dataset::Characters),
            Some(ImageDataset::Keys) => Some(Dataset::Keys),
            None => None,
        };
        let speaker = match self.audio_dataset {
            Some(AudioDataset::Characters) => {
                let speaker = Speaker::embedded().map_err(ConfigError::Recordings)?;
                Some(Arc::new(speaker))
            }
            None => None,
        };
        let layout = match self.challenge_type {
            ChallengeType::Grid => Layout::Grid,
            _ => Layout::OneClick,
        };
        Ok(ChallengeSources {
            layout,
            pictures,
            speaker,
        })
    }

    /// The default challenge, which has to be one that can be set.
    fn task(&self, means: &ChallengeSources) -> Result<Task, ConfigError> {
        let hardness = Hardness::new(self.hardness).ok_or(ConfigError::Hardness(self.hardness))?;
        let task = Task {
            challenge_type: self.challenge_type,
            hardness,
        };
        let demands = self.rules.iter().flat_map(|rules| rules.statements);
        let demanded = demands.filter_map(|statement| match statement.action {
            Action::Challenge(demand) | Action::AlwaysChallenge(demand) => demand.challenge_type,
            _ => None,
        });
        for challenge_type in std::iter::once(self.challenge_type).chain(demanded) {
            let task = Task {
                challenge_type,
                hardness,
            };
            if means.medium(task).is_none() {
                return Err(ConfigError::NoChallenge(challenge_type));
            }
        }
        match (self.audio_dataset, self.challenge_type) {
            (None, ChallengeType::Audio) => Err(ConfigError::NoSound),
            _ => Ok(task),
        }
    }

    fn trust(&self) -> Result<Trust, ConfigError> {
        let hops = match (self.behind_proxy, self.trusted_hops) {
            (true, Some(_)) => return Err(ConfigError::TwoKindsOfProxies),
            (true, None) => Some(1),
            (false, hops) => hops,
        };
        let networks = match (&self.trusted_proxies, hops) {
            (Some(_), Some(_)) => return Err(ConfigError::TwoKindsOfProxies),
            (Some(networks), None) => networks,
            (None, Some(hops)) => {
                let hops = NonZeroU8::new(hops).ok_or(ConfigError::NoHops)?;
                return Ok(Trust::Hops(hops));
            }
            (None, None) => return Ok(Trust::Nobody),
        };
        if networks.is_empty() {
            return Err(ConfigError::NoProxies);
        }
        networks
            .iter()
            .map(|text| {
                let network = parse_network(text)?;
                let widest = match network {
                    IpNet::V4(_) => 8,
                    IpNet::V6(_) => 16,
                };
                let mapped = matches!(network, IpNet::V6(v6)
                    if v6.contains(&std::net::Ipv4Addr::UNSPECIFIED.to_ipv6_mapped())
                        || v6.addr().to_ipv4_mapped().is_some());
                if network.prefix_len() < widest || mapped {
                    return Err(ConfigError::WideProxies(text.clone()));
                }
                Ok(network)
            })
            .collect::<Result<_, _>>()
            .map(Trust::Networks)
    }
}

impl fmt::Debug for HumanifyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secrets stay out.
        f.debug_struct("Builder")
            .field("challenge_type", &self.challenge_type)
            .field("hardness", &self.hardness)
            .field("mount", &self.mount)
            .finish_non_exhaustive()
    }
}

const _: () = assert!(SHORTEST_SECRET == 32, "the docs say 32 bytes");
