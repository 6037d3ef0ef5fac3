//! The state that all layers of one `Humanify` share.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use http::{Extensions, HeaderMap, Method, Uri};
use humanify_syntax::analysis::{RouterFacts, check_router};
use humanify_syntax::{BotAction, ChallengeType, Demand, Offence, Policy};

use super::diagnostics::{AddressFinding, Warnings};
use super::fetch_metadata::is_user_initiated;
use super::opaque_services::OpaqueServices;
use super::route_conflict::has_policy;
use super::shown_routes::ShownRoutes;
use crate::ban::Bans;
use crate::challenge::{Challenges, OwnCheck};
use crate::client::{
    AddressSource, Client, ForwardedHeader, Peer, Trust, addresses_in, claims_forwarding,
    is_private, user_agent,
};
use crate::clock::SharedClock;
use crate::crypto::Sealer;
use crate::decision::Reporter;
use crate::detect::{Detection, Detector};
use crate::handler::RoutePolicy;
use crate::http::CookieNames;
use crate::judge::Judge;
use crate::limit::FairSlots;
use crate::lists::ListHandle;
use crate::pages::{CompiledErrorPages, PageRenderer};
use crate::rules::RuleFinding;
use crate::store::Store;
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignatureChecker;

/// The maximum number of bodies, of up to 32 KiB, that are read for challenges at the same time,
/// and of forms.
const MAX_BODIES: usize = 1_024;

/// The settings of the builder that the layer needs.
pub(crate) struct Settings {
    /// The mount of humanify's own pages: `/humanify`.
    pub(crate) mount: String,
    pub(crate) cookies: Arc<CookieNames>,
    /// Whether the server itself speaks TLS.
    pub(crate) https: bool,
    pub(crate) trust: Trust,
    pub(crate) forwarded_header: ForwardedHeader,
    pub(crate) trust_unix_socket: bool,
    /// The prefix that a proxy removes from the path, if the builder sets it.
    pub(crate) stripped_prefix: Option<String>,
    pub(crate) use_client_id: bool,
    /// Whether limits count clients by their id.
    pub(crate) limit_by_client_id: bool,
    pub(crate) error_pages: Option<CompiledErrorPages>,
    /// Whether every request passes, and decisions are only reported.
    pub(crate) observe_only: bool,
    /// The application's own check, to which managed challenges lead.
    pub(crate) own_check: Option<OwnCheck>,
    /// Whether findings on the rules are errors.
    pub(crate) strict: bool,
}

/// The protected routes.
#[derive(Debug, Default)]
struct KnownRoutes {
    shown: ShownRoutes,
    reported_findings: HashSet<RuleFinding>,
}

/// The route finder of a router, and the services in it.
type FinderWithServices = (Router, Option<Arc<OpaqueServices>>);

/// The state of one `Humanify`.
pub(crate) struct Instance {
    pub(crate) id: usize,
    pub(crate) settings: Settings,
    pub(crate) judge: Judge,
    pub(crate) challenges: Challenges,
    pub(crate) detector: Arc<Detector>,
    /// Keeps the detector's sets of addresses fresh.
    pub(crate) lists: ListHandle,
    pub(crate) pages: PageRenderer,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) store: Arc<dyn Store>,
    /// Whether the store answers at once.
    pub(crate) store_is_sync: bool,
    /// The places for bodies that are read for challenges at the same time.
    pub(crate) bodies: FairSlots,
    /// The places for forms that are read at the same time. They are separate, so that forms never
    /// delay answers.
    pub(crate) forms: FairSlots,
    pub(crate) clock: SharedClock,
    pub(crate) bans: Arc<Bans>,
    pub(crate) reporter: Arc<Reporter>,
    pub(crate) warnings: Warnings,
    /// Checks the signatures of agents, if any agents are configured.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) signatures: Option<SignatureChecker>,
    /// The policies of discovered handlers, by name.
    policies: Mutex<BTreeMap<&'static str, &'static Policy>>,
    /// The routes of the protected applications, and the findings that were logged.
    routes: Mutex<KnownRoutes>,
    /// A route finder for each protected application, and its services.
    route_finders: Mutex<Vec<FinderWithServices>>,
}

