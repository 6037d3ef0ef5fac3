//! Several processes behind one Redis. Each test starts a server of its own on a free port,
//! with a folder of its own, and ends it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

#[path = "web_bot_auth/signer.rs"]
#[allow(
    dead_code,
    reason = "the tests of Web Bot Auth sign in more ways than this one"
)]
mod signer;

use std::net::{IpAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::any;
use http::{HeaderName, Method, StatusCode};
use humanify::prelude::*;
use humanify::verify::SignedAgents;
use humanify::{Clock, CrawlerKind, HumanifyBuilder, ManualClock, OnStoreFailure, testing};
use humanify_tests::{HOME, Reply, Site, Visitor};
use signer::{Signed, Signer};

/// A Redis server, which ends with the test.
struct Server {
    process: Child,
    port: u16,
    folder: PathBuf,
    options: Vec<String>,
}

impl Server {
    /// Nothing where no server is installed, unless the environment says that one must be.
    fn start(options: &[&str]) -> Option<Server> {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = std::env::temp_dir().join(format!("humanify-redis-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        let options: Vec<String> = options.iter().map(ToString::to_string).collect();
        match launch(port, &folder, &options) {
            Ok(process) => Some(Server {
                process,
                port,
                folder,
                options,
            }),
            Err(_) if std::env::var_os("HUMANIFY_REQUIRE_SERVICES").is_none() => {
                eprintln!("skipped: there is no redis-server");
                None
            }
            Err(error) => panic!("redis-server cannot be started: {error}"),
        }
    }

    fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn start_again(&mut self) {
        self.process = launch(self.port, &self.folder, &self.options).unwrap();
    }

    /// What the command line says.
    fn ask(&self, command: &str) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(command.split(' '))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn launch(port: u16, folder: &PathBuf, options: &[String]) -> std::io::Result<Child> {
    let program = std::env::var("REDIS_SERVER");
    let process = Command::new(program.as_deref().unwrap_or("redis-server"))
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .arg("--dir")
        .arg(folder)
        .args(["--save", ""])
        .args(options)
        .stdout(Stdio::null())
        .spawn()?;
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "redis-server does not listen"
        );
        std::thread::yield_now();
    }
    Ok(process)
}

/// One process of the site, by the time of the computer, which is Redis's own.
fn process(builder: HumanifyBuilder) -> Site {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let humanify = builder
        .secret([7; 32])
        // A loaded machine may take a while.
        .redis_timeout(Duration::from_secs(5))
        .rules(protect! {
            limit "1000/day" on "/thousand";
            limit "3/day; 5/2 days" on "/few";
            trap on "/.env";
            ban "1 trap/day" for "1 hour";
        })
        .build()
        .unwrap();
    let app = Router::new()
        .route("/", any(|| async { "in" }))
        .route("/thousand", any(|| async { "in" }))
        .route("/few", any(|| async { "in" }))
        .route("/login", any(login));
    Site {
        app: humanify.protect(app).unwrap(),
        humanify,
        clock: ManualClock::default(),
    }
}

fn behind(server: &Server) -> Site {
    process(Humanify::builder().redis(server.address()))
}

async fn status(visitor: &Visitor, path: &str) -> StatusCode {
    visitor.get(path).await.status
}

/// Asks until the answer is as it should be: when a server is back is not up to the test.
async fn until(what: &str, done: impl AsyncFn() -> bool) {
    let started = Instant::now();
    while !done().await {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        tokio::task::yield_now().await;
    }
}

/// Somebody who keeps cookies, and has no clearance.
fn browser(site: &Site, ip: &str) -> Visitor {
    let visitor = site.browser(ip);
    visitor.set_cookie("humanify_trial", "1");
    visitor
}

/// The last answer of a solved challenge, not sent yet.
async fn solved_but_for_the_last(site: &Site, visitor: &Visitor) -> testing::Answer {
    let asked = visitor.get("/login").await;
    let mut page = visitor.follow(asked).await;
    let first = testing::solve(&site.humanify, &page.body).expect("a challenge");
    page = visitor.post(&first.action, &first.body).await;
    assert!(!page.clears());
    testing::solve(&site.humanify, &page.body).expect("the second round")
}

#[test]
#[ignore = "what the next test starts, twice"]
fn worker() {
    let address = std::env::var("HUMANIFY_TEST_REDIS").unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let passed = runtime.block_on(async {
        let site = process(Humanify::builder().redis(address));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let visitor = site.program(HOME);
            tasks.spawn(async move {
                let mut passed = 0;
                for _ in 0..500 {
                    match status(&visitor, "/thousand").await {
                        StatusCode::OK => passed += 1,
                        status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
                    }
                }
                passed
            });
        }
        tasks.join_all().await.into_iter().sum::<usize>()
    });
    println!("passed={passed}");
}

#[test]
fn two_processes_and_eight_threads_let_exactly_a_thousand_through() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let workers: Vec<Child> = (0..2)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "worker", "--ignored", "--nocapture"])
                .env("HUMANIFY_TEST_REDIS", server.address())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let passed: Vec<usize> = workers
        .into_iter()
        .map(|worker| {
            let output = worker.wait_with_output().unwrap();
            assert!(output.status.success());
            let text = String::from_utf8(output.stdout).unwrap();
            let (_, after) = text.split_once("passed=").unwrap();
            after.split_whitespace().next().unwrap().parse().unwrap()
        })
        .collect();
    assert_eq!(passed.iter().sum::<usize>(), 1_000, "{passed:?}");
}

