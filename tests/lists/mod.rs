//! Tests of lists of addresses: good ones take effect, bad ones are refused, and requests never
//! wait.

mod background;
mod cache;
mod command;
mod configuration;
mod measuring;
mod refusals;
mod schedule;
mod sharing;
mod sources;

use std::io::Write;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use humanify::prelude::*;
use humanify::testing::refresh_lists;
use humanify::{Group, HumanifyBuilder};

use crate::support::Site;

/// An address in the tests' lists, and one that is never in them.
const LISTED: &str = "84.140.7.7";
const UNLISTED: &str = "84.140.9.9";

const HOUR: Duration = Duration::from_secs(3_600);

#[block_bots]
async fn shop() -> &'static str {
    "Buy"
}

/// The groups that the client's address is in.
async fn groups(detection: Detection) -> String {
    let groups = Group::ALL
        .into_iter()
        .filter(|group| detection.is_in(*group));
    groups.map(Group::name).collect::<Vec<_>>().join(" ")
}

fn site(builder: HumanifyBuilder) -> Site {
    let app = Router::new()
        .route("/shop", get(shop))
        .route("/groups", get(groups));
    Site::new(builder, app)
}

async fn groups_of(site: &Site, ip: &str) -> String {
    site.browser(ip).get("/groups").await.body
}

/// Fetches all due lists. Returns the result of one list; `None` if it was not due.
async fn refresh(site: &Site, name: &str) -> Option<Result<(), String>> {
    let outcomes = refresh_lists(&site.humanify).await;
    let mut outcomes = outcomes.into_iter();
    outcomes
        .find(|outcome| outcome.0 == name)
        .map(|outcome| outcome.1)
}

/// A list of this many addresses, including [`LISTED`].
fn exits(number: u8) -> String {
    let others = (1..number).map(|n| format!("84.140.8.{}\n", 2 * n));
    others.chain([format!("{LISTED}\n")]).collect()
}

/// A file that is compressed with gzip.
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
