//! Checks the example request of every finding on rules: the rules are built without the check, the
//! request is sent through the layer, and it has the stated fate.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::any;
use http::{HeaderName, HeaderValue, Request, StatusCode};
use humanify::prelude::*;
use humanify::testing::{self, DetectionStub};
use humanify::{Group, Inconsistency, Lists};
use humanify_parser as parse;
use humanify_syntax::analysis::{self, ExampleOutcome, Witness};
use humanify_syntax::{Field, Sign};

use crate::support::{HOME, Site};

/// The texts of all cases with rules, without those with attributes.
fn texts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../humanify/parser/tests/cases");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|known| known == "txt"))
        .filter(|path| !path.ends_with("attributes.txt"))
        .collect();
    let mut texts = Vec::new();
    for file in files {
        let file = std::fs::read_to_string(file).unwrap();
        // The first part says what the cases are.
        let parts = file.split("\n== ").skip(1).map(|part| {
            let (_, text) = part.split_once('\n').unwrap();
            text.split_once("\n--").unwrap().0.to_owned()
        });
        texts.extend(parts);
    }
    texts
}

/// The statements of a text, with all their mistakes.
fn unchecked(text: &str) -> RuleSet {
    let rules = parse::rules(text.parse().unwrap());
    RuleSet::new(
        Box::leak(rules.statements.into()),
        Box::leak(rules.bans.into()),
        rules.default_exemptions,
    )
}

/// A site under the rules, with the route of the request. Without the tested exemption, its
/// requests would be challenged.
fn site(rules: RuleSet, witness: &Witness) -> Site {
    let handler = || async { "in" };
    let app = match witness.request.route {
        Some(template) => Router::new()
            .route(template, any(handler))
            .fallback(handler),
        None => Router::new().fallback(handler),
    };
    let is_https = values(witness, Field::Scheme).next() == Some("https");
    let builder = Humanify::builder()
        .lists(Lists::Embedded)
        .https(is_https)
        .rules(rules);
    let behind = protect! { always_challenge; };
    let acts = analysis::check_together(&[rules, behind]).is_none();
    let is_exempt = matches!(
        witness.outcome,
        ExampleOutcome::Exempt | ExampleOutcome::ExemptByDefault
    );
    let builder = match acts && is_exempt {
        true => builder.rules(behind),
        false => builder,
    };
    Site::new(builder, app)
}

fn values(witness: &Witness, of: Field) -> impl Iterator<Item = &str> {
    let all = witness.request.values.iter();
    all.filter(move |(field, _)| *field == of)
        .map(|(_, value)| value.as_str())
}

/// The request of a witness, and the client that it names.
fn request(site: &Site, witness: &Witness) -> Request<Body> {
    let asked = &witness.request;
    let encode = |text: &str, plain: &[u8]| -> String {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                (byte as char).to_string()
            }
            byte if plain.contains(&byte) => (byte as char).to_string(),
            byte => format!("%{byte:02X}"),
        });
        bytes.collect()
    };
    let mut query = Vec::new();
    let mut cookies = Vec::new();
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    let header = |name: &str, value: &str| {
        (
            name.parse().unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        )
    };
    for (field, value) in &asked.values {
        match field {
            Field::Arg(name) => query.push(format!("{}={}", encode(name, b""), encode(value, b""))),
            Field::Cookie(name) => cookies.push(format!("{name}={value}")),
            Field::Header(name) => headers.push(header(name, value)),
            Field::Host => headers.push(header("host", value)),
            Field::ContentType => headers.push(header("content-type", value)),
            _ => {}
        }
    }
    let peer = asked
        .address
        .unwrap_or_else(|| HOME.parse::<IpAddr>().unwrap());
    if asked.has_clearance == Some(true) {
        let agent = values(witness, Field::Header("user-agent")).next();
        if agent.is_none() {
            headers.push(header("user-agent", "person"));
        }
        cookies.extend(testing::clearance(
            &site.humanify,
            peer,
            agent.unwrap_or("person"),
        ));
    }
    if !cookies.is_empty() {
        headers.push(header("cookie", &cookies.join("; ")));
    }
    let path = encode(&asked.path, b"/:@!$&'()*+,=~");
    let uri = match query.is_empty() {
        true => path,
        false => format!("{path}?{}", query.join("&")),
    };
    let mut request = Request::builder().method(asked.method()).uri(uri);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
    request.extensions_mut().insert(client(witness));
    request
}

