//! Checks answers to challenges.

use std::time::Duration;

use humanify_syntax::ChallengeType;

use super::clearance::NewClearance;
use super::clearance_terms::{ClearanceTerms, SCRIPTLESS_SECONDS};
use super::creation::{rounds_with_background_work, work_hardness};
use super::evidence::Evidence;
use super::progress::{Progress, ProgressNote};
use super::scriptless_wait::ScriptlessWait;
use super::task::Task;
use super::token::{CHALLENGE_LIFE, ChallengeToken};
use super::{
    Challenges, Clearances, Modality, SealedAnswer, Visitor, attempt_keys, image, proof_of_work,
};
use crate::clock::is_current;
use crate::crypto::Sha256;
use crate::store::{
    Admission, Attempt, FirstAnswer, IdOrigin, NetworkClass, NetworkUse, StoreError,
};

/// The outcome of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerOutcome {
    /// Right, and the last round: the `Set-Cookie` of the clearance.
    Cleared(String),
    /// Right, with more rounds to follow.
    Next(Task, Progress),
    Wrong {
        task: Task,
        /// The wait of the browser. A wrong answer does not change it.
        wait: ScriptlessWait,
    },
    /// Nothing is chosen, too few characters are typed, or the work beside it is missing. Such an
    /// answer is not counted.
    Incomplete(Task, Progress),
    /// The challenge expired, or was not set for this browser. The answer is not counted.
    Stale,
    /// The browser gave too many wrong answers.
    LockedOut { wait: Duration },
    /// The store failed to record the answer, so the answer does not count.
    Unavailable,
}

/// An answer after its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedAnswer {
    pub(crate) outcome: AnswerOutcome,
    /// Whether it counts. A repeated answer and one that was not checked do not.
    pub(crate) first: bool,
}

impl From<AnswerOutcome> for CheckedAnswer {
    fn from(outcome: AnswerOutcome) -> CheckedAnswer {
        CheckedAnswer {
            outcome,
            first: false,
        }
    }
}