impl Instance {
    #[allow(clippy::too_many_arguments, reason = "it is put together in one place")]
    pub(crate) fn new(
        settings: Settings,
        judge: Judge,
        challenges: Challenges,
        detector: Detector,
        lists: ListHandle,
        pages: PageRenderer,
        sealer: Arc<Sealer>,
        store: Arc<dyn Store>,
        clock: SharedClock,
        bans: Arc<Bans>,
        reporter: Arc<Reporter>,
    ) -> Instance {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Instance {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            settings,
            judge,
            challenges,
            detector: Arc::new(detector),
            lists,
            pages,
            sealer,
            store_is_sync: store.is_sync(),
            store,
            bodies: FairSlots::new(MAX_BODIES),
            forms: FairSlots::new(MAX_BODIES),
            clock,
            bans,
            reporter,
            warnings: Warnings::default(),
            #[cfg(feature = "web-bot-auth")]
            signatures: None,
            policies: Mutex::default(),
            routes: Mutex::default(),
            route_finders: Mutex::default(),
        }
    }

    /// Adds the checker of the agents' signatures.
    #[cfg(feature = "web-bot-auth")]
    pub(crate) fn checking(self, signatures: SignatureChecker) -> Instance {
        let signatures = Some(signatures);
        Instance { signatures, ..self }
    }

    /// Whether the layer turns panics of handlers into responses.
    pub(crate) fn catches_panics(&self) -> bool {
        let pages = self.settings.error_pages.as_ref();
        pages.is_some_and(CompiledErrorPages::catches_panics)
    }

    /// Notes the policies that a route announced.
    pub(crate) fn learn(&self, announced: RoutePolicy) {
        if let RoutePolicy::One(policy) = announced {
            self.policies().insert(policy.endpoint(), policy);
        }
    }

    /// Keeps the route finder of a protected application.
    pub(crate) fn keep_route_finder(&self, finder: Router, services: Option<Arc<OpaqueServices>>) {
        self.route_finders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((finder, services));
    }

    /// The routes of the protected application; `None` if there are several.
    pub(super) fn shown_routes(&self) -> Option<ShownRoutes> {
        let is_one = self.route_finders().len() == 1;
        let routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        is_one.then(|| routes.shown.clone())
    }

    /// The route finders of all protected applications.
    pub(super) fn route_finders(&self) -> Vec<FinderWithServices> {
        self.route_finders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The policies of all discovered handlers.
    pub(crate) fn known_policies(&self) -> Vec<&'static Policy> {
        self.policies().values().copied().collect()
    }

    /// Counts an offence of a client towards a ban.
    pub(crate) async fn offend(
        &self,
        client: &Client,
        (method, uri, headers): (&Method, &Uri, &HeaderMap),
        offence: Offence,
    ) {
        if !self.bans.rules().is_empty() && is_user_initiated(client, method, uri, headers) {
            for (network, ban) in self.bans.offend(client, offence).await {
                self.reporter.banned(network, offence.name(), ban.seconds);
            }
        }
    }

    /// The first handler that demands a challenge which cannot be set, and the type of the
    /// challenge.
    pub(crate) fn impossible_demand(&self) -> Option<(&'static str, ChallengeType)> {
        let policies = self.policies();
        policies.iter().find_map(|(name, policy)| {
            demands(policy)
                .map(|demand| self.judge.task(demand))
                .find(|task| self.challenges.modality(*task).is_none())
                .map(|task| (*name, task.challenge_type))
        })
    }

    pub(super) fn policies(&self) -> MutexGuard<'_, BTreeMap<&'static str, &'static Policy>> {
        self.policies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The remaining time of a client's ban, if it has one.
    pub(crate) fn banned(&self, client: &Client, headers: &HeaderMap) -> Option<Duration> {
        let settings = &self.settings;
        self.bans
            .wait(client, || addresses_in(headers, &settings.forwarded_header))
    }

    /// Starts to read the shared list of bans in the background, unless that has started. No request
    /// waits for it.
    #[inline]
    pub(crate) fn read_bans(&self) {
        if self.bans.is_unread() {
            self.bans.keep_reading();
        }
    }

