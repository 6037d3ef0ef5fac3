//! Links to challenges, with the sealed demand, the progress and the return address.

use humanify_syntax::{ChallengeType, Demand};

use super::endpoint_path::Endpoint;
use super::form::FormFields;
use super::responder::Responder;
use crate::challenge::{
    Browser, DemandToken, Modality, Progress, ProgressNote, ScriptlessWait, Task,
};
use crate::crypto::SealError;
use crate::pages::{RetryMessage, form_address, local, page_address};

/// A link to a challenge.
#[derive(Clone)]
pub(super) struct ChallengeLink {
    /// The address to which the visitor returns.
    pub(super) next: String,
    /// The demand, as far as the client can prove it.
    pub(super) demanded: Option<DemandToken>,
    pub(super) task: Task,
    /// Whether the client sent a demand that is not valid, as after a change of secrets.
    pub(super) has_invalid_demand: bool,
    /// The progress of the browser.
    pub(super) progress: Progress,
    /// Whether the client sent the progress of a browser, its own or another one's.
    pub(super) has_progress_of_browser: bool,
    /// The sealed demand, for links and forms.
    pub(super) sealed_demand: String,
    base: String,
}

impl ChallengeLink {
    /// A link for a new demand.
    pub(super) fn new(
        responder: &Responder<'_>,
        next: &str,
        demand: DemandToken,
    ) -> Result<ChallengeLink, SealError> {
        Ok(ChallengeLink {
            sealed_demand: demand.seal(&responder.instance.sealer, next)?,
            next: next.to_owned(),
            demanded: Some(demand),
            task: demand.task,
            has_invalid_demand: false,
            progress: Progress::default(),
            has_progress_of_browser: false,
            base: format!("{}{}", responder.prefix, responder.instance.settings.mount),
        })
    }

    /// The link in a query or a form. A missing or invalid demand is replaced by the builder's
    /// defaults, and can only lead back to a path of this site.
    pub(super) fn open(
        responder: &Responder<'_>,
        fields: &FormFields<'_>,
        browser: Option<Browser>,
    ) -> Result<ChallengeLink, SealError> {
        let next = fields.first("next").unwrap_or_default();
        let next = local(next).unwrap_or("/");
        let sent = fields.first("for");
        let sealed = sent.and_then(|sealed_demand| {
            DemandToken::open(&responder.instance.sealer, next, sealed_demand.as_bytes())
        });
        let demand = sealed.unwrap_or(DemandToken {
            task: responder.instance.judge.task(Demand::DEFAULT),
            form: false,
        });
        let mut link = ChallengeLink::new(responder, next, demand)?;
        link.demanded = sealed;
        link.has_invalid_demand = sent.is_some() && sealed.is_none();
        if let Some(token) = fields.first("at") {
            let challenges = &responder.instance.challenges;
            link.progress = challenges.progress(browser, link.task, next, token);
            link.has_progress_of_browser = challenges.is_progress_of_browser(next, token);
        }
        Ok(link)
    }

    /// The same link with the task of the answered challenge, whatever the form contains, and with
    /// the progress after its answer.
    pub(super) fn after(
        &self,
        responder: &Responder<'_>,
        task: Task,
        progress: Progress,
    ) -> Result<ChallengeLink, SealError> {
        let mut link = self.clone();
        if link.task != task {
            let form = link.demanded.is_some_and(|demand| demand.form);
            link = ChallengeLink::new(responder, &self.next, DemandToken { task, form })?;
        }
        link.progress = progress;
        Ok(link)
    }

    /// The same link for a visitor whose form will not be sent.
    pub(super) fn with_lost_form(
        &self,
        responder: &Responder<'_>,
    ) -> Result<ChallengeLink, SealError> {
        let demand = DemandToken {
            task: self.task,
            form: true,
        };
        let mut link = ChallengeLink::new(responder, &self.next, demand)?;
        link.has_invalid_demand = self.has_invalid_demand;
        // The page says that the form was not sent, and not how the last answer was.
        link.progress = self.progress;
        link.progress.note = None;
        Ok(link)
    }

