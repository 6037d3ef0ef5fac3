//! The parts that each page must have, also with a custom template.

/// A required part: its source in a template, and the words of the tag that it renders to.
pub(super) type RequiredPart = (&'static str, &'static [&'static str]);

/// The required form of every challenge.
const FORM: RequiredPart = (
    "`<form method=\"post\" action=\"{{ action }}\">`",
    &["form", "method=post", "action=sample-action"],
);

const TOKEN: RequiredPart = (
    "`<input type=\"hidden\" name=\"token\" value=\"{{ token }}\">`",
    &["input", "name=token", "value=sample-token"],
);

const NEXT: RequiredPart = (
    "`<input type=\"hidden\" name=\"next\" value=\"{{ next }}\">`",
    &["input", "name=next", "value=sample-next"],
);

const TICKET: RequiredPart = (
    "`<input type=\"hidden\" name=\"for\" value=\"{{ ticket }}\">`",
    &["input", "name=for", "value=sample-ticket"],
);

/// The field of a form that the challenge interrupts.
pub(super) const CARRIED_FORM: &[RequiredPart] = &[(
    "`<input type=\"hidden\" name=\"form\" value=\"{{ form }}\">` where `form` is not `none`",
    &["input", "name=form", "value=sample-form"],
)];

/// The link for visitors who cannot see, or cannot hear.
const ALTERNATIVE: RequiredPart = (
    "a link to `{{ alternative }}` where it is not `none`",
    &["a", "href=sample-alternative"],
);

/// The required parts of a picture challenge. Parts that only a full page has come last.
pub(super) const PICTURES: &[RequiredPart] = &[
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

pub(super) const GRID: &[RequiredPart] = &[
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

pub(super) const SOUND: &[RequiredPart] = &[
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

pub(super) const WORK: &[RequiredPart] = &[
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
    (
        "`<div id=\"work-fallback\" class=\"unstarted\">`",
        &["id=work-fallback"],
    ),
    (
        "a link to `{{ pictures }}` where it is not `none`",
        &["a", "href=sample-pictures"],
    ),
    (
        "a link to `{{ sound }}` where it is not `none`",
        &["a", "href=sample-sound"],
    ),
];

/// The required parts of a page with work beside its picture or recording.
pub(super) const WITH_BACKGROUND_WORK: &[RequiredPart] = &[
    (
        "`{% include \"background_work_data.html\" %}` in the form with the id `challenge`, where `key` is not `none`",
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
        "`{% include \"background_work_head.html\" %}` in the head",
        &[
            "script",
            "src=sample-script",
            "nonce=00000000000000000000000000000000",
            "defer",
        ],
    ),
    (
        "`{% include \"background_work.html\" %}`",
        &["id=work-progress"],
    ),
    (
        "`{% include \"background_work.html\" %}`",
        &["id=work-status"],
    ),
    (
        "`{% include \"background_work.html\" %}`",
        &["id=work-fallback"],
    ),
];

/// The required parts of a wait that continues by itself, and of a wait with a form.
pub(super) const WAIT: &[RequiredPart] = &[
    (
        "what the page loads, `<img src=\"{{ mark }}\">`",
        &["img", "src=sample-mark"],
    ),
    (
        "a link to `{{ continue_url }}` where `form` is `none`",
        &["a", "href=sample-continue-url"],
    ),
];

pub(super) const WAIT_CARRYING: &[RequiredPart] = &[
    (
        "`<form method=\"post\" action=\"{{ continue_url }}\">` where `form` is not `none`",
        &["form", "method=post", "action=sample-continue-url"],
    ),
    (
        "`<input type=\"hidden\" name=\"form\" value=\"{{ form }}\">` where `form` is not `none`",
        &["input", "name=form", "value=sample-form"],
    ),
];

pub(super) const FORM_READY: &[RequiredPart] = &[
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
