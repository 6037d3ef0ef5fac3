//! Tests of the compiler's suggestions: each is applied, and the resulting rules stop a request
//! that should be stopped and pass one that should pass.
//!
//! The mistakes are those of `humanify/parser/tests/cases`. Each is followed by its two requests;
//! `BLESS=1 cargo test -p humanify-tests --test main suggestions` finds them for new cases: read
//! each as the person who made the mistake.
//!
//! A request is written as in `bot POST /login user-agent: curl`. `6 times` before it repeats it,
//! and ` then ` separates requests in sequence; the last one counts. `https` before it means a site
//! under HTTPS, `observed` a request that passes and is reported. If several suggestions share no
//! request, ` ~ ` separates the requests of each.

mod cases;

use std::collections::HashMap;

use axum::Router;
use axum::routing::any;
use http::{HeaderName, Method, StatusCode};
use humanify::Group;
use humanify::prelude::*;
use humanify_parser::{self as parse, Place, Suggestion};
use humanify_syntax::analysis::check_together;

use crate::support::{DATACENTER, HOME, Site, VPN};
use cases::{cases, files};

/// The rules that result from the fixes of a mistake. Fixes that uncover another mistake are left
/// out.
fn suggested(text: &str) -> Vec<(String, RuleSet)> {
    let findings = parse::rules(text.parse().unwrap()).findings;
    let fixed = findings
        .iter()
        .flat_map(|finding| &finding.fixes)
        .map(|fix| applied(text, fix));
    fixed
        .filter_map(|fixed| {
            let rules = parse::rules(fixed.parse().unwrap());
            Some((fixed, rules.keep().ok()?))
        })
        .collect()
}

fn applied(text: &str, fix: &Suggestion) -> String {
    let Place { start, end } = fix.place;
    let offset = |at: proc_macro2::LineColumn| {
        let lines = text.split_inclusive('\n').take(at.line - 1);
        let before: usize = lines.map(str::len).sum();
        let line = text.get(before..).unwrap();
        let column = line.char_indices().nth(at.column);
        before + column.map_or(line.len(), |(index, _)| index)
    };
    let (start, end) = (offset(start.start()), offset(end.end()));
    format!(
        "{}{}{}",
        text.get(..start).unwrap(),
        fix.text,
        text.get(end..).unwrap()
    )
}

/// Cached sites, by the text of their rules.
#[derive(Default)]
struct Sites(HashMap<(String, bool), Site>);

impl Sites {
    /// A fresh site, under HTTPS or not. To make exemptions and bans observable, everyone is
    /// challenged after an exemption, and statements with offences follow a ban.
    fn site_over(&mut self, (text, rules): &(String, RuleSet), https: bool) -> &Site {
        let key = (text.clone(), https);
        if counts_requests(text) {
            self.0.remove(&key);
        }
        self.0.entry(key).or_insert_with(|| {
            let builder = Humanify::builder()
                .https(https)
                .add_network(Group::TorExitNodes, "84.140.202.0/24")
                .add_network(Group::FireholLevel1, "84.140.204.0/24")
                .rules(*rules);
            let behind = match text.trim_start() {
                text if text.starts_with("exempt") => protect! { always_challenge; },
                text if text.contains("ban ") => protect! {
                    deny_access on "/feed";
                    limit "1/hour" on "/feed/limited";
                },
                text if text.contains("no_default") => {
                    protect! { intended(defaults) challenge on "/robots.txt", "/x"; }
                }
                _ => RuleSet::EMPTY,
            };
            let acts = check_together(&[*rules, behind]).is_none();
            let builder = match acts {
                true => builder.rules(behind),
                false => builder,
            };
            Site::new(builder, app())
        })
    }
}

/// Whether the rules count requests, so that equal requests may have different outcomes.
fn counts_requests(text: &str) -> bool {
    text.contains("limit") || text.contains("ban ")
}

