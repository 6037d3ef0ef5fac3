//! Shows the wait of a browser without a script, before its challenge.

use axum::response::Response;
use humanify_syntax::ChallengeType;

use super::browser_cookie;
use super::carried_form::CarriedForm;
use super::challenge_link::ChallengeLink;
use super::responder::Responder;
use crate::challenge::{Browser, Modality, Scriptless};
use crate::pages::WaitView;

/// Passes a browser that has waited, or need not wait.
///
/// # Errors
/// The page on which it waits, or the page that says that there is no place.
pub(super) async fn pass(
    responder: &Responder<'_>,
    modality: Modality,
    link: &ChallengeLink,
    known: Option<Browser>,
    carried: Option<&CarriedForm>,
) -> Result<(), Box<Response>> {
    // A browser without cookies would wait for ever, and its answer would be refused. It is one if
    // it has been here, as its progress shows, and yet sends no cookie.
    let is_managed = link.task.challenge_type == ChallengeType::Managed;
    if is_managed && known.is_none() && link.has_progress_of_browser {
        return Err(Box::new(responder.cookies(&link.address(modality))));
    }
    let challenges = &responder.instance.challenges;
    let visitor = (responder.client, known);
    let stands = challenges.scriptless(visitor, (modality, link.task), link.progress);
    let (browser, progress, left, mark) = match stands.await {
        Ok(Scriptless::Passes) => return Ok(()),
        Ok(Scriptless::Full { wait }) => {
            return Err(Box::new(responder.wait_quota_exceeded(wait, &link.next)));
        }
        Err(error) => return Err(Box::new(responder.not_set(error, &link.next))),
        Ok(Scriptless::Waits {
            browser,
            progress,
            remaining: left,
            mark,
        }) => (browser, progress, left, mark),
    };
    let mut next = link.clone();
    next.progress = progress.with(None);
    let way = next.address_for(responder, modality, Some(browser));
    let mark = link.mark(&mark);
    let form = carried.and_then(|form| form.seal(responder, browser).ok());
    let client = responder.client;
    let own_check = match form {
        Some(_) => None,
        None => link.own_check(responder).await,
    };
    let view = WaitView {
        left,
        continue_url: &way,
        mark: &mark,
        own_check: own_check.as_deref(),
        form: form.as_deref(),
        message: link.message(None, form.is_some()),
        loopback: client.is_loopback().then(|| client.ip()).flatten(),
    };
    let pages = &responder.instance.pages;
    let mut response = responder.page(|context| pages.wait(context, &view));
    browser_cookie::set(responder, browser, &mut response);
    Err(Box::new(response))
}
