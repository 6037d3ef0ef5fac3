//! Log lines of `protect` about rules on the names of handlers.

use axum::Router;
use axum::routing::{any, get};
use humanify::prelude::*;
use humanify::{HumanifyBuilder, RuleSet};
use tracing::Level;

use crate::support::{Events, Site};

#[endpoint("billing::pay")]
async fn pay() {}

#[require_human]
async fn guarded() {}

fn app() -> Router {
    Router::new()
        .route("/", get(guarded))
        .route("/pay", any(pay))
        .route("/pay/{id}", get(pay).post(|| async {}))
        .nest("/shop", Router::new().route("/basket", any(|| async {})))
}

/// The statements and routes in the log lines when an application is protected.
fn logged_names(builder: HumanifyBuilder, rules: RuleSet, app: Router) -> Vec<[String; 2]> {
    let (events, _guard) = Events::collect(Level::WARN);
    Site::new(builder.rules(rules), app);
    let told = events.all();
    let about = told.iter().filter(|told| {
        let message = told.get("message").unwrap_or_default();
        message.contains("#[endpoint(\"name\")]")
    });
    about
        .map(|told| ["statements", "routes"].map(|field| told.get(field).unwrap().to_owned()))
        .collect()
}

#[test]
fn routes_without_handler_names_are_logged_once() {
    for (rules, statements) in [
        (
            protect! { deny_access on endpoint "billing::*"; },
            "deny_access on endpoint \"billing::*\"",
        ),
        (
            protect! {
                challenge on "/pay", endpoint regex "^billing";
                limit "5/minute" on endpoint "billing::pay";
                exempt on "/x";
            },
            "challenge on \"/pay\", endpoint regex \"^billing\"; limit \"5/minute\" on endpoint \"billing::pay\"",
        ),
    ] {
        let said = logged_names(Humanify::builder(), rules, app());
        assert_eq!(
            said,
            [[
                statements.to_owned(),
                "POST /pay/{id}, /shop/basket".to_owned()
            ]]
        );
    }
}

#[test]
fn fallbacks_without_a_name_are_named_and_nested_services_are_mentioned() {
    let app = || {
        Router::new()
            .route("/pay", any(pay))
            .nest("/shop", Router::new().fallback(|| async {}))
            .nest_service("/files", Router::new().into_service::<axum::body::Body>())
            .fallback(|| async {})
    };
    let rules = protect! { deny_access on endpoint "billing::*"; };
    let statement = "deny_access on endpoint \"billing::*\"";
    let (events, _guard) = Events::collect(Level::INFO);
    Site::new(Humanify::builder().rules(rules), app());
    let told = events.all();
    let field = |name| told.iter().find_map(|told| told.get(name));
    assert_eq!(
        field("routes"),
        Some("the fallback, the fallback under /shop")
    );
    assert_eq!(field("services"), Some("/files"));
    assert_eq!(field("statements"), Some(statement));
    assert!(
        told.iter()
            .all(|told| told.get("statements").is_none_or(|text| text == statement))
    );

    // A name for each fallback, or `intended(…)`, silences the warning.
    let named = Router::new()
        .nest("/shop", Router::new().fallback(pay))
        .fallback(guarded);
    let meant = protect! { intended(nameless) deny_access on endpoint "billing::*"; };
    assert!(logged_names(Humanify::builder(), rules, named).is_empty());
    assert!(logged_names(Humanify::builder(), meant, app()).is_empty());
}

#[test]
fn no_warning_if_all_handlers_have_names_or_no_statement_needs_one() {
    let named = || {
        Router::new()
            .route("/", get(guarded))
            .route("/pay", any(pay))
    };
    for (rules, app) in [
        (protect! { deny_access on endpoint "billing::*"; }, named()),
        (protect! { deny_access on "/pay"; }, app()),
        // Handlers without a name are still under the other rules.
        (
            protect! { exempt on endpoint "billing::pay"; challenge on "/*"; },
            app(),
        ),
        (
            protect! { challenge on "/*" except endpoint "billing::pay"; },
            app(),
        ),
    ] {
        assert_eq!(
            logged_names(Humanify::builder(), rules, app),
            Vec::<[String; 2]>::new()
        );
    }
}

#[test]
fn a_hundred_routes_are_one_line() {
    let app = (0..100).fold(Router::new().route("/pay", any(pay)), |app, number| {
        app.route(&format!("/items/{number}"), any(|| async {}))
    });
    let rules = protect! { deny_access on endpoint "billing::*"; };
    let said = logged_names(Humanify::builder(), rules, app);
    let [[_, routes]] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert!(
        routes.starts_with("/items/0, ") && routes.ends_with(", 88 more"),
        "{routes}"
    );
}