/// An answer, as the client sent it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SubmittedAnswer<'a> {
    pub(crate) modality: Modality,
    pub(crate) token: &'a str,
    pub(crate) next: &'a str,
    pub(crate) answer: &'a [String],
    /// The proof of work that the page computed beside the answer.
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
        given: SubmittedAnswer<'_>,
        clearances: &Clearances,
    ) -> CheckedAnswer {
        let Some(opened) = self.open(given) else {
            return AnswerOutcome::Stale.into();
        };
        if !self.is_bound(&opened.binding, visitor) {
            return AnswerOutcome::Stale.into();
        }
        let SubmittedAnswer {
            modality, answer, ..
        } = given;
        // Steps for open checks are not sealed into a new demand: its page adds them anew.
        let task = opened.demanded;
        let note = match self.is_incomplete(modality, &opened.answer, answer) {
            true => Some(ProgressNote::Incomplete),
            false => missing_work(&opened, given),
        };
        if note.is_some() {
            let progress = Progress {
                proved: opened.proved,
                rounds: opened.rounds,
                series: (opened.series != opened.id).then_some(opened.series),
                is_hardened: opened.is_hardened,
                error_id: opened.error_id,
                wait: opened.wait,
                note,
            };
            return AnswerOutcome::Incomplete(task, progress).into();
        }
        let (browser, address) = attempt_keys(visitor);
        let attempt = Attempt {
            challenge: opened.id,
            origin: IdOrigin::Own {
                created_at: opened.created_at,
                run: opened.run,
            },
            expires: opened.expires(),
            right: self.is_right(given, &opened),
            browser,
            allowed: modality.is_guessable().then_some(self.retries),
            address,
            error_id: opened.error_id,
        };
        let (answered, first) = match self.store.admit(attempt).wait().await {
            Ok(Admission::First(answered)) => (answered, true),
            Ok(Admission::Again(answered)) => (answered, false),
            Ok(Admission::Forgotten) => return AnswerOutcome::Stale.into(),
            Ok(Admission::LockedOut { wait }) => return AnswerOutcome::LockedOut { wait }.into(),
            Err(_) => return AnswerOutcome::Unavailable.into(),
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
            false => AnswerOutcome::Wrong {
                task,
                wait: opened.wait,
            },
        };
        CheckedAnswer { outcome, first }
    }

    /// The outcome of a right answer.
    async fn reward(
        &self,
        visitor: Visitor<'_>,
        given: SubmittedAnswer<'_>,
        opened: &ChallengeToken,
        (answered, first): (FirstAnswer, bool),
        clearances: &Clearances,
    ) -> AnswerOutcome {
        let (task, modality) = (opened.demanded, given.modality);
        // After a wrong answer in between, only this answer counts.
        let (before, rounds, series) = match answered.unbroken {
            true => (opened.proved, opened.rounds, opened.series),
            false => (Evidence::default(), 0, opened.id),
        };
        let proved = before.and(opened.evidence);
        // If the challenge becomes harder, this answer adds no evidence.
        let hardened = Progress {
            proved: before,
            rounds,
            series: Some(series),
            is_hardened: true,
            error_id: answered.wrong_answers.error_id,
            wait: opened.wait,
            note: None,
        };
        if let Some(steps) = self.quick_answer_steps(modality, opened, answered) {
            let progress = Progress {
                note: Some(ProgressNote::Right),
                ..hardened
            };
            return AnswerOutcome::Next(task.harder(steps), progress);
        }
        let is_enough = match opened.background_work {
            Some(_) => {
                rounds.saturating_add(1) >= rounds_with_background_work(answered.wrong_answers)
            }
            None => is_enough(opened, answered, proved),
        };
        if is_enough {
            // The same answer without its probes would earn a clearance, so it counts towards the
            // quota now.
            if first {
                self.count_clearance(visitor).await;
            }
            // A browser that seems automated gets another proof of work, one step harder.
            let is_managed = task.challenge_type == ChallengeType::Managed;
            let includes_work = modality == Modality::Work || opened.background_work.is_some();
            if given.is_automated && is_managed && includes_work && !opened.is_hardened {
                // Work is not evidence of a person, so the evidence of pictures starts again.
                return AnswerOutcome::Next(task.harder(1), hardened);
            }
            let held = match self.is_sent_from_one_client(visitor, opened).await {
                Ok(true) => self.use_wait(visitor.client, opened.wait, series).await,
                other => other,
            };
            match held {
                Ok(true) => {}
                Ok(false) => return AnswerOutcome::Stale,
                Err(_) => return AnswerOutcome::Unavailable,
            }
            let grant = NewClearance {
                task: earned_task(opened, answered, proved, modality),
                id: clearance_id(series),
                created_at: answered.at,
                terms: self.terms_of(opened),
            };
            let cookie = clearances.cookie(visitor.client, grant);
            return cookie.map_or(AnswerOutcome::Unavailable, AnswerOutcome::Cleared);
        }
        let progress = Progress {
            proved,
            rounds: rounds.saturating_add(1),
            is_hardened: opened.is_hardened,
            note: Some(ProgressNote::Right),
            ..hardened
        };
        AnswerOutcome::Next(task, progress)
    }

    /// How long, and for how many requests, the clearance for an answer holds.
    fn terms_of(&self, opened: &ChallengeToken) -> ClearanceTerms {
        let terms = self.terms.of(opened.task);
        match opened.wait {
            ScriptlessWait::No | ScriptlessWait::Asked => terms,
            ScriptlessWait::Since { .. } => ClearanceTerms {
                seconds: terms.seconds.min(SCRIPTLESS_SECONDS),
                ..terms
            },
        }
    }

    /// Whether copies of an answer come from one network of IPv4 and one of IPv6, as a visitor may
    /// have both. Each copy earns a clearance for its network.
    async fn is_sent_from_one_client(
        &self,
        visitor: Visitor<'_>,
        opened: &ChallengeToken,
    ) -> Result<bool, StoreError> {
        let Some(network) = visitor.client.network() else {
            return Ok(true);
        };
        let held =
            self.store
                .record_network(NetworkUse::Answer, opened.id, network, 1, opened.expires());
        held.wait().await
    }

    /// Whether a token is valid for the browser that it is bound to.
    pub(crate) fn is_answerable(&self, given: SubmittedAnswer<'_>) -> bool {
        self.open(given).is_some()
    }

    fn open(&self, given: SubmittedAnswer<'_>) -> Option<ChallengeToken> {
        let SubmittedAnswer {
            modality,
            token,
            next,
            ..
        } = given;
        ChallengeToken::open(&self.sealer, modality.purpose(), next, token.as_bytes()).filter(
            |opened| is_current(opened.created_at, CHALLENGE_LIFE, self.clock.milliseconds()),
        )
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

    fn is_right(&self, given: SubmittedAnswer<'_>, opened: &ChallengeToken) -> bool {
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

    /// The right answer to a challenge, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn reveal(
        &self,
        modality: Modality,
        token: &str,
        next: &str,
    ) -> Option<Vec<String>> {
        let opened =
            ChallengeToken::open(&self.sealer, modality.purpose(), next, token.as_bytes())?;
        Some(match modality {
            Modality::Pictures => image::pictures::positions(&opened.answer),
            Modality::Sound => vec![super::audio::speaker::text(&opened.answer)?.to_owned()],
            Modality::Work => {
                let hardness = work_hardness(&opened.answer);
                vec![proof_of_work::right_answer(&opened.answer, hardness)]
            }
        })
    }

    /// The proof of work that a challenge's page computes, for the tests of an application.
    #[cfg(feature = "testing")]
    pub(crate) fn reveal_work(&self, token: &str, next: &str) -> Option<String> {
        let opened = [Modality::Pictures, Modality::Sound]
            .into_iter()
            .find_map(|modality| {
                ChallengeToken::open(&self.sealer, modality.purpose(), next, token.as_bytes())
            });
        let seed = opened?.background_work?;
        Some(proof_of_work::right_answer(&seed, work_hardness(&seed)))
    }
}

