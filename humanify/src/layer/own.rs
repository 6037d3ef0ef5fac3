//! Humanify's own pages.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, SET_COOKIE};
use http::{Method, StatusCode};
use humanify_syntax::Demand;

use super::answer::{Answering, redirect, with_status};
use super::caller::is_cross_site;
use crate::challenge::{
    Challenge, DemandToken, Exhibit, NoRandomness, Outcome, Progress, Sense, Task,
};
use crate::judge::Verdict;
use crate::limit::{Counter, OWN_PAGES};
use crate::pages::{
    Message, PictureChallenge, SoundChallenge, Subject, form_address, local, page_address,
};
use crate::store::Counted;

/// What an answer to a challenge may weigh, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// Characters that can be typed as the answer to a sound challenge.
const LONGEST_ANSWER: u16 = 64;

/// The paths below the mount.
pub(crate) const PATHS: &[&str] = &[
    "challenge",
    "audio_challenge",
    "verify",
    "verify_audio",
    "access_denied",
    "rate_limited",
];

/// The page that a path is, if it is one of humanify's own.
pub(super) fn page<'a>(path: &'a str, mount: &str) -> Option<&'a str> {
    path.strip_prefix(mount)?
        .strip_prefix('/')
        .filter(|page| PATHS.contains(page))
}

