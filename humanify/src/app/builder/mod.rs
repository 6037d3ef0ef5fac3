//! `HumanifyBuilder`: all settings of a `Humanify`, in groups.

mod build;
mod client_ids;
mod cookies;
mod crawlers;
mod datasets;
mod decisions;
mod pages;
mod players;
mod proxies;
mod secrets;
mod stores;

pub use client_ids::ClientIdUse;
pub use cookies::Cookies;
pub use crawlers::CrawlerVerification;
pub use datasets::{AudioDataset, ImageDataset};
pub use pages::Pages;
pub use proxies::Proxies;
pub use secrets::Secrets;
#[cfg(feature = "redis")]
pub use stores::Redis;
pub use stores::{Memory, StoreSettings};

use humanify_syntax::{ChallengeType, Hardness, HardnessError, RuleSet};

use crate::addresses::Group;
use crate::challenge::{ManagedClearances, OwnCheck};
use crate::clock::{Clock, SharedClock};
use crate::decision::{DecisionHook, DecisionLog};
use crate::detect::Signals;
use crate::judge::ManagedSteps;
use crate::lists::ListSettings;
use crate::pages::ErrorPages;

/// Builder for [`Humanify`](crate::Humanify); made by
/// [`Humanify::builder`](crate::Humanify::builder).
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
#[derive(Debug)]
#[must_use = "a builder does nothing before `build`"]
pub struct HumanifyBuilder {
    challenge_type: ChallengeType,
    managed_steps: ManagedSteps,
    managed_clearances: ManagedClearances,
    own_check: Option<OwnCheck>,
    image_dataset: Option<ImageDataset>,
    audio_dataset: Option<AudioDataset>,
    retries: u32,
    hardness: Result<Hardness, HardnessError>,
    behind_proxy: bool,
    proxies: Proxies,
    passes_preflights: bool,
    media_players: bool,
    https: bool,
    client_ids: ClientIdUse,
    cookies: Cookies,
    rules: Vec<RuleSet>,
    error_pages: Option<ErrorPages>,
    secrets: Secrets,
    signals: Signals,
    additions: Vec<(Group, String)>,
    removals: Vec<(Group, String)>,
    lists: ListSettings,
    crawlers: CrawlerVerification,
    store: StoreSettings,
    pages: Pages,
    clock: Option<SharedClock>,
    decision_log: DecisionLog,
    on_decision: Option<DecisionHook>,
    observe_only: bool,
    strict: bool,
}

impl Default for HumanifyBuilder {
    fn default() -> Self {
        HumanifyBuilder {
            challenge_type: ChallengeType::OneClick,
            managed_steps: ManagedSteps::default(),
            managed_clearances: ManagedClearances::default(),
            own_check: None,
            image_dataset: Some(ImageDataset::AiDogs),
            audio_dataset: Some(AudioDataset::Characters),
            retries: 3,
            hardness: Ok(Hardness::EASIEST),
            behind_proxy: false,
            proxies: Proxies::none(),
            passes_preflights: true,
            media_players: false,
            https: false,
            client_ids: ClientIdUse::Nowhere,
            cookies: Cookies::default(),
            rules: Vec::new(),
            error_pages: None,
            secrets: Secrets::default(),
            signals: Signals::default(),
            additions: Vec::new(),
            removals: Vec::new(),
            lists: ListSettings::default(),
            crawlers: CrawlerVerification::new(),
            store: StoreSettings::default(),
            pages: Pages::default(),
            clock: None,
            decision_log: DecisionLog::default(),
            on_decision: None,
            observe_only: false,
            strict: false,
        }
    }
}

impl HumanifyBuilder {
    /// The type of challenge, unless a rule or an attribute names another. Default:
    /// [`ChallengeType::OneClick`].
    pub fn challenge_type(mut self, challenge_type: ChallengeType) -> Self {
        self.challenge_type = challenge_type;
        self
    }

