//! Signs requests: by hand, so that every part can be wrong, and with the public crate
//! `web-bot-auth`.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use indexmap::IndexMap;
use web_bot_auth::components::{
    CoveredComponent, DerivedComponent, HTTPField, HTTPFieldParametersSet,
};
use web_bot_auth::keyring::{Algorithm, Thumbprintable};
use web_bot_auth::message_signatures::{MessageSigner, UnsignedMessage};

/// The private half of `test-key-ed25519` of RFC 9421, appendix B.1.4.
pub(crate) const RFC_9421: [u8; 32] = [
    0x9f, 0x83, 0x62, 0xf8, 0x7a, 0x48, 0x4a, 0x95, 0x4e, 0x6e, 0x74, 0x0c, 0x5b, 0x4c, 0x0e, 0x84,
    0x22, 0x91, 0x39, 0xa2, 0x0a, 0xa8, 0xab, 0x56, 0xff, 0x66, 0x58, 0x6f, 0x6a, 0x7d, 0x29, 0xc5,
];

/// A signer with its private key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signer(pub(crate) [u8; 32]);

impl Signer {
    fn key(self) -> SigningKey {
        SigningKey::from_bytes(&self.0)
    }

    /// The public key in the encoding of JSON Web Keys.
    pub(crate) fn x(self) -> String {
        base64url(self.key().verifying_key().as_bytes())
    }

    /// The public key as a JSON Web Key.
    pub(crate) fn jwk(self) -> String {
        let x = self.x();
        format!(r#"{{"kty": "OKP", "crv": "Ed25519", "kid": "any", "use": "sig", "x": "{x}"}}"#)
    }

    /// The thumbprint, as the public crate computes it.
    pub(crate) fn thumbprint(self) -> String {
        let (crv, x) = ("Ed25519".to_owned(), self.x());
        Thumbprintable::OKP { crv, x }.b64_thumbprint()
    }
}

/// A signature under construction.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    signer: Signer,
    label: String,
    covered: Vec<(String, String)>,
    params: Vec<(&'static str, String)>,
}

impl Signed {
    /// A signature over a host, valid for five minutes.
    pub(crate) fn new(signer: Signer, host: &str, now: u64) -> Signed {
        Signed {
            signer,
            label: "sig1".into(),
            covered: vec![("\"@authority\"".into(), host.into())],
            params: vec![
                ("created", now.to_string()),
                ("expires", (now + 300).to_string()),
                ("keyid", format!("\"{}\"", signer.thumbprint())),
                ("alg", "\"ed25519\"".into()),
                ("nonce", "\"any\"".into()),
                ("tag", "\"web-bot-auth\"".into()),
            ],
        }
    }

    pub(crate) fn label(mut self, label: &str) -> Signed {
        self.label = label.into();
        self
    }

    pub(crate) fn nonce(self, nonce: &str) -> Signed {
        self.param("nonce", format!("\"{nonce}\""))
    }

    /// Sets a parameter to a serialised value.
    pub(crate) fn param(mut self, name: &'static str, value: String) -> Signed {
        match self.params.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.params.push((name, value)),
        }
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Signed {
        self.params.retain(|(known, _)| *known != name);
        self
    }

    /// Covers a component, given in serialised form.
    pub(crate) fn cover(mut self, component: &str, value: &str) -> Signed {
        self.covered.push((component.into(), value.into()));
        self
    }

    pub(crate) fn uncover(mut self, component: &str) -> Signed {
        self.covered.retain(|(known, _)| known != component);
        self
    }

    fn signature_params(&self) -> String {
        let covered: Vec<&str> = self.covered.iter().map(|(name, _)| name.as_str()).collect();
        let mut text = format!("({})", covered.join(" "));
        for (name, value) in &self.params {
            text.push_str(&format!(";{name}={value}"));
        }
        text
    }

    /// The field `Signature-Input`.
    pub(crate) fn input(&self) -> String {
        format!("{}={}", self.label, self.signature_params())
    }

    /// The field `Signature`.
    pub(crate) fn signature(&self) -> String {
        let mut base = String::new();
        for (name, value) in &self.covered {
            base.push_str(&format!("{name}: {value}\n"));
        }
        base.push_str(&format!(
            "\"@signature-params\": {}",
            self.signature_params()
        ));
        let signature = self.signer.key().sign(base.as_bytes());
        format!("{}=:{}:", self.label, base64(&signature.to_bytes()))
    }
}

/// The headers of a request that the public crate signs for a minute.
pub(crate) fn by_the_public_crate(
    signer: Signer,
    host: &str,
    nonce: &str,
    signature_agent: Option<&str>,
) -> Vec<(&'static str, String)> {
    struct Request {
        covered: IndexMap<CoveredComponent, String>,
        headers: Vec<(&'static str, String)>,
    }
    impl UnsignedMessage for Request {
        fn fetch_components_to_cover(&self) -> IndexMap<CoveredComponent, String> {
            self.covered.clone()
        }

        fn register_header_contents(&mut self, input: String, signature: String) {
            self.headers
                .push(("signature-input", format!("sig1={input}")));
            self.headers
                .push(("signature", format!("sig1={signature}")));
        }
    }
    let authority = CoveredComponent::Derived(DerivedComponent::Authority { req: false });
    let mut request = Request {
        covered: IndexMap::from([(authority, host.to_owned())]),
        headers: Vec::new(),
    };
    if let Some(url) = signature_agent {
        let field = CoveredComponent::HTTP(HTTPField {
            name: "signature-agent".into(),
            parameters: HTTPFieldParametersSet(Vec::new()),
        });
        let value = format!("\"{url}\"");
        request.covered.insert(field, value.clone());
        request.headers.push(("signature-agent", value));
    }
    let message_signer = MessageSigner {
        keyid: signer.thumbprint(),
        nonce: nonce.into(),
        tag: "web-bot-auth".into(),
    };
    message_signer
        .generate_signature_headers_content(
            &mut request,
            Duration::from_secs(60),
            Algorithm::Ed25519,
            &signer.0,
        )
        .unwrap();
    request.headers
}

/// Base64 as in structured fields.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64 as in JSON Web Keys.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