/// Answers a request for one of humanify's own pages.
pub(super) async fn serve(answering: &Answering<'_>, page: &str, body: Body) -> Response {
    let get = matches!(*answering.method, Method::GET | Method::HEAD);
    let post = *answering.method == Method::POST;
    let settings = &answering.instance.settings;
    let allowed = match page {
        "verify" | "verify_audio" => "POST",
        _ => "GET, HEAD",
    };
    let mut response = match page {
        "challenge" if get && settings.pictures => challenge(answering, Sense::Sight).await,
        "audio_challenge" if get && settings.sound => challenge(answering, Sense::Hearing).await,
        "verify" if post && settings.pictures => verify(answering, Sense::Sight, body).await,
        "verify_audio" if post && settings.sound => verify(answering, Sense::Hearing, body).await,
        "access_denied" if get => answering.denied(),
        "rate_limited" if get => answering.limited(OWN_PAGES.period() / OWN_PAGES.count()),
        _ if get == (allowed == "POST") || !(get || post) => {
            answering.error(StatusCode::METHOD_NOT_ALLOWED)
        }
        _ => answering.error(StatusCode::NOT_FOUND),
    };
    // The routes of these pages have no methods, of which axum would tell an empty list.
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// Shows a challenge.
async fn challenge(answering: &Answering<'_>, sense: Sense) -> Response {
    if answering.client.is_unknown() {
        return answering.denied();
    }
    if let Err(response) = within_limits(answering).await {
        return *response;
    }
    let query = answering.uri.query().unwrap_or_default();
    let Ok(door) = Door::open(answering, query.as_bytes()) else {
        return answering.busy();
    };
    // Whoever has solved it, and came back with the back button, is sent on.
    if let Some(demand) = door.demanded {
        let judge = &answering.instance.judge;
        let shown = judge
            .clearances
            .shown(answering.client, answering.headers)
            .await;
        if shown.iter().any(|solved| solved.satisfies(demand.task)) {
            return redirect(&door.next);
        }
    }
    let message = door
        .demanded
        .is_some_and(|demand| demand.form)
        .then_some(Message::FormNotSent);
    door.show(answering, sense, message).await
}

/// Looks at an answer.
async fn verify(answering: &Answering<'_>, sense: Sense, body: Body) -> Response {
    if answering.client.is_unknown() || is_cross_site(answering.uri, answering.headers) {
        return answering.denied();
    }
    if let Err(response) = within_limits(answering).await {
        return *response;
    }
    let is_form = answering
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return answering.error(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Ok(form) = to_bytes(body, LARGEST_FORM).await else {
        return answering.error(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let Ok(door) = Door::open(answering, &form) else {
        return answering.busy();
    };
    let (token, answer) = (field(&form, "token"), field(&form, "answer"));
    let instance = answering.instance;
    let outcome = instance
        .challenges
        .answer(
            sense,
            answering.client,
            token.as_deref().unwrap_or_default(),
            &door.next,
            answer.as_deref().unwrap_or_default(),
            &instance.judge.clearances,
        )
        .await;
    let tries_left = |failures| {
        let left = instance.challenges.tries_left(failures);
        Some(u8::try_from(left).unwrap_or(u8::MAX))
    };
    let again = |task, failures, message| {
        let door = door.with_task(task);
        async move {
            if let Some(0) = tries_left(failures) {
                // The page says how long the challenge stays closed.
                return door.show(answering, sense, None).await;
            }
            let progress = Progress {
                streak: 0,
                failures,
            };
            let shown = door.set(answering, sense, progress, Some(message)).await;
            with_status(shown, StatusCode::FORBIDDEN)
        }
    };
    match outcome {
        Outcome::Cleared(cookie) => {
            let mut response = redirect(&door.next);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Outcome::Next(task, progress) => {
            let door = door.with_task(task);
            door.set(answering, sense, progress, None).await
        }
        Outcome::Wrong { task, failures } => {
            let tries_left = tries_left(failures);
            again(task, failures, Message::WrongAnswer { tries_left }).await
        }
        Outcome::Used { task, failures } => again(task, failures, Message::AlreadyUsed).await,
        Outcome::Stale => {
            let shown = door.show(answering, sense, Some(Message::Expired)).await;
            with_status(shown, StatusCode::FORBIDDEN)
        }
        Outcome::Blocked { wait } => answering.blocked(wait, &door.next),
        Outcome::Unavailable => answering.busy(),
    }
}

/// Counts a request for a page that costs something.
pub(super) async fn within_limits(answering: &Answering<'_>) -> Result<(), Box<Response>> {
    let buckets: Vec<_> = Counter::OwnPages
        .buckets(answering.client, OWN_PAGES)
        .collect();
    let verdict = match answering.instance.store.count(&buckets).wait().await {
        Ok(Counted::Within(_)) => return Ok(()),
        Ok(Counted::Over { wait, .. }) => Verdict::Limited(wait),
        Err(_) => Verdict::Unavailable,
    };
    Err(Box::new(match verdict {
        Verdict::Limited(wait) => answering.limited(wait),
        _ => answering.busy(),
    }))
}

/// The first field of that name in a form or a query.
fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form)
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The way to a challenge, and from there to where the visitor wants to go.
#[derive(Clone)]
pub(super) struct Door {
    next: String,
    /// What was demanded, as far as the client can prove it.
    demanded: Option<DemandToken>,
    task: Task,
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
    fn open(answering: &Answering<'_>, fields: &[u8]) -> Result<Door, NoRandomness> {
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

    fn with_task(&self, task: Task) -> Door {
        Door {
            task,
            ..self.clone()
        }
    }

    /// The address of the challenge.
    pub(super) fn address(&self, sense: Sense) -> String {
        let page = match sense {
            Sense::Sight => "challenge",
            Sense::Hearing => "audio_challenge",
        };
        page_address(&self.base, page, &self.next, &self.ticket)
    }

    /// Shows a challenge, if it is not closed to the client.
    pub(super) async fn show(
        &self,
        answering: &Answering<'_>,
        sense: Sense,
        message: Option<Message>,
    ) -> Response {
        match answering
            .instance
            .challenges
            .progress(answering.client)
            .await
        {
            Ok(progress) => self.set(answering, sense, progress, message).await,
            Err(error) => answering.not_set(error, &self.next),
        }
    }

    /// Sets a challenge and shows it.
    async fn set(
        &self,
        answering: &Answering<'_>,
        sense: Sense,
        progress: Progress,
        message: Option<Message>,
    ) -> Response {
        let set = answering
            .instance
            .challenges
            .set(sense, answering.client, self.task, &self.next, progress)
            .await;
        match set {
            Ok(challenge) => self.page(answering, sense, &challenge, message),
            Err(error) => answering.not_set(error, &self.next),
        }
    }

    fn page(
        &self,
        answering: &Answering<'_>,
        sense: Sense,
        challenge: &Challenge,
        message: Option<Message>,
    ) -> Response {
        let settings = &answering.instance.settings;
        let pages = &answering.instance.pages;
        let another = self.address(sense);
        let loopback = answering
            .client
            .is_loopback()
            .then(|| answering.client.ip())
            .flatten();
        match &challenge.exhibit {
            Exhibit::Pictures { preview, tiles } => {
                let alternative = settings.sound.then(|| self.address(Sense::Hearing));
                let view = PictureChallenge {
                    status: StatusCode::OK,
                    action: &form_address(&self.base, "verify"),
                    another: &another,
                    alternative: alternative.as_deref(),
                    token: &challenge.token,
                    ticket: &self.ticket,
                    next: &self.next,
                    // The question names no animal, so that any stands for all of them.
                    subject: &Subject::Animal("cat"),
                    preview,
                    tiles,
                    round: challenge.round,
                    rounds: challenge.rounds,
                    message,
                    loopback,
                };
                answering.page(|context| pages.challenge(context, &view))
            }
            Exhibit::Recording(recording) => {
                let alternative = settings.pictures.then(|| self.address(Sense::Sight));
                let view = SoundChallenge {
                    status: StatusCode::OK,
                    action: &form_address(&self.base, "verify_audio"),
                    another: &another,
                    alternative: alternative.as_deref(),
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
        }
    }
}
