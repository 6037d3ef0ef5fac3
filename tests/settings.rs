//! Settings: their defaults, and the errors for wrong ones.

use axum::Router;
use axum::routing::{any, get};
use http::{Method, StatusCode};
use humanify::prelude::*;
use humanify::{ConfigError, ForwardedHeader, HumanifyBuilder, Memory, Pages, Proxies, Secrets};

use crate::support::{HOME, Site};

#[test]
fn a_wrong_setting_is_refused_with_the_correction() {
    let builder = Humanify::builder;
    let cases: Vec<(HumanifyBuilder, &str)> = vec![
        (builder().hardness(9), "1 (easy) to 5 (hard)"),
        (builder().hardness(0), "1 (easy) to 5 (hard)"),
        (builder().retries(0), "at least 1"),
        (
            builder().store(Memory::default().max_clients(0)),
            "at least 1",
        ),
        (
            builder().store(Memory::default().max_clients(usize::MAX)),
            "at most 100,000,000",
        ),
        (
            builder().image_dataset(ImageDataset::Folder("nowhere".into())),
            "`nowhere` cannot be read",
        ),
        (
            builder().image_dataset(None).audio_dataset(None),
            "needs an image dataset or an audio dataset",
        ),
        (
            builder()
                .image_dataset(None)
                .audio_dataset(None)
                .challenge_type(ChallengeType::ProofOfWork)
                .rules(protect! { challenge(grid); }),
            "the challenge type `grid` needs an image dataset",
        ),
        (
            builder()
                .challenge_type(ChallengeType::Audio)
                .audio_dataset(None),
            "audio_dataset(AudioDataset::Characters)",
        ),
        (
            builder().proxies(Proxies::networks(Vec::<String>::new())),
            "leave it out",
        ),
        (
            builder().proxies(Proxies::networks(["0.0.0.0/0"])),
            "0.0.0.0/0",
        ),
        (builder().proxies(Proxies::networks(["::/0"])), "::/0"),
        (
            builder().proxies(Proxies::networks(["10.0.0.0/7"])),
            "at least a /8",
        ),
        (
            builder().proxies(Proxies::networks(["::ffff:10.0.0.0/8"])),
            "neither an IP address nor a network",
        ),
        (
            builder().proxies(Proxies::networks(["ten.0.0.0/8"])),
            "neither an IP address nor a network",
        ),
        (
            builder()
                .behind_proxy(true)
                .proxies(Proxies::networks(["10.0.0.0/8"])),
            "use one of them",
        ),
        (
            builder().behind_proxy(true).proxies(Proxies::hops(2)),
            "use one of them",
        ),
        (builder().proxies(Proxies::hops(0)), "leave it out"),
        (
            builder().pages(Pages::at("humanify")),
            "a path such as `/humanify`",
        ),
        (
            builder().pages(Pages::at("/")),
            "a path such as `/humanify`",
        ),
        (
            builder().pages(Pages::at("//evil.example")),
            "a path such as `/humanify`",
        ),
        (
            builder().pages(Pages::at("/a/../b")),
            "a path such as `/humanify`",
        ),
        (
            builder().pages(Pages::at("/.well-known/bot")),
            "each segment begins with a letter, a digit or `_`",
        ),
        (
            builder().pages(Pages::at("/-x")),
            "each segment begins with a letter, a digit or `_`",
        ),
        (
            builder().store(
                humanify::Redis::new("redis://localhost").timeout(std::time::Duration::ZERO),
            ),
            "`Redis::timeout` of zero leaves no command time",
        ),
        (
            builder().secrets(Secrets::new("short")),
            "the secret of `Secrets::new` has 5 bytes; a secret has at least 32 bytes",
        ),
        (
            builder().secrets(Secrets::new("")),
            "has 0 bytes; a secret has at least 32 bytes",
        ),
        (
            builder()
                .secrets(Secrets::new([1; 32]))
                .secrets(Secrets::new("old")),
            "`Secrets::new` has 3 bytes",
        ),
        (
            builder().secrets(Secrets::new([1; 32]).previous("old")),
            "the secret of `Secrets::previous` has 3 bytes",
        ),
        (
            builder().secrets(Secrets::new([1; 32]).previous([2; 32]).previous("older")),
            "secret 2 of 2 of `Secrets::previous` has 5 bytes",
        ),
        (
            builder().add_network(humanify::Group::Datacenter, "1.2.3.4/99"),
            "neither an IP address nor a network",
        ),
    ];
    for (builder, expected) in cases {
        let error = builder.build().expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_handler_that_demands_a_disabled_challenge_is_refused() {
    #[always_challenge(challenge_type = "grid")]
    async fn login() -> &'static str {
        "in"
    }
    #[always_challenge(challenge_type = "proof_of_work")]
    async fn work() -> &'static str {
        "in"
    }
    let protect = |app: Router| {
        Humanify::builder()
            .challenge_type(ChallengeType::ProofOfWork)
            .image_dataset(None)
            .audio_dataset(None)
            .build()
            .unwrap()
            .protect(app)
    };
    assert!(protect(Router::new().route("/", any(work))).is_ok());
    let error = protect(Router::new().nest("/a", Router::new().route("/", any(login))));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("login` demands the challenge type `grid`"),
        "{error}"
    );
}

