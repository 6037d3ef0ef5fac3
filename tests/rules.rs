//! `protect!`: the effect of each statement, and the matching of paths and conditions.

use axum::Router;
use axum::routing::any;
use http::{Method, StatusCode};
use humanify::prelude::*;
use humanify::{HumanifyBuilder, RuleSet};

use crate::support::{DATACENTER, HOME, Site, VPN};

fn site(rules: RuleSet) -> Site {
    with(Humanify::builder(), rules)
}

fn with(builder: HumanifyBuilder, rules: RuleSet) -> Site {
    #[rate_limit("1000/second")]
    async fn named() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/named/{id}", any(named))
        .fallback(|| async { "in" });
    Site::new(builder.rules(rules), app)
}

/// The outcome of a browser's request for a path, from an address.
async fn outcome(site: &Site, ip: &str, path: &str) -> &'static str {
    let reply = site.browser(ip).get(path).await;
    match reply.status {
        StatusCode::OK => "pass",
        StatusCode::SEE_OTHER if reply.demands_challenge() => "challenge",
        StatusCode::FORBIDDEN => "deny",
        StatusCode::BAD_REQUEST => "refuse",
        status => panic!("{status} for {path}"),
    }
}

#[tokio::test]
async fn each_statement_has_its_documented_effect() {
    let site = site(protect! {
        exempt on "/assets/*";
        deny_access on "/admin/*", "/sensitive/*";
        challenge on "/api/*" except "/api/public/*";
        always_challenge on "/login";
        always_deny on "/closed/*";
        challenge on "/vpn" when client.is_vpn;
        deny_access on "/not-vpn" when client.is_datacenter && !client.is_vpn;
    });
    for (ip, path, expected) in [
        (DATACENTER, "/", "pass"),
        (DATACENTER, "/assets/x", "pass"),
        (DATACENTER, "/admin/x", "deny"),
        (HOME, "/admin/x", "pass"),
        (DATACENTER, "/sensitive/x", "deny"),
        (DATACENTER, "/api/x", "challenge"),
        (HOME, "/api/x", "pass"),
        (DATACENTER, "/api/public/x", "pass"),
        (HOME, "/login", "challenge"),
        (HOME, "/closed/x", "deny"),
        (VPN, "/vpn", "challenge"),
        (DATACENTER, "/vpn", "pass"),
        (DATACENTER, "/not-vpn", "deny"),
        (VPN, "/not-vpn", "pass"),
    ] {
        assert_eq!(outcome(&site, ip, path).await, expected, "{ip} {path}");
    }
}

