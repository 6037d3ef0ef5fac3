//! Sample pages, which check whether templates have the required parts.

mod required_parts;

use std::time::Duration;

use http::StatusCode;

use crate::challenge::{PictureSubject, Puzzle};
use crate::language::Language;
use crate::pages::headers::Nonce;
use crate::pages::page_renderer::{Page, PageRenderer};
use crate::pages::views::{
    ChallengeBody, ChallengeView, Context, CookiesView, Denied, FormReady, LockedOut, RetryMessage,
    ScriptlessWays, WaitView, Waiting,
};
use required_parts::{
    CARRIED_FORM, FORM_READY, GRID, PICTURES, RequiredPart, SOUND, WAIT, WAIT_CARRYING,
    WITH_BACKGROUND_WORK, WORK,
};

/// A page with sample values.
pub(super) struct Sample {
    /// The name of its template.
    pub(super) template: &'static str,
    page: Page,
    required_parts: &'static [RequiredPart],
}

impl Sample {
    /// The first required part that the page lacks.
    pub(super) fn missing_part(&self) -> Option<&'static str> {
        let tags: Vec<Vec<String>> = self
            .page
            .body
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(tag, _)| {
                let plain = tag.replace(['"', '\''], "").to_ascii_lowercase();
                let plain = plain.trim_end_matches('/');
                plain.split_whitespace().map(str::to_owned).collect()
            })
            .collect();
        let holds = |wanted: &[&str]| {
            tags.iter()
                .any(|tag| wanted.iter().all(|part| tag.iter().any(|own| own == part)))
        };
        self.required_parts
            .iter()
            .find(|(_, wanted)| !holds(wanted))
            .map(|(must, _)| *must)
    }
}

/// Renders every page twice: with all optional values, and without any.
pub(super) fn render(pages: &PageRenderer, language: Language) -> Vec<Sample> {
    let nonce = Nonce::new([0; 16]);
    let wait = Duration::from_secs(90);
    let mut samples = Vec::new();
    for full in [true, false] {
        let context = &Context {
            nonce: &nonce,
            language,
            reference: full.then_some("sample-reference"),
            host: full.then_some("sample-host"),
            home: "/",
            now: 0,
        };
        let waiting = Waiting {
            retry_after: wait,
            return_to: full.then_some("/"),
        };
        let locked_out = LockedOut {
            status: StatusCode::FORBIDDEN,
            retry_after: wait,
            return_to: full.then_some("/"),
        };
        let denied = Denied {
            return_to: full.then_some("/"),
        };
        let cookies = CookiesView {
            return_to: full.then_some("/"),
        };
        let mut add = |template, required_parts, page| {
            samples.push(Sample {
                template,
                page,
                required_parts,
            });
        };
        let required_parts = |required_parts: &'static [RequiredPart], links: usize| match full {
            true => required_parts,
            false => required_parts
                .get(..required_parts.len() - links)
                .unwrap_or(required_parts),
        };
        let (matched, searched) = match full {
            true => (PictureSubject::SmilingDogs, PictureSubject::Key("heart")),
            false => (
                PictureSubject::Character('7'),
                PictureSubject::Thing("sample".to_owned()),
            ),
        };
        let puzzle = Puzzle {
            key: "sample-key".to_owned(),
            tags: "sample-tags".to_owned(),
            range: 20_480,
        };
        let bodies = [
            ChallengeBody::Pictures {
                subject: &matched,
                preview: full.then_some("data:image/png;base64,preview"),
                tiles: &tiles(6),
            },
            ChallengeBody::Grid {
                subject: &searched,
                tiles: &tiles(9),
            },
            ChallengeBody::Sound {
                recording: "data:audio/wav;base64,recording",
                characters: 6,
                longest_answer: 12,
            },
            ChallengeBody::Work {
                script: "sample-script",
                puzzle: &puzzle,
            },
        ];
        for body in bodies {
            let (template, required_parts) = match body {
                ChallengeBody::Pictures { .. } => ("pictures.html", required_parts(PICTURES, 2)),
                ChallengeBody::Grid { .. } => ("grid.html", required_parts(GRID, 1)),
                ChallengeBody::Sound { .. } => ("sound.html", required_parts(SOUND, 1)),
                ChallengeBody::Work { .. } => ("work.html", required_parts(WORK, 2)),
            };
            let make = |form, beside| {
                let with = (form, beside);
                challenge(pages, context, full, with, body.clone())
            };
            add(template, CARRIED_FORM, make(Some("sample-form"), None));
            add(template, required_parts, make(None, None));
            if template != "work.html" {
                add(template, WITH_BACKGROUND_WORK, make(None, Some(&puzzle)));
            }
        }
        for (form, required_parts) in [(None, WAIT), (Some("sample-form"), WAIT_CARRYING)] {
            let view = WaitView {
                left: wait,
                continue_url: "sample-continue-url",
                mark: "sample-mark",
                own_check: full.then_some("sample-check"),
                form,
                message: message(full),
                loopback: full.then_some([127, 0, 0, 1].into()),
            };
            add("wait.html", required_parts, pages.wait(context, &view));
        }
        for page in [
            pages.locked_out(context, &locked_out),
            pages.denied(context, &denied),
            pages.form_sent(context),
            pages.form_lost(context),
            pages.rate_limited(context, &waiting),
            pages.wait_quota_exceeded(context, &waiting),
            pages.busy(context, &waiting),
            pages.cookies(context, &cookies),
        ] {
            add("notice.html", &[], page);
        }
        let ready = FormReady {
            target: "sample-target",
            form: "sample-form",
            field: "sample-field",
        };
        add("form.html", FORM_READY, pages.form_ready(context, &ready));
        for status in [StatusCode::NOT_FOUND, StatusCode::IM_A_TEAPOT] {
            add("error.html", &[], pages.error(context, status, full));
        }
    }
    samples
}

fn message(full: bool) -> Option<RetryMessage> {
    let tries_left = Some(2);
    full.then_some(RetryMessage::WrongAnswer { tries_left })
}

/// Sample tiles. The last one differs from the others.
fn tiles(count: usize) -> Vec<String> {
    let mut tiles = vec!["data:image/png;base64,tile".to_owned(); count - 1];
    tiles.push("data:image/png;base64,last".to_owned());
    tiles
}

/// The page of a challenge with this body.
fn challenge(
    pages: &PageRenderer,
    context: &Context<'_>,
    full: bool,
    (form, beside): (Option<&str>, Option<&Puzzle>),
    body: ChallengeBody<'_>,
) -> Page {
    let (pictures, sound) = match &body {
        ChallengeBody::Sound { .. } => ("sample-alternative", "sample-sound"),
        ChallengeBody::Work { .. } => ("sample-pictures", "sample-sound"),
        _ => ("sample-pictures", "sample-alternative"),
    };
    let view = ChallengeView {
        action: "sample-action",
        another: "sample-another",
        pictures: full.then_some(pictures),
        sound: full.then_some(sound),
        own_check: full.then_some("sample-check"),
        scriptless: ScriptlessWays {
            pictures: full.then_some(pictures),
            sound: full.then_some(sound),
        },
        background_work: beside.map(|puzzle| ("sample-script", puzzle)),
        sealed_demand: "sample-ticket",
        token: "sample-token",
        next: "sample-next",
        form,
        round: 1,
        rounds: 1 + u8::from(full),
        message: message(full),
        loopback: full.then_some([127, 0, 0, 1].into()),
        body,
    };
    pages.challenge(context, &view)
}
