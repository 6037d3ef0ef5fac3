//! The way to a challenge, and from there to where the visitor wants to go.

use axum::response::Response;
use http::StatusCode;
use humanify_syntax::Demand;

use super::answer::Answering;
use super::own::Page;
use super::trial;
use crate::challenge::{Challenge, DemandToken, Exhibit, Medium, NoRandomness, Progress, Task};
use crate::pages::{
    GridChallenge, Message, PictureChallenge, SoundChallenge, WorkChallenge, form_address, local,
    page_address,
};

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
pub(super) struct Door {
    pub(super) next: String,
    /// What was demanded, as far as the client can prove it.
    pub(super) demanded: Option<DemandToken>,
    pub(super) task: Task,
    /// The sealed demand, for links and forms.
    ticket: String,
    base: String,
}

impl Door {
    /// A door for a demand that was just made.
    pub(super) fn new(
        answering: &Answering<'_>,
        next: &str,
        demand: DemandToken,
    ) -> Result<Door, NoRandomness> {
        Ok(Door {
            ticket: demand.seal(&answering.instance.seal, next)?,
            next: next.to_owned(),
            demanded: Some(demand),
            task: demand.task,
            base: format!("{}{}", answering.prefix, answering.instance.settings.mount),
        })
    }

    /// The door that a query or a form leads to. A demand that does not open, or none, is
    /// the builder's, and leads no farther than to a path of this site.
    pub(super) fn open(answering: &Answering<'_>, fields: &[u8]) -> Result<Door, NoRandomness> {
        let next = field(fields, "next").unwrap_or_default();
        let next = local(&next).unwrap_or("/");
        let sealed = field(fields, "for").and_then(|ticket| {
            DemandToken::open(&answering.instance.seal, next, ticket.as_bytes())
        });
        let demand = sealed.unwrap_or(DemandToken {
            task: answering.instance.judge.task(Demand::DEFAULT),
            form: false,
        });
        let mut door = Door::new(answering, next, demand)?;
        door.demanded = sealed;
        Ok(door)
    }

    pub(super) fn with_task(&self, task: Task) -> Door {
        Door {
            task,
            ..self.clone()
        }
    }

    /// The address of the challenge.
    pub(super) fn address(&self, medium: Medium) -> String {
        let page = Page::Challenge(medium).path();
        page_address(&self.base, page, &self.next, &self.ticket)
    }

    /// The address of the challenge in another way, if it is offered.
    fn alternative(&self, answering: &Answering<'_>, medium: Medium) -> Option<String> {
        let offered = answering.instance.challenges.offers(medium, self.task);
        offered.then(|| self.address(medium))
    }

    /// Shows a challenge, if it is not closed to the client.
    pub(super) async fn show(
        &self,
        answering: &Answering<'_>,
        medium: Medium,
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
        answering: &Answering<'_>,
        medium: Medium,
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
            Ok(challenge) => self.page(answering, medium, &challenge, message),
            Err(error) => answering.not_set(error, &self.next),
        }
    }

    fn page(
        &self,
        answering: &Answering<'_>,
        medium: Medium,
        challenge: &Challenge,
        message: Option<Message>,
    ) -> Response {
        let pages = &answering.instance.pages;
        let action = form_address(&self.base, Page::Verify(medium).path());
        let another = self.address(medium);
        let sound = self.alternative(answering, Medium::Sound);
        let pictures = self.alternative(answering, Medium::Pictures);
        let loopback = answering
            .client
            .is_loopback()
            .then(|| answering.client.ip())
            .flatten();
        let mut response = match &challenge.exhibit {
            Exhibit::Pictures {
                subject,
                preview: Some(preview),
                tiles,
            } => {
                let view = PictureChallenge {
                    status: StatusCode::OK,
                    action: &action,
                    another: &another,
                    alternative: sound.as_deref(),
                    token: &challenge.token,
                    ticket: &self.ticket,
                    next: &self.next,
                    subject,
                    preview,
                    tiles,
                    round: challenge.round,
                    rounds: challenge.rounds,
                    message,
                    loopback,
                };
                answering.page(|context| pages.challenge(context, &view))
            }
            Exhibit::Pictures {
                subject,
                preview: None,
                tiles,
            } => {
                let view = GridChallenge {
                    status: StatusCode::OK,
                    action: &action,
                    another: &another,
                    alternative: sound.as_deref(),
                    token: &challenge.token,
                    ticket: &self.ticket,
                    next: &self.next,
                    subject,
                    tiles,
                    round: challenge.round,
                    rounds: challenge.rounds,
                    message,
                    loopback,
                };
                answering.page(|context| pages.grid_challenge(context, &view))
            }
            Exhibit::Recording(recording) => {
                let view = SoundChallenge {
                    status: StatusCode::OK,
                    action: &action,
                    another: &another,
                    alternative: pictures.as_deref(),
                    token: &challenge.token,
                    ticket: &self.ticket,
                    next: &self.next,
                    recording,
                    longest_answer: LONGEST_ANSWER,
                    round: challenge.round,
                    rounds: challenge.rounds,
                    message,
                    loopback,
                };
                answering.page(|context| pages.sound_challenge(context, &view))
            }
            Exhibit::Work { puzzles, bits } => {
                let script = form_address(&self.base, Page::Script.path());
                let view = WorkChallenge {
                    status: StatusCode::OK,
                    action: &action,
                    token: &challenge.token,
                    ticket: &self.ticket,
                    next: &self.next,
                    script: &script,
                    bits: *bits,
                    puzzles: *puzzles,
                    pictures: pictures.as_deref(),
                    sound: sound.as_deref(),
                    message,
                    loopback,
                };
                answering.page(|context| pages.work_challenge(context, &view))
            }
        };
        trial::begin(answering, &mut response);
        response
    }
}
