//! Tests of pages. This file has the renderer under test and its views.

mod appearance;
mod challenges;
mod errors;
mod every_page;
mod language;
mod links;
mod prepared;
mod problem;
mod status;
mod subjects;

use std::time::Duration;

use http::StatusCode;

use super::*;
use crate::challenge::{PictureSubject, Puzzle};
use crate::language::Language;

/// Hostile texts for every field that reaches a page.
const HOSTILE: [&str; 9] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "{{ nonce }}{% include 'error.html' %}",
    "\" autofocus onfocus=alert(1) x=\"",
    "\0\r\nSet-Cookie: a=b\r\n\r\n<script>",
];

const ADDRESS: &str = "data:image/png;base64,iVBORw0KGgo+/=";

struct Fixture {
    pages: PageRenderer,
    nonce: Nonce,
}

impl Fixture {
    fn new() -> Fixture {
        Fixture::of_site(None)
    }

    fn of_site(name: Option<&str>) -> Fixture {
        Fixture {
            pages: PageRenderer::new(
                &name.map_or(Appearance::new(), |name| Appearance::new().name(name)),
            )
            .unwrap(),
            nonce: Nonce::new([0xab; 16]),
        }
    }

    /// Every page, with `text` in all fields of the views.
    fn all(&self, language: Language, text: &str) -> Vec<(String, Page)> {
        let context = Context {
            nonce: &self.nonce,
            language,
            reference: Some(text),
            host: Some(text),
            home: text,
            now: 0,
        };
        let tiles = vec![text.to_owned(); 9];
        let thing = PictureSubject::Thing(text.to_owned());
        let cookies = CookiesView {
            return_to: Some(text),
        };
        let denied = Denied {
            return_to: Some(text),
        };
        let locked_out = LockedOut {
            status: StatusCode::FORBIDDEN,
            retry_after: Duration::from_secs(3600),
            return_to: Some(text),
        };
        let waiting = Waiting {
            retry_after: Duration::from_millis(1500),
            return_to: Some(text),
        };
        let pages = &self.pages;
        let mut all = vec![
            (
                "locked out".to_owned(),
                pages.locked_out(&context, &locked_out),
            ),
            ("denied".to_owned(), pages.denied(&context, &denied)),
            ("limited".to_owned(), pages.rate_limited(&context, &waiting)),
            (
                "no place".to_owned(),
                pages.wait_quota_exceeded(&context, &waiting),
            ),
            ("busy".to_owned(), pages.busy(&context, &waiting)),
            ("cookies".to_owned(), pages.cookies(&context, &cookies)),
        ];
        for message in messages() {
            let view = WaitView {
                left: Duration::from_secs(5),
                continue_url: "/humanify/challenge?next=a&at=b",
                mark: "/humanify/mark.svg?of=a",
                own_check: Some("/prove?ticket=a"),
                form: None,
                message,
                loopback: None,
            };
            all.push((format!("wait {message:?}"), pages.wait(&context, &view)));
        }
        for message in messages() {
            let preview = ChallengeBody::Pictures {
                subject: &PictureSubject::Animal("cat"),
                preview: Some(text),
                tiles: &tiles,
            };
            let named = ChallengeBody::Grid {
                subject: &thing,
                tiles: &tiles,
            };
            let recording = ChallengeBody::Sound {
                recording: text,
                characters: 6,
                longest_answer: 12,
            };
            for (name, view) in [
                ("pictures", view(preview)),
                ("grid", view(named)),
                ("work", work()),
                ("sound", view(recording)),
            ] {
                let view = ChallengeView {
                    token: text,
                    next: text,
                    form: None,
                    message,
                    ..view
                };
                let page = pages.challenge(&context, &view);
                all.push((format!("{name} {message:?}"), page));
            }
        }
        for code in [400, 404, 405, 413, 418, 451, 499, 500, 503, 599] {
            let status = StatusCode::from_u16(code).unwrap();
            let page = ErrorPages::default()
                .compile()
                .unwrap()
                .render(pages, &context, status, true);
            all.push((format!("error {code}"), page));
        }
        all
    }
}

fn context(nonce: &Nonce) -> Context<'_> {
    Context {
        nonce,
        language: Language::English,
        reference: None,
        host: None,
        home: "/",
        now: 0,
    }
}

fn messages() -> [Option<RetryMessage>; 7] {
    let tries_left = Some(2);
    [
        None,
        Some(RetryMessage::WrongAnswer { tries_left }),
        Some(RetryMessage::Expired),
        Some(RetryMessage::Incomplete),
        Some(RetryMessage::Right),
        Some(RetryMessage::NotComputed),
        Some(RetryMessage::FormNotSent),
    ]
}

fn view(body: ChallengeBody<'_>) -> ChallengeView<'_> {
    ChallengeView {
        action: "/app/humanify/verify",
        another: "/app/humanify/challenge?next=a+b%26c&for=ticket",
        pictures: Some("/app/humanify/challenge?next=a+b%26c&for=ticket"),
        sound: Some("/app/humanify/audio_challenge?next=a+b%26c&for=ticket"),
        own_check: None,
        scriptless: ScriptlessWays::default(),
        background_work: None,
        sealed_demand: "ticket",
        token: "sealed-token",
        next: "a b&c",
        form: None,
        round: 1,
        rounds: 2,
        message: None,
        loopback: None,
        body,
    }
}

fn pictures(tiles: &[String]) -> ChallengeView<'_> {
    view(ChallengeBody::Pictures {
        subject: &PictureSubject::Animal("cat"),
        preview: Some(ADDRESS),
        tiles,
    })
}

fn work() -> ChallengeView<'static> {
    ChallengeView {
        action: "/humanify/verify_work",
        another: "/humanify/work_challenge?next=sealed-next&for=ticket",
        pictures: Some("/humanify/challenge?next=sealed-next&for=ticket"),
        sound: Some("/humanify/audio_challenge?next=sealed-next&for=ticket"),
        own_check: None,
        scriptless: ScriptlessWays::default(),
        background_work: None,
        next: "sealed-next",
        form: None,
        rounds: 1,
        ..view(ChallengeBody::Work {
            script: "/humanify/work.0123456789abcdef.js",
            puzzle: &PUZZLE,
        })
    }
}

static PUZZLE: std::sync::LazyLock<Puzzle> = std::sync::LazyLock::new(|| Puzzle {
    key: "00".to_owned(),
    tags: "01.02".to_owned(),
    range: 20_480,
});

fn sound() -> ChallengeView<'static> {
    ChallengeView {
        action: "/humanify/verify_audio",
        another: "/humanify/audio_challenge?next=sealed-next&for=ticket",
        pictures: Some("/humanify/challenge?next=sealed-next&for=ticket"),
        next: "sealed-next",
        form: None,
        rounds: 1,
        ..view(ChallengeBody::Sound {
            recording: "data:audio/wav;base64,UklGRg==",
            characters: 6,
            longest_answer: 12,
        })
    }
}
