//! What an attacker tries. Each test is one line of the list of attacks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::HashSet;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderName, USER_AGENT};
use http::{Method, StatusCode};
use humanify::{HumanifyBuilder, prelude::*, testing};
use humanify_tests::{DATACENTER, HOME, Reply, Site, Visitor};

fn site() -> Site {
    with(Humanify::builder())
}

fn with(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    #[require_human]
    async fn protected() -> &'static str {
        "in"
    }
    #[require_human(hardness = 5)]
    async fn hard() -> &'static str {
        "in"
    }
    #[block_bots]
    async fn robots() -> &'static str {
        "in"
    }
    let app = Router::new()
        .route("/login", any(login))
        .route("/protected", any(protected))
        .route("/hard", any(hard))
        .route("/robots.txt", any(robots))
        .fallback(|| async { "in" });
    Site::new(builder, app)
}

/// The challenge in the last round, and the form that solves it.
async fn last_round(site: &Site, visitor: &Visitor, path: &str) -> (Reply, testing::Answer) {
    let asked = visitor.get(path).await;
    let first = visitor.follow(asked).await;
    let last = visitor.answer(&first).await;
    assert!(!last.clears(), "pictures have two rounds");
    let answer = testing::solve(&site.humanify, &last.body).unwrap();
    (last, answer)
}

fn field(form: &str, name: &str) -> String {
    form_urlencoded::parse(form.as_bytes())
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}

#[tokio::test]
async fn one_answer_sent_fifty_times_at_once_gives_one_clearance() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    let mut answers = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (visitor, answer) = (visitor.clone(), answer.clone());
        answers.spawn(async move { visitor.post(&answer.action, &answer.body).await });
    }
    let replies = answers.join_all().await;
    assert_eq!(replies.iter().filter(|reply| reply.clears()).count(), 1);
    assert!(replies.iter().all(|reply| !reply.status.is_server_error()));
}

#[tokio::test]
async fn a_solution_is_spent() {
    let site = site();
    let visitor = site.browser(HOME);
    let (_, answer) = last_round(&site, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());
    let other = site.browser(HOME);
    assert!(!other.post(&answer.action, &answer.body).await.clears());
}

#[tokio::test]
async fn a_token_takes_one_answer_and_every_guess_is_an_attempt() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    let right = testing::solve(&site.humanify, &page.body).unwrap();
    assert!(!visitor.err(&page).await.clears());
    // The right answer comes too late.
    let late = visitor.post(&right.action, &right.body).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.body.contains("already"), "{}", late.body);

    // Twenty guesses at once on tokens of their own: no more than three are looked at.
    let visitor = site.browser("84.140.1.77");
    let mut pages = Vec::new();
    for _ in 0..20 {
        pages.push(visitor.get("/humanify/challenge").await);
    }
    let mut guesses = tokio::task::JoinSet::new();
    for page in pages {
        let visitor = visitor.clone();
        guesses.spawn(async move { visitor.err(&page).await.status });
    }
    let statuses = guesses.join_all().await;
    let looked_at = statuses
        .iter()
        .filter(|status| **status == StatusCode::FORBIDDEN)
        .count();
    assert!(looked_at <= 2, "{statuses:?}");
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS));
}

