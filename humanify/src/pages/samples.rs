//! Sample pages, which check whether templates have the required parts.

use std::time::Duration;

use http::StatusCode;

use super::headers::Nonce;
use super::html::{Page, PageRenderer};
use super::views::{
    Blocked, ChallengeBody, ChallengeView, Context, Cookies, Denied, FormReady, Message,
    ScriptlessWays, WaitView, Waiting,
};
use crate::challenge::{Puzzle, Subject};
use crate::language::Language;

/// A page with sample values.
pub(super) struct Sample {
    /// The name of its template.
    pub(super) template: &'static str,
    page: Page,
    musts: &'static [Must],
}

/// A required part: its source in a template, and the words of the tag that it renders to.
type Must = (&'static str, &'static [&'static str]);

/// The required form of every challenge.
const FORM: Must = (
    "`<form method=\"post\" action=\"{{ action }}\">`",
    &["form", "method=post", "action=sample-action"],
);

const TOKEN: Must = (
    "`<input type=\"hidden\" name=\"token\" value=\"{{ token }}\">`",
    &["input", "name=token", "value=sample-token"],
);

const NEXT: Must = (
    "`<input type=\"hidden\" name=\"next\" value=\"{{ next }}\">`",
    &["input", "name=next", "value=sample-next"],
);

const TICKET: Must = (
    "`<input type=\"hidden\" name=\"for\" value=\"{{ ticket }}\">`",
    &["input", "name=for", "value=sample-ticket"],
);

/// The field of a form that the challenge interrupts.
const CARRIED: &[Must] = &[(
    "`<input type=\"hidden\" name=\"form\" value=\"{{ form }}\">` where `form` is not `none`",
    &["input", "name=form", "value=sample-form"],
)];

/// The link for visitors who cannot see, or cannot hear.
const ALTERNATIVE: Must = (
    "a link to `{{ alternative }}` where it is not `none`",
    &["a", "href=sample-alternative"],
);

/// Parts that only a full page has come last.
const PICTURES: &[Must] = &[
    FORM,
    TOKEN,
    NEXT,
    TICKET,
    (
        "the pictures to choose from, `{{ tile.source }}` for each of `tiles`",
        &["img", "src=data:image/png;base64,last"],
    ),
    (
        "`name=\"answer\" value=\"{{ loop.index0 }}\"` for each of `tiles`",
        &["name=answer", "value=0"],
    ),
    (
        "`name=\"answer\" value=\"{{ loop.index0 }}\"` for each of `tiles`",
        &["name=answer", "value=5"],
    ),
    (
        "the picture to match, `{{ preview }}` where it is not `none`",
        &["img", "src=data:image/png;base64,preview"],
    ),
    ALTERNATIVE,
];

const GRID: &[Must] = &[
    FORM,
    TOKEN,
    NEXT,
    TICKET,
    (
        "the pictures to choose from, `{{ tile.source }}` for each of `tiles`",
        &["img", "src=data:image/png;base64,last"],
    ),
    (
        "`<input type=\"checkbox\" name=\"answer\" value=\"{{ loop.index0 }}\">` for each of `tiles`",
        &["input", "type=checkbox", "name=answer", "value=0"],
    ),
    (
        "`<input type=\"checkbox\" name=\"answer\" value=\"{{ loop.index0 }}\">` for each of `tiles`",
        &["input", "type=checkbox", "name=answer", "value=8"],
    ),
    ALTERNATIVE,
];

const SOUND: &[Must] = &[
    FORM,
    TOKEN,
    NEXT,
    TICKET,
    (
        "the recording, `{{ recording }}`",
        &["src=data:audio/wav;base64,recording"],
    ),
    ("`<input name=\"answer\">`", &["input", "name=answer"]),
    ALTERNATIVE,
];

const WORK: &[Must] = &[
    FORM,
    TOKEN,
    NEXT,
    TICKET,
    (
        "`<form id=\"work\" data-key=\"{{ key }}\" data-tags=\"{{ tags }}\" data-range=\"{{ range }}\">`",
        &[
            "form",
            "id=work",
            "data-key=sample-key",
            "data-tags=sample-tags",
            "data-range=20480",
        ],
    ),
    (
        "`<input type=\"hidden\" name=\"answer\" value=\"\">`",
        &["input", "name=answer"],
    ),
    (
        "`<script src=\"{{ script }}\" nonce=\"{{ nonce }}\" defer>`",
        &[
            "script",
            "src=sample-script",
            "nonce=00000000000000000000000000000000",
            "defer",
        ],
    ),
    ("`<progress id=\"work-progress\">`", &["id=work-progress"]),
    ("`<p id=\"work-status\">`", &["id=work-status"]),
    ("`<div id=\"work-fallback\" hidden>`", &["id=work-fallback"]),
    (
        "a link to `{{ pictures }}` where it is not `none`",
        &["a", "href=sample-pictures"],
    ),
    (
        "a link to `{{ sound }}` where it is not `none`",
        &["a", "href=sample-sound"],
    ),
];

/// Of a page that works beside its picture or recording.
const BESIDE: &[Must] = &[
    (
        "`{% include \"beside_data.html\" %}` in the form with the id `challenge`, where `key` is not `none`",
        &[
            "form",
            "id=challenge",
            "data-key=sample-key",
            "data-tags=sample-tags",
            "data-range=20480",
        ],
    ),
    (
        "`<input type=\"hidden\" name=\"work\" value=\"\">` where `key` is not `none`",
        &["input", "name=work"],
    ),
    (
        "`{% include \"beside_head.html\" %}` in the head",
        &[
            "script",
            "src=sample-script",
            "nonce=00000000000000000000000000000000",
            "defer",
        ],
    ),
    ("`{% include \"beside.html\" %}`", &["id=work-progress"]),
    ("`{% include \"beside.html\" %}`", &["id=work-status"]),
    ("`{% include \"beside.html\" %}`", &["id=work-fallback"]),
];

/// Of a wait that leads on by itself, and of one with a form.
const WAIT: &[Must] = &[
    (
        "what the page loads, `<img src=\"{{ mark }}\">`",
        &["img", "src=sample-mark"],
    ),
    (
        "a link to `{{ way }}` where `form` is `none`",
        &["a", "href=sample-way"],
    ),
];

const WAIT_CARRYING: &[Must] = &[
    (
        "`<form method=\"post\" action=\"{{ way }}\">` where `form` is not `none`",
        &["form", "method=post", "action=sample-way"],
    ),
    (
        "`<input type=\"hidden\" name=\"form\" value=\"{{ form }}\">` where `form` is not `none`",
        &["input", "name=form", "value=sample-form"],
    ),
];

const FORM_READY: &[Must] = &[
    (
        "`<form method=\"post\" action=\"{{ target }}\" enctype=\"text/plain\">`",
        &[
            "form",
            "method=post",
            "action=sample-target",
            "enctype=text/plain",
        ],
    ),
    (
        "`<input type=\"hidden\" name=\"{{ field }}\" value=\"{{ form }}\">`",
        &["input", "name=sample-field", "value=sample-form"],
    ),
];

impl Sample {
    /// The first required part that the page lacks.
    pub(super) fn lacks(&self) -> Option<&'static str> {
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
        self.musts
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
        let blocked = Blocked {
            status: StatusCode::FORBIDDEN,
            retry_after: wait,
            return_to: full.then_some("/"),
        };
        let denied = Denied {
            return_to: full.then_some("/"),
        };
        let cookies = Cookies {
            return_to: full.then_some("/"),
        };
        let mut add = |template, musts, page| {
            samples.push(Sample {
                template,
                page,
                musts,
            });
        };
        let musts = |musts: &'static [Must], links: usize| match full {
            true => musts,
            false => musts.get(..musts.len() - links).unwrap_or(musts),
        };
        let (matched, searched) = match full {
            true => (Subject::SmilingDogs, Subject::Key("heart")),
            false => (Subject::Character('7'), Subject::Thing("sample".to_owned())),
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
            let (template, musts) = match body {
                ChallengeBody::Pictures { .. } => ("pictures.html", musts(PICTURES, 2)),
                ChallengeBody::Grid { .. } => ("grid.html", musts(GRID, 1)),
                ChallengeBody::Sound { .. } => ("sound.html", musts(SOUND, 1)),
                ChallengeBody::Work { .. } => ("work.html", musts(WORK, 2)),
            };
            let make = |form, beside| {
                let with = (form, beside);
                challenge(pages, context, full, with, body.clone())
            };
            add(template, CARRIED, make(Some("sample-form"), None));
            add(template, musts, make(None, None));
            if template != "work.html" {
                add(template, BESIDE, make(None, Some(&puzzle)));
            }
        }
        for (form, musts) in [(None, WAIT), (Some("sample-form"), WAIT_CARRYING)] {
            let view = WaitView {
                left: wait,
                way: "sample-way",
                mark: "sample-mark",
                own_check: full.then_some("sample-check"),
                form,
                message: message(full),
                loopback: full.then_some([127, 0, 0, 1].into()),
            };
            add("wait.html", musts, pages.wait(context, &view));
        }
        for page in [
            pages.blocked(context, &blocked),
            pages.denied(context, &denied),
            pages.form_sent(context),
            pages.form_lost(context),
            pages.rate_limited(context, &waiting),
            pages.no_place(context, &waiting),
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

fn message(full: bool) -> Option<Message> {
    let tries_left = Some(2);
    full.then_some(Message::WrongAnswer { tries_left })
}

/// Tiles, of which the last one differs from the others.
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
        beside: beside.map(|puzzle| ("sample-script", puzzle)),
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
