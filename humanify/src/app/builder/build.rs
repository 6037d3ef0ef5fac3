//! `HumanifyBuilder::build`: checks the settings and assembles a `Humanify`.

use std::sync::Arc;

use humanify_syntax::analysis::check_together;
use humanify_syntax::{Action, ChallengeType, Hardness, NetworkError, parse_network};
use ipnet::IpNet;

use super::{HumanifyBuilder, datasets};
use crate::addresses::Group;
use crate::app::Humanify;
use crate::app::mount::mount_path;
use crate::ban::Bans;
use crate::challenge::{ChallengeSources, Challenges, Clearances, Task};
use crate::client::Trust;
use crate::clock::SharedClock;
use crate::decision::Reporter;
use crate::detect::Detector;
use crate::error::ConfigError;
use crate::http::CookieNames;
use crate::judge::Judge;
use crate::limit::{RouteBuckets, UsedBuckets};
use crate::lists::{ListHandle, ListsError, OwnNetworks};
use crate::middleware::{Instance, Settings};
use crate::pages::PageRenderer;
use crate::rules::{RuleFinding, Rules};
#[cfg(feature = "web-bot-auth")]
use crate::verify::SignatureChecker;
use crate::verify::Verifier;

impl HumanifyBuilder {
    /// Checks the settings and makes a [`Humanify`] of them.
    ///
    /// # Errors
    /// The first setting that cannot work, and what to do about it.
    pub fn build(self) -> Result<Humanify, ConfigError> {
        #[cfg(feature = "metrics")]
        crate::metrics::describe();
        let trust = self.proxies.trust(self.behind_proxy)?;
        if self.retries == 0 {
            return Err(ConfigError::Retries);
        }
        let on_store_failure = self.store.on_failure();
        let max_clients = self.store.max_clients();
        let mount = mount_path(&self.pages.path)?;
        let stripped_prefix = self.proxies.prefix()?;
        let clock = self.clock.clone().unwrap_or_else(SharedClock::system);
        let lists = self.open_lists(&clock)?;
        let rules = Rules::compile(&self.rules)?;
        if let Some((statement, defect)) = check_together(&self.rules) {
            return Err(ConfigError::NeverActs {
                statement,
                problem: defect.problem,
                example: defect.witness.map(|witness| witness.to_string()),
            });
        }
        if self.strict {
            let findings = RuleFinding::undecided(&self.rules);
            if !findings.is_empty() {
                return Err(ConfigError::Findings(findings));
            }
        }
        let detector = self.detector(&lists, &rules, &clock)?;
        let pages = PageRenderer::new(&self.pages.appearance)?;
        let sources = datasets::open(
            self.image_dataset.as_ref(),
            self.audio_dataset,
            self.challenge_type,
        )?;
        let task = self.task(&sources)?;
        let error_pages = self.error_pages.map(|pages| pages.compile()).transpose()?;
        let sealer = Arc::new(self.secrets.sealer()?);
        let store = self.store.open(&clock, &sealer)?;

        let exempt = match &trust {
            Trust::Networks(networks) => networks.clone(),
            Trust::Nobody | Trust::Hops(_) => Vec::new(),
        };
        let bans = Arc::new(Bans::new(
            rules.bans.clone(),
            exempt,
            max_clients,
            Arc::clone(&store),
            clock.clone(),
        ));
        let prefix = self.cookies.prefix(&mount)?;
        let cookies = Arc::new(CookieNames::new(&prefix, self.cookies.same_site));
        if let Some(check) = &self.own_check
            && !check.is_path()
        {
            return Err(ConfigError::OwnCheck(check.path.clone()));
        }
        let settings = Settings {
            mount,
            own_check: self.own_check,
            cookies: Arc::clone(&cookies),
            https: self.https,
            trust,
            forwarded_header: self.proxies.header,
            trust_unix_socket: self.proxies.unix_socket,
            stripped_prefix,
            use_client_id: self.client_ids.for_challenges(),
            limit_by_client_id: self.client_ids.for_limits(),
            error_pages,
            observe_only: self.observe_only,
            strict: self.strict,
        };
        let reporter = Arc::new(Reporter::new(
            self.decision_log,
            self.on_decision,
            Arc::clone(&sealer),
            clock.clone(),
        ));
        let judge = Judge {
            rules,
            store: Arc::clone(&store),
            clearances: Clearances {
                sealer: Arc::clone(&sealer),
                store: Arc::clone(&store),
                clock: clock.clone(),
                cookies,
            },
            task,
            managed_steps: self.managed_steps,
            on_store_failure,
            routes: UsedBuckets::default(),
            route_buckets: RouteBuckets::default(),
            passes_preflights: self.passes_preflights,
            media_players: self.media_players,
            reporter: Arc::clone(&reporter),
        };
        let challenges = Challenges::new(
            Arc::clone(&sealer),
            Arc::clone(&store),
            clock.clone(),
            self.retries,
            sources,
            (self.managed_steps.behaviour(), self.managed_clearances),
        );
        let instance = Instance::new(
            settings,
            judge,
            challenges,
            detector,
            lists,
            pages,
            sealer,
            Arc::clone(&store),
            clock.clone(),
            bans,
            reporter,
        );
        #[cfg(feature = "web-bot-auth")]
        let instance = match self.crawlers.signed_agents {
            Some(agents) => instance.checking(SignatureChecker::new(agents, store, clock)),
            None => instance,
        };
        Ok(Humanify::new(instance))
    }