#[tokio::test]
async fn no_spelling_of_a_path_evades_a_protecting_rule() {
    let site = site(protect! {
        always_deny on "/admin/*", "/exact";
    });
    for (path, expected) in [
        ("/admin/x", "deny"),
        ("/%61dmin/x", "deny"),
        ("//admin/x", "deny"),
        ("/./admin/x", "deny"),
        ("/a/../admin/x", "deny"),
        ("/a/%2e%2e/admin/x", "deny"),
        ("/admin/a%2fb;c", "deny"),
        ("/exact", "deny"),
        ("/exact/", "deny"),
        ("//exact//", "deny"),
        ("/%65xact", "deny"),
        // Servers read these paths differently, and so would the rules.
        ("/%2561dmin/x", "refuse"),
        ("/admin;v=1/x", "refuse"),
        ("/admin%2fx", "refuse"),
        ("/admin%5cx", "refuse"),
        ("/exact;x", "refuse"),
        ("/%25252561dmin", "refuse"),
        ("/administrator", "pass"),
        ("/exactly", "pass"),
        ("/", "pass"),
        ("/open/a%2fb;c/%5c", "pass"),
    ] {
        assert_eq!(outcome(&site, HOME, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn no_spelling_of_a_path_widens_an_exemption() {
    let site = site(protect! {
        exempt on "/assets/*";
        always_challenge except "/open/*";
    });
    for (path, expected) in [
        ("/assets/../secret", "challenge"),
        ("/assets/%2e%2e/secret", "challenge"),
        ("/open/../secret", "challenge"),
        ("/x/../assets/y", "challenge"),
        ("//assets/y", "challenge"),
        ("/robots.txt/../secret", "challenge"),
        ("/.well-known/../secret", "challenge"),
        // A path is exempt only if it is also exempt as it was sent.
        ("/favicon.ico;x", "challenge"),
        // Servers read these paths differently, and so would the rules.
        ("/assets/..%2fsecret", "refuse"),
        ("/assets/..;/secret", "refuse"),
        ("/assets/y", "pass"),
        ("/assets/y;x/%2f", "pass"),
        ("/open/y", "pass"),
        ("/robots.txt", "pass"),
        ("/.well-known/x", "pass"),
        ("/apple-touch-icon-57.png", "pass"),
    ] {
        assert_eq!(outcome(&site, HOME, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn an_expression_in_an_exception_sees_what_was_sent() {
    let site = site(protect! {
        always_deny except regex "^(/[^/]+)*/?$";
    });
    for (path, expected) in [
        ("/a/b", "pass"),
        ("/", "pass"),
        ("//a", "deny"),
        ("/a//b", "deny"),
    ] {
        assert_eq!(outcome(&site, HOME, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_protecting_condition_sees_what_was_sent() {
    let site = site(protect! {
        always_deny when path contains ["//", ";", "%2e%2e"] || path ends_with "/" && path != "/";
        always_deny on "/items/{id}" when path contains "/./";
    });
    for path in ["/a//b", "/a;b", "/a/%2e%2e/b", "/a/", "/items/./x"] {
        assert_eq!(outcome(&site, HOME, path).await, "deny", "{path}");
    }
    assert_eq!(outcome(&site, HOME, "/a/b").await, "pass");
}

#[tokio::test]
async fn the_default_exemptions_can_be_given_up() {
    let site = site(protect! {
        no_default_exemptions;
        always_challenge;
    });
    assert_eq!(outcome(&site, HOME, "/robots.txt").await, "challenge");
}

#[tokio::test]
async fn conditions_see_every_field() {
    let site = site(protect! {
        always_deny on "/method" when method in [GET, POST];
        always_deny on "/args" when args.admin == "true" || args["a[]"] ~ "^x";
        always_deny on "/headers" when headers.x-key == "1" && headers["x-1e5"] != "2";
        always_deny on "/cookies" when cookies.session !~ "^[a-z]+$";
        always_deny on "/host" when host == "site.example";
        always_deny on "/scheme" when scheme == "http";
        always_deny on "/ip" when client.ip in ["84.140.1.0/24", "2001:db8::/32"];
        always_deny on "/provider" when client.vpn_provider == "Mullvad";
        always_deny on "/crawler" when client.crawler == "Googlebot";
        always_deny on "/path/*" when path ~ "secret";
        always_deny on regex r"^/v[0-9]+/" when !client.is_datacenter;
        always_deny on "/not" when !(args.a == "1" && args.b == "2");
    });
    for (path, expected) in [
        ("/method", "deny"),
        ("/args", "pass"),
        ("/args?admin=true", "deny"),
        ("/args?admin=false&admin=true", "deny"),
        ("/args?%61dmin=tr%75e", "deny"),
        ("/args?a%5B%5D=x1", "deny"),
        ("/cookies", "deny"),
        ("/host", "deny"),
        ("/scheme", "deny"),
        ("/ip", "deny"),
        ("/provider", "pass"),
        ("/crawler", "pass"),
        ("/path/a", "pass"),
        ("/path/%73ecret", "deny"),
        ("/v12/x", "deny"),
        ("/vx/x", "pass"),
        ("/not", "deny"),
        ("/not?a=1&b=2", "pass"),
        ("/not?a=1&b=2&b=3", "deny"),
    ] {
        assert_eq!(outcome(&site, HOME, path).await, expected, "{path}");
    }
    assert_eq!(outcome(&site, VPN, "/provider").await, "deny");
    assert_eq!(outcome(&site, DATACENTER, "/v12/x").await, "pass");

    let home = site.browser(HOME);
    let status = async |visitor: crate::support::Visitor, path| visitor.get(path).await.status;
    let keyed = home.clone().with_more("x-key", "0").with_more("x-key", "1");
    assert_eq!(
        status(keyed.clone(), "/headers").await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        status(keyed.with_more("x-1e5", "2"), "/headers").await,
        StatusCode::OK
    );
    let cookie = home.clone().with_more("cookie", "session=abc");
    assert_eq!(status(cookie, "/cookies").await, StatusCode::OK);
    let bot = home.clone().with(
        http::header::USER_AGENT,
        "Mozilla/5.0 (compatible; googlebot/2.1)",
    );
    assert_eq!(status(bot, "/crawler").await, StatusCode::FORBIDDEN);
    assert_eq!(
        home.send(Method::PUT, "/method", "").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn for_an_exemption_every_value_must_fit() {
    let site = site(protect! {
        intended(client_sends) exempt when args.key == "letmein";
        intended(client_sends) exempt when headers.x-key == "letmein";
        always_challenge;
    });
    for (path, expected) in [
        ("/?key=letmein", "pass"),
        ("/?key=letmein&key=letmein", "pass"),
        ("/?key=letmein&key=x", "challenge"),
        ("/?key=x&key=letmein", "challenge"),
        ("/", "challenge"),
    ] {
        assert_eq!(outcome(&site, HOME, path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn names_and_templates_are_targets() {
    let site = site(protect! {
        deny_access on endpoint "rules::named";
        always_deny on route "/named/{id}" when args.x == "1";
        always_deny on endpoint regex "^rules::na" when args.y == "1";
    });
    assert_eq!(outcome(&site, DATACENTER, "/named/7").await, "deny");
    assert_eq!(outcome(&site, HOME, "/named/7").await, "pass");
    assert_eq!(outcome(&site, HOME, "/named/7?x=1").await, "deny");
    let site = Site::new(
        Humanify::builder().rules(protect! {
            deny_access on endpoint "billing::*";
        }),
        Router::new().route("/pay", any(billing::pay)),
    );
    assert_eq!(outcome(&site, DATACENTER, "/pay").await, "deny");
    assert_eq!(outcome(&site, HOME, "/pay").await, "pass");
}

mod billing {
    use humanify::prelude::*;

    #[endpoint("billing::pay")]
    pub(crate) async fn pay() -> &'static str {
        "in"
    }
}

#[tokio::test]
async fn an_observed_statement_stops_nobody() {
    let site = site(protect! {
        observe always_deny on "/a";
        observe exempt on "/b";
        always_challenge on "/b";
        observe limit "1/hour" on "/a";
    });
    for _ in 0..3 {
        assert_eq!(outcome(&site, HOME, "/a").await, "pass");
    }
    assert_eq!(outcome(&site, HOME, "/b").await, "challenge");
}

#[tokio::test]
async fn a_deny_stands_above_everything_but_the_exempt_attribute() {
    #[exempt]
    async fn exempted() -> &'static str {
        "in"
    }
    #[require_human]
    async fn guarded() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/exempted", any(exempted))
        .route("/guarded", any(guarded))
        .fallback(|| async { "in" });
    let site = Site::new(
        Humanify::builder().rules(protect! {
            exempt on "/open";
            always_deny when client.ip == "84.140.1.2";
        }),
        app,
    );
    assert_eq!(outcome(&site, HOME, "/exempted").await, "pass");
    assert_eq!(outcome(&site, HOME, "/guarded").await, "deny");
    assert_eq!(outcome(&site, HOME, "/open").await, "deny");
    assert_eq!(outcome(&site, HOME, "/humanify/challenge").await, "deny");
}

#[tokio::test]
async fn an_exemption_from_limits_is_none_from_statements_and_attributes() {
    #[exempt(rate_limit)]
    async fn unlimited() -> &'static str {
        "in"
    }
    #[exempt(rate_limit)]
    #[always_challenge]
    async fn challenged() -> &'static str {
        "in"
    }
    let site = Site::new(
        Humanify::builder().rules(protect! {
            limit "1/hour";
            deny_access on "/shop" when client.is_datacenter;
            always_challenge on "/account";
        }),
        Router::new()
            .route("/shop", any(unlimited))
            .route("/account", any(unlimited))
            .route("/challenged", any(challenged)),
    );
    for _ in 0..3 {
        assert_eq!(outcome(&site, HOME, "/shop").await, "pass");
        assert_eq!(outcome(&site, DATACENTER, "/shop").await, "deny");
        assert_eq!(outcome(&site, HOME, "/account").await, "challenge");
        assert_eq!(outcome(&site, HOME, "/challenged").await, "challenge");
    }
}

#[tokio::test]
async fn a_preflight_passes_challenges_but_not_denials() {
    let site = site(protect! {
        always_challenge on "/api/*";
        always_deny on "/closed";
    });
    let preflight = site
        .browser(HOME)
        .with(http::header::ORIGIN, "https://other.example")
        .with(http::header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let status = async |method, path| preflight.send(method, path, "").await.status;
    assert_eq!(status(Method::OPTIONS, "/api/x").await, StatusCode::OK);
    assert_eq!(status(Method::GET, "/api/x").await, StatusCode::SEE_OTHER);
    assert_eq!(
        status(Method::OPTIONS, "/closed").await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_response_under_a_protecting_statement_is_private() {
    let app = Router::new()
        .route(
            "/said",
            any(|| async { ([("cache-control", "public, max-age=60")], "in") }),
        )
        .fallback(|| async { "in" });
    let site = Site::new(
        Humanify::builder().rules(protect! {
            challenge on "/said", "/api/*";
        }),
        app,
    );
    let home = site.browser(HOME);
    for (path, expected) in [
        ("/api/x", Some("private")),
        ("/said", Some("public, max-age=60")),
        ("/", None),
    ] {
        assert_eq!(
            home.get(path).await.header("cache-control"),
            expected,
            "{path}"
        );
    }
}
