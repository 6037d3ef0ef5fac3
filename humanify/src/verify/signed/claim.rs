//! `SignatureClaim`: a signature of a request, and the requirements of Web Bot Auth
//! (draft-meunier-web-bot-auth-architecture, draft-ietf-webbotauth-httpsig-protocol).

use sfv::{BareItem, Dictionary, InnerList, Item, ListEntry, Parser};

use super::error::SignatureRefusal;
use super::key::AgentKey;
use super::message::SignedMessage;
use super::{SIGNATURE, SIGNATURE_AGENT, SIGNATURE_INPUT};

/// How many seconds an agent's clock may be ahead of this one.
pub(super) const MAX_CLOCK_SKEW_SECONDS: u64 = 10;

/// The longest validity of a signature in seconds, which the drafts recommend.
const MAX_LIFETIME_SECONDS: u64 = 86_400;

/// How many signatures of a request are read.
const MAX_SIGNATURES: usize = 8;

/// A signature, as a request describes it.
#[derive(Debug)]
pub(super) struct SignatureClaim {
    label: String,
    input: InnerList,
    pub(super) key_id: String,
}

/// The validity of a signature in seconds since 1970, and its nonce.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SignatureTerms {
    pub(super) created: u64,
    pub(super) expires: u64,
    pub(super) nonce: String,
}

impl SignatureClaim {
    /// The signatures of a request that name a key, unverified.
    pub(super) fn all(
        message: &SignedMessage<'_>,
    ) -> Result<Vec<SignatureClaim>, SignatureRefusal> {
        let inputs = message.dictionary(&SIGNATURE_INPUT)?.unwrap_or_default();
        if inputs.len() > MAX_SIGNATURES {
            return Err(SignatureRefusal::Unreadable);
        }
        let claims = inputs.into_iter().filter_map(|(label, input)| {
            let ListEntry::InnerList(input) = input else {
                return None;
            };
            let key_id = text(&input, "keyid")?.to_owned();
            Some(SignatureClaim {
                label: label.as_str().to_owned(),
                input,
                key_id,
            })
        });
        Ok(claims.collect())
    }

    /// Whether the signature has the tag of Web Bot Auth.
    pub(super) fn is_agents(&self) -> bool {
        text(&self.input, "tag") == Some("web-bot-auth")
    }

    /// The terms of the signature. Fails unless it is valid at `now`, in seconds since 1970.
    pub(super) fn terms(&self, now: u64) -> Result<SignatureTerms, SignatureRefusal> {
        let nonce = text(&self.input, "nonce").filter(|nonce| !nonce.is_empty());
        let (Some(created), Some(expires), Some(nonce)) = (
            seconds(&self.input, "created"),
            seconds(&self.input, "expires"),
            nonce,
        ) else {
            return Err(SignatureRefusal::Parameters);
        };
        if self.input.params.contains_key("alg") && text(&self.input, "alg") != Some("ed25519") {
            return Err(SignatureRefusal::Algorithm);
        }
        if expires <= now || expires <= created {
            return Err(SignatureRefusal::Expired);
        }
        if created > now.saturating_add(MAX_CLOCK_SKEW_SECONDS) {
            return Err(SignatureRefusal::Future);
        }
        if expires.saturating_sub(created) > MAX_LIFETIME_SECONDS {
            return Err(SignatureRefusal::LongLife);
        }
        Ok(SignatureTerms {
            created,
            expires,
            nonce: nonce.to_owned(),
        })
    }

    /// Checks that the signature covers all required components.
    pub(super) fn covers_enough(
        &self,
        message: &SignedMessage<'_>,
    ) -> Result<(), SignatureRefusal> {
        if !self.covers("@authority") {
            return Err(SignatureRefusal::NoAuthority);
        }
        if message.headers.contains_key(&SIGNATURE_AGENT) && !self.covers("signature-agent") {
            return Err(SignatureRefusal::AgentNotCovered);
        }
        Ok(())
    }

