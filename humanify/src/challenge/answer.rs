//! Checks answers to challenges.

use std::time::Duration;

use humanify_syntax::ChallengeType;
use sha2::{Digest, Sha256};

use super::clearance::Grant;
use super::evidence::Evidence;
use super::progress::{Note, Progress};
use super::set::{rounds_beside_work, work_hardness};
use super::task::Task;
use super::terms::Terms;
use super::token::{CHALLENGE_LIFE, ChallengeToken, SCRIPTLESS_SECONDS};
use super::wait::Wait;
use super::{
    Challenges, Clearances, Modality, SealedAnswer, Visitor, attempt_keys, image, proof_of_work,
};
use crate::clock::is_current;
use crate::store::{Admission, Answered, Attempt, StoreError};

/// The outcome of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Right, and the last round: the `Set-Cookie` of the clearance.
    Cleared(String),
    /// Right, with more rounds to follow.
    Next(Task, Progress),
    Wrong {
        task: Task,
        /// How long the browser has waited, which a mistake does not change.
        wait: Wait,
    },
    /// Nothing is chosen, or too few characters are typed. It costs nothing.
    Incomplete(Task, Progress),
    /// Expired, or not set for this browser. It costs nothing.
    Stale,
    /// The browser gave too many wrong answers.
    Closed { wait: Duration },
    /// It could not be recorded, so it does not count.
    Unavailable,
}

/// An answer after its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    /// Whether it counts. A repeated answer and one that was not checked do not.
    pub(crate) first: bool,
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Answer {
        Answer {
            outcome,
            first: false,
        }
    }
}

/// An answer, as the client sent it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) modality: Modality,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    pub(crate) answer: &'a [String],
    /// What the page computed beside it.
    pub(crate) work: &'a str,
    /// Whether the page's script found the browser to be driven by a program.
    pub(crate) is_automated: bool,
}

impl Challenges {
    /// Checks an answer. The first answer to a challenge counts; later ones with the cookie of the
    /// same browser get its outcome.
    pub(crate) async fn answer(
        &self,
        visitor: Visitor<'_>,
        given: Given<'_>,
        clearances: &Clearances,
    ) -> Answer {
        let Some(opened) = self.open(given) else {
            return Outcome::Stale.into();
        };
        if !self.is_bound(&opened.binding, visitor) {
            return Outcome::Stale.into();
        }
        let Given {
            modality, answer, ..
        } = given;
        let task = opened.task;
        if self.is_incomplete(modality, &opened.answer, answer) || !has_worked(&opened, given) {
            let progress = Progress {
                proved: opened.proved,
                rounds: opened.rounds,
                row: (opened.row != opened.id).then_some(opened.row),
                raised: opened.raised,
                mark: opened.mark,
                wait: opened.wait,
                note: Some(Note::Incomplete),
            };
            return Outcome::Incomplete(task, progress).into();
        }
        let (browser, address) = attempt_keys(visitor);
        let attempt = Attempt {
            challenge: opened.id,
            made: opened.made,
            expires: opened.expires(),
            right: self.is_right(given, &opened),
            browser,
            allowed: modality.is_guessable().then_some(self.retries),
            address,
            mark: opened.mark,
        };
        let (answered, first) = match self.store.admit(attempt).wait().await {
            Ok(Admission::First(answered)) => (answered, true),
            Ok(Admission::Again(answered)) => (answered, false),
            Ok(Admission::Forgotten) => return Outcome::Stale.into(),
            Ok(Admission::Closed { wait }) => return Outcome::Closed { wait }.into(),
            Err(_) => return Outcome::Unavailable.into(),
        };
        if first {
            self.close_check(visitor, &opened).await;
        }
        let outcome = match answered.right {
            true => {
                let counted = (answered, first);
                self.reward(visitor, given, &opened, counted, clearances)
                    .await
            }
            false => Outcome::Wrong {
                task,
                wait: opened.wait,
            },
        };
        Answer { outcome, first }
    }