/// A token that differs in one character, which is never the one that it had.
fn with_one_character_changed(token: &str) -> String {
    let middle = token.len() / 2;
    let other = if token[middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    format!("{}{other}{}", &token[..middle], &token[middle + 1..])
}

#[tokio::test]
async fn garbage_burns_nothing_and_costs_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    let (token, next) = (field(&answer.body, "token"), field(&answer.body, "next"));
    for body in [
        String::new(),
        "token=x&answer=1".into(),
        format!(
            "token={}&next={next}&answer=0",
            with_one_character_changed(&token)
        ),
        format!("token={token}&next=/elsewhere&answer=0"),
        format!("token={}&answer=0", "A".repeat(8_000)),
        "%ff=%fe&token=%00".into(),
    ] {
        for _ in 0..3 {
            let reply = visitor.post("/humanify/verify", &body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{body}");
        }
    }
    // Somebody else cannot answer it, and does not spend it.
    let thief = site.browser("84.140.9.9");
    assert!(!thief.post(&answer.action, &answer.body).await.clears());
    let thief = site
        .browser(HOME)
        .with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(!thief.post(&answer.action, &answer.body).await.clears());
    assert!(visitor.answer(&page).await.clears());
}

#[tokio::test]
async fn the_client_does_not_choose_its_own_difficulty() {
    let site = site();
    let bot = site.browser(DATACENTER);
    let easy = bot.get("/protected").await.location().unwrap();
    let hard = bot.get("/hard").await.location().unwrap();
    let ticket = |address: &str| field(address.split_once('?').unwrap().1, "for");
    // The ticket of the easy door with the way to the hard one.
    let forged = format!("/humanify/challenge?next=%2Fhard&for={}", ticket(&easy));
    let page = bot.get(&forged).await;
    bot.solve(page).await;
    assert!(bot.get("/hard").await.demands_challenge());
    // Parameters of one's own change nothing.
    let page = bot
        .get(&format!("{hard}&hardness=1&challenge_type=proof_of_work"))
        .await;
    bot.solve(page).await;
    assert_eq!(bot.get("/hard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_of_one_purpose_is_none_of_another() {
    let site = with(Humanify::builder().use_client_id(true));
    let visitor = site.browser(HOME);
    let (page, answer) = last_round(&site, &visitor, "/login").await;
    let token = field(&answer.body, "token");
    let ticket = field(&answer.body, "for");
    let id = visitor.cookie("humanify_id").unwrap();
    for stolen in [&token, &ticket, &id] {
        let forger = site.browser(HOME);
        forger.set_cookie("humanify_clearance", stolen);
        assert!(forger.get("/login").await.demands_challenge());
        forger.set_cookie("humanify_id", stolen);
        assert!(!forger.get("/login").await.status.is_server_error());
    }
    // A challenge of pictures is none of sound.
    let sound = visitor.post("/humanify/verify_audio", &answer.body).await;
    assert!(!sound.clears());
    assert!(visitor.answer(&page).await.clears());
}

#[tokio::test]
async fn a_clearance_is_of_no_use_to_another_client() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    let elsewhere = visitor.clone().at("84.140.1.3");
    assert!(elsewhere.get("/login").await.demands_challenge());
    let agent = visitor
        .clone()
        .with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(agent.get("/login").await.demands_challenge());

    let v6 = site.browser("2a02:8100:1:2::1");
    v6.get_in("/login").await;
    assert_eq!(
        v6.clone()
            .at("2a02:8100:1:2::99")
            .get("/login")
            .await
            .status,
        StatusCode::OK
    );
    assert!(
        v6.at("2a02:8100:1:3::1")
            .get("/login")
            .await
            .demands_challenge()
    );
}

#[tokio::test]
async fn a_clearance_with_an_id_is_at_home_in_eight_networks() {
    let site = with(Humanify::builder().use_client_id(true));
    let visitor = site.browser(HOME);
    visitor.get("/").await;
    visitor.get_in("/login").await;
    let mut open = 0;
    for network in 0..30 {
        let roaming = visitor.clone().at(&format!("91.64.{network}.7"));
        open += usize::from(roaming.get("/login").await.status == StatusCode::OK);
    }
    assert_eq!(open, 7);
    assert_eq!(visitor.get("/login").await.status, StatusCode::OK);
    let agent = visitor.with(USER_AGENT, "Mozilla/5.0 (X11) Other/1.0");
    assert!(agent.get("/login").await.demands_challenge());
}

#[tokio::test]
async fn clients_that_guess_stay_out() {
    // The bound of 5 % is reckoned, and held against thousands of clients, where rounds are
    // counted. Here a hundred guess over the whole way, of whom four may be expected to get in.
    let site = site();
    let mut cleared = 0;
    for client in 0..100_u32 {
        let visitor = site.browser(&format!("91.64.{client}.7"));
        let mut page = visitor.get("/humanify/challenge").await;
        for guess in 0.. {
            let Some(wrong) = testing::fail(&site.humanify, &page.body) else {
                break;
            };
            let position = (client * 7 + guess * 5) % 6;
            let body = wrong.body.rsplit_once('=').unwrap().0;
            page = visitor
                .post(&wrong.action, &format!("{body}={position}"))
                .await;
            if page.clears() {
                cleared += 1;
                break;
            }
        }
    }
    assert!(cleared <= 15, "{cleared} of a hundred");
}

#[tokio::test]
async fn the_way_back_leads_nowhere_else() {
    let site = site();
    let visitor = site.browser(HOME);
    for next in [
        "//evil.example",
        "////evil.example",
        "/\\evil.example",
        "/..//evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/%252f%252fevil.example",
        "/%09/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/a%0d%0aset-cookie:%20a=b",
        "\\\\evil.example",
        " /x",
        "/\u{e9}",
        "evil.example",
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        let visitor = visitor.clone().forgetful();
        let page = visitor.get(&format!("/humanify/challenge?{query}")).await;
        assert!(!page.body.contains("evil.example"), "{next}");
        let solved = visitor.solve(page).await;
        assert_eq!(solved.location().as_deref(), Some("/"), "{next}");
        site.clock.advance(Duration::from_secs(60));
    }
    // A path that is asked for is not led back to either, if it could lead elsewhere.
    let asked = visitor.get("//login").await;
    assert_eq!(asked.status, StatusCode::OK);
    let site = Site::new(
        Humanify::builder().rules(protect! { always_challenge; }),
        Router::new(),
    );
    let visitor = site.browser(HOME);
    assert_eq!(
        visitor
            .get_in("//evil.example/x")
            .await
            .location()
            .as_deref(),
        Some("/")
    );
}

#[tokio::test]
async fn what_a_client_sends_is_not_written_into_pages() {
    let site = site();
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let visitor = site
        .browser(HOME)
        .with(ACCEPT_LANGUAGE, "\"><script>alert(1)</script>")
        .with(USER_AGENT, "<script>alert(1)</script>");
    for path in [
        format!("/humanify/challenge?next=/{hostile}"),
        format!("/humanify/challenge?for={hostile}"),
        format!("/humanify/audio_challenge?next=/{hostile}"),
        format!("/humanify/access_denied?return_url={hostile}"),
        format!("/humanify/rate_limited?return_url={hostile}"),
    ] {
        let page = visitor.get(&path).await;
        assert!(!page.body.contains("<script"), "{path}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(page.header("vary").is_some(), "{path}");
        site.clock.advance(Duration::from_secs(60));
    }
}

#[tokio::test]
async fn forged_addresses_are_ignored() {
    // Nobody is trusted: fifty forged addresses are one client, and a bot stays a bot.
    let site = with(Humanify::builder().rules(protect! { limit "5/hour" on "/limited"; }));
    let mut passed = 0;
    for number in 0..50 {
        let visitor = site
            .browser(HOME)
            .with_more("x-forwarded-for", &format!("91.64.0.{number}"))
            .with_more("forwarded", &format!("for=91.64.0.{number}"))
            .with_more("x-real-ip", &format!("91.64.0.{number}"));
        passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    let liar = site.browser(DATACENTER).with_more("x-forwarded-for", HOME);
    assert!(liar.get("/protected").await.demands_challenge());

    // One proxy is trusted: what the client wrote before it is ignored, in one line or many.
    let site = with(
        Humanify::builder()
            .behind_proxy(true)
            .rules(protect! { limit "5/hour" on "/limited"; }),
    );
    let mut passed = 0;
    for number in 0..50 {
        let visitor = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", &format!("91.64.0.{number}"))
            .with_more("x-forwarded-for", HOME);
        passed += usize::from(visitor.get("/limited").await.status == StatusCode::OK);
    }
    assert_eq!(passed, 5);
    for hidden in ["_hidden", "unknown", "", "91.64.0.1, _x"] {
        let visitor = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", hidden);
        let reply = visitor.get("/protected").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{hidden}");
        let visitor = site
            .browser("127.0.0.1")
            .with_more("forwarded", &format!("for={hidden}"));
        let reply = visitor.get("/protected").await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "Forwarded: {hidden}");
    }
    // A quote that the client leaves open does not swallow what the proxy adds behind it.
    for (name, forged) in [
        ("x-forwarded-for", format!("{HOME}%\", {DATACENTER}")),
        ("x-forwarded-for", format!("\"{HOME}, {DATACENTER}")),
        ("forwarded", format!("for={HOME}%\", for={DATACENTER}")),
        ("forwarded", format!("for=\"{HOME}\\\", for={DATACENTER}")),
    ] {
        let visitor = site.browser("127.0.0.1").with_more(name, &forged);
        assert_ne!(
            visitor.get("/protected").await.status,
            StatusCode::OK,
            "{forged}"
        );
    }
    // Not even with a proxy trusted does a peer from outside count as one.
    let outside = site.browser(DATACENTER).with_more("x-forwarded-for", HOME);
    assert!(outside.get("/protected").await.demands_challenge());
}

#[tokio::test]
async fn a_client_without_an_address_gets_nothing_that_another_could_use() {
    // Behind a trusted proxy anybody can make their own address unreadable.
    let rules = protect! {
        always_deny on "/denied" when client.ip in ["203.0.113.0/24"];
        deny_access on "/vpn" when client.is_vpn;
        deny_access on "/foreign" when !(client.ip in ["84.140.0.0/16"]);
        deny_access on "/provider" when client.vpn_provider == "Mullvad";
        exempt on "/inner" when client.ip in ["84.140.0.0/16"];
        exempt on "/outer" when !client.is_vpn;
        challenge on "/inner", "/outer", "/bots";
    };
    let signals = humanify::Signals::default().invalid_ip(false);
    for builder in [Humanify::builder(), Humanify::builder().signals(signals)] {
        let site = with(builder.behind_proxy(true).rules(rules));
        let hidden = site
            .browser("127.0.0.1")
            .with_more("x-forwarded-for", "_hidden");
        for path in [
            "/denied",
            "/vpn",
            "/foreign",
            "/provider",
            "/inner",
            "/outer",
            "/bots",
            "/login",
            "/humanify/challenge",
            "/humanify/audio_challenge",
        ] {
            let reply = hidden.get(path).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
            assert!(
                testing::solve(&site.humanify, &reply.body).is_none(),
                "{path}"
            );
        }
        // Nor does a challenge that was given to somebody else help.
        let somebody = site.browser("127.0.0.1").with_more("x-forwarded-for", HOME);
        let (_, answer) = last_round(&site, &somebody, "/login").await;
        let reply = hidden.post(&answer.action, &answer.body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(!reply.clears());
        assert!(somebody.post(&answer.action, &answer.body).await.clears());
    }
}

#[tokio::test]
async fn a_form_does_not_have_challenges_drawn_without_end() {
    let site = site();
    let visitor = site.browser(DATACENTER);
    let mut drawn = 0;
    for _ in 0..100 {
        let reply = visitor.post("/protected", "a=b").await;
        drawn += usize::from(reply.status == StatusCode::FORBIDDEN);
    }
    assert_eq!(drawn, 60, "as many as its own pages a minute");
}

#[tokio::test]
async fn a_path_of_two_readings_does_not_choose_its_limit() {
    let site = with(Humanify::builder().rules(protect! {
        limit "2/hour";
        limit "1000/hour" on "/assets/*";
    }));
    let visitor = site.browser(HOME);
    let mut passed = 0;
    for number in 0..10 {
        let path = format!("/assets/..%2fapi/{number}");
        passed += usize::from(visitor.get(&path).await.status == StatusCode::OK);
    }
    assert_eq!(passed, 2);
}

#[tokio::test]
async fn an_old_clearance_does_not_hide_a_better_one() {
    let site = site();
    let visitor = site.browser(DATACENTER);
    visitor.get_in("/protected").await;
    let easy = visitor.cookie("humanify_clearance").unwrap();
    visitor.get_in("/hard").await;
    let hard = visitor.cookie("humanify_clearance").unwrap();
    let both = format!("humanify_clearance={easy}; humanify_clearance={hard}");
    let visitor = site.browser(DATACENTER).with(COOKIE, &both);
    assert_eq!(visitor.get("/hard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_ipv4_address_has_one_form() {
    let site = site();
    let mapped = format!("::ffff:{DATACENTER}");
    assert!(
        site.browser(&mapped)
            .get("/protected")
            .await
            .demands_challenge()
    );
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    let mapped = visitor.at(&format!("::ffff:{HOME}"));
    assert_eq!(mapped.get("/login").await.status, StatusCode::OK);
}

#[tokio::test]
async fn default_exemptions_do_not_open_a_guarded_handler() {
    let site = with(Humanify::builder().rules(protect! { exempt on "/protected"; }));
    let bot = site.browser(DATACENTER);
    assert_eq!(bot.get("/robots.txt").await.status, StatusCode::FORBIDDEN);
    assert!(bot.get("/protected").await.demands_challenge());
}

#[tokio::test]
async fn other_sites_cannot_answer_or_lock_out() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    let wrong = testing::fail(&site.humanify, &page.body).unwrap();
    let fetch_site = HeaderName::from_static("sec-fetch-site");
    for other in [
        visitor.clone().with(fetch_site.clone(), "cross-site"),
        visitor.clone().with(fetch_site.clone(), "same-site"),
        visitor
            .clone()
            .without(fetch_site)
            .with(http::header::ORIGIN, "https://evil.example"),
    ] {
        for _ in 0..5 {
            let reply = other.post(&wrong.action, &wrong.body).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
    }
    assert!(visitor.solve(page).await.clears());
}

#[tokio::test]
async fn a_restart_in_memory_refuses_what_was_sealed_before() {
    let before = site();
    let visitor = before.browser(HOME);
    let (_, answer) = last_round(&before, &visitor, "/login").await;
    assert!(visitor.post(&answer.action, &answer.body).await.clears());

    // The same secret, a store that remembers nothing, a moment later.
    let clock = before.clock.clone();
    clock.advance(Duration::from_millis(5));
    let humanify = Humanify::builder()
        .secret([7; 32])
        .clock(clock)
        .build()
        .unwrap();
    let after = Site {
        app: humanify.protect(Router::new()).unwrap(),
        humanify,
        clock: before.clock.clone(),
    };
    let reply = after.browser(HOME).post(&answer.action, &answer.body).await;
    assert!(!reply.clears());
}

#[tokio::test]
async fn an_expired_challenge_is_refused_and_costs_nothing() {
    let site = site();
    let visitor = site.browser(HOME);
    let page = visitor.get("/humanify/challenge").await;
    site.clock.advance(Duration::from_secs(600));
    for _ in 0..4 {
        assert_eq!(visitor.err(&page).await.status, StatusCode::FORBIDDEN);
    }
    assert!(visitor.get_in("/login").await.clears());
}

#[tokio::test]
async fn no_header_is_a_panic() {
    let site = with(
        Humanify::builder()
            .use_client_id(true)
            .behind_proxy(true)
            .rules(protect! {
                challenge when headers.x == "1" || cookies.c ~ "x" || args.a == "1" || host ~ "x";
                always_deny when client.crawler ~ "x" && scheme == "https";
            }),
    );
    let long = "a".repeat(16_000);
    let commas = ",".repeat(4_000);
    for name in [
        "accept",
        "accept-language",
        "cookie",
        "user-agent",
        "host",
        "x-forwarded-for",
        "forwarded",
        "x-forwarded-proto",
        "referer",
        "origin",
        "sec-fetch-site",
        "sec-fetch-mode",
        "content-type",
        "purpose",
    ] {
        for value in [
            "",
            "und",
            ";;;",
            "=",
            "\"",
            "\u{ff}\u{fe}",
            "*;q=x",
            "q=0",
            "[::",
            "for=\"[",
            "humanify_clearance=",
            "humanify_id=\"",
            "%",
            &long,
            &commas,
            "text/html;q=",
        ] {
            let header = HeaderName::from_static(name);
            let visitor = site.browser("127.0.0.1").with(header, value);
            for (method, path) in [
                (Method::GET, "/protected?a=%ff&%&=&a"),
                (Method::POST, "/humanify/verify"),
                (Method::GET, "/humanify/challenge?next=%&for=%ff"),
            ] {
                let reply = visitor.send(method, path, "token=%ff").await;
                let server = reply.status.is_server_error();
                assert!(!server, "{name}: {value:.40} {path} {}", reply.status);
            }
            site.clock.advance(Duration::from_secs(600));
        }
    }
}

#[tokio::test]
async fn an_answer_is_of_bounded_size() {
    let site = site();
    let visitor = site.browser(HOME);
    let body = format!("token={}", "a".repeat(20_000));
    let reply = visitor.post("/humanify/verify", &body).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn no_page_tells_which_picture_is_right() {
    let site = site();
    let visitor = site.browser(HOME);
    let (mut tokens, mut positions) = (HashSet::new(), [0_u32; 6]);
    for _ in 0..120 {
        let page = visitor.get("/humanify/challenge").await;
        let answer = testing::solve(&site.humanify, &page.body).unwrap();
        tokens.insert(field(&answer.body, "token").len());
        let position: usize = field(&answer.body, "answer").parse().unwrap();
        positions[position] += 1;
        site.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(tokens.len(), 1, "tokens of one purpose have one length");
    assert!(positions.iter().all(|count| *count >= 5), "{positions:?}");
}

#[tokio::test]
async fn a_missing_or_strange_agent_is_a_bots() {
    let site = site();
    for agent in [
        "",
        " ",
        "mojeekbot",
        "PostmanRuntime/7.39.0",
        "curl/8.5.0",
        "python-requests/2.31",
    ] {
        let visitor = site.browser(HOME).with(USER_AGENT, agent);
        assert!(
            visitor.get("/protected").await.demands_challenge(),
            "{agent}"
        );
    }
    let none = site.browser(HOME).without(USER_AGENT);
    assert!(none.get("/protected").await.demands_challenge());
    assert_eq!(
        site.browser(HOME).get("/protected").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn many_cookies_of_one_name_are_not_all_looked_at() {
    let site = site();
    let visitor = site.browser(HOME);
    visitor.get_in("/login").await;
    let clearance = visitor.cookie("humanify_clearance").unwrap();
    let good = visitor.clone().with(
        COOKIE,
        &format!("humanify_clearance=x; humanify_clearance={clearance}"),
    );
    assert_eq!(good.get("/login").await.status, StatusCode::OK);
    let flood = format!(
        "{}humanify_clearance={clearance}",
        "humanify_clearance=x; ".repeat(500)
    );
    assert!(
        visitor
            .with(COOKIE, &flood)
            .get("/login")
            .await
            .demands_challenge()
    );
}
