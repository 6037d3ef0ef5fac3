//! The names of keys in Redis: a prefix for each application, and digests of clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::client::{ClientKey, CounterKey};
use crate::crypto::Sha256;
use crate::net::Network;
use crate::store::NetworkClass;

/// Names keys. All keys of an application carry one hash tag, which puts them into one slot of a
/// cluster. They contain keyed digests instead of addresses and ids.
pub(crate) struct KeyNames {
    tag: String,
    secret: [u8; 32],
}

/// The kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// A bucket of a limit.
    Limit,
    /// Failed attempts.
    WrongAnswers,
    /// A spent id.
    Spent,
    /// The spent ids of one network, of one kind.
    Quota(QuotaKind),
    /// The networks of a clearance, and each of them.
    Network,
}

/// The kinds of spent ids that have separate quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QuotaKind {
    Challenges,
    Forms,
    Tickets,
    #[cfg(feature = "captcha")]
    Tokens,
    #[cfg(feature = "web-bot-auth")]
    Nonces,
}

impl KeyNames {
    /// Names with a prefix. The key of the digests is the same in all processes of the application.
    pub(crate) fn new(prefix: &str, secret: [u8; 32]) -> KeyNames {
        KeyNames {
            tag: format!("{{{prefix}}}"),
            secret,
        }
    }

    /// The entry of a secret, which depends on no key for names.
    pub(super) fn entry(prefix: &str, secret_id: &str) -> String {
        format!("{{{prefix}}}:names:{secret_id}")
    }

    /// A key that the application has once, and that depends on no key for names.
    pub(super) fn unkeyed(prefix: &str, name: &str) -> String {
        format!("{{{prefix}}}:{name}")
    }

    /// The key of a bucket or of a count of wrong answers.
    pub(super) fn counter(&self, kind: KeyKind, key: CounterKey) -> String {
        let (who, value) = match key.client {
            ClientKey::Address(network) => (b'a', bytes(network)),
            ClientKey::Id(id) => (b'i', id),
            ClientKey::Value(value) => (b'v', value),
            ClientKey::Unknown => (b'u', [0; 16]),
            ClientKey::Local => (b'l', [0; 16]),
        };
        let digest = self.digest(kind, who, value, key.counter);
        format!("{}:{}:{digest}", self.tag, kind.letter())
    }

    /// The keys of the networks of an id, the narrower first: its ids, and what it has forgotten.
    pub(super) fn quotas(&self, kind: QuotaKind, class: NetworkClass) -> [String; 4] {
        let (narrow, wide) = class.to_bytes();
        let kind = KeyKind::Quota(kind);
        let name = |value: &[u8], what: &str| {
            let mut bytes = [0; 16];
            for (byte, value) in bytes.iter_mut().zip(value) {
                *byte = *value;
            }
            let level = u64::try_from(value.len()).unwrap_or_default();
            let digest = self.digest(kind, b'n', bytes, level);
            format!("{}:{}:{digest}{what}", self.tag, kind.letter())
        };
        [
            name(&narrow, ""),
            name(&narrow, ":forgotten"),
            name(&wide, ""),
            name(&wide, ":forgotten"),
        ]
    }

    /// The digest of a network, as a member of a set.
    pub(super) fn member(&self, kind: KeyKind, network: Network) -> String {
        self.digest(kind, b'a', bytes(network), 0)
    }

    /// The start of the keys of ids.
    pub(super) fn before_id(&self, kind: KeyKind) -> String {
        format!("{}:{}:", self.tag, kind.letter())
    }

    /// The rest of the key of an id.
    pub(super) fn id(&self, kind: KeyKind, id: [u8; 16]) -> String {
        self.digest(kind, b'i', id, 0)
    }

    /// The key of an id that can be spent.
    pub(super) fn spent(&self, id: [u8; 16]) -> String {
        let start = self.before_id(KeyKind::Spent);
        format!("{start}{}", self.id(KeyKind::Spent, id))
    }

    /// A key that the application has once.
    pub(super) fn one(&self, name: &str) -> String {
        format!("{}:{name}", self.tag)
    }

    /// Every field has a fixed length, so that different fields never give the same text.
    fn digest(&self, kind: KeyKind, who: u8, value: [u8; 16], what: u64) -> String {
        let hash = Sha256::new()
            .with(self.secret)
            .with([kind.number(), who])
            .with(value)
            .with(what.to_le_bytes());
        URL_SAFE_NO_PAD.encode(hash.finish_short::<16>())
    }
}

impl KeyKind {
    fn letter(self) -> char {
        match self {
            KeyKind::Limit => 'l',
            KeyKind::WrongAnswers => 'f',
            KeyKind::Spent => 's',
            KeyKind::Quota(_) => 'n',
            KeyKind::Network => 'r',
        }
    }

    fn number(self) -> u8 {
        match self {
            KeyKind::Limit => 0,
            KeyKind::WrongAnswers => 1,
            KeyKind::Network => 2,
            KeyKind::Spent => 3,
            KeyKind::Quota(QuotaKind::Challenges) => 4,
            KeyKind::Quota(QuotaKind::Forms) => 5,
            KeyKind::Quota(QuotaKind::Tickets) => 6,
            #[cfg(feature = "captcha")]
            KeyKind::Quota(QuotaKind::Tokens) => 7,
            #[cfg(feature = "web-bot-auth")]
            KeyKind::Quota(QuotaKind::Nonces) => 8,
        }
    }
}

fn bytes(network: Network) -> [u8; 16] {
    let (family, bits) = match network {
        Network::V4(bits) => (4, u64::from(bits)),
        Network::V6(bits) => (6, bits),
    };
    (u128::from(bits) << 8 | family).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_names_distinguish_applications_and_clients_without_addresses() {
        let names = KeyNames::new("humanify", [1; 32]);
        let key = |bits| CounterKey {
            client: ClientKey::Address(Network::V4(bits)),
            counter: 7,
        };
        let name = names.counter(KeyKind::Limit, key(0x548c_0102));
        assert!(name.starts_with("{humanify}:l:"), "{name}");
        assert!(!name.contains("84.140.1.2") && name.len() < 40, "{name}");
        assert_eq!(name, names.counter(KeyKind::Limit, key(0x548c_0102)));
        for other in [
            names.counter(KeyKind::Limit, key(0x548c_0103)),
            names.counter(KeyKind::WrongAnswers, key(0x548c_0102)),
            KeyNames::new("shop", [1; 32]).counter(KeyKind::Limit, key(0x548c_0102)),
            KeyNames::new("humanify", [2; 32]).counter(KeyKind::Limit, key(0x548c_0102)),
            names.counter(
                KeyKind::Limit,
                CounterKey {
                    client: ClientKey::Address(Network::V6(0x548c_0102)),
                    counter: 7,
                },
            ),
        ] {
            assert_ne!(name, other);
        }
    }
}