fn app() -> Router {
    #[endpoint("billing::pay")]
    async fn pay() -> &'static str {
        "in"
    }
    Router::new()
        .route("/pay", any(pay))
        .route("/items/{id}", any(|| async { "in" }))
        .route("/user/{id}", any(|| async { "in" }))
        .route("/files/{*path}", any(|| async { "in" }))
        .fallback(|uri: http::Uri| async move {
            match uri.query() {
                Some("fail") => (StatusCode::UNAUTHORIZED, "out"),
                Some("moved") => (StatusCode::SEE_OTHER, "moved"),
                _ => (StatusCode::OK, "in"),
            }
        })
}

/// Whether the last of these requests is stopped or, if the case says `observed`, is reported.
async fn is_stopped(sites: &mut Sites, rules: &(String, RuleSet), written: &str) -> bool {
    let (https, written) = match written.strip_prefix("https ") {
        Some(written) => (true, written),
        None => (false, written),
    };
    let site = sites.site_over(rules, https);
    let (observed, written) = match written.strip_prefix("observed ") {
        Some(written) => (true, written),
        None => (false, written),
    };
    let count = || {
        let statements = site.humanify.observed().statements;
        statements.iter().map(|one| one.requests).sum::<u64>()
    };
    let before = count();
    let mut stopped = false;
    for line in written.split(" then ") {
        stopped = send(site, line).await;
    }
    match observed {
        true => !stopped && count() > before,
        false => stopped,
    }
}

/// Sends one line of requests, and returns whether the last is stopped.
async fn send(site: &Site, line: &str) -> bool {
    let (count, line) = match line.split_once(" times ") {
        Some((count, line)) => (count.parse().unwrap(), line),
        None => (1, line),
    };
    let mut words = line.splitn(4, ' ');
    let who = words.next().unwrap();
    let method: Method = words.next().unwrap().parse().unwrap();
    let path = words.next().unwrap();
    let ip = match who {
        "bot" => DATACENTER,
        "person" => HOME,
        "vpn" => VPN,
        "tor" => "84.140.202.7",
        "firehol" => "84.140.204.7",
        // An address that Google publishes.
        "google" => "66.249.66.1",
        ip => ip,
    };
    let mut visitor = site.browser(ip);
    if who == "google" {
        visitor = visitor.with(http::header::USER_AGENT, "Googlebot/2.1");
    }
    for header in words.next().unwrap_or_default().split(" | ") {
        if let Some((name, value)) = header.split_once(':') {
            visitor = visitor.with(name.parse::<HeaderName>().unwrap(), value.trim_start());
        }
    }
    let mut stopped = false;
    for _ in 0..count {
        let reply = visitor.send(method.clone(), path, "").await;
        // A challenge is a redirect without a body.
        stopped = match reply.status {
            StatusCode::OK | StatusCode::UNAUTHORIZED => false,
            _ => reply.body != "moved",
        };
    }
    stopped
}

