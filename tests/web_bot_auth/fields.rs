//! The header fields of a signature, and what they have to cover.

use std::sync::LazyLock;

use http::Method;
use http::header::HOST;
use humanify::prelude::*;
use proptest::prelude::*;

use super::{
    ACME, AGENT, INPUT, SIGNATURE, agent, now, outcome, site, site_with, valid_signature,
    with_signature,
};
use crate::support::signer::{self, Signed};
use crate::support::{HOME, Site};

#[tokio::test]
async fn malformed_fields_are_not_a_signature() {
    let site = site();
    let signed = |nonce: &str| valid_signature(&site).nonce(nonce);
    let send = async |input: &str, signature: &str| {
        let visitor = agent(&site).with(INPUT, input).with(SIGNATURE, signature);
        outcome(&visitor.get("/shop").await)
    };
    let one = signed("one");
    let (input, signature) = (one.input(), one.signature());
    for (input, signature) in [
        (String::new(), signature.clone()),
        (input.clone(), String::new()),
        (input.clone(), signature.replace("sig1", "sig2")),
        (input.clone(), signature.replace(':', "")),
        (input.clone(), signature.replace(':', "\"")),
        (input.clone(), "sig1=::".into()),
        (input.clone(), "sig1=:AAAA:".into()),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[0; 64])),
        ),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[255; 64])),
        ),
        (
            input.clone(),
            format!("sig1=:{}:", signer::base64(&[1; 65])),
        ),
        (
            input.clone(),
            format!("sig1=({})", signature.trim_start_matches("sig1=")),
        ),
        (input.clone(), format!("{signature}, sig1=:AAAA:")),
        (input.clone(), format!("{signature}, x=\u{e9}")),
        (format!("{input}, sig1"), signature.clone()),
        (format!("{input};created=1"), signature.clone()),
        (format!("{input};nonce=\"x\""), signature.clone()),
        (format!("{input};tag=\"x\""), signature.clone()),
        (
            format!("{input}, sig1=(\"@authority\");keyid=\"x\""),
            signature.clone(),
        ),
        (format!("{input}, x=\u{e9}"), signature.clone()),
        (
            input.replace("site", "s\u{e9}te").replace("one", "\u{e9}"),
            signature.clone(),
        ),
        (
            input.replace("(\"@authority\")", "\"@authority\""),
            signature.clone(),
        ),
        (
            input.replace("(\"@authority\")", "(@authority)"),
            signature.clone(),
        ),
        (
            input.replace("\"@authority\"", "\"@authority"),
            signature.clone(),
        ),
        (
            format!("{input}, {}", "x=1, ".repeat(20)),
            signature.clone(),
        ),
        (
            format!("{input};x=\"{}\"", "x".repeat(8 * 1024)),
            signature.clone(),
        ),
        (
            format!("{input}, x=({})", "\"x\" ".repeat(4_000)),
            signature.clone(),
        ),
        (
            input.clone(),
            format!("{signature}, x=:{}:", "A".repeat(60_000)),
        ),
    ] {
        let found = send(&input, &signature).await;
        assert_eq!(found, "challenge", "{input:.200} {signature:.200}");
    }
    // None of these requests has spent the nonce, and white space is allowed where the standard
    // allows it.
    let spaced = input.replace("(\"@authority\");", "(  \"@authority\" );  ");
    assert_eq!(send(&spaced, &format!(" {signature} ")).await, "pass");
    // The first signature of an agent counts; other signatures may precede it.
    let two = signed("two");
    let (input, signature) = (two.input(), two.signature());
    let input = format!(
        "a=(\"@method\");tag=\"x\";keyid=\"{}\", b=(), c, d=(\"@method\");tag=\"web-bot-auth\";keyid=\"x\", {input}",
        ACME.thumbprint()
    );
    assert_eq!(
        send(&input, &format!("a=:AAAA:, {signature}")).await,
        "pass"
    );
    let three = signed("three");
    let lines = agent(&site)
        .with_more("signature-input", "a=()")
        .with_more("signature-input", &three.input())
        .with_more("signature", "a=:AAAA:")
        .with_more("signature", &three.signature());
    assert_eq!(outcome(&lines.get("/shop").await), "pass");
}