    /// Verifies the signature by a key.
    pub(super) fn verify(
        &self,
        message: &SignedMessage<'_>,
        key: &AgentKey,
    ) -> Result<(), SignatureRefusal> {
        let signatures = message.dictionary(&SIGNATURE)?.unwrap_or_default();
        let signature: [u8; 64] = match signatures.get(self.label.as_str()) {
            Some(ListEntry::Item(item)) => item.bare_item.as_byte_sequence(),
            _ => None,
        }
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(SignatureRefusal::Wrong)?;
        let base = message.signature_base(&self.input)?;
        if key.has_signed(base.as_bytes(), &signature) {
            Ok(())
        } else {
            Err(SignatureRefusal::Wrong)
        }
    }

    /// Whether the signature covers a component or a member of it.
    fn covers(&self, name: &str) -> bool {
        self.input.items.iter().any(|item| {
            let covered = item.bare_item.as_string();
            covered.is_some_and(|covered| covered.as_str() == name)
        })
    }
}

/// The field `Signature-Agent`: where the keys of the signers are.
#[derive(Debug)]
pub(super) enum SignatureAgent {
    None,
    /// One address for all signatures, as in the early drafts.
    One(String),
    Members(Dictionary),
}

impl SignatureAgent {
    /// Reads the field. An unreadable field counts as missing, but a signature has to cover it.
    pub(super) fn of(message: &SignedMessage<'_>) -> Result<SignatureAgent, SignatureRefusal> {
        let Some(text) = message.field(&SIGNATURE_AGENT)? else {
            return Ok(SignatureAgent::None);
        };
        if text.starts_with('"') {
            let item: Option<Item> = Parser::new(&text).parse().ok();
            return Ok(match item.as_ref().and_then(directory) {
                Some(url) => SignatureAgent::One(url.to_owned()),
                None => SignatureAgent::None,
            });
        }
        let members = Parser::new(&text).parse();
        Ok(members.map_or(SignatureAgent::None, SignatureAgent::Members))
    }

    /// The address of a signature's signer: the only member that the signature covers, or the
    /// member with its label.
    pub(super) fn of_claim(&self, claim: &SignatureClaim) -> Option<&str> {
        let covered = claim.input.items.iter().filter(|item| {
            let name = item.bare_item.as_string();
            name.is_some_and(|name| name.as_str() == "signature-agent")
        });
        let mut whole = false;
        let mut keys = Vec::new();
        for item in covered {
            match item.params.get("key") {
                None => whole = true,
                Some(key) => keys.push(key.as_string()?.as_str()),
            }
        }
        match self {
            SignatureAgent::None => None,
            SignatureAgent::One(url) => whole.then_some(url),
            SignatureAgent::Members(members) => {
                let key = match keys.as_slice() {
                    [] if whole && members.len() == 1 => members.keys().next()?.as_str(),
                    [key] => key,
                    keys => keys.iter().find(|key| **key == claim.label)?,
                };
                match members.get(key)? {
                    ListEntry::Item(item) => directory(item),
                    ListEntry::InnerList(_) => None,
                }
            }
        }
    }
}

/// The address of a directory; `None` for items that name another way to find keys.
fn directory(item: &Item) -> Option<&str> {
    let is_directory = item.params.get("type").is_none_or(|kind| {
        let kind = kind.as_token();
        kind.is_some_and(|kind| kind.as_str() == "directory")
    });
    let url = item.bare_item.as_string()?;
    is_directory.then_some(url.as_str())
}

fn text<'a>(input: &'a InnerList, name: &str) -> Option<&'a str> {
    let value = input.params.get(name).and_then(BareItem::as_string)?;
    Some(value.as_str())
}

fn seconds(input: &InnerList, name: &str) -> Option<u64> {
    let value = input.params.get(name).and_then(BareItem::as_integer)?;
    u64::try_from(i64::from(value)).ok()
}