    /// The number of steps that each sign of a client adds to [`ChallengeType::Managed`].
    pub fn managed_steps(mut self, steps: ManagedSteps) -> Self {
        self.managed_steps = steps;
        self
    }

    /// How long, and for how many requests, clearances of [`ChallengeType::Managed`] hold.
    pub fn managed_clearances(mut self, clearances: ManagedClearances) -> Self {
        self.managed_clearances = clearances;
        self
    }

    /// A check of the application's own, to which the pages of [`ChallengeType::Managed`] lead.
    /// Default: none.
    pub fn own_check(mut self, check: OwnCheck) -> Self {
        self.own_check = Some(check);
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

    /// The number of wrong answers within an hour after which a browser gets no more pictures and
    /// sound, until the first of them is an hour old. Proof of work is never closed; it becomes
    /// harder. Default: 3.
    ///
    /// Whatever this number is, and however many cookies it deletes, an address that only guesses
    /// gets in with a probability of at most 5 % in an hour: after its first wrong answers,
    /// challenges have more rounds.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The hardness of challenges, 1 to 5, unless a rule or an attribute sets another. Default: 1.
    ///
    /// Distortion beyond hardness 2 costs people more than machines: choose 1 or 2 for pictures and
    /// sound. Each step doubles work.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let fixed = Humanify::builder().hardness(2);
    /// let typed = Humanify::builder().hardness(humanify::Hardness::HARDEST);
    /// let read = Humanify::builder().hardness("3".parse::<humanify::Hardness>()?);
    /// // `build` reports an invalid hardness.
    /// assert!(Humanify::builder().hardness(9).build().is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn hardness<H>(mut self, hardness: H) -> Self
    where
        H: TryInto<Hardness>,
        H::Error: Into<HardnessError>,
    {
        self.hardness = hardness.try_into().map_err(Into::into);
        self
    }

    /// Whether there is one proxy in front of this server, on the same machine or in a private
    /// network: `behind_proxy(true)` is [`Proxies::hops(1)`](Proxies::hops). Default: `false`.
    ///
    /// The rightmost forwarded entry is then the client's address, if the peer is a loopback,
    /// link-local or private address. For more proxies, or proxies elsewhere, see
    /// [`proxies`](Self::proxies).
    pub fn behind_proxy(mut self, behind_proxy: bool) -> Self {
        self.behind_proxy = behind_proxy;
        self
    }

    /// The proxies in front of this server, and the header in which they write the client's
    /// address. Default: [`Proxies::none`].
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Whether CORS preflights pass statements that challenge, since browsers send them without
    /// cookies and show no page for them. Default: `true`.
    ///
    /// The response of an unguarded handler to such a request, as of one for `any(…)` or a
    /// fallback, is reduced to its status, `Allow` and the headers of a CORS layer. The handler
    /// runs nevertheless. Set `false` if no page of another origin sends requests to this server.
    pub fn pass_preflights(mut self, pass: bool) -> Self {
        self.passes_preflights = pass;
        self
    }

    /// Whether this server itself speaks HTTPS, so that its cookies are `Secure`. A trusted
    /// proxy reports the scheme of each request. Default: `false`.
    pub fn https(mut self, https: bool) -> Self {
        self.https = https;
        self
    }

    /// Whether clients are identified by an id in a sealed cookie, once the cookie has come back,
    /// instead of by their address alone: `true`, `false` or a [`ClientIdUse`]. Default: `false`.
    ///
    /// An address gets at most sixteen ids an hour, and sixteen times each limit.
    pub fn use_client_id(mut self, client_ids: impl Into<ClientIdUse>) -> Self {
        self.client_ids = client_ids.into();
        self
    }

    /// The names of the cookies, and when browsers send them. Default: names that begin with the
    /// mount of humanify's pages, and [`SameSite::Lax`](crate::SameSite::Lax).
    pub fn cookies(mut self, cookies: impl Into<Cookies>) -> Self {
        self.cookies = cookies.into();
        self
    }

    /// Adds rules, written with [`protect!`](crate::protect), after those already there. A
    /// statement that can never act because of statements in other blocks is an error of
    /// [`build`](Self::build).
    pub fn rules(mut self, rules: RuleSet) -> Self {
        self.rules.push(rules);
        self
    }

    /// Whether findings on the rules are errors, which otherwise are warnings in the log or not
    /// reported. Default: `false`.
    ///
    /// [`protect`](crate::Humanify::protect) then refuses rules that do not fit the router, and
    /// [`build`](Self::build) refuses statements, across all blocks, for which too many steps are
    /// needed to find out whether they ever act. `intended(…)` before a statement silences its
    /// findings. Set `false` for a `Humanify` that protects several routers: the first of them does
    /// not have the routes of the others.
    ///
    /// ```
    /// # use humanify::prelude::*;
    /// use axum::{Router, routing::get};
    ///
    /// # fn main() -> Result<(), humanify::ConfigError> {
    /// let humanify = Humanify::builder()
    ///     .strict(true)
    ///     .rules(protect! { challenge on "/acount/*"; })
    ///     .build()?;
    /// let app = Router::new().route("/account/orders", get(|| async { "orders" }));
    /// let error = humanify.protect(app).unwrap_err();
    /// assert!(error.to_string().contains("the nearest route is `/account/orders`"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Gives empty error responses of the application a page. Default: no pages.
    pub fn error_pages(mut self, pages: ErrorPages) -> Self {
        self.error_pages = Some(pages);
        self
    }

    /// The secrets from which all keys are derived.
    ///
    /// Without secrets, the environment variable `HUMANIFY_SECRET` is read; commas separate several
    /// secrets, of which the first seals. Without the variable, the file of [`Secrets::from_file`]
    /// is read. Without any of these, each start creates a new secret, and every visitor solves a
    /// new challenge.
    pub fn secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// The signs that make a client a bot. Default: [`Signals::default`].
    pub fn signals(mut self, signals: Signals) -> Self {
        self.signals = signals;
        self
    }

    /// Adds an address or a network, as text, to a group.
    pub fn add_network(mut self, group: Group, network: impl Into<String>) -> Self {
        self.additions.push((group, network.into()));
        self
    }

    /// Removes an address or a network, as text, from a group.
    pub fn remove_network(mut self, group: Group, network: impl Into<String>) -> Self {
        self.removals.push((group, network.into()));
        self
    }

    /// Where the sets of addresses come from: a [`Lists`](crate::Lists), or [`ListSettings`] with
    /// a cache, a mirror or lists to leave out. Default: `Lists::Fresh`, which fetches lists in
    /// the background; [`Lists::Embedded`](crate::Lists::Embedded) without the feature `lists`.
    pub fn lists(mut self, lists: impl Into<ListSettings>) -> Self {
        self.lists = lists.into();
        self
    }

    /// How crawlers and signing agents prove their identity. Default: [`CrawlerVerification::new`].
    pub fn crawlers(mut self, verification: CrawlerVerification) -> Self {
        self.crawlers = verification;
        self
    }

    /// The store of limits, attempts, spent challenges and bans: [`Memory`], or `Redis` with the
    /// feature `redis`. Default: [`Memory`] for 1,000,000 clients.
    pub fn store(mut self, store: impl Into<StoreSettings>) -> Self {
        self.store = store.into();
        self
    }

    /// The mount and the appearance of humanify's own pages: [`Pages`], or an
    /// [`Appearance`](crate::Appearance) alone. Default: `/humanify`, without a name or a logo.
    pub fn pages(mut self, pages: impl Into<Pages>) -> Self {
        self.pages = pages.into();
        self
    }

    /// The clock. Default: [`SystemClock`](crate::SystemClock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }
}
