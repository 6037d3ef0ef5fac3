//! Links to challenges, with the sealed demand and the way back.

use axum::response::Response;
use humanify_syntax::Demand;

use super::endpoint_path::Endpoint;
use super::responder::Responder;
use crate::challenge::{Challenge, ChallengeContent, DemandToken, Modality, Progress, Task};
use crate::crypto::SealError;
use crate::middleware::cookie_probe;
use crate::pages::{ChallengeBody, ChallengeView, Message, form_address, local, page_address};

/// Characters that can be typed as the answer to a sound challenge.
const LONGEST_ANSWER: u16 = 64;

/// The first field of that name in a form or a query.
pub(super) fn field(form: &[u8], name: &str) -> Option<String> {
    fields(form, name, 1).pop()
}

/// All fields of that name, as many as are asked for.
pub(super) fn fields(form: &[u8], name: &str, most: usize) -> Vec<String> {
    form_urlencoded::parse(form)
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .take(most)
        .collect()
}

/// The way to a challenge.
#[derive(Clone)]
pub(super) struct ChallengeLink {
    pub(super) next: String,
    /// What was demanded, as far as the client can prove it.
    pub(super) demanded: Option<DemandToken>,
    pub(super) task: Task,
    /// The sealed demand, for links and forms.
    sealed_demand: String,
    base: String,
}

impl ChallengeLink {
    /// A door for a demand that was just made.
    pub(super) fn new(
        answering: &Responder<'_>,
        next: &str,
        demand: DemandToken,
    ) -> Result<ChallengeLink, SealError> {
        Ok(ChallengeLink {
            sealed_demand: demand.seal(&answering.instance.seal, next)?,
            next: next.to_owned(),
            demanded: Some(demand),
            task: demand.task,
            base: format!("{}{}", answering.prefix, answering.instance.settings.mount),
        })
    }

    /// The door that a query or a form leads to. A demand that does not open, or none, is
    /// the builder's, and leads no farther than to a path of this site.
    pub(super) fn open(
        answering: &Responder<'_>,
        fields: &[u8],
    ) -> Result<ChallengeLink, SealError> {
        let next = field(fields, "next").unwrap_or_default();
        let next = local(&next).unwrap_or("/");
        let sealed = field(fields, "for").and_then(|sealed_demand| {
            DemandToken::open(&answering.instance.seal, next, sealed_demand.as_bytes())
        });
        let demand = sealed.unwrap_or(DemandToken {
            task: answering.instance.judge.task(Demand::DEFAULT),
            form: false,
        });
        let mut door = ChallengeLink::new(answering, next, demand)?;
        door.demanded = sealed;
        Ok(door)
    }

    pub(super) fn with_task(&self, task: Task) -> ChallengeLink {
        ChallengeLink {
            task,
            ..self.clone()
        }
    }

    /// The address of the challenge.
    pub(super) fn address(&self, medium: Modality) -> String {
        let page = Endpoint::Challenge(medium).path();
        page_address(&self.base, page, &self.next, &self.sealed_demand)
    }

    /// The address of the challenge in another way, if it is offered.
    fn alternative(&self, answering: &Responder<'_>, medium: Modality) -> Option<String> {
        let offered = answering.instance.challenges.offers(medium, self.task);
        offered.then(|| self.address(medium))
    }

    /// Shows a challenge, if it is not closed to the client.
    pub(super) async fn show(
        &self,
        answering: &Responder<'_>,
        medium: Modality,
        message: Option<Message>,
    ) -> Response {
        match answering
            .instance
            .challenges
            .progress(answering.client)
            .await
        {
            Ok(progress) => self.set(answering, medium, progress, message).await,
            Err(error) => answering.not_set(error, &self.next),
        }
    }

    /// Sets a challenge and shows it.
    pub(super) async fn set(
        &self,
        answering: &Responder<'_>,
        medium: Modality,
        progress: Progress,
        message: Option<Message>,
    ) -> Response {
        let set = answering
            .instance
            .challenges
            .set(
                medium,
                answering.language(),
                answering.client,
                self.task,
                &self.next,
                progress,
            )
            .await;
        match set {
            Ok(challenge) => {
                answering.count_shown(medium, self.task);
                self.page(answering, medium, &challenge, message)
            }
            Err(error) => answering.not_set(error, &self.next),
        }
    }

    fn page(
        &self,
        answering: &Responder<'_>,
        medium: Modality,
        challenge: &Challenge,
        message: Option<Message>,
    ) -> Response {
        let pages = &answering.instance.pages;
        let action = form_address(&self.base, Endpoint::Verify(medium).path());
        let another = self.address(medium);
        let sound = self.alternative(answering, Modality::Sound);
        let pictures = self.alternative(answering, Modality::Pictures);
        let loopback = answering
            .client
            .is_loopback()
            .then(|| answering.client.ip())
            .flatten();
        let script = form_address(&self.base, Endpoint::Script.path());
        let body = match &challenge.exhibit {
            ChallengeContent::Pictures {
                subject,
                preview: Some(preview),
                tiles,
            } => ChallengeBody::Pictures {
                subject,
                preview,
                tiles,
            },
            ChallengeContent::Pictures {
                subject,
                preview: None,
                tiles,
            } => ChallengeBody::Grid { subject, tiles },
            ChallengeContent::Recording(recording) => ChallengeBody::Sound {
                recording,
                longest_answer: LONGEST_ANSWER,
            },
            ChallengeContent::Work { puzzles, bits } => ChallengeBody::Work {
                script: &script,
                bits: *bits,
                puzzles: *puzzles,
            },
        };
        let view = ChallengeView {
            action: &action,
            another: &another,
            pictures: pictures.as_deref(),
            sound: sound.as_deref(),
            sealed_demand: &self.sealed_demand,
            token: &challenge.token,
            next: &self.next,
            round: challenge.round,
            rounds: challenge.rounds,
            message,
            loopback,
            body,
        };
        let mut response = answering.page(|context| pages.challenge(context, &view));
        cookie_probe::begin(answering, &mut response);
        response
    }
}