#[test]
fn a_secret_is_never_shown() {
    let secret = "0123456789abcdef0123456789abcdef";
    let builder = Humanify::builder().secrets(Secrets::new(secret));
    assert!(!format!("{builder:?}").contains("0123"));
    assert!(!format!("{:?}", builder.build().unwrap()).contains("0123"));
    let error: ConfigError = Humanify::builder()
        .secrets(Secrets::new("0123"))
        .build()
        .unwrap_err();
    assert!(!format!("{error:?} {error}").contains("0123"));
}

#[test]
fn main_prints_the_message_of_an_error_and_its_causes() {
    let error = Humanify::builder()
        .secrets(Secrets::new("short"))
        .build()
        .unwrap_err();
    assert!(
        format!("{error:?}").starts_with("the secret of `Secrets::new` has 5 bytes"),
        "{error:?}"
    );

    let missing = Secrets::from_file("/nowhere/at/all");
    let error = Humanify::builder().secrets(missing).build().unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        format!("{error:?}"),
        format!("the secret file `/nowhere/at/all` cannot be used: {cause}")
    );
}

#[tokio::test]
async fn under_https_cookies_are_secure_and_no_others_are_accepted() {
    #[always_challenge]
    async fn login() -> &'static str {
        "in"
    }
    let app = || Router::new().route("/", any(login));
    let site = Site::new(Humanify::builder().https(true).use_client_id(true), app());
    let visitor = site.browser(HOME);
    visitor.get("/").await;
    let solved = visitor.get_in("/").await;
    assert!(solved.header("set-cookie").unwrap().contains("Secure"));
    let clearance = visitor.cookie("__Host-humanify_clearance").unwrap();
    assert!(visitor.cookie("__Host-humanify_id").is_some());
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);
    let plain = site.browser(HOME);
    plain.set_cookie("humanify_clearance", &clearance);
    assert!(plain.get("/").await.demands_challenge());

    // Behind a proxy, the scheme that it reports counts for each request.
    let site = Site::new(Humanify::builder().behind_proxy(true), app());
    let visitor = site
        .browser("127.0.0.1")
        .with_more("x-forwarded-for", HOME)
        .with_more("x-forwarded-proto", "https");
    assert!(
        visitor
            .get_in("/")
            .await
            .header("set-cookie")
            .unwrap()
            .starts_with("__Host-")
    );
    let liar = Site::new(Humanify::builder(), app())
        .browser(HOME)
        .with_more("x-forwarded-proto", "https");
    assert!(
        !liar
            .get_in("/")
            .await
            .header("set-cookie")
            .unwrap()
            .contains("Secure")
    );
}

