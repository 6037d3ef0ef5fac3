//! Tests of accepted and refused directories, and of the agents that they stand for.

use humanify::CrawlerKind;
use humanify::verify::{SignedAgents, SignedAgentsError};

use super::{settled, site_of};
use crate::support::key_directory::{DirectoryBehaviour, DirectoryServer, key_set};
use crate::support::signer::{self, Signed, Signer};
use crate::web_bot_auth::{ACME, AGENT, OTHER, STRANGER, agent, now, outcome, with_signature};

#[tokio::test]
async fn an_agent_cannot_sign_for_another() {
    let acme = DirectoryServer::start(DirectoryBehaviour::Keys(vec![ACME.jwk()])).await;
    let other = DirectoryServer::start(DirectoryBehaviour::Keys(vec![OTHER.jwk()])).await;
    let site = site_of(&[&acme, &other]);
    assert_eq!(settled(&site, ACME, &acme.origin).await, "pass");
    // It is verified as another agent, which is not exempt.
    assert_eq!(settled(&site, OTHER, &other.origin).await, "challenge");
    for (signer, url) in [(OTHER, &acme.origin), (ACME, &other.origin)] {
        assert_eq!(settled(&site, signer, url).await, "challenge");
    }
    // A signature counts for the address that it covers, not for one beside it.
    let (mine, theirs) = (
        format!("\"{}\"", acme.origin),
        format!("\"{}\"", other.origin),
    );
    let signed = |nonce: &str| Signed::new(ACME, "site.example", now(&site.clock)).nonce(nonce);
    let member = |key: &str| format!("\"signature-agent\";key=\"{key}\"");
    let both = format!("a={mine}, sig1={theirs}");
    for (what, signed, line, expected) in [
        (
            "its own",
            signed("a").cover(&member("a"), &mine),
            both.clone(),
            "pass",
        ),
        (
            "theirs",
            signed("b").cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "both, and its own has its label",
            signed("c")
                .label("a")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "pass",
        ),
        (
            "both, and theirs has its label",
            signed("d")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "both, and none has its label",
            signed("e")
                .label("x")
                .cover(&member("a"), &mine)
                .cover(&member("sig1"), &theirs),
            both.clone(),
            "challenge",
        ),
        (
            "all of several",
            signed("f").cover("\"signature-agent\"", &both),
            both.clone(),
            "challenge",
        ),
        (
            "all of one",
            signed("g").cover("\"signature-agent\"", &format!("x={mine}")),
            format!("x={mine}"),
            "pass",
        ),
        (
            "as the early drafts have it",
            signed("h").cover("\"signature-agent\"", &mine),
            mine.clone(),
            "pass",
        ),
        ("not covered", signed("i"), mine.clone(), "challenge"),
        (
            "named as a directory",
            signed("j").cover(&member("a"), &format!("{mine};type=directory")),
            format!("a={mine};type=directory"),
            "pass",
        ),
        (
            "named as something else",
            signed("k").cover(&member("a"), &format!("{mine};type=cimd")),
            format!("a={mine};type=cimd"),
            "challenge",
        ),
        (
            "named as a text",
            signed("l").cover(&member("a"), &format!("{mine};type=\"directory\"")),
            format!("a={mine};type=\"directory\""),
            "challenge",
        ),
        (
            "a token",
            signed("m").cover(&member("a"), "x"),
            "a=x".into(),
            "challenge",
        ),
        (
            "a list",
            signed("n").cover(&member("a"), &format!("({mine})")),
            format!("a=({mine})"),
            "challenge",
        ),
        (
            "not to be read",
            signed("o").cover("\"signature-agent\"", &format!("{mine} x")),
            format!("{mine} x"),
            "challenge",
        ),
    ] {
        let visitor = with_signature(agent(&site), &signed).with(AGENT, &line);
        assert_eq!(outcome(&visitor.get("/shop").await), expected, "{what}");
    }
}

