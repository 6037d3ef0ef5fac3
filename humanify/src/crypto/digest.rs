//! `Sha256`: SHA-256 of bytes that come one after another, whole or shortened.

use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

/// A SHA-256 ([FIPS 180-4](https://csrc.nist.gov/pubs/fips/180-4/upd1/final)) that takes bytes in.
#[derive(Clone)]
pub(crate) struct Sha256(Context);

impl Sha256 {
    pub(crate) fn new() -> Sha256 {
        Sha256(Context::new(&SHA256))
    }

    /// The hash of these bytes.
    pub(crate) fn of(bytes: impl AsRef<[u8]>) -> [u8; SHA256_OUTPUT_LEN] {
        Sha256::new().with(bytes).finish()
    }

    pub(crate) fn update(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.update(bytes.as_ref());
    }

    pub(crate) fn with(mut self, bytes: impl AsRef<[u8]>) -> Sha256 {
        self.update(bytes);
        self
    }

    /// Takes in fields, each preceded by its length, so that different lists of fields never give
    /// the same bytes.
    pub(crate) fn with_fields<'a>(self, fields: impl IntoIterator<Item = &'a [u8]>) -> Sha256 {
        fields.into_iter().fold(self, |hash, field| {
            hash.with((field.len() as u64).to_le_bytes()).with(field)
        })
    }

    pub(crate) fn finish(self) -> [u8; SHA256_OUTPUT_LEN] {
        self.finish_short()
    }

    /// The first bytes of the hash, at most 32. Sixteen bytes resist collisions that clients
    /// construct; with eight bytes, equal digests occur only by construction.
    pub(crate) fn finish_short<const BYTES: usize>(self) -> [u8; BYTES] {
        const { assert!(BYTES <= SHA256_OUTPUT_LEN) };
        let mut short = [0; BYTES];
        short
            .iter_mut()
            .zip(self.0.finish().as_ref())
            .for_each(|(to, from)| *to = *from);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_digest_is_the_start_of_the_whole_one() {
        // SHA-256 of "abc" (FIPS 180-4).
        let hash = Sha256::new().with("a").with("bc");
        assert_eq!(
            hash.clone().finish_short(),
            [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]
        );
        assert_eq!(hash.finish()[28..], [0xf2, 0x00, 0x15, 0xad]);
        assert_eq!(Sha256::of("abc")[28..], [0xf2, 0x00, 0x15, 0xad]);
    }

    #[test]
    fn the_boundary_between_fields_makes_a_difference() {
        let of = |fields: &[&str]| {
            let fields = fields.iter().map(|field| field.as_bytes());
            Sha256::new().with_fields(fields).finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["abc"]), of(&["abc", ""]));
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    }
}