/// The client of a witness. For the fates `Exempt` and `Unaffected` it is a bot unless the witness says
/// otherwise, so that nothing else lets it pass.
fn client(witness: &Witness) -> DetectionStub {
    let asked = &witness.request;
    let has = |sign: Sign| asked.signs.contains(&(sign, true));
    let lacks = |sign: Sign| asked.signs.contains(&(sign, false));
    let mut client = DetectionStub::human();
    let vpn = Group::ALL
        .iter()
        .find(|group| matches!(group, Group::Vpn(_)));
    for (sign, group) in [
        (Sign::Vpn, *vpn.unwrap()),
        (Sign::Proxy, Group::FireholProxies),
        (Sign::Datacenter, Group::Datacenter),
        (Sign::Tor, Group::TorExitNodes),
        (Sign::ForumSpammer, Group::StopForumSpam),
        (Sign::Firehol, Group::FireholLevel1),
    ] {
        if has(sign) {
            client = client.in_group(group);
        }
    }
    if has(Sign::InvalidIp) {
        client = client.invalid_ip();
    }
    if has(Sign::Inconsistent) {
        client = client.inconsistent(Inconsistency::NoLanguage);
    }
    let named = values(witness, Field::Crawler).next();
    let of_kind = values(witness, Field::CrawlerKind).next().and_then(|kind| {
        let mut all = humanify_syntax::names::crawlers();
        let found = all.find(|(_, known)| known.name() == kind);
        found.map(|(name, _)| name)
    });
    let name = named.or(of_kind).unwrap_or("Googlebot").to_owned();
    let name: &'static str = Box::leak(name.into());
    client = if has(Sign::VerifiedCrawler) {
        client.verified_crawler(name)
    } else if has(Sign::Impostor) {
        client.impostor(name)
    } else if has(Sign::Crawler) || named.is_some() || of_kind.is_some() {
        client.crawler(name)
    } else {
        client
    };
    let is_open = !lacks(Sign::Bot)
        && (has(Sign::Bot)
            || matches!(
                witness.outcome,
                ExampleOutcome::Exempt
                    | ExampleOutcome::ExemptByDefault
                    | ExampleOutcome::Unaffected
            ));
    let free = [
        (Sign::Datacenter, Group::Datacenter),
        (Sign::Firehol, Group::FireholLevel1),
        (Sign::Tor, Group::TorExitNodes),
    ];
    match free.iter().find(|(sign, _)| !lacks(*sign)) {
        Some((_, group)) if is_open => client.in_group(*group),
        _ => client,
    }
}

/// Whether a witness cannot be replayed.
fn is_left_out(witness: &Witness) -> bool {
    // The name of a handler is a constant of the program, and a stub has no VPN provider.
    witness.request.endpoint.is_some() || values(witness, Field::VpnProvider).next().is_some()
}

#[tokio::test]
async fn the_example_request_of_a_finding_has_the_stated_outcome() {
    let (mut driven, mut left_out, mut wrong) = (0, 0, Vec::new());
    let mut numbers = std::collections::BTreeSet::new();
    for text in texts() {
        let rules = parse::rules(text.parse().unwrap());
        let set = unchecked(&text);
        for finding in rules.findings.iter().chain(&rules.warnings) {
            let Some(witness) = &finding.witness else {
                continue;
            };
            if is_left_out(witness) {
                left_out += 1;
                continue;
            }
            let site = site(set, witness);
            let response = tower::ServiceExt::oneshot(site.app.clone(), request(&site, witness));
            let response = response.await.unwrap();
            let (status, limited) = (
                response.status(),
                response.headers().contains_key("ratelimit"),
            );
            let body = axum::body::to_bytes(response.into_body(), 1 << 16)
                .await
                .unwrap();
            let is_challenge = String::from_utf8_lossy(&body).contains("challenge-required");
            let is_own = witness.request.path.starts_with("/humanify/");
            let happens = match witness.outcome {
                ExampleOutcome::Exempt
                | ExampleOutcome::ExemptByDefault
                | ExampleOutcome::Untouched => status == StatusCode::OK,
                ExampleOutcome::Unaffected => {
                    status == StatusCode::OK || (is_own && status != StatusCode::FORBIDDEN)
                }
                ExampleOutcome::Challenged => status == StatusCode::FORBIDDEN && is_challenge,
                ExampleOutcome::Refused | ExampleOutcome::Trapped => {
                    status == StatusCode::FORBIDDEN && !is_challenge
                }
                ExampleOutcome::Counted => limited,
            };
            driven += 1;
            numbers.extend(finding.warning.map(|warning| warning.number));
            if !happens {
                wrong.push(format!("{text}\n{finding}\n{status} {is_challenge}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(driven > 50 && left_out < 5, "{driven} {left_out}");
    // The other findings concern counts, bans and routes, which no single request shows.
    let shown = [
        "H001", "H002", "H003", "H004", "H005", "H006", "H007", "H008", "H009", "H010", "H011",
        "H012", "H013", "H014", "H015", "H016", "H017", "H018", "H020", "H025", "H033", "H034",
        "H035", "H036",
    ];
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), shown);
}