#[tokio::test]
async fn a_request_is_one_script_for_all_its_windows_and_every_key_expires() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let site = behind(&server);
    let visitor = site.program(HOME);
    status(&visitor, "/few").await;
    server.ask("CONFIG RESETSTAT");
    for expected in [200, 200, 429, 429] {
        assert_eq!(status(&visitor, "/few").await.as_u16(), expected);
    }
    let stats = server.ask("INFO commandstats");
    let calls = |command: &str| -> u32 {
        let start = format!("cmdstat_{command}:calls=");
        let Some((_, after)) = stats.split_once(&start) else {
            return 0;
        };
        after.split(',').next().unwrap().parse().unwrap()
    };
    // The list of bans is read once a second, beside the requests.
    assert_eq!(calls("evalsha") - calls("zrange"), 4, "{stats}");
    assert_eq!(calls("eval"), 0, "{stats}");

    let person = site.browser("84.140.1.3");
    let last = solved_but_for_the_last(&site, &person).await;
    person.post(&last.action, &last.body).await;
    site.browser("84.140.1.4").get("/.env").await;
    let keys = server.ask("KEYS *");
    assert!(keys.lines().count() >= 6, "{keys}");
    for key in keys.lines() {
        assert!(key.starts_with("{humanify}:"), "{key}");
        let expires = server
            .ask(&format!("PTTL {key}"))
            .trim()
            .parse::<i64>()
            .unwrap()
            > 0;
        assert_eq!(expires, key != "{humanify}:run", "{key}");
    }
}

#[tokio::test]
async fn a_challenge_is_accepted_once_on_either_process() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let sites = [behind(&server), behind(&server)];
    let person = sites[0].browser(HOME);
    let last = solved_but_for_the_last(&sites[0], &person).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let visitor = browser(&sites[number % 2], HOME);
        let last = last.clone();
        tasks.spawn(async move { visitor.post(&last.action, &last.body).await.clears() });
    }
    let cleared = tasks.join_all().await;
    assert_eq!(cleared.into_iter().filter(|cleared| *cleared).count(), 1);
}