#[tokio::test]
async fn an_invalid_directory_verifies_nobody() {
    let good = key_set(&[ACME.jwk()]);
    let with = |fields: &str| {
        let jwk = format!(
            "{{\"kty\": \"OKP\", \"crv\": \"Ed25519\", {fields}, \"x\": \"{}\"}}",
            ACME.x()
        );
        DirectoryBehaviour::Keys(vec![jwk])
    };
    let rsa = "{\"kty\": \"RSA\", \"n\": \"AAAA\", \"e\": \"AQAB\"}".to_owned();
    for (what, does, expected) in [
        ("good", DirectoryBehaviour::Keys(vec![ACME.jwk()]), "pass"),
        (
            "keys of other kinds",
            DirectoryBehaviour::Keys(vec![rsa, "{}".into(), "1".into(), ACME.jwk()]),
            "pass",
        ),
        (
            "type with a parameter",
            DirectoryBehaviour::Type(
                good.clone(),
                "Application/http-message-signatures-directory+json; charset=utf-8",
            ),
            "pass",
        ),
        (
            "a key that counts",
            with("\"nbf\": 1767225600, \"exp\": 1767225700"),
            "pass",
        ),
        (
            "in milliseconds",
            with("\"nbf\": 1767225600000, \"exp\": 1767225700000"),
            "pass",
        ),
        (
            "a key that counted",
            with("\"exp\": 1767225660"),
            "challenge",
        ),
        (
            "a key that will count",
            with("\"nbf\": 1767225661"),
            "challenge",
        ),
        (
            "in milliseconds, too",
            with("\"nbf\": 1767225661000"),
            "challenge",
        ),
        ("a private key", with("\"d\": \"AAAA\""), "challenge"),
        ("no keys", DirectoryBehaviour::Keys(vec![]), "challenge"),
        (
            "another's key",
            DirectoryBehaviour::Keys(vec![OTHER.jwk()]),
            "challenge",
        ),
        (
            "another type",
            DirectoryBehaviour::Type(good.clone(), "application/json"),
            "challenge",
        ),
        (
            "a page",
            DirectoryBehaviour::Type(good.clone(), "text/html"),
            "challenge",
        ),
        ("an error", DirectoryBehaviour::Status(500), "challenge"),
        ("nothing", DirectoryBehaviour::Status(404), "challenge"),
        (
            "redirects too often",
            DirectoryBehaviour::Redirects(vec![ACME.jwk()]),
            "challenge",
        ),
        (
            "garbage",
            DirectoryBehaviour::Says("garbage".into()),
            "challenge",
        ),
        (
            "cut",
            DirectoryBehaviour::Says(good.chars().take(40).collect()),
            "challenge",
        ),
        ("no set", DirectoryBehaviour::Says("[]".into()), "challenge"),
        (
            "deep",
            DirectoryBehaviour::Says("[".repeat(60_000)),
            "challenge",
        ),
        (
            "huge",
            DirectoryBehaviour::Says(format!("{good}{}", " ".repeat(64 * 1024))),
            "challenge",
        ),
        (
            "too many",
            DirectoryBehaviour::Keys(vec![ACME.jwk(); 101]),
            "challenge",
        ),
    ] {
        let server = DirectoryServer::start(does).await;
        let site = site_of(&[&server]);
        assert_eq!(
            settled(&site, ACME, &server.origin).await,
            expected,
            "{what}"
        );
        // The server is not requested again at once, whatever clients claim.
        assert_eq!(settled(&site, STRANGER, &server.origin).await, "challenge");
        assert_eq!(server.questions(), 1, "{what}");
    }
    let server = DirectoryServer::start(DirectoryBehaviour::Keys(vec![])).await;
    let test_key = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
    *server.does() = DirectoryBehaviour::Keys(vec![ACME.jwk().replace(&ACME.x(), test_key)]);
    let rfc = Signer(signer::RFC_9421);
    assert_eq!(rfc.x(), test_key);
    let site = site_of(&[&server]);
    assert_eq!(settled(&site, rfc, &server.origin).await, "challenge");
}

#[test]
fn a_malformed_directory_is_refused() {
    let add = |origin: &str| {
        let agents = SignedAgents::new(["site.example"]).unwrap();
        let agents = agents.directory("Acme", CrawlerKind::AiAssistant, origin);
        agents.map(|_| ())
    };
    for origin in [
        "https://a.example",
        "https://a.example/",
        "HTTPS://a.example:8443",
        "http://[::1]:80",
    ] {
        assert_eq!(add(origin), Ok(()), "{origin}");
    }
    for origin in [
        "a.example",
        "http://a.example",
        "http://localhost.a.example",
        "http://127.0.0.1.a.example",
        "https://a.example/keys",
        "https://a.example?x",
        "https://u@a.example",
        "https://",
        "ftp://a.example",
        "",
    ] {
        let refused = Err(SignedAgentsError::Origin(origin.into()));
        assert_eq!(add(origin), refused, "{origin}");
    }
    let twice = SignedAgents::new(["site.example"])
        .unwrap()
        .directory("Acme", CrawlerKind::AiAssistant, "https://a.example")
        .unwrap()
        .directory("Other", CrawlerKind::AiAssistant, "https://A.example/");
    let refused = SignedAgentsError::SameDirectory("Acme", "Other");
    assert_eq!(twice.err(), Some(refused));
}