    /// The outcome of a right answer.
    async fn reward(
        &self,
        visitor: Visitor<'_>,
        given: Given<'_>,
        opened: &ChallengeToken,
        (answered, first): (Answered, bool),
        clearances: &Clearances,
    ) -> Outcome {
        let (task, modality) = (opened.task, given.modality);
        // After a wrong answer in between, only this answer counts.
        let (before, rounds, row) = match answered.unbroken {
            true => (opened.proved, opened.rounds, opened.row),
            false => (Evidence::default(), 0, opened.id),
        };
        let proved = before.and(opened.worth);
        // Where a challenge is raised, the answer proves nothing.
        let raised = Progress {
            proved: before,
            rounds,
            row: Some(row),
            raised: true,
            mark: answered.failures.mark,
            wait: opened.wait,
            note: None,
        };
        if let Some(steps) = self.haste(modality, opened, answered) {
            let progress = Progress {
                note: Some(Note::Right),
                ..raised
            };
            return Outcome::Next(task.harder(steps), progress);
        }
        let is_enough = match opened.beside {
            Some(_) => rounds.saturating_add(1) >= rounds_beside_work(answered.failures),
            None => is_enough(opened, answered, proved),
        };
        if is_enough {
            // Sent again without its probes this answer earns a clearance, so it counts now.
            if first {
                self.count_clearance(visitor).await;
            }
            // A browser that a program seems to drive computes once more, a step longer.
            let is_managed = task.challenge_type == ChallengeType::Managed;
            let has_worked = modality == Modality::Work || opened.beside.is_some();
            if given.is_automated && is_managed && has_worked && !opened.raised {
                // Work proves nothing of a person, so pictures after it begin anew.
                return Outcome::Next(task.harder(1), raised);
            }
            match self.is_sent_from_few(visitor, opened).await {
                Ok(true) => {}
                Ok(false) => return Outcome::Stale,
                Err(_) => return Outcome::Unavailable,
            }
            let grant = Grant {
                task: worth(opened, answered, proved, modality),
                id: clearance_id(row),
                made: answered.at,
                terms: self.terms_of(opened),
            };
            let cookie = clearances.cookie(visitor.client, grant);
            return cookie.map_or(Outcome::Unavailable, Outcome::Cleared);
        }
        let progress = Progress {
            proved,
            rounds: rounds.saturating_add(1),
            raised: opened.raised,
            note: Some(Note::Right),
            ..raised
        };
        Outcome::Next(task, progress)
    }

    /// For how long, and for how many requests, the clearance holds that an answer earns.
    fn terms_of(&self, opened: &ChallengeToken) -> Terms {
        let terms = self.terms.of(opened.task);
        match opened.wait {
            Wait::No | Wait::Asked => terms,
            Wait::Since { .. } => Terms {
                seconds: terms.seconds.min(SCRIPTLESS_SECONDS),
                ..terms
            },
        }
    }

    /// Whether copies of an answer come from no more networks than one visitor has: one of IPv4 and
    /// one of IPv6. Each of them earns a clearance for the network from which it comes.
    async fn is_sent_from_few(
        &self,
        visitor: Visitor<'_>,
        opened: &ChallengeToken,
    ) -> Result<bool, StoreError> {
        let Some(network) = visitor.client.network() else {
            return Ok(true);
        };
        let held = self.store.roam(opened.id, network, 2, opened.expires());
        held.wait().await
    }

    /// Whether a token is valid for the browser that it is bound to.
    pub(crate) fn is_answerable(&self, given: Given<'_>) -> bool {
        self.open(given).is_some()
    }

    fn open(&self, given: Given<'_>) -> Option<ChallengeToken> {
        let Given {
            modality,
            token,
            next,
            ..
        } = given;
        ChallengeToken::open(&self.seal, modality.purpose(), next, token.as_bytes())
            .filter(|opened| is_current(opened.made, CHALLENGE_LIFE, self.clock.milliseconds()))
    }