#[tokio::test]
async fn an_agents_nonce_counts_once_on_either_process() {
    const ACME: Signer = Signer([1; 32]);
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let clock = ManualClock::default();
    let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    clock.advance(real.saturating_sub(clock.now()));
    let sites = [(); 2].map(|()| {
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.key("Acme", CrawlerKind::AiAssistant, &ACME.x());
        let humanify = Humanify::builder()
            .redis(server.address())
            .redis_timeout(Duration::from_secs(5))
            .secret([7; 32])
            .signed_agents(agents.unwrap())
            .rules(protect! { always_deny when !client.is_verified_crawler; })
            .clock(clock.clone())
            .build()
            .unwrap();
        let app = Router::new().route("/", any(|| async { "in" }));
        Site {
            app: humanify.protect(app).unwrap(),
            humanify,
            clock: clock.clone(),
        }
    });
    let signed = |nonce: &str| {
        let now = clock.now().as_secs();
        Signed::new(ACME, "site.example", now).nonce(nonce)
    };
    let ask = async |site: &Site, signed: &Signed| {
        let agent = site
            .program(HOME)
            .with(HeaderName::from_static("signature-input"), &signed.input())
            .with(HeaderName::from_static("signature"), &signed.signature());
        status(&agent, "/").await
    };
    // The server cannot know what was used before it began.
    let early = ask(&sites[0], &signed("early")).await;
    assert_eq!(early, StatusCode::FORBIDDEN);
    clock.advance(Duration::from_secs(60));
    for round in 0..8 {
        let signed = signed(&format!("round {round}"));
        let (one, other) = tokio::join!(ask(&sites[0], &signed), ask(&sites[1], &signed));
        let mut both = [one, other];
        both.sort_unstable();
        assert_eq!(both, [StatusCode::OK, StatusCode::FORBIDDEN]);
    }
    // While nobody can say what was used, nobody is verified.
    let signed = signed("last");
    drop(server);
    assert_eq!(ask(&sites[0], &signed).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn wrong_answers_bans_and_resets_are_shared() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let sites = [behind(&server), behind(&server)];
    let mut reply: Option<Reply> = None;
    for number in 0..3 {
        let visitor = sites[number % 2].browser(HOME);
        let asked = visitor.get("/login").await;
        let page = visitor.follow(asked).await;
        let wrong = testing::fail(&sites[0].humanify, &page.body).unwrap();
        reply = Some(visitor.post(&wrong.action, &wrong.body).await);
    }
    assert_eq!(reply.unwrap().status, StatusCode::TOO_MANY_REQUESTS);

    let other = "84.140.1.3";
    for expected in [200, 200, 200, 429] {
        assert_eq!(
            status(&sites[0].program(other), "/few").await.as_u16(),
            expected
        );
    }
    let ip: IpAddr = other.parse().unwrap();
    let limiter = sites[0].humanify.limiter();
    let stats = limiter.stats(ip).await.unwrap();
    assert_eq!(stats.len(), 2);
    assert_eq!(
        (stats[0].route.as_str(), stats[0].current_requests),
        ("/few:GET", 3)
    );
    limiter.reset(ip, None).await.unwrap();
    assert_eq!(
        status(&sites[1].program(other), "/few").await,
        StatusCode::OK
    );

    sites[0].browser(other).get("/.env").await;
    assert_eq!(
        status(&sites[0].browser(other), "/").await,
        StatusCode::FORBIDDEN
    );
    until("the other process learns of the ban", async || {
        status(&sites[1].browser(other), "/").await == StatusCode::FORBIDDEN
    })
    .await;
    let list = sites[1].humanify.bans().list().await.unwrap();
    assert_eq!(list[0].network.to_string(), "84.140.1.3/32");
    assert!(
        (3_590..=3_600).contains(&list[0].wait.as_secs()),
        "{list:?}"
    );
    assert!(sites[1].humanify.bans().lift(ip).await.unwrap());
    until("the first process learns that it is lifted", async || {
        status(&sites[0].browser(other), "/").await == StatusCode::OK
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_killed_and_started_again_loses_no_safety() {
    // Without a memory of its own, and with one that lags behind.
    for options in [&[][..], &["--appendonly", "yes", "--appendfsync", "no"]] {
        let Some(mut server) = Server::start(options) else {
            return;
        };
        let site = behind(&server);
        let person = site.browser(HOME);
        let spent = solved_but_for_the_last(&site, &person).await;
        assert!(person.post(&spent.action, &spent.body).await.clears());
        let unspent = solved_but_for_the_last(&site, &site.browser("84.140.1.3")).await;

        for visit in 0..3 {
            assert_eq!(status(&person, "/few").await, StatusCode::OK, "{visit}");
        }
        server.kill();
        // Limits go on in memory; challenges do not.
        let mut passed = 0;
        for _ in 0..10 {
            passed += u32::from(status(&person, "/few").await == StatusCode::OK);
        }
        assert_eq!(passed, 3);
        let other = browser(&site, "84.140.1.3");
        let refused = other.post(&unspent.action, &unspent.body).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(site.humanify.limiter().store_failures(), 1);

        server.start_again();
        until("the server is found again", async || {
            site.humanify.bans().list().await.is_ok()
        })
        .await;
        for (replayed, answer) in [(browser(&site, HOME), &spent), (other, &unspent)] {
            let reply = replayed.post(&answer.action, &answer.body).await;
            assert!(!reply.clears(), "made before the server's time");
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
        }
        // What is made from now on is good.
        let fresh = site.browser("84.140.1.4");
        let last = solved_but_for_the_last(&site, &fresh).await;
        assert!(fresh.post(&last.action, &last.body).await.clears());
        assert_eq!(site.humanify.limiter().store_failures(), 1);
    }
}

#[tokio::test]
async fn bans_outlive_a_server_that_forgot_them() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let sites = [behind(&server), behind(&server)];
    sites[0].browser(HOME).get("/.env").await;
    until("the other process learns of the ban", async || {
        status(&sites[1].browser(HOME), "/").await == StatusCode::FORBIDDEN
    })
    .await;
    server.kill();
    server.start_again();
    for site in &sites {
        until("the server is found again", async || {
            site.humanify.bans().list().await.is_ok()
        })
        .await;
        server.ask("CONFIG RESETSTAT");
        // Each reading of the list is a GET within its script.
        let reads = || {
            server
                .ask("INFO commandstats")
                .matches("cmdstat_get:")
                .count()
        };
        until("the list is read from the server", async || {
            let status = status(&site.browser(HOME), "/").await;
            assert_eq!(status, StatusCode::FORBIDDEN);
            reads() > 0
        })
        .await;
        assert_eq!(
            status(&site.browser(HOME), "/").await,
            StatusCode::FORBIDDEN
        );
    }
}

#[tokio::test]
async fn a_ban_is_kept_while_the_server_is_away_or_forgets_and_is_shared_then() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    let (early, late, other) = ("84.140.1.11", "84.140.1.12", "84.140.1.13");
    let is_out =
        async |site: &Site, ip: &str| status(&site.browser(ip), "/").await == StatusCode::FORBIDDEN;
    let modes = [
        OnStoreFailure::Fallback,
        OnStoreFailure::Deny,
        OnStoreFailure::Allow,
    ];
    for on_failure in modes {
        let builder = Humanify::builder().redis(server.address());
        let site = process(builder.on_store_failure(on_failure));
        site.browser(early).get("/.env").await;
        assert!(is_out(&site, early).await, "{on_failure:?}");
        // Nobody asks this one anything until all is over.
        let idle = behind(&server);
        until("it knows of the ban", async || is_out(&idle, early).await).await;
        server.kill();
        // Whatever becomes of limits, who walks into a trap is shut out.
        site.browser(late).get("/.env").await;
        assert!(is_out(&site, late).await, "{on_failure:?}");
        server.start_again();
        // Somebody else is banned by another process before this one has looked.
        let neighbour = behind(&server);
        until("the server is found again", async || {
            neighbour.browser(other).get("/.env").await;
            let bans = neighbour.humanify.bans().list().await;
            bans.is_ok_and(|bans| !bans.is_empty())
        })
        .await;
        let both = async |ip: &str| is_out(&site, ip).await & is_out(&neighbour, ip).await;
        for ip in [early, late, other] {
            let what = format!("{on_failure:?}: both know {ip}");
            until(&what, async || both(ip).await).await;
        }
        // And a ban that is lifted is lifted for both.
        neighbour
            .humanify
            .bans()
            .lift(early.parse().unwrap())
            .await
            .unwrap();
        for site in [&site, &neighbour, &idle] {
            until("the ban is lifted", async || !is_out(site, early).await).await;
        }
        // And nobody has written it again.
        let bans = neighbour.humanify.bans().list().await.unwrap();
        let mut banned: Vec<String> = bans.iter().map(|ban| ban.network.to_string()).collect();
        banned.sort();
        assert_eq!(banned, [late, other].map(|ip| format!("{ip}/32")));
        server.ask("FLUSHALL");
    }
}

#[tokio::test]
async fn a_ban_for_ever_is_no_error() {
    let Some(server) = Server::start(&[]) else {
        return;
    };
    let site = behind(&server);
    let ip = HOME.parse().unwrap();
    site.humanify.bans().ban(ip, Duration::MAX).await.unwrap();
    let bans = site.humanify.bans().list().await.unwrap();
    assert!(bans[0].wait > Duration::from_secs(9 * 365 * 86_400));
    let other = "84.140.1.9".parse().unwrap();
    let short = Duration::from_secs(60);
    site.humanify.bans().ban(other, short).await.unwrap();
}

#[test]
#[ignore = "what the next test starts"]
fn tls_worker() {
    let address = std::env::var("HUMANIFY_TEST_REDIS").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let builder = Humanify::builder().redis(address);
        let site = process(builder.on_store_failure(OnStoreFailure::Deny));
        println!(
            "status={}",
            status(&site.program(HOME), "/few").await.as_u16()
        );
    });
}