#[tokio::test]
async fn proxies_are_named_by_network_by_number_or_by_header() {
    async fn whoami(client: Client) -> String {
        let ip = client.ip().map(|ip| ip.to_string()).unwrap_or_default();
        format!("{ip} by {}", client.address_source())
    }
    let app = || Router::new().route("/", get(whoami));
    let networks = Site::new(
        Humanify::builder().proxies(Proxies::networks(["10.0.0.0/8", "2001:db8::/32"])),
        app(),
    );
    let visitor = networks.browser("10.0.0.1").with_more(
        "x-forwarded-for",
        "6.6.6.6, 84.140.1.2, 10.9.9.9, [2001:db8::1]:443",
    );
    assert_eq!(visitor.get("/").await.body, "84.140.1.2 by X-Forwarded-For");
    let hops = Site::new(Humanify::builder().proxies(Proxies::hops(2)), app());
    let visitor = hops
        .browser("10.0.0.1")
        .with_more("x-forwarded-for", "6.6.6.6, 84.140.1.2, 198.41.0.4");
    assert_eq!(visitor.get("/").await.body, "84.140.1.2 by X-Forwarded-For");
    let real_ip = ForwardedHeader::Single("x-real-ip".parse().unwrap());
    let header = Site::new(
        Humanify::builder().proxies(Proxies::hops(1).header(real_ip)),
        app(),
    );
    let visitor = header
        .browser("192.168.1.1")
        .with_more("x-forwarded-for", "6.6.6.6")
        .with_more("x-real-ip", "84.140.1.2");
    assert_eq!(
        visitor.get("/").await.body,
        "84.140.1.2 by the proxy's header"
    );
}

#[tokio::test]
async fn empty_errors_get_a_page_and_keep_their_headers() {
    let app = || {
        Router::new()
            .route("/get", get(|| async { "in" }))
            .route(
                "/own",
                get(|| async { (StatusCode::NOT_FOUND, "my own words") }),
            )
            .route(
                "/broken",
                get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
            )
            .route("/gone", get(|| async { StatusCode::GONE }))
    };
    let site = Site::new(
        Humanify::builder().error_pages(ErrorPages::default()),
        app(),
    );
    let browser = site.browser(HOME);
    for (method, path, status, page) in [
        (Method::GET, "/nothing", 404, true),
        (Method::POST, "/get", 405, true),
        (Method::GET, "/broken", 500, true),
        (Method::GET, "/own", 404, false),
        (Method::GET, "/gone", 410, false),
    ] {
        let reply = browser.send(method, path, "").await;
        assert_eq!(reply.status.as_u16(), status, "{path}");
        assert_eq!(reply.body.contains("<!doctype html>"), page, "{path}");
        assert_eq!(
            reply.header("cache-control") == Some("no-store"),
            page,
            "{path}"
        );
    }
    let refused = browser.send(Method::POST, "/get", "").await;
    assert_eq!(refused.header("allow"), Some("GET,HEAD"));
    assert_eq!(browser.get("/own").await.body, "my own words");
    let program = site.program(HOME).get("/nothing").await;
    assert!(!program.body.contains("<!doctype html>"));

    let without = Site::new(Humanify::builder(), app());
    assert_eq!(without.browser(HOME).get("/nothing").await.body, "");
}

#[tokio::test]
async fn the_description_shows_each_statement_as_it_was_written_on_one_line() {
    macro_rules! block {
        ($path:literal) => {
            protect! { challenge(grid, hardness = 4) those on $path when !client.is_vpn; }
        };
    }
    let rules = protect! {
        limit "5/minute",count = "failures" on "/login";
        challenge those on "/api/*"  except under "/api/public" // not these
            when method in [
                POST,
                PUT,
            ]
              && (headers.content-type ~ "^application/json" || !client.is_vpn);
    };
    let site = Site::new(
        Humanify::builder().rules(rules).rules(block!("/passed")),
        Router::new(),
    );
    let described = site.humanify.describe().to_string();
    for line in [
        "    limit \"5/minute\",count = \"failures\" on \"/login\"\n",
        "    challenge those on \"/api/*\" except under \"/api/public\" when method in [POST, PUT] && \
         (headers.content-type ~ \"^application/json\" || !client.is_vpn)\n",
        "    challenge(grid, hardness = 4) those on \"/passed\" when !client.is_vpn\n",
    ] {
        assert!(described.contains(line), "{line} in\n{described}");
    }
}
