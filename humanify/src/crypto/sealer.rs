//! `Sealer`: encrypts and authenticates the state that clients carry.
//!
//! ChaCha20-Poly1305 ([RFC 8439]) under a key of its own for each token, which HKDF-SHA-256
//! ([RFC 5869]) derives from one secret, the purpose and the 24 random bytes of the token. So no two
//! tokens share a key, and all have the nonce zero. A sealed token cannot be read, changed, or used
//! for another purpose. Every layout has a fixed length, except forms, padded to multiples of 1,024
//! bytes, and tickets, padded to multiples of 256.
//!
//! [RFC 8439]: https://www.rfc-editor.org/rfc/rfc8439
//! [RFC 5869]: https://www.rfc-editor.org/rfc/rfc5869

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{Engine, decoded_len_estimate};
use ring::aead::{Aad, Nonce};
use smallvec::SmallVec;

use super::keys::{Keys, Purpose, RANDOM_BYTES};
use super::random::{NoRandomness, random_bytes};

/// The shortest secret, in bytes.
pub(crate) const MIN_SECRET_BYTES: usize = 32;

/// Why nothing can be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealError {
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    #[error("the cipher does not seal the content")]
    Cipher,
}

/// The version of the layouts; tokens of other versions do not open.
const VERSION: u8 = 2;

/// The bytes of the tag that authenticates a token.
const TAG_BYTES: usize = 16;

/// The bytes of a token that are opened without an allocation: those of every cookie.
const INLINE_BYTES: usize = 192;

/// The bytes of a token or of its content.
type Bytes = SmallVec<[u8; INLINE_BYTES]>;

/// The nonce of every token, since each has a key of its own.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Seals with the first secret, opens with any of them.
pub(crate) struct Sealer {
    first: Keys,
    older: Vec<Keys>,
}

impl Sealer {
    /// `None` without a secret, or with one that is too short.
    pub(crate) fn new(secrets: &[Vec<u8>]) -> Option<Sealer> {
        if secrets.iter().any(|secret| secret.len() < MIN_SECRET_BYTES) {
            return None;
        }
        let mut keys = secrets.iter().map(|secret| Keys::derive(secret));
        let first = keys.next()??;
        Some(Sealer {
            first,
            older: keys.collect::<Option<_>>()?,
        })
    }

    /// Seals `content`. `context` is not part of the token, but it opens only with the same.
    pub(crate) fn seal(
        &self,
        purpose: Purpose,
        context: &[u8],
        content: &[u8],
    ) -> Result<String, SealError> {
        seal_with(&self.first, purpose, context, content)
    }

    /// Seals `content` under each secret by itself, in their order.
    #[cfg(feature = "redis")]
    pub(crate) fn seal_for_each(
        &self,
        purpose: Purpose,
        context: &[u8],
        content: &[u8],
    ) -> Result<Vec<String>, SealError> {
        self.all()
            .map(|keys| seal_with(keys, purpose, context, content))
            .collect()
    }

    /// Opens a token with a content of `N` bytes; `None` for anything else.
    pub(crate) fn open<const N: usize>(
        &self,
        purpose: Purpose,
        context: &[u8],
        token: &[u8],
    ) -> Option<[u8; N]> {
        // Checked before decoding, so that a long text costs nothing.
        let length = 1 + RANDOM_BYTES + N + TAG_BYTES;
        if token.len() != (length * 4).div_ceil(3) {
            return None;
        }
        let content = self.decrypt(purpose, context, token)?;
        content.as_slice().try_into().ok()
    }

    /// Opens a token with a content of bounded length; `None` for anything else.
    pub(crate) fn open_up_to(
        &self,
        longest: usize,
        purpose: Purpose,
        context: &[u8],
        token: &[u8],
    ) -> Option<Vec<u8>> {
        let length = 1 + RANDOM_BYTES + longest + TAG_BYTES;
        if token.len() > (length * 4).div_ceil(3) {
            return None;
        }
        Some(self.decrypt(purpose, context, token)?.into_vec())
    }

