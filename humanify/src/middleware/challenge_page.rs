//! Creates a challenge for one request, and fills in the view of its page.

use axum::response::Response;

use super::browser_cookie;
use super::carried_form::CarriedForm;
use super::challenge_link::ChallengeLink;
use super::fetch_metadata::is_user_initiated;
use super::request_kind::RequestKind;
use super::responder::Responder;
use super::wait_page;
use crate::challenge::{Browser, Challenge, ChallengeContent, ChallengeRequest, Layout, Modality};
use crate::pages::{ChallengeBody, ChallengeView, ScriptlessWays};

/// The maximum number of characters in the answer to an audio challenge.
const MAX_ANSWER_LENGTH: u16 = 64;

/// Sets the challenge of a link and shows it to a known or new browser, with the interrupted form.
pub(super) async fn show(
    responder: &Responder<'_>,
    modality: Modality,
    link: &ChallengeLink,
    known: Option<Browser>,
    carried: Option<&CarriedForm>,
) -> Response {
    if let Err(response) = wait_page::pass(responder, modality, link, known, carried).await {
        return *response;
    }
    let challenges = &responder.instance.challenges;
    let created = challenges.create(ChallengeRequest {
        modality,
        language: responder.language(),
        client: responder.client,
        browser: known,
        task: link.task,
        next: &link.next,
        progress: link.progress,
        navigated: is_navigated(responder),
    });
    match created.await {
        Ok(challenge) => {
            responder.count_shown(&challenge);
            let mut response = page(responder, modality, link, &challenge, carried).await;
            browser_cookie::set(responder, challenge.browser, &mut response);
            response
        }
        Err(error) => responder.not_set(error, &link.next),
    }
}

/// Whether the visitor followed a link to the challenge, and no other site caused it.
fn is_navigated(responder: &Responder<'_>) -> bool {
    let Responder {
        client,
        uri,
        method,
        headers,
        ..
    } = *responder;
    responder.kind() == RequestKind::Navigation && is_user_initiated(client, method, uri, headers)
}

async fn page(
    responder: &Responder<'_>,
    modality: Modality,
    link: &ChallengeLink,
    challenge: &Challenge,
    carried: Option<&CarriedForm>,
) -> Response {
    let pages = &responder.instance.pages;
    // The link to another challenge of the same round carries no message.
    let mut silent = link.clone();
    silent.progress = link.progress.with(None);
    let address = |modality| silent.address_for(responder, modality, Some(challenge.browser));
    let offered = |modality| {
        let offered = responder.instance.challenges.offers(modality, link.task);
        offered.then(|| address(modality))
    };
    let action = link.action(modality);
    let another = address(modality);
    let sound = offered(Modality::Sound);
    let pictures = offered(Modality::Pictures);
    let form = carried.and_then(|form| form.seal(responder, challenge.browser).ok());
    // The application's own check cannot carry a form.
    let own_check = match form {
        Some(_) => None,
        None => link.own_check(responder).await,
    };
    let message = link.message(Some(challenge.tries_left), form.is_some());
    let client = responder.client;
    let loopback = client.is_loopback().then(|| client.ip()).flatten();
    let script = link.script();
    let body = match &challenge.content {
        ChallengeContent::Pictures {
            layout,
            subject,
            preview,
            tiles,
        } => match layout {
            Layout::OneClick => ChallengeBody::Pictures {
                subject,
                preview: preview.as_deref(),
                tiles,
            },
            Layout::Grid => ChallengeBody::Grid { subject, tiles },
        },
        ChallengeContent::Recording { sound, characters } => ChallengeBody::Sound {
            recording: sound,
            characters: *characters,
            longest_answer: MAX_ANSWER_LENGTH,
        },
        ChallengeContent::Work(puzzle) => ChallengeBody::Work {
            script: &script,
            puzzle,
        },
    };
    // Proof of work has no rounds, even after rounds of pictures.
    let (round, rounds) = match body {
        ChallengeBody::Work { .. } => (1, 1),
        _ => (challenge.round, challenge.rounds),
    };
    let asked = |modality| {
        let mut waiting = silent.clone();
        waiting.progress = link.asking_to_wait();
        let offered = responder.instance.challenges.offers(modality, link.task);
        offered.then(|| waiting.address_for(responder, modality, Some(challenge.browser)))
    };
    let (waiting_pictures, waiting_sound) = (asked(Modality::Pictures), asked(Modality::Sound));
    let view = ChallengeView {
        action: &action,
        another: &another,
        pictures: pictures.as_deref(),
        sound: sound.as_deref(),
        scriptless: ScriptlessWays {
            pictures: waiting_pictures.as_deref(),
            sound: waiting_sound.as_deref(),
        },
        background_work: challenge
            .work
            .as_ref()
            .map(|puzzle| (script.as_str(), puzzle)),
        own_check: own_check.as_deref(),
        sealed_demand: &link.sealed_demand,
        token: &challenge.token,
        next: &link.next,
        form: form.as_deref(),
        round,
        rounds,
        message,
        loopback,
        body,
    };
    responder.page(|context| pages.challenge(context, &view))
}