    /// The address of a challenge for the demand that replaces an invalid one, if the client sent
    /// an invalid one.
    pub(super) fn replacement(
        &self,
        responder: &Responder<'_>,
        browser: Option<Browser>,
    ) -> Option<String> {
        let modality = responder.instance.challenges.modality(self.task)?;
        self.has_invalid_demand
            .then(|| self.address_for(responder, modality, browser))
    }

    /// The address of the challenge for a browser without progress.
    pub(super) fn address(&self, modality: Modality) -> String {
        let page = Endpoint::Challenge(modality).path();
        page_address(&self.base, page, &self.next, &self.sealed_demand)
    }

    /// The address of the challenge for a browser with this progress.
    pub(super) fn address_for(
        &self,
        responder: &Responder<'_>,
        modality: Modality,
        browser: Option<Browser>,
    ) -> String {
        let mut address = self.address(modality);
        if self.progress != Progress::default() {
            let challenges = &responder.instance.challenges;
            let sealed = challenges.seal_progress(self.progress, browser, self.task, &self.next);
            if let Ok(sealed) = sealed {
                // Base64 for URLs needs no escaping.
                address.push_str("&at=");
                address.push_str(&sealed);
            }
        }
        address
    }

    /// The address to which answers are sent.
    pub(super) fn action(&self, modality: Modality) -> String {
        form_address(&self.base, Endpoint::Verify(modality).path())
    }

    /// The address of the script of proof of work.
    pub(super) fn script(&self) -> String {
        form_address(&self.base, Endpoint::Script.path())
    }

    /// The progress of a browser without scripts, which waits before a managed challenge. A wait
    /// that has begun stays.
    pub(super) fn asking_to_wait(&self) -> Progress {
        let progress = self.progress.with(None);
        let is_managed = self.task.challenge_type == ChallengeType::Managed;
        match progress.wait {
            ScriptlessWait::No if is_managed => progress.waiting(ScriptlessWait::Asked),
            _ => progress,
        }
    }

    /// The address of the application's own check, if it has one that this challenge leads to.
    pub(super) async fn own_check(&self, responder: &Responder<'_>) -> Option<String> {
        let instance = responder.instance;
        let check = instance.settings.own_check.as_ref()?;
        let client = responder.client;
        let is_offered = self.task.challenge_type == ChallengeType::Managed && !client.is_unknown();
        if !is_offered {
            return None;
        }
        let challenges = &instance.challenges;
        let ticket = challenges.ticket(client, self.task, &self.next, &self.base);
        ticket.await.map(|ticket| check.address(&ticket))
    }

    /// The address of the picture that the wait page of a browser without scripts loads.
    pub(super) fn mark(&self, sealed: &str) -> String {
        let address = form_address(&self.base, Endpoint::Mark.path());
        // Base64 for URLs needs no escaping.
        format!("{address}?of={sealed}")
    }

    /// The message above the challenge, if there is one.
    pub(super) fn message(
        &self,
        tries_left: Option<u32>,
        is_carried: bool,
    ) -> Option<RetryMessage> {
        let tries_left = tries_left.map(|tries| u8::try_from(tries).unwrap_or(u8::MAX));
        match self.progress.note {
            Some(ProgressNote::Wrong) => Some(RetryMessage::WrongAnswer { tries_left }),
            Some(ProgressNote::Expired) => Some(RetryMessage::Expired),
            Some(ProgressNote::Incomplete) => Some(RetryMessage::Incomplete),
            Some(ProgressNote::Right) => Some(RetryMessage::Right),
            Some(ProgressNote::NotComputed) => Some(RetryMessage::NotComputed),
            None if is_carried => Some(RetryMessage::FormKept),
            None => {
                let form = self.demanded.is_some_and(|demand| demand.form);
                form.then_some(RetryMessage::FormNotSent)
            }
        }
    }

    /// Whether the client has a clearance that satisfies the demand.
    pub(super) async fn is_solved(&self, responder: &Responder<'_>) -> bool {
        let Some(demand) = self.demanded else {
            return false;
        };
        let clearances = &responder.instance.judge.clearances;
        let shown = clearances.shown(responder.client, responder.headers).await;
        shown.iter().any(|solved| solved.satisfies(demand.task))
    }
}