    /// Checks the rules against a protected router and the handlers discovered so far. Returns the
    /// findings if the builder is strict, and otherwise logs each once.
    pub(crate) fn check_router(&self, finder: &Router, shown: ShownRoutes) -> Vec<RuleFinding> {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        routes.shown.join(shown);
        let handlers: Vec<&str> = self.policies().keys().copied().collect();
        let facts = RouterFacts {
            templates: &routes.shown.templates,
            services: &routes.shown.services,
            fallbacks: &routes.shown.fallbacks,
            has_fallback: routes.shown.has_fallback,
            handlers: &handlers,
            may_be_nested: true,
            is_guarded: &|path| has_policy(finder, path),
        };
        let found = check_router(self.judge.rules.sets(), &facts);
        let mut found: Vec<RuleFinding> = found.into_iter().map(RuleFinding::from).collect();
        if self.settings.strict {
            return found;
        }
        found.retain(|finding| routes.reported_findings.insert(finding.clone()));
        for finding in found {
            tracing::warn!(
                number = finding.number,
                statement = finding.statement,
                help = finding.help,
                "{}",
                finding.problem
            );
        }
        Vec::new()
    }

    /// Warns of likely mistakes of configuration that the client of a request shows.
    #[inline]
    pub(crate) fn warn_about(&self, client: &Client, headers: &HeaderMap) {
        let proxied = client.is_proxied();
        if !proxied && self.warnings.expects_forwarding() && claims_forwarding(headers) {
            self.warnings.forwarding_is_ignored();
        }
        if proxied && client.ip().is_none() {
            self.warnings.client_address_is_missing();
        }
        self.warnings
            .note_client(|| self.address_finding(client, headers));
    }

    /// What the address of a client tells about the settings of proxies.
    #[cold]
    fn address_finding(&self, client: &Client, headers: &HeaderMap) -> AddressFinding {
        let is_named = client.address_source() != AddressSource::Peer;
        let named = || addresses_in(headers, &self.settings.forwarded_header);
        match client.ip() {
            None => AddressFinding::Unreadable,
            Some(_) if client.is_proxied() && !is_named => AddressFinding::Unnamed,
            Some(ip) if !is_private(ip) => AddressFinding::Public,
            Some(_) if !is_named => AddressFinding::PrivatePeer,
            Some(_) if named().iter().any(|ip| !is_private(*ip)) => {
                AddressFinding::PrivateAfterPublic
            }
            Some(_) => AddressFinding::PrivateNamed,
        }
    }

    /// The client of a request.
    #[inline(always)]
    pub(crate) fn identify(&self, peer: Peer, headers: &HeaderMap) -> Client {
        let settings = &self.settings;
        let mut origin =
            crate::client::origin(peer, headers, &settings.trust, &settings.forwarded_header);
        origin.https |= settings.https;
        if let Some(prefix) = &settings.stripped_prefix {
            origin.strip(prefix.clone());
        }
        let uses_ids = settings.use_client_id || settings.limit_by_client_id;
        let ids = uses_ids.then(|| self.ids(origin.https, headers));
        let user_agent = user_agent(headers).cloned();
        Client::with_ids(peer, origin, ids, user_agent)
    }

    /// The detection of a client, or the stub that a test has set.
    #[inline(always)]
    pub(crate) fn detection(&self, client: Client, extensions: &Extensions) -> Detection {
        let detector = Arc::clone(&self.detector);
        #[cfg(feature = "testing")]
        if let Some(known) = crate::detect::DetectionStub::in_extensions(extensions) {
            return Detection::given(detector, client, known);
        }
        #[cfg(not(feature = "testing"))]
        let _ = extensions;
        Detection::new(detector, client)
    }
}

/// The challenges that a policy demands.
pub(super) fn demands(policy: &'static Policy) -> impl Iterator<Item = Demand> {
    let of_bots = match policy.bots {
        Some(BotAction::Challenge(demand)) => Some(demand),
        _ => None,
    };
    [of_bots, policy.everyone].into_iter().flatten()
}
