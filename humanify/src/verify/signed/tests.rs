//! Tests of signatures against published test vectors.

use http::{HeaderMap, HeaderName, Method, Uri};

use super::claim::SignatureClaim;
use super::error::SignatureRefusal;
use super::key::AgentKey;
use super::message::SignedMessage;

/// `test-key-ed25519` of RFC 9421, appendix B.1.4.
const TEST_KEY: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

struct Vector {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Vector {
    fn new(method: Method, path: &'static str, lines: &[(&'static str, &'static str)]) -> Vector {
        let headers = lines
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        Vector {
            method,
            uri: Uri::from_static(path),
            headers: headers.collect(),
        }
    }

    fn message(&self) -> SignedMessage<'_> {
        SignedMessage {
            method: &self.method,
            uri: &self.uri,
            headers: &self.headers,
            https: true,
        }
    }

    fn verify(&self) -> Result<(), SignatureRefusal> {
        let claims = SignatureClaim::all(&self.message())?;
        assert_eq!(claims.len(), 1);
        claims[0].verify(&self.message(), &AgentKey::any(TEST_KEY).unwrap())
    }
}

/// RFC 9421, appendix B.2.6.
fn rfc_9421() -> Vector {
    Vector::new(
        Method::POST,
        "/foo?param=Value&Pet=dog",
        &[
            ("host", "example.com"),
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            ("content-length", "18"),
            (
                "signature-input",
                r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
            ),
            (
                "signature",
                "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
            ),
        ],
    )
}

/// The vectors of Web Bot Auth for Ed25519, of the crate `web-bot-auth` and its repository
/// and the appendix of the draft: without `Signature-Agent` and with it.
fn web_bot_auth() -> [Vector; 2] {
    let plain = [
        ("host", "example.com"),
        (
            "signature-input",
            r#"sig1=("@authority");created=1735689600;keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=4889289600;nonce="zIW8+cdmA3vdYagbxojpONwa/l0EKJ/O3/wD486VvsQjO/RxPaSt6ZxvQaMcQzNnqKN/mQ6hpGiFro2L2qkz5A==";tag="web-bot-auth""#,
        ),
        (
            "signature",
            "sig1=:QKN4fTdIYfh82fvoZCQiQA1weuozfCS/Led2zTMbewMMqH8PI2Wsy/5c4ao6B6D09nraNQdBNOADg8aM1MqfCg==:",
        ),
    ];
    let with_agent = [
        ("host", "EXAMPLE.com:443"),
        (
            "signature-agent",
            r#"agent2="https://signature-agent.test""#,
        ),
        (
            "signature-input",
            r#"sig2=("@authority" "signature-agent";key="agent2");created=1735689600;keyid="poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";alg="ed25519";expires=4889289600;nonce="n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==";tag="web-bot-auth""#,
        ),
        (
            "signature",
            "sig2=:RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==:",
        ),
    ];
    let path = "/path/to/resource";
    [&plain[..], &with_agent[..]].map(|lines| Vector::new(Method::GET, path, lines))
}

#[test]
fn the_vectors_are_verified() {
    assert_eq!(rfc_9421().verify(), Ok(()));
    for vector in web_bot_auth() {
        assert_eq!(vector.verify(), Ok(()));
        let claims = SignatureClaim::all(&vector.message()).unwrap();
        assert!(claims[0].is_agents());
        assert_eq!(claims[0].key_id, AgentKey::any(TEST_KEY).unwrap().id());
        // These signatures are valid for a hundred years, which is refused.
        assert_eq!(
            claims[0].terms(1_735_689_660),
            Err(SignatureRefusal::LongLife)
        );
    }
    assert!(!SignatureClaim::all(&rfc_9421().message()).unwrap()[0].is_agents());
}