/// The certificates that a program trusts are those of its environment, so a program of its
/// own asks the server.
#[test]
fn a_server_may_speak_tls() {
    let folder = std::env::temp_dir().join(format!("humanify-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (file("server.crt"), file("server.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &key, "-out", &certificate])
        .output();
    if made.is_err() && std::env::var_os("HUMANIFY_REQUIRE_SERVICES").is_none() {
        eprintln!("skipped: there is no openssl");
        return;
    }
    assert!(made.unwrap().status.success());
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Some(_server) = Server::start(&[
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-auth-clients",
        "no",
    ]) else {
        return;
    };
    for (trusted, expected) in [(Some(&certificate), "status=200"), (None, "status=503")] {
        let mut worker = Command::new(std::env::current_exe().unwrap());
        worker
            .args(["--exact", "tls_worker", "--ignored", "--nocapture"])
            .env("HUMANIFY_TEST_REDIS", format!("rediss://127.0.0.1:{port}"));
        if let Some(trusted) = trusted {
            worker.env("SSL_CERT_FILE", trusted);
        }
        let output = worker.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(expected), "{text}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn while_the_server_is_away_limits_do_as_they_are_told() {
    let Some(mut server) = Server::start(&[]) else {
        return;
    };
    server.kill();
    for (on_failure, expected) in [
        (OnStoreFailure::Fallback, [200, 200, 200, 429]),
        (OnStoreFailure::Deny, [503, 503, 503, 503]),
        (OnStoreFailure::Allow, [200, 200, 200, 200]),
    ] {
        let builder = Humanify::builder().redis(server.address());
        let site = process(builder.on_store_failure(on_failure));
        let visitor = site.program(HOME);
        for expected in expected {
            let status = status(&visitor, "/few").await.as_u16();
            assert_eq!(status, expected, "{on_failure:?}");
        }
        // What is not limited is not asked about.
        assert_eq!(status(&visitor, "/").await, StatusCode::OK);
        assert_eq!(site.humanify.limiter().store_failures(), 1);
    }
}

#[tokio::test]
async fn a_server_may_want_a_password() {
    let Some(server) = Server::start(&["--requirepass", "open sesame"]) else {
        return;
    };
    let with = |password: &str| {
        let address = format!("redis://:{password}@127.0.0.1:{}", server.port);
        process(
            Humanify::builder()
                .redis(address)
                .on_store_failure(OnStoreFailure::Deny),
        )
    };
    let visitor = with("open%20sesame").program(HOME);
    assert_eq!(status(&visitor, "/few").await, StatusCode::OK);
    let visitor = with("wrong").program(HOME);
    assert_eq!(
        status(&visitor, "/few").await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    let builder = Humanify::builder().redis("http://127.0.0.1:secret@");
    let error = builder.build().unwrap_err().to_string();
    assert!(
        error.contains("Redis") && !error.contains("secret"),
        "{error}"
    );
}

#[tokio::test]
async fn a_cluster_counts_in_one_step() {
    let Some(first) = Server::start(&["--cluster-enabled", "yes"]) else {
        return;
    };
    let second = Server::start(&["--cluster-enabled", "yes"]).unwrap();
    assert_eq!(first.ask("CLUSTER ADDSLOTSRANGE 0 8000").trim(), "OK");
    assert_eq!(second.ask("CLUSTER ADDSLOTSRANGE 8001 16383").trim(), "OK");
    first.ask(&format!("CLUSTER MEET 127.0.0.1 {}", second.port));
    until("the nodes know each other", async || {
        [&first, &second].iter().all(|node| {
            let info = node.ask("CLUSTER INFO");
            info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2")
        })
    })
    .await;
    for node in [&first, &second] {
        let builder = Humanify::builder().redis_cluster([node.address()]);
        let site = process(builder.on_store_failure(OnStoreFailure::Deny));
        let mut passed = 0;
        for _ in 0..2 {
            passed += u32::from(status(&site.program(HOME), "/few").await == StatusCode::OK);
        }
        let person = site.browser("84.140.1.3");
        if passed == 2 {
            let last = solved_but_for_the_last(&site, &person).await;
            assert!(person.post(&last.action, &last.body).await.clears());
        } else {
            // Three were let through in all.
            assert_eq!(passed, 1);
            let method = Method::GET;
            let again = site.program(HOME).send(method, "/few", "").await.status;
            assert_eq!(again, StatusCode::TOO_MANY_REQUESTS);
        }
    }
}