/// Candidate requests for a case without requests, the simplest first.
fn candidates(text: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for quoted in text.split('"').skip(1).step_by(2) {
        let path = quoted
            .trim_start_matches('^')
            .trim_end_matches('$')
            .trim_end_matches(".*")
            .replace("[^/]+", "x")
            .replace("[0-9]+", "1")
            .replace("(admin|api)", "admin")
            .replace("(?i)^", "")
            .replace("\\.", ".")
            .replace("{*path}", "x")
            .replace('*', "x");
        let path = path
            .split('/')
            .map(|segment| {
                if segment.starts_with('{') {
                    "7"
                } else {
                    segment
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        if path.starts_with('/') && path.is_ascii() {
            paths.push(path.clone());
            paths.push(format!("{path}x"));
        } else if path.starts_with('/') {
            paths.push(path.replace('é', "%C3%A9"));
        }
    }
    for path in [
        "/",
        "/pay",
        "/a",
        "/login",
        "/admin",
        "/items/7",
        "/x.php",
        "/assets/x",
    ] {
        paths.push(path.to_owned());
    }
    for query in [
        "page=1",
        "a=1",
        "a=x",
        "admin=true",
        "q=x",
        "next=/admin",
        "a.b=x",
        "a-=x",
    ] {
        paths.push(format!("/?{query}"));
    }
    paths.push("/login?next=/admin".to_owned());
    paths.push("/search?q=x".to_owned());
    let mut requests: Vec<String> = Vec::new();
    for path in &paths {
        requests.push(format!("bot GET {path}"));
    }
    for path in &paths {
        requests.push(format!("bot POST {path}"));
        requests.push(format!("bot GET {path} host: example.org"));
        requests.push(format!("bot GET {path} host: localhost"));
        requests.push(format!("person GET {path}"));
        requests.push(format!("vpn GET {path}"));
        requests.push(format!("tor GET {path}"));
        requests.push(format!("firehol GET {path}"));
    }
    for header in [
        "user-agent: curl/8",
        "user-agent: xyz",
        "user_agent: curl/8",
        "user-agent: GPTBot/1.0",
        "user-agent: Googlebot/2.1",
        "referer: https://a.example",
        "referer: ",
        "cookie: session=1",
        "authorization: x",
        "content-type: application/json; charset=utf-8",
        "x-forwarded-for: 1",
        "x-api-key: k",
        "x_api_key: k",
        "host: x",
        "x-forwarded-proto: https",
    ] {
        requests.push(format!("bot GET / {header}"));
        requests.push(format!("person GET / {header}"));
    }
    for ip in [
        "10.0.0.1",
        "10.0.0.200",
        "10.9.9.9",
        "192.168.1.1",
        "2001:db8::1",
        "127.0.0.1",
    ] {
        requests.push(format!("{ip} GET /"));
    }
    requests.push("11 times bot GET /login".to_owned());
    requests.push("6 times bot POST /api/x".to_owned());
    requests.push("30 times bot GET /x".to_owned());
    requests.push("30 times bot GET /a".to_owned());
    requests
}

/// The first candidate that all suggested rules stop, or that all pass.
async fn found(rules: &[(String, RuleSet)], sites: &mut Sites, stopped: bool) -> Option<String> {
    let tried = rules.iter().flat_map(|(fixed, _)| {
        let mut tried = candidates(fixed);
        if counts_requests(fixed) {
            tried.retain(|request| request.contains(" times ") || request == "bot GET /");
        }
        tried
    });
    for request in tried {
        let mut all = true;
        for rules in rules {
            all &= is_stopped(sites, rules, &request).await == stopped;
        }
        if all {
            return Some(request);
        }
    }
    None
}

#[tokio::test]
async fn every_suggestion_stops_one_request_and_lets_another_through() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut sites = Sites::default();
    let (mut applied, mut wrong) = (0, Vec::new());
    for path in files() {
        let file = std::fs::read_to_string(&path).unwrap();
        let description = file.split("\n\n").next().unwrap();
        let mut written = vec![description.to_owned()];
        for mut case in cases(&file) {
            let rules = suggested(&case.text);
            for (key, stopped) in [("stops: ", true), ("passes: ", false)] {
                if rules.is_empty() {
                    continue;
                }
                match case.line(key).map(str::to_owned) {
                    Some(written) => {
                        let requests: Vec<&str> = written.split(" ~ ").collect();
                        let is_one_each = requests.len() == 1 || requests.len() == rules.len();
                        assert!(is_one_each, "{}: {written}", case.name);
                        for (rules, request) in rules.iter().zip(requests.iter().cycle()) {
                            applied += 1;
                            if is_stopped(&mut sites, rules, request).await != stopped {
                                wrong.push(format!("{}\n{}\n{key}{request}", case.name, rules.0));
                            }
                        }
                    }
                    None if bless => {
                        let request = found(&rules, &mut sites, stopped).await;
                        let request =
                            request.unwrap_or_else(|| "none was found: write one".to_owned());
                        case.lines.push(format!("{key}{request}"));
                    }
                    None => panic!("{} has no `{key}`", case.name),
                }
            }
            let behind = case.lines.join("\n");
            written.push(format!("== {}\n{}\n--\n{behind}", case.name, case.text));
        }
        if bless {
            std::fs::write(path, written.join("\n\n") + "\n").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(bless || applied > 200, "{applied}");
}