#[test]
fn changing_a_covered_component_invalidates_the_signature() {
    let changed = |name: &'static str, value: &'static str| {
        let mut vector = rfc_9421();
        vector.headers.insert(name, value.parse().unwrap());
        vector
    };
    for (vector, refusal) in [
        (changed("host", "example.org"), SignatureRefusal::Wrong),
        (
            changed("date", "Tue, 20 Apr 2021 02:07:56 GMT"),
            SignatureRefusal::Wrong,
        ),
        (changed("content-length", "19"), SignatureRefusal::Wrong),
        (
            Vector {
                method: Method::PUT,
                ..rfc_9421()
            },
            SignatureRefusal::Wrong,
        ),
        (
            Vector {
                uri: Uri::from_static("/fool"),
                ..rfc_9421()
            },
            SignatureRefusal::Wrong,
        ),
    ] {
        assert_eq!(vector.verify(), Err(refusal));
    }
    // Components that are not covered can be changed.
    let other = Vector {
        uri: Uri::from_static("/foo?other"),
        ..rfc_9421()
    };
    assert_eq!(other.verify(), Ok(()));
    let mut without = rfc_9421();
    without.headers.remove("date");
    assert_eq!(without.verify(), Err(SignatureRefusal::Component));
}

#[test]
fn the_signature_base_is_that_of_the_standard() {
    // Of RFC 9421, appendix B.2.6, and of section 2.1 for fields of several lines.
    let vector = rfc_9421();
    let message = vector.message();
    let dictionary = message
        .dictionary(&crate::verify::signed::SIGNATURE_INPUT)
        .unwrap()
        .unwrap();
    let Some(sfv::ListEntry::InnerList(input)) = dictionary.get("sig-b26") else {
        panic!("no list");
    };
    assert_eq!(
        message.signature_base(input).unwrap(),
        r#""date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#
    );
}

#[test]
fn every_component_has_its_value() {
    let mut vector = Vector::new(
        Method::GET,
        "/a/b?x=1&y=2",
        &[
            ("host", "Example.COM:8443"),
            ("x-member", r#"a=1, b=2;x=1;y=2, c=(a   b    c), d"#),
        ],
    );
    vector.headers.append("x-lines", " one ".parse().unwrap());
    vector.headers.append("x-lines", "two".parse().unwrap());
    vector.headers.append("x-empty", "".parse().unwrap());
    vector.headers.append("x-latin", "\u{e9}".parse().unwrap());
    for (component, value) in [
        (r#""@method""#, Some("GET")),
        (r#""@authority""#, Some("example.com:8443")),
        (r#""@scheme""#, Some("https")),
        (
            r#""@target-uri""#,
            Some("https://example.com:8443/a/b?x=1&y=2"),
        ),
        (r#""@request-target""#, Some("/a/b?x=1&y=2")),
        (r#""@path""#, Some("/a/b")),
        (r#""@query""#, Some("?x=1&y=2")),
        (r#""x-lines""#, Some("one, two")),
        (r#""x-empty""#, Some("")),
        (r#""x-member";key="a""#, Some("1")),
        (r#""x-member";key="b""#, Some("2;x=1;y=2")),
        (r#""x-member";key="c""#, Some("(a b c)")),
        (r#""x-member";key="d""#, Some("?1")),
        (r#""x-member";key="e""#, None),
        (r#""x-member";sf"#, None),
        (r#""x-member";bs"#, None),
        (r#""x-member";tr"#, None),
        (r#""x-member";key="a";sf"#, None),
        (r#""x-latin""#, None),
        (r#""X-Lines""#, None),
        (r#""x-missing""#, None),
        (r#""@query-param";name="x""#, None),
        (r#""@status""#, None),
        (r#""@signature-params""#, None),
        (r#""@method";req"#, None),
        (r#""@method" "@method""#, None),
        (r#"x-lines"#, None),
        (r#"1"#, None),
    ] {
        let input = format!("sig=({component})");
        let dictionary: sfv::Dictionary = sfv::Parser::new(&input).parse().unwrap();
        let Some(sfv::ListEntry::InnerList(input)) = dictionary.get("sig") else {
            panic!("no list");
        };
        let base = vector.message().signature_base(input).ok();
        let expected = value
            .map(|value| format!("{component}: {value}\n\"@signature-params\": ({component})"));
        assert_eq!(base, expected, "{component}");
    }
}
