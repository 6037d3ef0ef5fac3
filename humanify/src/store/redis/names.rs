//! The names of keys in Redis: a prefix for each application, and digests of who is counted.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::client::{ClientKey, CounterKey};
use crate::net::Network;
use crate::store::NetworkClass;

/// Names keys. All of an application carry one hash tag, which puts them into one slot of a
/// cluster. Addresses and ids are in none of them: their digests under the secret are.
pub(crate) struct Names {
    tag: String,
    secret: [u8; 32],
}

/// The kind of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A bucket of a limit.
    Limit,
    /// Failed attempts.
    Failures,
    /// A spent id.
    Spent,
    /// The spent ids of a kind that are of one network.
    Room(RoomKind),
    /// The networks of a clearance, and each of them.
    Network,
}

/// The kinds of spent ids that have room of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoomKind {
    Challenges,
    Forms,
    Tickets,
    Tokens,
}

impl Names {
    /// Names that begin with a prefix, and hide clients by a secret that all processes of the
    /// application have.
    pub(crate) fn new(prefix: &str, secret: [u8; 32]) -> Names {
        Names {
            tag: format!("{{{prefix}}}"),
            secret,
        }
    }

    /// A bucket, or a count of failures.
    pub(super) fn counter(&self, kind: Kind, key: CounterKey) -> String {
        let (who, value) = match key.who {
            ClientKey::Address(network) => (b'a', bytes(network)),
            ClientKey::Id(id) => (b'i', id),
            ClientKey::Value(value) => (b'v', value),
            ClientKey::Unknown => (b'u', [0; 16]),
            ClientKey::Local => (b'l', [0; 16]),
        };
        let digest = self.digest(kind, who, value, key.what);
        format!("{}:{}:{digest}", self.tag, kind.letter())
    }

    /// The keys of the networks of an id, the narrower first: its ids, and what it has forgotten.
    pub(super) fn rooms(&self, kind: RoomKind, class: NetworkClass) -> [String; 4] {
        let (narrow, wide) = class.to_bytes();
        let kind = Kind::Room(kind);
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

    /// A network in a set.
    pub(super) fn member(&self, kind: Kind, network: Network) -> String {
        self.digest(kind, b'a', bytes(network), 0)
    }

    /// What the keys of ids begin with.
    pub(super) fn before_id(&self, kind: Kind) -> String {
        format!("{}:{}:", self.tag, kind.letter())
    }

    /// The rest of the key of an id.
    pub(super) fn id(&self, kind: Kind, id: [u8; 16]) -> String {
        self.digest(kind, b'i', id, 0)
    }

    /// A key of which the application has one.
    pub(super) fn one(&self, name: &str) -> String {
        format!("{}:{name}", self.tag)
    }

    /// Every field has one length, so that no two lists of fields are the same text.
    fn digest(&self, kind: Kind, who: u8, value: [u8; 16], what: u64) -> String {
        let mut hash = Sha256::new();
        hash.update(self.secret);
        hash.update([kind.number(), who]);
        hash.update(value);
        hash.update(what.to_le_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let short = digest.first_chunk::<16>().copied().unwrap_or_default();
        URL_SAFE_NO_PAD.encode(short)
    }
}

impl Kind {
    fn letter(self) -> char {
        match self {
            Kind::Limit => 'l',
            Kind::Failures => 'f',
            Kind::Spent => 's',
            Kind::Room(_) => 'n',
            Kind::Network => 'r',
        }
    }

    fn number(self) -> u8 {
        match self {
            Kind::Limit => 0,
            Kind::Failures => 1,
            Kind::Network => 2,
            Kind::Spent => 3,
            Kind::Room(RoomKind::Challenges) => 4,
            Kind::Room(RoomKind::Forms) => 5,
            Kind::Room(RoomKind::Tickets) => 6,
            Kind::Room(RoomKind::Tokens) => 7,
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
    fn names_tell_applications_and_clients_apart_and_show_no_address() {
        let names = Names::new("humanify", [1; 32]);
        let key = |bits| CounterKey {
            who: ClientKey::Address(Network::V4(bits)),
            what: 7,
        };
        let name = names.counter(Kind::Limit, key(0x548c_0102));
        assert!(name.starts_with("{humanify}:l:"), "{name}");
        assert!(!name.contains("84.140.1.2") && name.len() < 40, "{name}");
        assert_eq!(name, names.counter(Kind::Limit, key(0x548c_0102)));
        for other in [
            names.counter(Kind::Limit, key(0x548c_0103)),
            names.counter(Kind::Failures, key(0x548c_0102)),
            Names::new("shop", [1; 32]).counter(Kind::Limit, key(0x548c_0102)),
            Names::new("humanify", [2; 32]).counter(Kind::Limit, key(0x548c_0102)),
            names.counter(
                Kind::Limit,
                CounterKey {
                    who: ClientKey::Address(Network::V6(0x548c_0102)),
                    what: 7,
                },
            ),
        ] {
            assert_ne!(name, other);
        }
    }
}