    fn decrypt(&self, purpose: Purpose, context: &[u8], token: &[u8]) -> Option<Bytes> {
        let mut bytes = Bytes::from_elem(0, decoded_len_estimate(token.len()));
        let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
        let (version, rest) = bytes.get(..length)?.split_first()?;
        let (random, sealed) = rest.split_first_chunk::<RANDOM_BYTES>()?;
        if *version != VERSION {
            return None;
        }
        self.all().find_map(|keys| {
            let mut content = Bytes::from_slice(sealed);
            let cipher = keys.cipher(purpose, random)?;
            let opened = cipher.open_in_place(nonce(), Aad::from(context), &mut content);
            let length = opened.ok()?.len();
            content.truncate(length);
            Some(content)
        })
    }

    /// The keys of all secrets, those of the one that seals first.
    fn all(&self) -> impl Iterator<Item = &Keys> {
        [&self.first].into_iter().chain(&self.older)
    }

    /// A key for names that others may see, as long as no other is agreed on: that of the last
    /// secret.
    #[cfg(feature = "redis")]
    pub(crate) fn names_key(&self) -> [u8; 32] {
        self.older.last().unwrap_or(&self.first).names
    }

    /// Digests that identify the secrets to others, and that only who knows the secrets can make.
    #[cfg(feature = "redis")]
    pub(crate) fn secret_ids(&self) -> Vec<[u8; 16]> {
        self.all().map(|keys| keys.id).collect()
    }

    /// A digest of several fields under the first secret. Each field is preceded by its length, so
    /// that different lists of fields never give the same text.
    pub(crate) fn digest(&self, fields: &[&[u8]]) -> [u8; 16] {
        self.first.digest(fields)
    }

    /// Whether this is the digest of these fields under any of the secrets, so that digests survive
    /// a change of secrets.
    pub(crate) fn is_digest(&self, digest: &[u8; 16], fields: &[&[u8]]) -> bool {
        self.all().any(|keys| keys.digest(fields) == *digest)
    }
}