#[tokio::test]
async fn a_signature_counts_for_this_sites_hosts_only() {
    let site = site();
    for (number, (signed_for, host, expected)) in [
        ("site.example", "site.example", "pass"),
        ("site.example", "SITE.example:443", "pass"),
        ("site.example", "site.example:80", "pass"),
        ("shop.example:8443", "shop.example:8443", "pass"),
        ("shop.example", "shop.example", "challenge"),
        ("site.example:8443", "site.example:8443", "challenge"),
        ("site.example", "shop.example:8443", "challenge"),
        // The owner of another site forwards a request that was signed for that site.
        ("evil.example", "evil.example", "challenge"),
        ("evil.example", "site.example", "challenge"),
        (
            "site.example.evil.example",
            "site.example.evil.example",
            "challenge",
        ),
        ("", "", "challenge"),
    ]
    .into_iter()
    .enumerate()
    {
        let signed = Signed::new(ACME, signed_for, now(&site.clock)).nonce(&number.to_string());
        let visitor = with_signature(agent(&site), &signed).with(HOST, host);
        let found = outcome(&visitor.get("/shop").await);
        assert_eq!(found, expected, "{signed_for} {host}");
    }
    // In HTTP/2 the host is in the URI, and `Host` has to agree with it.
    let signed = |nonce: &str| valid_signature(&site).nonce(nonce);
    for (nonce, visitor, expected) in [
        (
            "a",
            with_signature(agent(&site), &signed("a")).without(HOST),
            "pass",
        ),
        ("b", with_signature(agent(&site), &signed("b")), "pass"),
        (
            "c",
            with_signature(agent(&site), &signed("c")).with(HOST, "evil.example"),
            "bad",
        ),
        (
            "d",
            with_signature(agent(&site), &signed("d")).with_more("host", "evil.example"),
            "bad",
        ),
    ] {
        let found = outcome(&visitor.get("https://site.example/shop").await);
        assert_eq!(found, expected, "{nonce}");
    }
    let twice = with_signature(agent(&site), &signed("e")).with_more("host", "site.example");
    assert_eq!(outcome(&twice.get("/shop").await), "bad");
    let none = with_signature(agent(&site), &signed("f")).without(HOST);
    assert_eq!(outcome(&none.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_trusted_proxy_reports_the_scheme() {
    let site = site_with(Humanify::builder().behind_proxy(true));
    let proxied = |signed: &Signed| {
        with_signature(agent(&site).at("10.0.0.1"), signed).with_more("x-forwarded-for", HOME)
    };
    let target = |nonce: &str| {
        valid_signature(&site)
            .nonce(nonce)
            .cover("\"@target-uri\"", "https://site.example/shop")
    };
    let told = proxied(&target("a")).with_more("x-forwarded-proto", "https");
    assert_eq!(outcome(&told.get("/shop").await), "pass");
    assert_eq!(
        outcome(&proxied(&target("b")).get("/shop").await),
        "challenge"
    );
    assert_eq!(
        outcome(&proxied(&valid_signature(&site)).get("/shop").await),
        "pass"
    );
    // Headers of an untrusted peer are ignored.
    let forged = with_signature(agent(&site), &target("c")).with_more("x-forwarded-proto", "https");
    assert_eq!(outcome(&forged.get("/shop").await), "challenge");
}

#[tokio::test]
async fn a_signature_agent_has_to_be_covered() {
    let site = site();
    let url = "\"https://acme.example\"";
    for (nonce, line, covered, expected) in [
        ("a", url, None, "challenge"),
        ("b", url, Some(("\"signature-agent\"", url)), "pass"),
        (
            "c",
            "sig1=\"https://acme.example\"",
            Some(("\"signature-agent\";key=\"sig1\"", url)),
            "pass",
        ),
        (
            "d",
            "sig1=\"https://acme.example\"",
            Some(("\"signature-agent\";key=\"sig2\"", url)),
            "challenge",
        ),
        (
            "e",
            "\"https://other.example\"",
            Some(("\"signature-agent\"", url)),
            "challenge",
        ),
    ] {
        let signed = valid_signature(&site).nonce(nonce);
        let signed = match covered {
            Some((component, value)) => signed.cover(component, value),
            None => signed,
        };
        let visitor = with_signature(agent(&site), &signed).with(AGENT, line);
        assert_eq!(outcome(&visitor.get("/shop").await), expected, "{nonce}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_header_panics_or_gets_in(
        (input, signature, agent_line) in (line(), line(), line()),
        cut in 0..150_usize,
    ) {
        static SITE: LazyLock<Site> = LazyLock::new(site);
        let site = &*SITE;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let signed = valid_signature(site);
        let own: String = signed.input().chars().take(cut).collect();
        for (input, signature) in [
            (input.clone(), signature.clone()),
            (format!("{own}{input}"), signed.signature()),
            (format!("{}{input}", signed.input()), signature),
        ] {
            let visitor = agent(site)
                .with(INPUT, &input)
                .with(SIGNATURE, &signature)
                .with(AGENT, &agent_line);
            let reply = runtime.block_on(visitor.send(Method::GET, "/shop", ""));
            prop_assert_eq!(outcome(&reply), "challenge");
        }
    }
}

/// Random header values, mostly of elements of structured fields.
fn line() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[ -~]{0,8}",
        "[\t \u{80}-\u{ff}]{0,4}",
        Just("sig1=".to_owned()),
        Just("(\"@authority\")".to_owned()),
        Just(";keyid=\"".to_owned()),
        Just(format!(
            ";keyid=\"{}\";tag=\"web-bot-auth\"",
            ACME.thumbprint()
        )),
        Just(";created=1767225660;expires=1767225700;nonce=\"n\"".to_owned()),
        Just(":AAAA:".to_owned()),
        Just(format!(":{}:", signer::base64(&[0; 64]))),
        Just(", ".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("@1".to_owned()),
        Just("%\"".to_owned()),
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}
