//! Short digests: the start of a SHA-256.

use sha2::{Digest, Sha256};

/// The first bytes of a hash, at most 32. Sixteen bytes resist collisions that clients construct;
/// with eight bytes, equal digests occur only by construction.
pub(crate) fn short_digest<const BYTES: usize>(hash: Sha256) -> [u8; BYTES] {
    let mut short = [0; BYTES];
    short
        .iter_mut()
        .zip(hash.finalize())
        .for_each(|(to, from)| *to = from);
    short
}

/// The hash of fields, each preceded by its length, so that different lists of fields never give
/// the same text.
pub(crate) fn hash_fields<'a>(
    mut hash: Sha256,
    fields: impl IntoIterator<Item = &'a [u8]>,
) -> Sha256 {
    for field in fields {
        hash.update((field.len() as u64).to_le_bytes());
        hash.update(field);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_digest_is_the_start_of_the_whole_one() {
        // SHA-256 of "abc" (FIPS 180-4).
        let hash = Sha256::new().chain_update("abc");
        assert_eq!(
            short_digest(hash.clone()),
            [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        );
        let whole: [u8; 32] = short_digest(hash);
        assert_eq!(whole[28..], [0xf2, 0x00, 0x15, 0xad]);
    }

    #[test]
    fn the_boundary_between_fields_makes_a_difference() {
        let of = |fields: &[&str]| {
            let fields = fields.iter().map(|field| field.as_bytes());
            short_digest::<16>(hash_fields(Sha256::new(), fields))
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["abc"]), of(&["abc", ""]));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    }
}
