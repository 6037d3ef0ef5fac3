//! `PAGES`: every page, and how a visitor gets to it.

use std::time::Duration;

use humanify::{ChallengeType, HumanifyBuilder, Memory};

use crate::browser::person::Person;
use crate::support::DATACENTER;

/// A page, and how one gets to it.
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) status: u64,
    /// What its site has besides what all have, if it has one of its own.
    pub(super) settings: Option<fn(HumanifyBuilder) -> HumanifyBuilder>,
    /// Where the visitor comes from; nobody stands between a developer and localhost.
    pub(super) peer: Option<&'static str>,
    pub(super) path: &'static str,
    /// What runs before the page's own script.
    pub(super) script: &'static str,
    /// The rule of axe-core that the page may break.
    pub(super) excused: Option<&'static str>,
    then: Then,
}

/// What a visitor does once the path is open.
#[derive(Clone, Copy)]
enum Then {
    Look,
    Again,
    /// Answers rightly so many times.
    Answer(u8),
    /// Answers wrongly so many times.
    Err(u8),
    /// Answers when the time is over.
    Late,
    /// Answers, and sends the same once more by reloading.
    Twice,
    /// Answers when the cookies are gone.
    Forget,
    /// Follows the link to pictures, and stops the clock of the page that comes.
    Follow,
    /// Sends the form.
    Send,
    /// Sends the form, and solves the challenge that interrupts it.
    SendAndSolve,
}

const PAGE: Page = Page {
    name: "",
    status: 200,
    settings: None,
    peer: Some(DATACENTER),
    path: "",
    script: "",
    excused: None,
    then: Then::Look,
};

pub(super) const PAGES: &[Page] = &[
    Page {
        name: "one_click",
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "one_click_localhost",
        peer: None,
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "one_click_second_round",
        path: "/protected",
        then: Then::Answer(1),
        ..PAGE
    },
    Page {
        name: "one_click_wrong",
        status: 200,
        path: "/protected",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "one_click_expired",
        status: 200,
        path: "/protected",
        then: Then::Late,
        ..PAGE
    },
    Page {
        name: "one_click_used",
        status: 200,
        path: "/protected",
        then: Then::Twice,
        ..PAGE
    },
    Page {
        name: "one_click_form",
        status: 403,
        path: "/contact",
        then: Then::Send,
        ..PAGE
    },
    Page {
        name: "form_ready",
        status: 200,
        path: "/contact",
        then: Then::SendAndSolve,
        ..PAGE
    },
    Page {
        name: "one_click_hardest",
        settings: Some(|settings| settings.hardness(5)),
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "audio",
        path: "/humanify/audio_challenge",
        ..PAGE
    },
    Page {
        name: "audio_wrong",
        status: 200,
        path: "/humanify/audio_challenge",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "grid",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Grid)),
        path: "/protected",
        ..PAGE
    },
    Page {
        name: "grid_wrong",
        status: 200,
        settings: Some(|settings| settings.challenge_type(ChallengeType::Grid)),
        path: "/protected",
        then: Then::Err(1),
        ..PAGE
    },
    Page {
        name: "work",
        settings: Some(|settings| settings.challenge_type(ChallengeType::ProofOfWork)),
        path: "/protected",
        // Nothing is ever found, so that the page stands still.
        script: "Worker.prototype.postMessage = () => {}",
        ..PAGE
    },
    Page {
        name: "work_impossible",
        settings: Some(|settings| settings.challenge_type(ChallengeType::ProofOfWork)),
        path: "/protected",
        script: "delete window.Worker",
        ..PAGE
    },
    Page {
        name: "beside",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Managed)),
        path: "/humanify/challenge?next=%2Fprotected",
        script: "Worker.prototype.postMessage = () => {}",
        ..PAGE
    },
    Page {
        name: "audio_beside",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Managed)),
        path: "/humanify/audio_challenge?next=%2Fprotected",
        script: "Worker.prototype.postMessage = () => {}",
        ..PAGE
    },
    Page {
        name: "beside_impossible",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Managed)),
        path: "/humanify/challenge?next=%2Fprotected",
        script: "delete window.Worker",
        ..PAGE
    },
    Page {
        name: "wait",
        settings: Some(|settings| settings.challenge_type(ChallengeType::Managed)),
        path: "/protected",
        script: "delete window.Worker",
        // The refresh takes no time away from anybody: it ends a wait, and a link does the same.
        excused: Some("meta-refresh"),
        then: Then::Follow,
        ..PAGE
    },
    Page {
        name: "cookies",
        status: 403,
        path: "/protected",
        then: Then::Forget,
        ..PAGE
    },
    Page {
        name: "blocked",
        status: 429,
        path: "/protected",
        then: Then::Err(3),
        ..PAGE
    },
    Page {
        name: "denied",
        status: 403,
        path: "/members",
        ..PAGE
    },
    Page {
        name: "limited",
        status: 429,
        path: "/scarce",
        then: Then::Again,
        ..PAGE
    },
    Page {
        // The memory for spent challenges has room for one.
        name: "busy",
        status: 503,
        settings: Some(|settings| settings.store(Memory::default().max_clients(1))),
        path: "/protected",
        then: Then::Answer(2),
        ..PAGE
    },
    Page {
        name: "error_404",
        status: 404,
        path: "/nothing",
        ..PAGE
    },
    Page {
        name: "error_405",
        status: 405,
        path: "/send",
        ..PAGE
    },
    Page {
        name: "error_410",
        status: 410,
        path: "/gone",
        ..PAGE
    },
    Page {
        name: "error_500",
        status: 500,
        path: "/broken",
        ..PAGE
    },
];

/// Goes to a page as a visitor does.
pub(super) async fn open(person: &Person, page: &Page) {
    // What earlier pages have said is forgotten.
    person.go("/").await;
    for log in ["browser", "performance"] {
        person.browser.get_log(log).await.unwrap();
    }
    person.go(page.path).await;
    match page.then {
        Then::Look => {}
        Then::Again => person.go(page.path).await,
        Then::Answer(times) => {
            for _ in 0..times {
                person.answer().await;
            }
        }
        Then::Err(times) => {
            for _ in 0..times {
                person.err().await;
            }
        }
        Then::Late => {
            person.wait(Duration::from_secs(601));
            person.answer().await;
        }
        Then::Twice => {
            person.answer().await;
            person.browser.refresh().await.unwrap();
        }
        Then::Forget => {
            person.browser.delete_all_cookies().await.unwrap();
            person.answer().await;
        }
        Then::Follow => {
            person.follow("/humanify/challenge").await;
            person.browser.evaluate("window.stop()").await;
        }
        Then::Send => person.leave_by("form button").await,
        Then::SendAndSolve => {
            person.leave_by("form button").await;
            person.solve().await;
        }
    }
}
