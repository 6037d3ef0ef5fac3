//! `on_decision`: applications that record decisions themselves.

use std::sync::{Arc, Mutex};

use http::header::USER_AGENT;
use humanify::prelude::*;
use humanify::{CrawlerProof, DecidedBy, DecisionAction, DecisionReport};

use super::site;
use crate::support::{DATACENTER, HOME, VPN};

#[tokio::test]
async fn the_hook_gets_each_decision_except_passes() {
    let reports: Arc<Mutex<Vec<DecisionReport>>> = Arc::default();
    let kept = Arc::clone(&reports);
    let site = site(Humanify::builder().on_decision(move |report| {
        kept.lock().unwrap().push(report.clone());
    }));
    site.browser(HOME).get("/").await;
    site.browser(HOME).get("/shop").await;
    assert!(reports.lock().unwrap().is_empty());

    let visitor = site.program(VPN).with(USER_AGENT, "curl/8.14.1");
    visitor.get("/shop").await;
    site.browser(DATACENTER).get("/watched").await;
    let reports = reports.lock().unwrap().clone();
    let [refused, watched] = reports.as_slice() else {
        panic!("{reports:#?}");
    };
    assert_eq!(refused.action, DecisionAction::Deny);
    assert_eq!(refused.status, Some(403));
    assert_eq!(refused.handler, Some("decisions::shop"));
    assert_eq!(refused.client.address, Some(VPN.parse().unwrap()));
    assert_eq!(refused.client.signs, ["vpn", "crawler"]);
    assert_eq!(refused.client.crawler, Some("curl"));
    assert_eq!(refused.client.crawler_proof, CrawlerProof::Unchecked);
    assert!(!refused.client.looks_like_a_person() && !refused.observed);

    assert!(watched.observed && watched.status.is_none() && watched.reference.is_none());
    let expected = DecidedBy::Statement {
        number: 6,
        name: Some("watched"),
        text: r#"watched: observe deny_access on "/watched""#,
    };
    assert_eq!(watched.decided_by, expected);

    let json = serde_json::to_value(refused).unwrap();
    assert_eq!(json["action"], "deny");
    assert_eq!(json["decided_by"]["kind"], "attribute");
    assert_eq!(json["decided_by"]["name"], "block_bots");
    assert_eq!(json["client"]["address"], VPN);
    assert_eq!(json["client"]["address_source"], "the peer");
    assert_eq!(json["client"]["crawler_kind"], "library");
}
