//! Pages that are open while the application restarts with another secret.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use humanify::{ManagedSteps, ManualClock, Secrets, prelude::*, testing};

use crate::support::{HOME, Site};

/// A process with this secret. A handler demands another type than the default one.
fn process(secret: u8, clock: &ManualClock) -> Site {
    #[always_challenge(challenge_type = "managed")]
    async fn managed() -> &'static str {
        "in"
    }
    let humanify = Humanify::builder()
        .secrets(Secrets::new([secret; 32]))
        .managed_steps(ManagedSteps::default().inconsistent(0))
        .clock(clock.clone())
        .build()
        .unwrap();
    let app = Router::new().route("/managed", get(managed));
    Site::of(humanify, clock.clone(), app)
}

#[tokio::test]
async fn an_open_page_leads_to_a_new_challenge_after_a_change_of_the_secret() {
    for answers in [true, false] {
        let clock = ManualClock::default();
        let (before, after) = (process(1, &clock), process(2, &clock));
        let visitor = before.browser(HOME);
        let address = visitor.get("/managed").await.location().unwrap();
        assert!(address.starts_with("/humanify/work_challenge?"));
        let open = visitor.get(&address).await;
        let visitor = visitor.at_site(&after);
        let sent = match answers {
            true => {
                let answer = testing::solve(&before.humanify, &open.body).unwrap();
                visitor.post(&answer.action, &answer.body).await
            }
            false => visitor.get(&address).await,
        };
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{answers}");
        let page = visitor.follow(sent).await;
        assert_eq!(page.body.contains("ran out of time"), answers);
        let solved = visitor.solve(page).await;
        assert_eq!(solved.location().as_deref(), Some("/managed"), "{answers}");
        assert_eq!(visitor.get("/managed").await.body, "in");
    }
}

#[tokio::test]
async fn a_page_whose_form_is_lost_as_well_leads_to_a_new_challenge() {
    let clock = ManualClock::default();
    let (before, after) = (process(1, &clock), process(2, &clock));
    let visitor = before.browser(HOME);
    let address = visitor.get("/managed").await.location().unwrap();
    let visitor = visitor.at_site(&after);
    let sent = visitor.post(&address, "form=sealed-before").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = visitor.follow(sent).await;
    assert!(
        page.body.contains("Your form was not sent"),
        "{}",
        page.body
    );
    assert!(visitor.solve(page).await.clears());
}
