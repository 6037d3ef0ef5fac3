//! `Keys`: the keys of one secret, for each purpose of tokens, for digests and for names.

use ring::aead::{CHACHA20_POLY1305, LessSafeKey, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use super::digest::Sha256;

/// The random bytes of a token.
pub(super) const RANDOM_BYTES: usize = 24;

/// The purpose of a token. A token of one purpose cannot be opened for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A demand, in the address of a challenge.
    Demand,
    /// A challenge with pictures.
    Pictures,
    /// A challenge with sound.
    Sound,
    /// A challenge of proof of work.
    Work,
    /// The cookie that proves that a challenge was solved.
    Clearance,
    /// The cookie with a client's id.
    ClientId,
    /// The cookie that identifies the browser which answers a challenge.
    Browser,
    /// The progress of a browser, in the address of a challenge.
    Progress,
    /// A form that a challenge interrupts.
    Form,
    /// The mark that a page for browsers without scripts loads.
    Mark,
    /// The ticket for a check of the application's own.
    Ticket,
}

impl Purpose {
    const fn info(self) -> &'static [u8] {
        match self {
            Purpose::Demand => b"humanify 2 demand",
            Purpose::Pictures => b"humanify 2 pictures",
            Purpose::Sound => b"humanify 2 sound",
            Purpose::Work => b"humanify 2 work",
            Purpose::Clearance => b"humanify 2 clearance",
            Purpose::ClientId => b"humanify 2 client id",
            Purpose::Browser => b"humanify 2 browser",
            Purpose::Progress => b"humanify 2 progress",
            Purpose::Form => b"humanify 2 form",
            Purpose::Mark => b"humanify 2 mark",
            Purpose::Ticket => b"humanify 2 ticket",
        }
    }
}

/// The keys of one secret.
pub(super) struct Keys {
    /// Each token and each purpose has a key of its own, derived from this one.
    root: Prk,
    /// A hash that has taken in a key of one block, so that a digest starts with the next block.
    digest: Sha256,
    #[cfg(feature = "redis")]
    pub(super) names: [u8; 32],
}

impl Keys {
    pub(super) fn derive(secret: &[u8]) -> Option<Keys> {
        let root = Salt::new(HKDF_SHA256, b"humanify").extract(secret);
        Some(Keys {
            digest: Sha256::new().with(derive_bytes::<64>(&root, b"humanify 1 digest")?),
            #[cfg(feature = "redis")]
            names: derive_bytes(&root, b"humanify 1 names")?,
            root,
        })
    }

    pub(super) fn digest(&self, fields: &[&[u8]]) -> [u8; 16] {
        let hash = self.digest.clone();
        hash.with_fields(fields.iter().copied()).finish_short()
    }

    /// The cipher of the token with these random bytes. Purposes with names of different lengths
    /// differ in the length of what is derived from, the others in their names.
    pub(super) fn cipher(
        &self,
        purpose: Purpose,
        random: &[u8; RANDOM_BYTES],
    ) -> Option<LessSafeKey> {
        let info = [purpose.info(), random];
        let key = self.root.expand(&info, &CHACHA20_POLY1305).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(key)))
    }
}

/// The length of derived bytes.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive_bytes<const N: usize>(key: &Prk, info: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    key.expand(&[info], Length(N)).ok()?.fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use ring::aead::{Aad, Nonce};

    use super::*;

    #[test]
    fn no_token_of_one_purpose_opens_for_another() {
        let purposes = [
            Purpose::Demand,
            Purpose::Pictures,
            Purpose::Sound,
            Purpose::Work,
            Purpose::Clearance,
            Purpose::ClientId,
            Purpose::Browser,
            Purpose::Progress,
            Purpose::Form,
            Purpose::Mark,
            Purpose::Ticket,
        ];
        let keys = Keys::derive(&[7; 32]).unwrap();
        let cipher = |purpose| keys.cipher(purpose, &[9; RANDOM_BYTES]).unwrap();
        let nonce = || Nonce::assume_unique_for_key([0; 12]);
        for made_for in purposes {
            let mut sealed = b"content".to_vec();
            let aad = Aad::empty();
            cipher(made_for)
                .seal_in_place_append_tag(nonce(), aad, &mut sealed)
                .unwrap();
            for used_for in purposes {
                let mut copy = sealed.clone();
                let opened = cipher(used_for).open_in_place(nonce(), aad, &mut copy);
                let opens = made_for == used_for;
                assert_eq!(opened.is_ok(), opens, "{made_for:?} {used_for:?}");
            }
        }
    }
}
