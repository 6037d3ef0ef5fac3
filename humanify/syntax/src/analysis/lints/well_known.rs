//! Traps on paths that people's browsers and good bots request by themselves.

use super::LintFindings;
use crate::analysis::block::RuleBlock;
use crate::analysis::request::ExampleRequest;
use crate::analysis::warnings::Warning;
use crate::analysis::witness::Witness;
use crate::{Action, Field, Sign, Target};

/// Paths that clients request without following a link, each with the clients that do.
const WELL_KNOWN_PATHS: &[(&str, &str)] = &[
    ("/", "everyone who opens the site"),
    ("/robots.txt", "every well-behaved crawler"),
    ("/favicon.ico", "every browser"),
    ("/favicon.png", "browsers"),
    ("/favicon.svg", "browsers"),
    ("/apple-touch-icon.png", "browsers on telephones"),
    (
        "/apple-touch-icon-precomposed.png",
        "browsers on telephones",
    ),
    ("/manifest.json", "browsers"),
    ("/manifest.webmanifest", "browsers"),
    ("/site.webmanifest", "browsers"),
    ("/browserconfig.xml", "browsers"),
    ("/sitemap.xml", "search engines"),
    ("/sitemap_index.xml", "search engines"),
    ("/sitemap.txt", "search engines"),
    ("/.well-known/security.txt", "security researchers"),
    (
        "/.well-known/acme-challenge/x",
        "the authority that issues certificates",
    ),
    ("/.well-known/change-password", "password managers"),
    ("/.well-known/apple-app-site-association", "telephones"),
    ("/.well-known/assetlinks.json", "telephones"),
    ("/.well-known/openid-configuration", "clients that log in"),
    ("/.well-known/webfinger", "other servers"),
    ("/.well-known/traffic-advice", "browsers"),
    ("/security.txt", "security researchers"),
    ("/humans.txt", "readers"),
    ("/ads.txt", "advertising networks"),
    ("/app-ads.txt", "advertising networks"),
    ("/llms.txt", "AI assistants"),
    ("/feed", "feed readers"),
    ("/feed.xml", "feed readers"),
    ("/rss.xml", "feed readers"),
    ("/atom.xml", "feed readers"),
    ("/opensearch.xml", "browsers"),
    ("/crossdomain.xml", "Flash players"),
    ("/index.html", "visitors who follow an old link"),
    ("/health", "monitors"),
    ("/healthz", "monitors"),
    ("/livez", "monitors"),
    ("/readyz", "monitors"),
    ("/ping", "monitors"),
    ("/status", "monitors"),
];

/// Paths that well-behaved crawlers request first of all.
const FOR_CRAWLERS: &[&str] = &[
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap.txt",
    "/ads.txt",
    "/app-ads.txt",
    "/llms.txt",
];

pub(super) fn check(block: &mut RuleBlock, position: usize, lints: &mut LintFindings) {
    let Some(statement) = block.entries.get(position).map(|entry| entry.statement) else {
        return;
    };
    let names_all = statement.on.is_empty() || {
        let entry = block.entries.get(position);
        entry.is_some_and(|entry| {
            entry
                .on
                .iter()
                .any(|target_texts| target_texts.set.everything)
        })
    };
    // A statement that refuses everyone everywhere has a warning of its own.
    let is_closed = names_all && statement.except.is_empty() && statement.when.is_none();
    if statement.action != Action::Trap || statement.observe || is_closed {
        return;
    }
    for (path, who) in WELL_KNOWN_PATHS {
        let is_for_crawlers = !names_all && FOR_CRAWLERS.contains(path);
        let signs: &[&[Sign]] = match is_for_crawlers {
            true => &[
                &[],
                &[Sign::Crawler, Sign::Bot],
                &[Sign::Crawler, Sign::VerifiedCrawler],
            ],
            false => &[&[]],
        };
        let mut signs = signs.iter();
        let Some(signs) = signs.find(|signs| {
            block.acts_on_request(position, &typical_request(path, signs)) == Some(true)
        }) else {
            continue;
        };
        let shown = ExampleRequest {
            path: (*path).to_owned(),
            signs: signs.iter().map(|sign| (*sign, true)).collect(),
            ..ExampleRequest::default()
        };
        let names_it = statement.on.contains(&Target::Path(path));
        lints.add_with(
            Warning::WELL_KNOWN,
            format!("this traps {who}: a request for `{path}` is not a sign of an attack"),
            match names_it {
                true => format!(
                    "leave `\"{path}\"` out: a trap is for paths that no honest client requests"
                ),
                false => {
                    format!("add `except \"{path}\"`, or name paths that no honest client requests")
                }
            },
            Witness::of(shown, &statement),
        );
        return;
    }
}

/// A typical request of a browser or a good bot.
fn typical_request(path: &str, signs: &[Sign]) -> ExampleRequest {
    ExampleRequest {
        path: path.to_owned(),
        values: vec![
            (Field::Header("user-agent"), "Mozilla/5.0".to_owned()),
            (Field::Header("accept"), "*/*".to_owned()),
            (Field::Header("accept-language"), "en".to_owned()),
        ],
        signs: Sign::NAMES
            .iter()
            .map(|(_, sign)| (*sign, signs.contains(sign)))
            .collect(),
        has_clearance: Some(false),
        ..ExampleRequest::default()
    }
}