/// Seals `content` under the keys of one secret.
fn seal_with(
    keys: &Keys,
    purpose: Purpose,
    context: &[u8],
    content: &[u8],
) -> Result<String, SealError> {
    let random = random_bytes::<RANDOM_BYTES>()?;
    let cipher = keys.cipher(purpose, &random);
    let mut sealed = Bytes::from_slice(content);
    // Encryption fails only for messages of many gigabytes.
    let tag = cipher
        .and_then(|cipher| {
            let context = Aad::from(context);
            let sealed = cipher.seal_in_place_separate_tag(nonce(), context, &mut sealed);
            sealed.ok()
        })
        .ok_or(SealError::Cipher)?;
    let token = [&[VERSION], random.as_slice(), &sealed, tag.as_ref()].concat();
    Ok(URL_SAFE_NO_PAD.encode(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secrets: &[&[u8; 32]]) -> Sealer {
        let secrets: Vec<Vec<u8>> = secrets.iter().map(|secret| secret.to_vec()).collect();
        Sealer::new(&secrets).unwrap()
    }

    #[test]
    fn only_sealed_content_opens() {
        let sealer = sealer(&[&[1; 32]]);
        let token = sealer.seal(Purpose::Clearance, b"here", &[7; 20]).unwrap();
        let open = |purpose, context: &[u8], token: &str| {
            sealer.open::<20>(purpose, context, token.as_bytes())
        };
        assert_eq!(open(Purpose::Clearance, b"here", &token), Some([7; 20]));
        assert_eq!(open(Purpose::Clearance, b"there", &token), None);
        for purpose in [
            Purpose::Demand,
            Purpose::Pictures,
            Purpose::Sound,
            Purpose::ClientId,
        ] {
            assert_eq!(open(purpose, b"here", &token), None, "{purpose:?}");
        }
        assert_eq!(
            sealer.open::<21>(Purpose::Clearance, b"here", token.as_bytes()),
            None
        );
    }

    #[test]
    fn another_implementation_of_the_same_standards_makes_the_same_tokens() {
        let secret: [u8; 32] = std::array::from_fn(|index| index as u8);
        // Made by the package `cryptography` for Python, with the random bytes 100 to 123.
        let token =
            "AmRlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e7teYzZXnv8pIie1wJ-OSpoONteDuSDN351DFvmMTAEFe3RemQ";
        assert_eq!(
            sealer(&[&secret]).open::<20>(Purpose::Clearance, b"here", token.as_bytes()),
            Some([7; 20])
        );
    }

    #[test]
    fn equal_contents_have_different_tokens() {
        let sealer = sealer(&[&[1; 32]]);
        let [first, second] = [(); 2].map(|()| {
            let token = sealer.seal(Purpose::Clearance, b"", &[7; 64]).unwrap();
            URL_SAFE_NO_PAD.decode(token).unwrap()
        });
        let equal = first.iter().zip(&second).skip(1);
        let equal = equal.filter(|(first, second)| first == second).count();
        assert!(equal < 10, "{first:?} {second:?}");
    }

    #[test]
    fn a_token_of_any_length_without_the_right_tag_is_refused() {
        let sealer = sealer(&[&[1; 32]]);
        for length in 0..80 {
            let bytes = vec![VERSION; length];
            let token = URL_SAFE_NO_PAD.encode(&bytes);
            let opened = sealer.open_up_to(80, Purpose::Form, b"", token.as_bytes());
            assert_eq!(opened, None, "{length}");
            assert_eq!(sealer.open::<0>(Purpose::Form, b"", token.as_bytes()), None);
        }
    }

    #[test]
    fn any_changed_character_is_refused() {
        let sealer = sealer(&[&[1; 32]]);
        let token = sealer.seal(Purpose::Pictures, b"", &[7; 30]).unwrap();
        for position in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[position] = if changed[position] == b'A' {
                b'B'
            } else {
                b'A'
            };
            assert_eq!(
                sealer.open::<30>(Purpose::Pictures, b"", &changed),
                None,
                "{position}"
            );
        }
        for garbage in ["", "A", "é", "=", "a b", &token[1..], &format!("{token}A")] {
            assert_eq!(
                sealer.open::<30>(Purpose::Pictures, b"", garbage.as_bytes()),
                None
            );
        }
    }

    #[test]
    fn secrets_rotate() {
        let old = sealer(&[&[1; 32]])
            .seal(Purpose::ClientId, b"", &[7; 8])
            .unwrap();
        let both = sealer(&[&[2; 32], &[1; 32]]);
        assert!(
            both.open::<8>(Purpose::ClientId, b"", old.as_bytes())
                .is_some()
        );
        assert!(
            sealer(&[&[2; 32]])
                .open::<8>(Purpose::ClientId, b"", old.as_bytes())
                .is_none()
        );
    }

    #[cfg(feature = "redis")]
    #[test]
    fn each_secret_has_an_id_and_opens_what_is_sealed_for_it() {
        let both = sealer(&[&[2; 32], &[1; 32]]);
        let sealed = both.seal_for_each(Purpose::Names, b"", &[7; 8]).unwrap();
        assert_eq!(sealed.len(), 2);
        for (secret, (id, token)) in [2, 1].iter().zip(both.secret_ids().iter().zip(&sealed)) {
            let alone = sealer(&[&[*secret; 32]]);
            assert_eq!(alone.secret_ids(), [*id]);
            let opened = sealed.iter().filter(|token| {
                let opened = alone.open::<8>(Purpose::Names, b"", token.as_bytes());
                opened == Some([7; 8])
            });
            assert_eq!(opened.collect::<Vec<_>>(), [token]);
        }
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(Sealer::new(&[]).is_none());
        assert!(Sealer::new(&[vec![]]).is_none());
        assert!(Sealer::new(&[vec![1; 31]]).is_none());
        assert!(Sealer::new(&[vec![1; 32], vec![1; 31]]).is_none());
    }

    #[test]
    fn fields_do_not_run_together() {
        let sealer = sealer(&[&[1; 32]]);
        assert_ne!(sealer.digest(&[b"ab", b"c"]), sealer.digest(&[b"a", b"bc"]));
        assert_ne!(sealer.digest(&[b"a"]), sealer.digest(&[b"a", b""]));
    }

    #[test]
    fn a_digest_outlives_a_change_of_secrets() {
        let old = sealer(&[&[1; 32]]).digest(&[b"a"]);
        assert!(sealer(&[&[2; 32], &[1; 32]]).is_digest(&old, &[b"a"]));
        assert!(!sealer(&[&[2; 32], &[1; 32]]).is_digest(&old, &[b"b"]));
        assert!(!sealer(&[&[2; 32]]).is_digest(&old, &[b"a"]));
    }
}