    fn open_lists(&self, clock: &SharedClock) -> Result<ListHandle, ConfigError> {
        let networks = |networks: &[(Group, String)]| {
            networks
                .iter()
                .map(|(group, network)| Ok((*group, parse_network(network)?)))
                .collect::<Result<Vec<(Group, IpNet)>, NetworkError>>()
        };
        let own = OwnNetworks {
            additions: networks(&self.additions)?,
            removals: networks(&self.removals)?,
        };
        Ok(self.lists.open(own, clock)?)
    }

    /// The detector. Logs the crawlers in rules that it does not know.
    fn detector(
        &self,
        lists: &ListHandle,
        rules: &Rules,
        clock: &SharedClock,
    ) -> Result<Detector, ConfigError> {
        let mut detector =
            Detector::new(self.signals, lists.addresses()).map_err(ListsError::from)?;
        if self.crawlers.checks_claims {
            let resolver = self.crawlers.find_resolver();
            let verifier =
                Verifier::embedded(resolver, lists.crawlers(), clock).map_err(ListsError::from)?;
            detector = detector.verifying(verifier);
        }
        detector.report();
        for (rule, name) in rules.crawlers() {
            if !self.crawlers.has_agent(name) {
                detector.report_crawler(rule, name);
            }
        }
        Ok(detector)
    }

    /// The default task, after a check that every challenge type of the rules has a source.
    fn task(&self, sources: &ChallengeSources) -> Result<Task, ConfigError> {
        let hardness: Hardness = self.hardness.clone()?;
        let task = |challenge_type| Task {
            challenge_type,
            hardness,
        };
        let demands = self.rules.iter().flat_map(|rules| rules.statements());
        let demanded = demands.filter_map(|statement| match statement.action {
            Action::Challenge(demand) | Action::AlwaysChallenge(demand) => demand.challenge_type,
            _ => None,
        });
        for challenge_type in std::iter::once(self.challenge_type).chain(demanded) {
            if sources.modality(task(challenge_type)).is_none() {
                return Err(ConfigError::NoChallenge(challenge_type));
            }
        }
        match (self.audio_dataset, self.challenge_type) {
            (None, ChallengeType::Audio) => Err(ConfigError::NoSound),
            _ => Ok(task(self.challenge_type)),
        }
    }
}
