//! Links to challenges, with the sealed demand, the progress and the way back.

use humanify_syntax::{ChallengeType, Demand};

use super::endpoint_path::Endpoint;
use super::form::field;
use super::responder::Responder;
use crate::challenge::{Browser, DemandToken, Modality, Note, Progress, Task, Wait};
use crate::crypto::SealError;
use crate::pages::{Message, form_address, local, page_address};

/// The way to a challenge.
#[derive(Clone)]
pub(super) struct ChallengeLink {
    /// Where the visitor returns to.
    pub(super) next: String,
    /// What was demanded, as far as the client can prove it.
    pub(super) demanded: Option<DemandToken>,
    pub(super) task: Task,
    /// How far the browser is.
    pub(super) progress: Progress,
    /// The sealed demand, for links and forms.
    pub(super) sealed_demand: String,
    base: String,
}

impl ChallengeLink {
    /// A link for a demand that was just made.
    pub(super) fn new(
        responder: &Responder<'_>,
        next: &str,
        demand: DemandToken,
    ) -> Result<ChallengeLink, SealError> {
        Ok(ChallengeLink {
            sealed_demand: demand.seal(&responder.instance.seal, next)?,
            next: next.to_owned(),
            demanded: Some(demand),
            task: demand.task,
            progress: Progress::default(),
            base: format!("{}{}", responder.prefix, responder.instance.settings.mount),
        })
    }

    /// The link that a query or a form says. A demand that does not open, or none, is the
    /// builder's, and leads no farther than to a path of this site.
    pub(super) fn open(
        responder: &Responder<'_>,
        fields: &[u8],
        browser: Option<Browser>,
    ) -> Result<ChallengeLink, SealError> {
        let next = field(fields, "next").unwrap_or_default();
        let next = local(&next).unwrap_or("/");
        let sealed = field(fields, "for").and_then(|sealed_demand| {
            DemandToken::open(&responder.instance.seal, next, sealed_demand.as_bytes())
        });
        let demand = sealed.unwrap_or(DemandToken {
            task: responder.instance.judge.task(Demand::DEFAULT),
            form: false,
        });
        let mut link = ChallengeLink::new(responder, next, demand)?;
        link.demanded = sealed;
        if let Some(token) = field(fields, "at") {
            let challenges = &responder.instance.challenges;
            link.progress = challenges.progress(browser, link.task, next, &token);
        }
        Ok(link)
    }

    /// The same link with the task that a challenge was set for, whatever the form says, and
    /// with the progress that its answer makes.
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

    /// The address of the challenge for somebody who has proved nothing yet.
    pub(super) fn address(&self, modality: Modality) -> String {
        let page = Endpoint::Challenge(modality).path();
        page_address(&self.base, page, &self.next, &self.sealed_demand)
    }

    /// The address of the challenge for a browser that has come so far.
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
                // It is Base64 for addresses, and needs no escape.
                address.push_str("&at=");
                address.push_str(&sealed);
            }
        }
        address
    }

    /// Where answers are sent.
    pub(super) fn action(&self, modality: Modality) -> String {
        form_address(&self.base, Endpoint::Verify(modality).path())
    }

    /// Where the script of proof of work is.
    pub(super) fn script(&self) -> String {
        form_address(&self.base, Endpoint::Script.path())
    }

    /// The progress of a browser that has no script: it waits before a managed challenge, if it
    /// does not do so already.
    pub(super) fn asking_to_wait(&self) -> Progress {
        let progress = self.progress.with(None);
        let is_managed = self.task.challenge_type == ChallengeType::Managed;
        match progress.wait {
            Wait::No if is_managed => progress.waiting(Wait::Asked),
            _ => progress,
        }
    }

    /// The address of the application's own check, if it has one that this challenge leads to.
    pub(super) fn own_check(&self, responder: &Responder<'_>) -> Option<String> {
        let instance = responder.instance;
        let check = instance.settings.own_check.as_ref()?;
        let client = responder.client;
        let is_offered = self.task.challenge_type == ChallengeType::Managed && !client.is_unknown();
        if !is_offered {
            return None;
        }
        let challenges = &instance.challenges;
        let ticket = challenges.ticket(client, self.task, &self.next, &self.base);
        ticket.ok().map(|ticket| check.address(&ticket))
    }

    /// Where a page of a browser without a script finds what it loads.
    pub(super) fn mark(&self, sealed: &str) -> String {
        let address = form_address(&self.base, Endpoint::Mark.path());
        // It is Base64 for addresses, and needs no escape.
        format!("{address}?of={sealed}")
    }

    /// What has to be said before the challenge.
    pub(super) fn message(&self, tries_left: Option<u32>, is_carried: bool) -> Option<Message> {
        let tries_left = tries_left.map(|tries| u8::try_from(tries).unwrap_or(u8::MAX));
        match self.progress.note {
            Some(Note::Wrong) => Some(Message::WrongAnswer { tries_left }),
            Some(Note::Expired) => Some(Message::Expired),
            Some(Note::Incomplete) => Some(Message::Incomplete),
            Some(Note::Right) => Some(Message::Right),
            None if is_carried => Some(Message::FormKept),
            None => {
                let form = self.demanded.is_some_and(|demand| demand.form);
                form.then_some(Message::FormNotSent)
            }
        }
    }

    /// Whether the client has solved already what is demanded.
    pub(super) async fn is_solved(&self, responder: &Responder<'_>) -> bool {
        let Some(demand) = self.demanded else {
            return false;
        };
        let clearances = &responder.instance.judge.clearances;
        let shown = clearances.shown(responder.client, responder.headers).await;
        shown.iter().any(|solved| solved.satisfies(demand.task))
    }
}