    /// Whether the page itself marks the answer as incomplete: nothing is chosen, or fewer
    /// characters are typed than were spoken.
    fn is_incomplete(&self, modality: Modality, sealed: &SealedAnswer, answer: &[String]) -> bool {
        match (modality, answer) {
            (Modality::Pictures, chosen) => chosen.iter().all(String::is_empty),
            (Modality::Sound, [typed, ..]) => {
                let speaker = self.sources.speaker.as_ref();
                speaker.is_some_and(|speaker| speaker.is_shorter(sealed, typed))
            }
            (Modality::Sound, []) => true,
            (Modality::Work, _) => false,
        }
    }

    fn is_right(&self, given: Given<'_>, opened: &ChallengeToken) -> bool {
        match (given.modality, given.answer) {
            (Modality::Pictures, chosen) => image::pictures::is_right(&opened.answer, chosen),
            (Modality::Sound, [typed]) => {
                let speaker = self.sources.speaker.as_ref();
                speaker.is_some_and(|speaker| speaker.is_right(&opened.answer, typed))
            }
            (Modality::Work, [numbers]) => {
                let hardness = work_hardness(&opened.answer);
                proof_of_work::is_right(&opened.answer, hardness, numbers)
            }
            _ => false,
        }
    }

    /// The right answer to a challenge, for tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn reveal(
        &self,
        modality: Modality,
        token: &str,
        next: &str,
    ) -> Option<Vec<String>> {
        let opened = ChallengeToken::open(&self.seal, modality.purpose(), next, token.as_bytes())?;
        Some(match modality {
            Modality::Pictures => image::pictures::positions(&opened.answer),
            Modality::Sound => vec![super::audio::speaker::text(&opened.answer)?.to_owned()],
            Modality::Work => {
                let hardness = work_hardness(&opened.answer);
                vec![proof_of_work::right_answer(&opened.answer, hardness)]
            }
        })
    }

    /// What the page of a challenge computes beside it, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn reveal_work(&self, token: &str, next: &str) -> Option<String> {
        let opened = [Modality::Pictures, Modality::Sound]
            .into_iter()
            .find_map(|modality| {
                ChallengeToken::open(&self.seal, modality.purpose(), next, token.as_bytes())
            });
        let seed = opened?.beside?;
        Some(proof_of_work::right_answer(&seed, work_hardness(&seed)))
    }
}

/// Whether the work beside a picture is done, where there is some.
fn has_worked(opened: &ChallengeToken, given: Given<'_>) -> bool {
    opened.beside.is_none_or(|seed| {
        let hardness = work_hardness(&seed);
        proof_of_work::is_right(&seed, hardness, given.work)
    })
}

/// What a row is worth: pictures beside work are worth what the work is, unless they prove as much
/// as pictures alone have to.
fn worth(
    opened: &ChallengeToken,
    answered: Answered,
    proved: Evidence,
    modality: Modality,
) -> Task {
    match opened.beside.is_none() || is_enough(opened, answered, proved) {
        true => opened.task.solved_by(modality),
        false => opened.task,
    }
}

/// Whether a row of right answers proves enough: by the failures of its address until the answer,
/// or as its last page promised.
fn is_enough(opened: &ChallengeToken, answered: Answered, proved: Evidence) -> bool {
    let needed = Evidence::needed(answered.failures.in_a_crowd(opened.crowded), opened.early);
    proved >= needed || (opened.last && answered.unbroken)
}

/// The clearance that a row of right answers is worth, whichever process gives it and however
/// often its last answer is sent.
pub(super) fn clearance_id(row: [u8; 16]) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(b"humanify clearance")
        .chain_update(row)
        .finalize();
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(digest) {
        *to = from;
    }
    id
}
