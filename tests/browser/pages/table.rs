//! `PAGES`: every page, and how a visitor gets to it.

use std::time::Duration;

use humanify::{ChallengeType, HumanifyBuilder, Redis};

use crate::browser::person::Person;
use crate::support::DATACENTER;

/// A page, and how a visitor gets to it.
pub(super) struct Page {
    pub(super) name: &'static str,
    pub(super) status: u64,
    /// Additional settings of its site, if it needs a site of its own.
    pub(super) settings: Option<fn(HumanifyBuilder) -> HumanifyBuilder>,
    /// The visitor's address as a proxy reports it; `None` for a developer on localhost.
    pub(super) peer: Option<&'static str>,
    pub(super) path: &'static str,
    /// A script that runs before the page's own.
    pub(super) script: &'static str,
    /// The rule of axe-core that the page may break.
    pub(super) excused: Option<&'static str>,
    then: Then,
}

/// The visitor's action after opening the path.
#[derive(Clone, Copy)]
enum Then {
    Look,
    Again,
    /// Answers rightly this many times.
    Answer(u8),
    /// Answers wrongly this many times.
    Err(u8),
    /// Answers after the expiry.
    Late,
    /// Answers, and sends the answer again by reloading.
    Twice,
    /// Answers after deleting the cookies.
    Forget,
    /// Follows the link to pictures, and stops the clock of that page.
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
        // The work never finishes, so the page does not change.
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
        // The refresh only ends a wait, and a link does the same.
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
        // Nothing answers at the address of the store.
        name: "busy",
        status: 503,
        settings: Some(|settings| settings.store(Redis::new("redis://127.0.0.1:1"))),
        path: "/humanify/challenge",
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

/// Opens a page as a visitor does.
pub(super) async fn open(person: &Person, page: &Page) {
    // The logs then hold nothing of earlier pages.
    person.go("/").await;
    person.browser.clear_logs().await;
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