/// What to tell a visitor whose answer lacks a valid proof of work beside it; `None` if it has one, or
/// needs none.
fn missing_work(opened: &ChallengeToken, given: SubmittedAnswer<'_>) -> Option<ProgressNote> {
    let seed = opened.background_work?;
    if given.work.is_empty() {
        return Some(ProgressNote::NotComputed);
    }
    let is_right = proof_of_work::is_right(&seed, work_hardness(&seed), given.work);
    (!is_right).then_some(ProgressNote::Incomplete)
}

/// The task that a series of right answers is worth. Pictures beside work count as that work, unless
/// their evidence suffices without it. The page's promise of a last round is no evidence.
fn earned_task(
    opened: &ChallengeToken,
    answered: FirstAnswer,
    proved: Evidence,
    modality: Modality,
) -> Task {
    match opened.background_work.is_none() || proved >= needed(opened, answered) {
        true => opened.task.solved_by(modality),
        false => opened.task,
    }
}

/// Whether a series of right answers has enough evidence, given the wrong answers of its address; also if
/// the page promised that this round is the last.
fn is_enough(opened: &ChallengeToken, answered: FirstAnswer, proved: Evidence) -> bool {
    proved >= needed(opened, answered) || (opened.last && answered.unbroken)
}

/// The evidence that a series of right answers needs without work beside it.
fn needed(opened: &ChallengeToken, answered: FirstAnswer) -> Evidence {
    let wrong_answers = answered.wrong_answers.in_a_crowd(opened.crowded);
    Evidence::needed(wrong_answers, opened.is_first)
}

/// The id of the clearance for a series of right answers. It is the same in every process and for
/// every copy of the last answer. Its class is that of the series, so that each network takes its own
/// room in the store.
pub(super) fn clearance_id(series: [u8; 16]) -> [u8; 16] {
    let hash = Sha256::new().with(b"humanify clearance").with(series);
    NetworkClass::of_id(&series).mark(hash.finish_short())
}
